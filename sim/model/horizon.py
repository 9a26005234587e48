"""Recording at the horizon what the customers then left are worth, seen in three ways."""

from collections.abc import Mapping

import numpy as np

from sim.common.calendar import WEEKS_A_QUARTER
from sim.common.kernels.rows import rows_with
from sim.common.random_numbers import Floats, Ints
from sim.model.future_customers import future_customers
from sim.model.kinds import MarketKind
from sim.model.residual_value.after_horizon import AfterHorizon, LastWeek
from sim.model.residual_value.coming_back import back_within, weeks_left, with_returns
from sim.model.residual_value.noncontractual import Relaxation
from sim.model.residual_value.rates_ahead import rates_ahead
from sim.model.week import attitudes, recruits
from sim.model.week.satisfaction import expectation_elsewhere
from sim.model.week.state import RunState, WeekState
from sim.world.population import ACTIVE, LAPSED, VALUE_SEGMENTS
from sim.world.removable_leaving import hazard_factor

#: What the horizon adds to the weekly table.
WORTH_COLUMNS = (
    "residual_equity",
    "sustained_equity",
    "firm_view_equity",
    "future_customers_equity",
)
_COST_WEEKS = WEEKS_A_QUARTER  # costs go on as in the last quarter


def record_worth(state: WeekState, kind: MarketKind) -> None:
    """Record residual equity, the same if levers go on, and what the firm would believe.

    Parameters
    ----------
    state : WeekState
        The last week's, with its terms and prices. The recorder is written.
    kind : MarketKind
    """
    run, record = state.run, state.run.recorder
    people, market, following = run.people, run.market, run.week + 1
    rows = rows_with(people["status"], ACTIVE)
    record.add("residual_equity", residual_equity(run, kind, rows), rows)
    _record_returns(run, kind, rows)
    last = _last_week(state, rows)
    record.add(
        "sustained_equity", kind.sustained_equity(people, rows, last, market, following), rows
    )
    known, worth = kind.firm_view_equity(people, market, following)
    record.add("firm_view_equity", worth, known)
    joining, worth = future_customers(run, kind)
    record.add("future_customers_equity", worth, joining)


def _record_returns(run: RunState, kind: MarketKind, rows: Ints) -> None:
    """Record what those bring who come back after the horizon: of customers here, and of the lapsed."""
    people, market = run.people, run.market
    if not market.winback_hazard:
        return
    away = rows_with(people["status"], LAPSED)
    _, here = with_returns(*kind.after_return(people, rows, market), market)
    worth, _ = with_returns(*kind.after_return(people, away, market), market)
    gone = back_within(weeks_left(people, away, run.week + 1), market) * worth
    for column in ("residual_equity", "sustained_equity"):
        run.recorder.add(column, here, rows)
        run.recorder.add(column, gone, away)


def residual_equity(run: RunState, kind: MarketKind, rows: Ints) -> Floats:
    """Return what active customers are worth after a run's last week, levers off; shape (m,)."""
    relaxation = Relaxation(
        run.people,
        rows,
        run.life,
        run.baseline.share_behind_a_trip,
        run.market["removable_drop_out"],
        run.firm.capability.breach_left,
        after_horizon(run, rows),
        rates_ahead(run.people, rows, run.market),
        run.usual,
        run.firm.capability.recoverable,
    )
    experience, offsets = run.experience, run.baseline.offsets
    return kind.residual_equity(
        run.people, rows, experience, offsets, relaxation, run.market, run.week + 1
    )


def after_horizon(run: RunState, rows: Ints) -> AfterHorizon:
    """Return what levers leave behind of some customers, and what the market gives elsewhere."""
    view, behind = run.lever_view(), run.baseline.share_behind_a_trip
    own = {
        mechanism.name: {name: column[rows] for name, column in run.own(mechanism).items()}
        for mechanism in run.levers.in_use
    }

    def quality(weeks: float) -> Floats | float:
        total: Floats | float = 0.0
        for mechanism in run.levers.in_use:
            total = total + mechanism.lasting_quality(own[mechanism.name], weeks)
        return total

    of_recruits = recruits.terms(run.people, rows, run.life, run.market, behind)

    def terms(weeks: float) -> dict[str, Floats]:
        total = dict(of_recruits)
        for mechanism in run.levers.in_use:
            for outcome, term in mechanism.lasting_terms(view, own[mechanism.name], weeks).items():
                total[outcome] = total.get(outcome, 0.0) + term
        return total

    def elsewhere(weeks: float) -> float:
        drifted = expectation_elsewhere(run.market["expectation_drift"], run.week + weeks)
        return run.baseline.elsewhere + drifted

    return AfterHorizon(quality, terms, elsewhere, run.given_back(rows))


def _last_week(state: WeekState, rows: Ints) -> LastWeek:
    """Return the rates of the last week, all terms included."""
    run = state.run
    people, life, offsets = run.people, run.life, run.baseline.offsets
    satisfaction, behind = people["satisfaction"][rows], run.baseline.share_behind_a_trip
    eta = {
        name: sum((t[rows] for t in state.terms[name].values()), np.zeros(rows.size))
        for name in ("purchase", "price", "churn", "spend")
    }
    eta["purchase"] += eta["price"]
    for name, life_terms in (
        ("purchase", attitudes.purchase_terms(people, rows, life, run.usual)),
        ("churn", attitudes.churn_terms(people, rows, life, run.usual)),
    ):
        eta[name] += sum((term for _, term in life_terms), np.zeros(rows.size))
    for name, term in recruits.terms(people, rows, life, run.market, behind).items():
        eta[name] += term
    logit_share = run.logit_share[rows] + offsets["purchase"] + eta["purchase"]
    log_hazard = offsets["churn"] + life.satisfaction_on_churn * satisfaction + eta["churn"]
    removable = run.market["removable_drop_out"]
    margin = run.market["gross_margin"] + np.expm1(np.asarray(state.delivery.at("markup", rows)))
    return LastWeek(
        logit_share=logit_share + life.satisfaction_on_purchase * satisfaction,
        hazard=people["drop_out_rate"][rows] * hazard_factor(log_hazard, removable),
        margin=people["mean_spend"][rows] * margin * np.exp(eta["spend"]),
        cost=_cost_per_customer(run.recorder.table, run.week)[people["value_segment"][rows]],
    )


def _cost_per_customer(table: Mapping[str, Floats], week: int) -> Floats:
    """Return the weekly cost of the levers per active customer of each value segment."""
    last = slice(max(0, week + 1 - _COST_WEEKS), week + 1)
    cost = np.zeros(len(VALUE_SEGMENTS))
    for name, sums in table.items():
        if name.startswith("cost."):
            cost += sums[last].sum(axis=0)
    customers = table["n_active"][last].sum(axis=0)
    return np.divide(cost, customers, out=np.zeros_like(cost), where=customers > 0)
