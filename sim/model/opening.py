"""From a scenario to week 0: what all strategies start from, the firm, and the levers in use."""

import mesa
import numpy as np

from sim.levers.base import Mechanism
from sim.levers.messages import writes
from sim.market.market import Market
from sim.model.common_start import CommonStart, prepare
from sim.model.firm import Channel, Department, Firm, Rival
from sim.model.future_customers import worth_of_a_newcomer
from sim.model.kinds import kind_of
from sim.model.observers.recorder import Recorder
from sim.model.scenario import Scenario
from sim.model.week import recruits, usual_conduct
from sim.model.week.public_posts import usual_week
from sim.model.week.rival_campaigns import campaign_weeks
from sim.model.week.state import Levers, RunState
from sim.playbook.pages import DEPARTMENTS
from sim.playbook.settings import settings_of
from sim.playbook.strategies import Strategy
from sim.world.capability import Capability
from sim.world.ledger import Ledger
from sim.world.platform import Platform
from sim.world.population import ACTIVE, TO_COME
from sim.world.reputation import Reputation
from sim.world.service_desk import ServiceDesk
from sim.world.usual_contact import UsualContact
from sim.world.voices import Voices


def open_run(
    model: mesa.Model, scenario: Scenario, seed: int, shared: CommonStart | None
) -> RunState:
    """Return the state of a run before its first week.

    Parameters
    ----------
    model : mesa.Model
        Gets the firm's departments, channels and desk, the rivals, the platform and the reputation,
        as agents.
    scenario : Scenario
    seed : int
        Of all random numbers.
    shared : CommonStart, optional
        What other strategies start from as well; made for this run alone by default.

    Returns
    -------
    RunState

    Raises
    ------
    InputError
        If leaving would be so contagious that results hang on the tail of a cascade.
    """
    if shared is None:
        start = prepare(scenario, seed)
    else:
        shared.check(scenario, seed)
        start = shared.copied()
    levers = _choose_levers(scenario.strategy, list(start.levers), start.market)
    people, n, logit_share = start.people, scenario.n_customers, start.baseline.logit_share
    scale = start.market["firm_customers"] / n
    run = RunState(
        market=start.market,
        life=start.life,
        draws=start.draws,
        who=start.who,
        scale=scale,
        people=people,
        ties=start.ties,
        experience=start.experience,
        baseline=start.baseline,
        firm=_open_firm(model, scenario, start, scale),
        levers=levers,
        ledger=Ledger(),
        recorder=Recorder(
            people["value_segment"],
            scenario.weeks,
            tuple(sorted(mechanism.name for mechanism in levers.in_use)),
        ),
        logit_share=logit_share.copy() if start.market.rates_move else logit_share,
        usual=UsualContact.of(
            start.market, start.life.fatigue_half_life_weeks, start.life.fatigue_scale
        ),
        voices=Voices(start.life.talk_voices, start.life.needs_alpha, start.life.needs_beta),
        acquired_over=scenario.acquired_over,
    )
    if start.market.public_notice > 0.0:
        usual_conduct.begin(people)
    _begin_levers(run)
    if any(lever.buys_reach for lever in levers.in_use):  # what a newcomer is worth takes its time
        market = run.market
        run.firm.platform.reach_elasticity = recruits.elasticity_of_reach(
            run.life.reach_return,
            market.acquisition_cost,
            worth_of_a_newcomer(run, kind_of(market)),
        )
    if scenario.acquired_over:
        # only now: what is frozen at week 0 is that of the whole cohort, whenever each of it comes
        people["status"][:n], people["kept"][:n] = TO_COME, False
    return run


def _open_firm(model: mesa.Model, scenario: Scenario, start: CommonStart, scale: float) -> Firm:
    """Return the firm's departments, channels and desk, and its rivals, all as agents of the model."""
    market, people, strategy = start.market, start.people, scenario.strategy
    allowed = strategy.allowances()
    if allowed is not None:
        allowed = {key: money * scenario.n_customers for key, money in allowed.items()}
    departments = [
        Department(
            model, name, [p for p in strategy.plays if p.owner == name], allowed, scenario.weeks
        )
        for name in DEPARTMENTS
    ]
    known = active = people["status"] == ACTIVE
    if market.has_pauses:
        active = active & ~people["pausing"]
    usual_trips = float((people["category_rate"] * people["base_share"])[active].sum())
    usual = usual_week(people, np.flatnonzero(known), start.life, market, start.baseline)
    per_trip = market["contacts_per_trip"]
    per_trip += market["failures_per_trip"] * start.life.complaint_share
    return Firm(
        capability=Capability(market["execution"], market["data_quality"]),
        departments=departments,
        channels=[Channel(model, c.name, c.share.value) for c in market.channels],
        rivals=[
            Rival(model, r.name, r.share.value, campaign_weeks(start.life)) for r in market.rivals
        ],
        desk=ServiceDesk(
            model,
            scale,
            max(usual_trips * per_trip * scale, 1e-6),
            market["desk_load"],
            market["handling_minutes"],
            market["desk_hours"],
        ),
        platform=Platform(model, start.life, usual),
        reputation=Reputation(model, start.life, market.public_notice),
    )


def _choose_levers(strategy: Strategy, everyone: list[Mechanism], market: Market) -> Levers:
    """Return all levers, plays and settings, and the levers in use, by a play or without."""
    plays = {m.name: [p for p in strategy.plays if p.lever == m.name] for m in everyone}
    settings = {
        play.key: settings_of(play.lever, play.settings, strategy.name, play.key)
        for play in strategy.plays
    }
    written = any(writes(play.lever, settings[play.key]) for play in strategy.plays)
    in_use = [
        m for m in everyone if plays[m.name] or m.goes_on(market) or (m.keeps_consent and written)
    ]
    return Levers(everyone, in_use, plays, settings)


def _begin_levers(run: RunState) -> None:
    """Add the columns of the levers in use, and of those that others need, as they stand at week 0."""
    view = run.lever_view()
    for mechanism in run.levers.all:
        if mechanism in run.levers.in_use or mechanism.always:
            for column in mechanism.columns:
                run.people[column.name] = column.filled(run.size)
            mechanism.begin(view, run.own(mechanism))
            mechanism.book(run.own(mechanism), run.ledger)  # what it owes already
