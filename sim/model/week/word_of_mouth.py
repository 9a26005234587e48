r"""Word of mouth: who talks, what they say, and what others have heard of late.

An active customer talks with rate t `talk_rate` e^eta a week, to all who listen, t being this person's
own multiple of the mean rate (`sim.world.talkativeness`); the message is praise with chance
expit(intercept + slope S), about three in four. Praise P and blame B that a person has heard fade with
a memory of a few weeks: P <- phi P + messages, phi = 1 - 1 / memory. Prospects join with hazard

    a_w [(1 - omega) + omega P / (P* A_w)] e^(-kappa B) / E e^(-kappa B) e^eta,

omega being the share of the usual inflow that word of mouth brings, P* the prospects' mean praise when
talk goes on as usual, A_w the expected number of customers over that of week 0, and
kappa = k omega / P*, so that a message of blame takes away k times what one of praise adds (k is below
one for familiar brands: east2008). B is a sum of fading Poisson arrivals at rate b_j, for which

    ln E e^(-kappa B) = b_j sum_k (exp(-kappa phi^k) - 1),

so that talk as usual leaves the baseline's inflow and its split exactly as they are, for each prospect.
(Netting praise and blame first, and cutting the hazard off at zero, brings too many.) With everyone
hearing everyone this is the recursion of Bass (1969).

Sources: trusov2009 (carry-over), east2007 (three to one), richins1983. Known limits: what is heard moves
prospects only, not customers; the usual amount of talk follows the expected number of customers.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from sim.common.kernels import hearsay
from sim.common.kernels.rows import rows_below
from sim.common.random_numbers import Floats, Ints
from sim.levers.base import Week
from sim.model.week.life_parameters import LifeParameters
from sim.world.population import People
from sim.world.social_network import Ties


def talk_chance(
    people: People, rows: Ints, life: LifeParameters, eta: Floats | float = 0.0
) -> Floats:
    """Return the chance that each of some customers talks in a week, at the sum of terms `eta`."""
    return np.minimum(1.0, people["talkativeness"][rows] * (life.talk_rate * np.exp(eta)))


def praise_chance(satisfaction: Floats, life: LifeParameters) -> Floats:
    """Return the chance that a message is praise."""
    return expit(life.talk_intercept + life.talk_slope * satisfaction)


def talk(
    people: People,
    ties: Ties,
    week: Week,
    rows: Ints,
    chance: Floats,
    life: LifeParameters,
) -> tuple[Ints, Ints]:
    """Draw who talks and what they say, and write what everybody has heard.

    Parameters
    ----------
    people : dict of ndarray
        `praise_heard` and `blame_heard` are written.
    ties : Ties
    week : Week
        For its random numbers.
    rows : ndarray of int, shape (m,)
        Active customers.
    chance : ndarray, shape (m,)
        Of each to talk this week.
    life : LifeParameters

    Returns
    -------
    tuple of ndarray of int
        Rows of those who praise and of those who blame; everybody talks before anybody listens.
    """
    speakers = rows[rows_below(week.uniform("talk", rows), chance)]
    praises = week.uniform("praise", speakers) < praise_chance(
        people["satisfaction"][speakers], life
    )
    praise, blame = speakers[praises], speakers[~praises]
    kept = 1.0 - 1.0 / life.talk_memory_weeks
    for name, said in (("praise_heard", praise), ("blame_heard", blame)):
        ties.hear(said, kept, people[name])
    return praise, blame


@dataclass(frozen=True)
class UsualTalk:
    """What people hear when talk goes on as at week 0.

    Attributes
    ----------
    blame : ndarray, shape (people,)
        Messages of blame that reach each person in a week.
    memory : float
        Carry-over, weeks; what is in mind is `memory` times what reaches a person in a week.
    prospects_praise : float
        Praise that a prospect has in mind, on average: P*.
    """

    blame: Floats
    memory: float
    prospects_praise: float

    def blame_weight(self, talk_share: float, negative_talk_weight: float) -> float:
        """Return kappa, 0 where there is no praise to compare with."""
        if self.prospects_praise <= 0:
            return 0.0
        return negative_talk_weight * talk_share / self.prospects_praise


@lru_cache(maxsize=64)
def _log_mean_of_message(kappa: float, memory: float) -> float:
    """Return ln E exp(-kappa B) for one message of blame a week: the same in all weeks of a run."""
    kept = 1.0 - 1.0 / memory
    terms = int(np.ceil(np.log(1e-12) / np.log(kept))) if kept > 0 else 1
    return float(np.sum(np.expm1(-kappa * kept ** np.arange(terms))))


def usual_talk(
    people: People,
    ties: Ties,
    speakers: NDArray[np.int64],
    prospects: NDArray[np.bool_],
    life: LifeParameters,
) -> tuple[UsualTalk, Floats]:
    """Work out what everybody hears when talk goes on as at week 0.

    Parameters
    ----------
    people : dict of ndarray
        Columns at week 0.
    ties : Ties
    speakers : ndarray of int, shape (m,)
        Active customers.
    prospects : ndarray of bool, shape (people,)
    life : LifeParameters

    Returns
    -------
    tuple of UsualTalk and ndarray, shape (people,)
        And the messages of praise that reach each person in a week.
    """
    often = talk_chance(people, speakers, life)
    chance = praise_chance(people["satisfaction"][speakers], life)
    praise = ties.heard_from(speakers, often * chance)
    blame = ties.heard_from(speakers, often * (1 - chance))
    mean = float(praise[prospects].mean()) if prospects.any() else 0.0
    return UsualTalk(blame, life.talk_memory_weeks, life.talk_memory_weeks * mean), praise


def talk_factor(
    usual: UsualTalk,
    talk_share: float,
    negative_talk_weight: float,
    customers: float,
    praise: Floats,
    blame: Floats,
    rows: NDArray[np.int64],
) -> tuple[Floats, Floats]:
    """Return what talk makes of the joining hazard, and how much of it word of mouth brings.

    Parameters
    ----------
    usual : UsualTalk
    talk_share : float
        Share omega of the usual inflow that word of mouth brings.
    negative_talk_weight : float
        Impact k of blame over praise.
    customers : float
        Expected customers over those at week 0, A_w.
    praise, blame : ndarray, shape (people,)
        What everybody has in mind.
    rows : ndarray of int, shape (m,)
        The prospects.

    Returns
    -------
    tuple of ndarray, each of shape (m,)
        The factor (1 on average when talk goes on as usual), and the share of the hazard that is due
        to word of mouth. Where nobody praises, talk changes nothing.
    """
    if usual.prospects_praise <= 0 or customers <= 0:
        return np.ones(rows.size), np.full(rows.size, talk_share)
    kappa = usual.blame_weight(talk_share, negative_talk_weight)
    reached, share, blamed = hearsay.parts_of_hazard(
        praise,
        blame,
        usual.blame,
        rows,
        talk_share,
        usual.prospects_praise * customers,
        kappa,
        customers,
        _log_mean_of_message(kappa, usual.memory),
    )
    return reached * np.exp(blamed), share
