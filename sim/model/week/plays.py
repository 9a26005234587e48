"""What the firm does in a week: plays find their people, levers act, what happened is booked and paid."""

import numpy as np

from sim.common.random_numbers import Floats
from sim.levers.base import ActivePlay, Cost, Mechanism
from sim.model.week.audience import Audiences
from sim.model.week.saturation import combine
from sim.model.week.state import RunState, WeekState


def build_capability(state: WeekState) -> None:
    """Let the levers that build what the firm is able to do go on with it."""
    run, levels = state.run, state.run.firm.levels()
    for mechanism in run.levers.in_use:
        efforts = [
            (run.levers.settings[p.key], levels[p.key] * p.reach)
            for p in run.levers.plays[mechanism.name]
        ]
        mechanism.equip(state.view, efforts, run.firm.capability)


def _active_plays(run: RunState, mechanism: Mechanism, audiences: Audiences) -> list[ActivePlay]:
    """Return a lever's plays with everybody's strength; the first that applies to a person counts."""
    levels = run.firm.levels()
    carried_out = 1.0 if mechanism.builds_capability else run.firm.capability.execution
    taken = np.zeros(run.size, dtype=bool)
    active: list[ActivePlay] = []
    for index, play in enumerate(run.levers.plays[mechanism.name]):
        level, reached, rows = levels[play.key], np.zeros(run.size, dtype=bool), None
        if level > 0.0:
            if play.audience == "everyone" and play.reach == 1.0 and not active:
                rows = audiences.active_rows
            reached = audiences.of(play.audience) & ~taken
            taken |= reached
            if play.reach < 1.0:
                asked = np.flatnonzero(reached)
                uniform = run.draws.uniform(f"reach {play.key}", rows=asked)
                reached[asked] = uniform < play.reach
        settings = run.levers.settings[play.key]
        active.append(ActivePlay(index, settings, reached, level, carried_out, rows))
    return active


def act(state: WeekState) -> None:
    """Let all levers act.

    Parameters
    ----------
    state : WeekState
        `plays`, `terms` and `delivery` are written, and the levers' own columns.
    """
    run, terms = state.run, state.terms
    audiences = Audiences(run.people, run.week, bool(run.market["defection_visible"]))
    for mechanism in run.levers.in_use:
        plays = _active_plays(run, mechanism, audiences)
        state.plays[mechanism.name] = plays
        own = run.own(mechanism)
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
        chance += mechanism.referrals(state.view, plays, state.run.own(mechanism))
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
        own, plays = run.own(mechanism), state.plays[mechanism.name]
        mechanism.settle(view, plays, own)
        mechanism.book(own, run.ledger)
        for play, plan in zip(plays, run.levers.plays[mechanism.name], strict=True):
            cost = mechanism.cost(view, play, own)
            total = charge(run, f"cost.{mechanism.name}", cost, play)
            departments[plan.key].book(plan.key, total)
            run.ledger.post(f"cost.{mechanism.name}", "cash", total)
            play.forget()


def charge(run: RunState, name: str, cost: Cost, play: ActivePlay) -> float:
    """Record a cost and return its sum; what is fixed falls evenly on those served."""
    before = run.recorder.total(name)
    if cost.fixed:
        served = play.rows if play.level > 0 and play.rows.size else None
        share = run.size if served is None else served.size
        run.recorder.add(name, cost.fixed / share, served)
    money = cost.per_person + cost.per_event
    run.recorder.add(name, money, cost.rows)
    return run.recorder.total(name) - before
