"""What the firm does in a week: plays find their people, levers act, what happened is booked and paid.

Each function takes the model and does one part of `LoyaltyModel.step`.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.common.random_numbers import Floats
from sim.levers.base import OUTCOMES, ActivePlay, Cost, Delivery, Mechanism, Week
from sim.model.week.audience import Audiences
from sim.model.week.saturation import together
from sim.playbook.strategies import Play

if TYPE_CHECKING:
    from sim.model.loyalty_model import LoyaltyModel


def _levels(model: "LoyaltyModel") -> dict[str, float]:
    """Return every play's level this week, by its key."""
    return {key: level for d in model.departments for key, level in d.level.items()}


def equip(model: "LoyaltyModel", week: Week) -> None:
    """Let the levers that build what the firm is able to do go on with it."""
    levels = _levels(model)
    for mechanism in model.mechanisms_in_use:
        plays = _plays_of(model, mechanism)
        efforts = [(model.settings[p.key], levels[p.key] * p.reach) for p in plays]
        mechanism.equip(week, efforts, model.firm)


def _active_plays(
    model: "LoyaltyModel", mechanism: Mechanism, levels: dict[str, float], audiences: Audiences
) -> list[ActivePlay]:
    """Return a lever's plays with everybody's strength; the first that applies to a person counts."""
    size = len(model.customers)
    carried_out = 1.0 if mechanism.builds_capability else model.firm.execution
    taken = np.zeros(size, dtype=bool)
    active: list[ActivePlay] = []
    for index, play in enumerate(_plays_of(model, mechanism)):
        level, reached, rows = levels[play.key], np.zeros(size, dtype=bool), None
        if level > 0.0:
            if play.audience == "everyone" and play.reach == 1.0 and not active:
                rows = audiences.active_rows
            reached = audiences.of(play.audience) & ~taken
            taken |= reached
            if play.reach < 1.0:
                asked = np.flatnonzero(reached)
                luck = model.draws.uniform(f"reach {play.key}", rows=asked)
                reached[asked] = luck < play.reach
        settings = model.settings[play.key]
        active.append(ActivePlay(index, settings, reached, level, carried_out, rows))
    return active


def act(model: "LoyaltyModel", week: Week, delivery: Delivery) -> dict[str, dict[str, Floats]]:
    """Let all levers act, and give their terms by outcome and lever, each of shape (people,).

    Parameters
    ----------
    model : LoyaltyModel
    week : Week
    delivery : Delivery
        What the levers deliver is added to it.
    """
    levels = _levels(model)
    terms: dict[str, dict[str, Floats]] = {outcome: {} for outcome in OUTCOMES}
    model.active_plays = {}
    leaving_seen = bool(model.market["defection_visible"])
    audiences = Audiences(model.customers.columns, model.week, leaving_seen)
    for mechanism in model.mechanisms_in_use:
        plays = _active_plays(model, mechanism, levels, audiences)
        model.active_plays[mechanism.name] = plays
        own = model.own(mechanism)
        mechanism.update(week, plays, own)
        for outcome, term in mechanism.effects(week, plays, own).items():
            terms[outcome][mechanism.name] = term
        mechanism.deliver(week, plays, own, delivery)
    life = model.life
    for outcome, cap, good in (
        ("purchase", life.purchase_cap, 1),
        ("churn", life.churn_cap, -1),
        ("spend", life.spend_cap, 1),
    ):
        terms[outcome] = together(terms[outcome], cap, good)
    return terms


def _plays_of(model: "LoyaltyModel", mechanism: Mechanism) -> list[Play]:
    return [p for p in model.setting.strategy.plays if p.lever == mechanism.name]


def referrals(model: "LoyaltyModel", week: Week) -> Floats:
    """Return everybody's chance of recommending the firm this week, shape (people,)."""
    chance = np.zeros(len(model.customers))
    for mechanism in model.mechanisms_in_use:
        plays = model.active_plays[mechanism.name]
        chance += mechanism.referrals(week, plays, model.own(mechanism))
    return chance


def settle(model: "LoyaltyModel", week: Week, delivery: Delivery) -> None:
    """Book the week's sales, let the levers book theirs, and pay what the plays cost.

    Parameters
    ----------
    model : LoyaltyModel
    week : Week
        With its trips and spend.
    delivery : Delivery
        The markup on the list price of week 0.
    """
    record = model.recorder
    gross = model.market["gross_margin"]
    buyers = np.flatnonzero((week.trips > 0) | (week.spend > 0))
    spend = week.spend[buyers]
    record.add("trips", week.trips[buyers], buyers)
    record.add("spend", spend, buyers)
    # Goods cost what they cost at the prices of week 0; what prices are above that is margin.
    usual = spend * np.exp(-np.asarray(delivery.at("markup", buyers)))
    record.add("margin", usual * gross + (spend - usual), buyers)
    model.ledger.post("cash", "sales", float(spend.sum()))
    model.ledger.post("cost_of_goods", "stock", float(usual.sum()) * (1 - gross))
    departments = {key: d for d in model.departments for key in d.spent}
    for mechanism in model.mechanisms_in_use:
        own, plays = model.own(mechanism), model.active_plays[mechanism.name]
        mechanism.settle(week, plays, own)
        mechanism.book(own, model.ledger)
        for play, plan in zip(plays, _plays_of(model, mechanism), strict=True):
            cost = mechanism.cost(week, play, own)
            total = charge(model, f"cost.{mechanism.name}", cost, play)
            departments[plan.key].book(plan.key, total)
            model.ledger.post(f"cost.{mechanism.name}", "cash", total)
            play.forget()


def charge(model: "LoyaltyModel", name: str, cost: Cost, play: ActivePlay) -> float:
    """Record a cost and give its sum; what is fixed falls evenly on those served."""
    before = model.recorder.total(name)
    if cost.fixed:
        served = play.rows if play.level > 0 and play.rows.size else None
        share = len(model.customers) if served is None else served.size
        model.recorder.add(name, cost.fixed / share, served)
    money = cost.per_person + cost.per_event
    model.recorder.add(name, money, cost.rows)
    return model.recorder.total(name) - before
