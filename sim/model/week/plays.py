"""The firm in a week: plays find their audience, levers act, what happened is booked and paid."""

import numpy as np

from sim.common.random_numbers import Draws, Floats
from sim.levers.base import ActivePlay, Cost, Schema
from sim.model.observers.recorder import OWED, Recorder
from sim.model.week.audience import Audiences
from sim.model.week.hand_overs import carried_out
from sim.model.week.saturation import combine
from sim.model.week.starts import with_start
from sim.model.week.state import WeekState
from sim.playbook.strategies import Play


def build_capability(state: WeekState) -> None:
    """Move the firm's capability by the levers that build it."""
    run, efforts = state.run, state.run.firm.efforts()
    for mechanism in run.levers.in_use:
        plans = [
            (run.levers.settings[p.key], efforts[p.key] * p.reach)
            for p in run.levers.plays[mechanism.name]
        ]
        mechanism.equip(state.view, plans, run.firm.capability)


def _active_plays(
    plays: list[Play],
    settings: dict[str, Schema],
    efforts: dict[str, float],
    shares: dict[str, float],
    audiences: Audiences,
    draws: Draws,
    week: int,
    on_the_shelf: bool,
) -> list[ActivePlay]:
    """Return a lever's plays as this week sees them; the first that applies to a person counts.

    Parameters
    ----------
    plays : list of Play
        The lever's.
    settings : dict of str to Schema
        By the key of a play.
    efforts : dict of str to float
        This week's, by the key of a play.
    shares : dict of str to float
        What the firm manages to carry out, by the key of a play.
    audiences : Audiences
    draws : Draws
    week : int
    on_the_shelf : bool
        Whether everyone is whoever shops, as for prices.
    """
    nobody = taken = np.zeros(draws.size, dtype=bool)
    active: list[ActivePlay] = []
    for index, play in enumerate(plays):
        key = play.key
        effort, reached, rows = efforts[key], nobody, None
        if effort > 0.0:
            reached = audiences.of(play.audience, on_the_shelf)
            if play.audience == "everyone" and play.reach == 1.0 and not active:
                rows = np.flatnonzero(reached) if on_the_shelf else audiences.customer_rows
            else:
                reached = reached & ~taken
            taken = taken | reached
            if play.reach < 1.0:
                reached = reached & draws.below(f"reach {key}", play.reach)
        ramping = play.start_week <= week < play.start_week + play.ramp_weeks
        somebody = reached.any() if rows is None else rows.size > 0
        building = 1 / play.ramp_weeks if ramping and effort > 0.0 and somebody else 0.0
        active.append(
            ActivePlay(index, settings[key], reached, effort, shares[key], building, rows)
        )
    return active


def act(state: WeekState) -> None:
    """Let all levers act.

    Parameters
    ----------
    state : WeekState
        `plays`, `own`, `terms` and `delivery` are written, and the levers' own columns.
    """
    run, terms = state.run, state.terms
    audiences = Audiences(state.view)
    efforts, levers = run.firm.efforts(), run.levers
    shares = carried_out(run.firm, run.life)
    for mechanism in levers.in_use:
        plays = _active_plays(
            levers.plays[mechanism.name],
            levers.settings,
            efforts,
            shares,
            audiences,
            run.draws,
            run.week,
            mechanism.on_the_shelf,
        )
        state.plays[mechanism.name] = plays
        own = state.own[mechanism.name] = run.own(mechanism)
        mechanism.update(state.view, plays, own)
        for outcome, term in mechanism.effects(state.view, plays, own).items():
            terms[outcome][mechanism.name] = term
        mechanism.deliver(state.view, plays, own, state.delivery)
    life = run.life
    for outcome, cap, good in (
        ("purchase", life.purchase_cap, 1),
        ("churn", life.churn_cap, -1),
        ("spend", life.spend_cap, 1),
    ):
        terms[outcome] = combine(terms[outcome], cap, good)


def referral_chance(state: WeekState) -> Floats:
    """Return everybody's chance of recommending the firm this week, shape (people,)."""
    chance = np.zeros(state.run.size)
    for mechanism in state.run.levers.in_use:
        plays = state.plays[mechanism.name]
        chance += mechanism.referrals(state.view, plays, state.own[mechanism.name])
    return chance


def settle(state: WeekState) -> None:
    """Book the week's sales, let the levers book theirs, and pay what the plays cost.

    Parameters
    ----------
    state : WeekState
        With the trips and spend of its view. Ledger, recorder, the levers' columns and what departments
        have spent are written.
    """
    run, view = state.run, state.view
    record, gross = run.recorder, run.market["gross_margin"]
    buyers = np.flatnonzero((view.trips > 0) | (view.spend > 0))
    spend = view.spend[buyers]
    record.add("trips", view.trips[buyers], buyers)
    record.add("spend", spend, buyers)
    # Goods cost what they cost at the prices of week 0; what prices are above that is margin.
    usual = spend * np.exp(-np.asarray(state.delivery.at("markup", buyers)))
    record.add("margin", usual * gross + (spend - usual), buyers)
    run.ledger.post("cash", "sales", float(spend.sum()))
    run.ledger.post("cost_of_goods", "stock", float(usual.sum()) * (1 - gross))
    departments = {key: d for d in run.firm.departments for key in d.spent}
    for mechanism in run.levers.in_use:
        own, plays = state.own[mechanism.name], state.plays[mechanism.name]
        mechanism.settle(view, plays, own)
        mechanism.book(own, run.ledger)
        bounded = mechanism.at_bound(view, plays, own)
        if bounded is not None and bounded.any():
            record.add(f"bound.{mechanism.name}", 1, bounded)
        for column, values, rows in mechanism.counted(view, plays, own):
            if np.any(values):
                record.add(column, values, rows)
        for play, plan in zip(plays, run.levers.plays[mechanism.name], strict=True):
            key = plan.key
            department = departments[key]
            cost = with_start(run, department, plan, play, mechanism.cost(view, play, own))
            total = charge(record, f"cost.{mechanism.name}", cost, play)
            department.book(key, total, cost.built, cost.fixed - cost.grows)
            if play.effort == 0.0 and total:
                record.add(OWED, total / view.trips.size)
            run.ledger.post(f"cost.{mechanism.name}", "cash", total)
            play.drop_cached()
        if mechanism.goes_on(run.market):
            money = mechanism.cost_as_usual(view, own)
            record.add(f"cost.{mechanism.name}", money)
            run.ledger.post(f"cost.{mechanism.name}", "cash", float(np.sum(money)))


def charge(recorder: Recorder, name: str, cost: Cost, play: ActivePlay) -> float:
    """Record what a play costs and return its sum; fixed and rented fall evenly on those served."""
    before = recorder.total(name)
    fixed = cost.fixed + cost.built
    if fixed or cost.per_served:
        served = play.rows if play.effort > 0 and play.rows.size else None
        among = play.reached.size if served is None else served.size
        recorder.add(name, fixed / among + cost.per_served, served)
    money = cost.per_person + cost.per_event
    recorder.add(name, money, cost.rows)
    return recorder.total(name) - before
