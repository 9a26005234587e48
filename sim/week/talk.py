r"""Word of mouth: who talks, what they say, and what others have heard of late.

An active customer talks with rate `talk_rate` e^eta a week, to all who listen; the message is praise
with chance expit(intercept + slope S), about three in four. What a person has heard fades with a memory
of a few weeks: heard <- heard (1 - 1 / memory) + praise - k blame, k being the impact of blame over
praise (below one for familiar brands: east2008). Prospects join with hazard

    a_w [(1 - omega) + omega heard / expected heard] e^eta,

omega being the share of the usual inflow that word of mouth brings, so that talk as usual leaves the
baseline's inflow as it is. With everyone hearing everyone this is the recursion of Bass (1969).

Sources: trusov2009 (carry-over), east2007 (three to one), richins1983. Known limits: what is heard moves
prospects only, not customers; the usual amount of talk follows the expected number of customers.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from sim.network import Ties
from sim.randomness import Floats
from sim.week.experience import LifeParameters


def praise_chance(satisfaction: Floats, life: LifeParameters) -> Floats:
    """Give the chance that a message is praise."""
    return expit(life.talk_intercept + life.talk_slope * satisfaction)


def expected_heard(
    ties: Ties, speakers: NDArray[np.int64], satisfaction: Floats, life: LifeParameters
) -> Floats:
    """Give what each person has in mind when talk goes on as usual.

    Parameters
    ----------
    ties : Ties
    speakers : ndarray of int, shape (m,)
        Active customers.
    satisfaction : ndarray, shape (m,)
        Theirs.
    life : LifeParameters

    Returns
    -------
    ndarray, shape (people,)
        The steady state of `heard`.
    """
    praise = praise_chance(satisfaction, life)
    net = praise - life.negative_talk_weight * (1 - praise)
    return ties.heard_from(speakers, life.talk_rate * net) * life.talk_memory_weeks


def joining_hazard(
    base: float, talk_share: float, heard: Floats, usual: float, eta: Floats | float
) -> Floats:
    """Give the hazard of joining in a week.

    Parameters
    ----------
    base : float
        Hazard a_w of the baseline.
    talk_share : float
        Share omega of the usual inflow that word of mouth brings.
    heard : ndarray, shape (m,)
    usual : float
        Expected `heard` of a prospect; where it is not positive, talk changes nothing.
    eta : ndarray or float
        Sum of the levers' terms.

    Returns
    -------
    ndarray, shape (m,)
        Not negative: blame cannot do more than keep everybody away.
    """
    relative = heard / usual if usual > 0 else np.ones_like(heard)
    return base * np.maximum(0.0, 1.0 + talk_share * (relative - 1.0)) * np.exp(eta)
