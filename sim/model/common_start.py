"""What all strategies of a market start from: people, ties, warmed-up attitudes, and what is frozen.

None of it depends on the strategy, so that plans that meet the same luck need it once:

>>> scenario = Scenario(load_market("grocery"), load_strategy("baseline"), 100, 4)
>>> start = prepare(scenario)
>>> balanced = LoyaltyModel(replace(scenario, strategy=load_strategy("balanced")), start=start)
>>> nothing = LoyaltyModel(scenario, start=start)
"""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from sim.common.random_numbers import Draws, Floats
from sim.evidence.parameters import MARKET_LIFE, fill
from sim.levers import MECHANISMS
from sim.levers.base import Mechanism
from sim.market.market import Market
from sim.model.kinds import MarketKind, kind_of
from sim.model.scenario import Scenario
from sim.model.switched_off import with_terms_off
from sim.model.week import churn_contagion
from sim.model.week.baseline import (
    Baseline,
    baseline_path,
    expected_talk,
    later,
    purchase_offset,
    share_behind_a_trip,
)
from sim.model.week.experience_weights import ExperienceWeights
from sim.model.week.life_parameters import LifeParameters
from sim.model.week.satisfaction import Experience, expectation_elsewhere
from sim.model.week.state import RunState
from sim.world.likeness import likeness
from sim.world.population import ACTIVE, PROSPECT, People
from sim.world.social_network import Ties, make_ties
from sim.world.week_zero import make_people


@dataclass(frozen=True)
class CommonStart:
    """What the runs of a market have in common at week 0, whatever their strategy.

    Runs write to copies of `people` and `experience`, and to nothing else of it.

    Attributes
    ----------
    scenario : Scenario
        What it was made for; its strategy has no part in it.
    market : Market
    life : LifeParameters
    draws : Draws
        Of the luck.
    who : Draws
        Of who people are.
    people : dict of str to ndarray, each of shape (people,)
        The customers' columns, without those of levers.
    ties : Ties
    experience : Experience
        With the scale of satisfaction that the warm-up found.
    baseline : Baseline
    levers : tuple of Mechanism
        Every lever with its parameters, in the order in which they act.
    """

    scenario: Scenario
    market: Market
    life: LifeParameters
    draws: Draws
    who: Draws
    people: People
    ties: Ties
    experience: Experience
    baseline: Baseline
    levers: tuple[Mechanism, ...]

    def copied(self) -> "CommonStart":
        """Return the same start with arrays of its own wherever a run writes."""
        people = {name: column.copy() for name, column in self.people.items()}
        return replace(self, people=people, experience=replace(self.experience))

    def check(self, scenario: Scenario, seed: int) -> None:
        """Raise ValueError unless a scenario differs from the one it was made for by strategy only."""
        if _address(scenario, seed) != _address(self.scenario, self.draws.seed):
            raise ValueError(
                "a start can be shared by scenarios that differ by their strategy only"
            )


def _address(scenario: Scenario, seed: int) -> tuple[Any, ...]:
    """Return all that a start depends on."""
    market = [getattr(scenario.market, name) for name in Market.model_fields]
    names = {one.name for one in fields(scenario)} - {"market", "strategy", "seed"}
    return market, {name: getattr(scenario, name) for name in names}, seed


def prepare(scenario: Scenario, seed: int | None = None) -> CommonStart:
    """Make what a scenario has in common at week 0 with all others of another strategy.

    Parameters
    ----------
    scenario : Scenario
    seed : int, optional
        Of all random numbers; the scenario's by default.

    Returns
    -------
    CommonStart

    Raises
    ------
    InputError
        If leaving would be so contagious that results hang on the tail of a cascade.
    """
    market, table = scenario.market, scenario.parameters
    life, n = fill(LifeParameters, table, MARKET_LIFE), scenario.n_customers
    size = n + int(round(market["prospects_per_customer"] * n))
    draws = Draws(scenario.seed if seed is None else seed, size)
    who = draws if scenario.people is None else Draws(scenario.people, size)
    people = make_people(market, who, n, life.suitability_spread, scenario.start)
    alike = likeness(people, market["likeness_of_friends"])
    ties = make_ties(who, size, life.mean_ties, life.ties_spread, alike)
    start, known = people["status"] == ACTIVE, people["status"] != PROSPECT
    weights = ExperienceWeights.of(people, start, life)
    experience = Experience(life, market["failures_per_trip"], weights)
    experience.warm_up(people, np.flatnonzero(known), start, who)
    return CommonStart(
        scenario=scenario,
        market=market,
        life=life,
        draws=draws,
        who=who,
        people=people,
        ties=ties,
        experience=experience,
        baseline=_freeze(market, kind_of(market), life, people, ties, scenario.weeks),
        levers=tuple(
            with_terms_off(lever(fill(lever.Parameters, table, lever.name)), scenario.off)
            for lever in MECHANISMS
        ),
    )


def from_here(scenario: Scenario, run: RunState) -> CommonStart:
    """Return what strategies have in common that begin where a run has come to, its people as they are.

    Parameters
    ----------
    scenario : Scenario
        Of the market and parameters that were run, with a horizon and luck of its own.
    run : RunState
        Of doing nothing, which was to go on for this horizon; it is only read.

    Returns
    -------
    CommonStart
        Week 0 is the run's next week, and what was frozen at its start stays so: usual talk, the path
        of prospects, offsets, and how far expectations have drifted. The desk is staffed for the
        customers of that day.

    Raises
    ------
    ValueError
        If rates move: what is usual for a customer is then no number of the market's start. Or if the
        run was to end before the horizon.
    """
    market, size = scenario.market, run.size
    if market.rates_move:
        raise ValueError("a start in the middle of a run of customers whose rates stay")
    own = {column.name for lever in run.levers.in_use for column in lever.columns}
    people = {name: column.copy() for name, column in run.people.items() if name not in own}
    people["week_lapsed"] -= run.week
    people["kept"] = people["status"] == ACTIVE
    drifted = expectation_elsewhere(market["expectation_drift"], run.week)
    return CommonStart(
        scenario=scenario,
        market=market,
        life=run.life,
        draws=Draws(scenario.seed, size),
        who=run.who,
        people=people,
        ties=run.ties,
        experience=replace(run.experience),
        baseline=later(
            run.baseline, people, run.week, scenario.weeks, run.baseline.elsewhere + drifted
        ),
        levers=tuple(run.levers.all),
    )


def _reproduction(market: Market, kind: MarketKind, life: LifeParameters, rates: Floats) -> float:
    """Return R of the contagion of churn, 0 where leaving is not seen; refuse unstable markets."""
    if not market["defection_visible"] or not rates.size:
        return 0.0
    hazard = kind.mean_hazard(rates, market) * market["removable_drop_out"]
    number = market["defection_visible"] * churn_contagion.reproduction(
        life.contagion_ratio, life.mean_ties, life.contagion_weeks, hazard
    )
    churn_contagion.check_stable(market.name, number)
    return number


def _freeze(
    market: Market,
    kind: MarketKind,
    life: LifeParameters,
    people: People,
    ties: Ties,
    weeks: int,
) -> Baseline:
    """Return what keeps the baseline at its calibration; what is heard as usual is written."""
    start: NDArray[np.bool_] = people["status"] == ACTIVE
    offsets = {
        "purchase": purchase_offset(people, start, life),
        "churn": kind.churn_offset(people, start, life, market),
    }
    return Baseline(
        logit_share=logit(people["base_share"]),
        offsets=offsets,
        talk=expected_talk(people, ties, start, life),
        path=baseline_path(
            people,
            market,
            kind.chance_to_stay(people, start, market),
            kind.survival_of_newcomers(market, weeks),
        ),
        share_behind_a_trip=share_behind_a_trip(people, start),
        start=start,
        reproduction=_reproduction(market, kind, life, people["drop_out_rate"][start]),
    )
