"""What is recorded once, at the horizon: what the customers then left are worth, seen in three ways."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.common.random_numbers import Floats
from sim.levers.base import Delivery
from sim.model.residual_value.contractual import firm_view_fees, residual_fees, sustained_fees
from sim.model.residual_value.noncontractual import Relaxation, residual_margin
from sim.model.residual_value.other_views import firm_view_margin, sustained_margin
from sim.model.week import attitudes
from sim.world.population import ACTIVE, VALUE_SEGMENTS

if TYPE_CHECKING:
    from sim.model.loyalty_model import LoyaltyModel

_COST_WEEKS = 13  # costs go on as in the last quarter


def record_worth(
    model: "LoyaltyModel", terms: dict[str, dict[str, Floats]], delivery: Delivery
) -> None:
    """Record residual equity, the same if levers go on, and what the firm would believe.

    Parameters
    ----------
    model : LoyaltyModel
        In its last week.
    terms : dict
        The levers' terms of that week, by outcome and lever.
    delivery : Delivery
        That of the week; its list price is used.
    """
    people, record = model.customers.columns, model.recorder
    rows = np.flatnonzero(people["status"] == ACTIVE)
    record.add("residual_equity", _residual(model, rows), rows)
    above = np.expm1(np.asarray(delivery.at("markup", rows)))
    record.add("sustained_equity", _sustained(model, rows, terms, above), rows)
    if model.market.is_contractual:
        worth = firm_view_fees(people, rows, model.market, model.week + 1)
        record.add("firm_view_equity", worth, rows)
        return
    known = (people["tenure"] > 0) | (people["status"] == ACTIVE)
    worth = firm_view_margin(people, known, model.market)
    record.add("firm_view_equity", worth, np.flatnonzero(known))


def _residual(model: "LoyaltyModel", rows: NDArray[np.int64]) -> Floats:
    week = model.open_week()
    own = {
        mechanism.name: {name: column[rows] for name, column in model.own(mechanism).items()}
        for mechanism in model.mechanisms_in_use
    }

    def lasting(weeks: float) -> Floats:
        quality = np.zeros(rows.size)
        for mechanism in model.mechanisms_in_use:
            quality += mechanism.lasting_quality(own[mechanism.name], weeks)
        return quality

    def lasting_terms(weeks: float) -> dict[str, Floats]:
        total: dict[str, Floats] = {}
        for mechanism in model.mechanisms_in_use:
            left = mechanism.lasting_terms(week, own[mechanism.name], weeks)
            for outcome, term in left.items():
                total[outcome] = total.get(outcome, 0.0) + term
        return total

    people = model.customers.columns
    relaxation = Relaxation(
        people,
        rows,
        model.life,
        model.market.share_behind_a_trip,
        model.firm.breach_left,
        lasting_terms,
    )

    def elsewhere(weeks: float) -> float:
        return model.elsewhere(model.week + weeks)

    market, states = model.market, (people, rows, model.experience, model.offsets)
    if market.is_contractual:
        return residual_fees(*states, lasting, market, model.week + 1, relaxation, elsewhere)
    return residual_margin(
        *states, lasting, market["gross_margin"], market.weekly_discount, relaxation, elsewhere
    )


def _sustained(
    model: "LoyaltyModel",
    rows: NDArray[np.int64],
    terms: dict[str, dict[str, Floats]],
    above: Floats,
) -> Floats:
    people, life = model.customers.columns, model.life
    satisfaction = people["satisfaction"][rows]
    eta = {
        name: sum((t[rows] for t in terms[name].values()), np.zeros(rows.size))
        for name in ("purchase", "price", "churn", "spend")
    }
    eta["purchase"] += eta["price"]
    for name, life_terms in (
        ("purchase", attitudes.purchase_terms(people, rows, life)),
        ("churn", attitudes.churn_terms(people, rows, life)),
    ):
        eta[name] += sum((term for _, term in life_terms), np.zeros(rows.size))
    logit_share = model.base_logit[rows] + model.offsets["purchase"] + eta["purchase"]
    log_hazard = model.offsets["churn"] + life.satisfaction_on_churn * satisfaction + eta["churn"]
    margin = model.market["gross_margin"] + above
    paid = people["mean_spend"][rows] * margin * np.exp(eta["spend"])
    hazard = people["drop_out_rate"][rows] * np.exp(log_hazard)
    cost = _cost_per_customer(model)[people["value_segment"][rows]]
    if model.market.is_contractual:
        due = people["renewal_week"][rows] - (model.week + 1.0)
        return sustained_fees(paid, np.exp(-hazard), due, cost, model.market)
    return sustained_margin(
        people["category_rate"][rows],
        logit_share + life.satisfaction_on_purchase * satisfaction,
        paid,
        hazard,
        cost,
        model.market.weekly_discount,
    )


def _cost_per_customer(model: "LoyaltyModel") -> Floats:
    """Return the weekly cost of the levers per active customer of each value segment."""
    table, last = model.recorder.table, slice(max(0, model.week + 1 - _COST_WEEKS), model.week + 1)
    cost = np.zeros(len(VALUE_SEGMENTS))
    for name, sums in table.items():
        if name.startswith("cost."):
            cost += sums[last].sum(axis=0)
    customers = table["n_active"][last].sum(axis=0)
    return np.divide(cost, customers, out=np.zeros_like(cost), where=customers > 0)
