"""From a scenario to week 0: people, ties, attitudes warmed up, the firm, and what is then frozen."""

import mesa
import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from sim.common.random_numbers import Draws, Floats
from sim.evidence.parameters import MARKET_LIFE, ParameterTable, draw_market, fill
from sim.levers import MECHANISMS
from sim.levers.base import Mechanism
from sim.market.market import Market
from sim.model.firm import Channel, Department, Firm, Rival
from sim.model.kinds import MarketKind, kind_of
from sim.model.observers.recorder import Recorder
from sim.model.scenario import Scenario
from sim.model.week import churn_contagion
from sim.model.week.baseline import Baseline, baseline_path, expected_talk, purchase_offset
from sim.model.week.satisfaction import Experience, LifeParameters
from sim.model.week.state import Levers, RunState
from sim.playbook.pages import DEPARTMENTS
from sim.playbook.strategies import Strategy, settings_of
from sim.world.capability import Capability
from sim.world.ledger import Ledger
from sim.world.population import ACTIVE, PROSPECT, TO_COME, People
from sim.world.service_desk import ServiceDesk
from sim.world.social_network import Ties, make_ties
from sim.world.week_zero import make_people


def open_run(model: mesa.Model, scenario: Scenario, seed: int) -> RunState:
    """Return the state of a run before its first week.

    Parameters
    ----------
    model : mesa.Model
        Gets the firm's departments, channels and desk, and the rivals, as agents.
    scenario : Scenario
    seed : int
        Of all random numbers.

    Returns
    -------
    RunState

    Raises
    ------
    InputError
        If leaving would be so contagious that results hang on the tail of a cascade.
    """
    market, table = scenario.market, scenario.parameters
    if scenario.draw is not None:
        market, table = draw_market(market, scenario.draw), table.draw(scenario.draw)
    kind, life = kind_of(market), fill(LifeParameters, table, MARKET_LIFE)
    n = scenario.n_customers
    size = n + int(round(market["prospects_per_customer"] * n))
    draws, scale = Draws(seed, size), market["firm_customers"] / n
    people = make_people(market, draws, n, life.fit_spread, scenario.start)
    ties = make_ties(draws, size, life.mean_ties, life.ties_spread)
    start, known = people["status"] == ACTIVE, people["status"] != PROSPECT
    experience = Experience(life, market["failures_per_trip"])
    experience.warm_up(people, np.flatnonzero(known), start, draws)
    run = RunState(
        market=market,
        life=life,
        draws=draws,
        scale=scale,
        people=people,
        ties=ties,
        experience=experience,
        baseline=_freeze(market, kind, life, people, ties, scenario.weeks),
        firm=_open_firm(model, scenario, market, life, people, scale),
        levers=_choose_levers(scenario.strategy, table),
        ledger=Ledger(),
        recorder=_recorder(scenario, people),
        acquired_over=scenario.acquired_over,
    )
    _begin_levers(run)
    if scenario.acquired_over:
        # only now: what is frozen at week 0 is that of the whole cohort, whenever each of it comes
        people["status"][:n], people["kept"][:n] = TO_COME, False
    return run


def _reproduction(market: Market, kind: MarketKind, life: LifeParameters, rates: Floats) -> float:
    """Return R of the contagion of churn, 0 where leaving is not seen; refuse unstable markets."""
    if not market["defection_visible"] or not rates.size:
        return 0.0
    hazard = kind.mean_hazard(rates, market)
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
        "churn": kind.churn_offset(people, start, life),
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
        start=start,
        reproduction=_reproduction(market, kind, life, people["drop_out_rate"][start]),
    )


def _open_firm(
    model: mesa.Model,
    scenario: Scenario,
    market: Market,
    life: LifeParameters,
    people: People,
    scale: float,
) -> Firm:
    """Return the firm's departments, channels and desk, and its rivals, all as agents of the model."""
    strategy, budget = scenario.strategy, None
    if strategy.budget is not None:
        budget = strategy.budget * scenario.n_customers
    departments = [
        Department(
            model, name, [p for p in strategy.plays if p.owner == name], budget, scenario.weeks
        )
        for name in DEPARTMENTS
    ]
    start = people["status"] == ACTIVE
    usual_trips = float((people["category_rate"] * people["base_share"])[start].sum())
    per_trip = market["contacts_per_trip"]
    per_trip += market["failures_per_trip"] * life.complaint_share
    return Firm(
        capability=Capability(market["execution"], market["data_quality"]),
        departments=departments,
        channels=[Channel(model, c.name, c.share.value) for c in market.channels],
        rivals=[Rival(model, r.name, r.share.value) for r in market.rivals],
        desk=ServiceDesk(
            model,
            scale,
            max(usual_trips * per_trip * scale, 1e-6),
            market["desk_load"],
            market["handling_minutes"],
            market["desk_hours"],
        ),
    )


def _choose_levers(strategy: Strategy, table: ParameterTable) -> Levers:
    """Return all levers with their parameters, and the plays and settings of those in use."""
    everyone: list[Mechanism] = [m(fill(m.Parameters, table, m.name)) for m in MECHANISMS]
    plays = {m.name: [p for p in strategy.plays if p.lever == m.name] for m in everyone}
    settings = {
        play.key: settings_of(play.lever, play.settings, strategy.name, play.key)
        for play in strategy.plays
    }
    return Levers(everyone, [m for m in everyone if plays[m.name]], plays, settings)


def _recorder(scenario: Scenario, people: People) -> Recorder:
    used = sorted({play.lever for play in scenario.strategy.plays})
    return Recorder(people["value_segment"], scenario.weeks, tuple(used))


def _begin_levers(run: RunState) -> None:
    """Add the columns of the levers in use, and of those that others need, as they stand at week 0."""
    view = run.lever_view()
    for mechanism in run.levers.all:
        if mechanism in run.levers.in_use or mechanism.always:
            for column in mechanism.columns:
                run.people[column.name] = column.filled(run.size)
            mechanism.begin(view, run.own(mechanism))
