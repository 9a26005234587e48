"""What winning a customer costs: who is paid for, what it takes off profit, and what it is set against.

Serves: L1.1b
"""

import numpy as np
import pandas as pd
import pytest
from weekly_tables import customer_equity, random_table

from sim.common.formatting import percent
from sim.market.market import load_market
from sim.measures.of_run import horizon_measures, paired_measures
from sim.measures.weekly import TOTAL
from sim.model.observers.diary import keep_diary
from sim.model.week import joining
from sim.model.week.state import WeekState
from sim.playbook.strategies import Play
from sim.report.comparison.tables import measures_table
from sim.world.population import PROSPECT
from sim.world.social_network import Ties
from tests.synthetic import synthetic_comparison
from tests.worlds import DO_NOTHING, assert_books_agree, strategy, world

REFERRALS = strategy(
    Play(
        lever="incentives",
        settings={"referral_reward": 40.0},
        owner="market",
    )
)


def _measure(weekly: pd.DataFrame, market, name: str) -> float:
    table = horizon_measures(weekly, market, 1.0)
    return float(table[table["segment"] == TOTAL].set_index("measure")["value"][name])


@pytest.mark.parametrize(
    ("market", "plays"), [("grocery", REFERRALS), ("subscription", DO_NOTHING)]
)
def test_each_customer_whom_nobody_told_is_paid_for_once_in_the_week_of_joining(market, plays):
    model = world(market, plays, n=2_000, weeks=20, start="posterior", inflow_per_year=0.5)
    diary = keep_diary(model.state, range(len(model.customers)))
    model.run()
    joined, told = diary.events["new_joined"] > 0, diary.events["new_by_talk"] > 0
    referred = diary.events["new_referred"] > 0
    assert (joined & told).any() and referred.any() == bool(plays.plays)
    paid_for = joined & ~told & ~referred
    # where some came early on a recommendation, the same spend on reach wins fewer
    price = diary.events["acquisition_cost"].max(axis=1, keepdims=True)
    due = (price if plays.plays else model.market.acquisition_cost) * paid_for
    np.testing.assert_allclose(diary.events["acquisition_cost"], due, rtol=1e-12)
    assert (price[paid_for.any(axis=1)] >= model.market.acquisition_cost * (1 - 1e-12)).all()
    assert model.ledger.balance("acquisition_cost") == pytest.approx(due.sum(), abs=0.01)
    assert_books_agree(model)


def test_who_comes_back_costs_nothing():
    model = world("music_shop", n=2_000, weeks=20, inflow_per_year=0.0, winback_per_year=0.8,
                  start="posterior").run()  # fmt: skip
    assert model.weekly["new_won_back"].sum() > 0
    assert (model.weekly["acquisition_cost"] == 0).all()


@pytest.mark.parametrize("market", ["grocery", "subscription"])
def test_it_is_taken_off_profit_and_equity_and_moves_nothing_else(market):
    free, paid = (
        world(market, n=1_000, weeks=30, start="posterior", acquisition_cost=years).run()
        for years in (0.0, 0.7)
    )
    cost = paid.weekly["acquisition_cost"]
    assert cost.sum() > 0 and (free.weekly["acquisition_cost"] == 0).all()
    costs = ("acquisition_cost", "future_customers_equity")
    others = [name for name in free.weekly if name not in costs]
    pd.testing.assert_frame_equal(free.weekly[others], paid.weekly[others], check_exact=True)
    less = _measure(free.weekly, free.market, "profit") - _measure(
        paid.weekly, paid.market, "profit"
    )
    assert less == pytest.approx(cost.sum() * 52 / 30)
    delta = paid.market.weekly_discount
    today = float((np.exp(-delta * paid.weekly["week"]) * cost).sum())
    gap = customer_equity(free.weekly, delta) - customer_equity(paid.weekly, delta)
    assert gap == pytest.approx(today)
    assert free.profit - paid.profit == pytest.approx(cost[paid.weekly["week"] == 29].sum())


def test_it_is_stated_in_years_of_what_an_average_customer_leaves():
    airline, yearly = load_market("airline"), load_market("subscription")
    assert airline.yearly_margin == pytest.approx(4 * 220 * 0.3)  # as the case states them
    assert airline.acquisition_cost == pytest.approx(airline["acquisition_cost"] * 4 * 220 * 0.3)
    assert yearly.yearly_margin == pytest.approx(yearly["fee_mean"] * yearly["gross_margin"])
    twice = yearly.with_values(acquisition_cost=2 * yearly["acquisition_cost"])
    assert twice.acquisition_cost == pytest.approx(2 * yearly.acquisition_cost)


def test_at_the_break_even_ratio_a_strategy_gains_nothing():
    market, costs = load_market("grocery"), ["cost.feedback", "cost.incentives"]
    weekly, base = random_table(5), random_table(6)
    weekly["n_active"] += 20.0  # more than joined in the week
    base[costs] = 0.0
    weekly["residual_equity"] += 200.0  # the strategy pays, so that there is room to spend more
    found = paired_measures(weekly, base, market)
    found = found[found["segment"] == TOTAL].set_index("measure")["value"]
    ratio = _measure(weekly, market, "retention_to_acquisition")
    assert found["break_even_ratio"] > ratio > 0
    weekly[costs] *= found["break_even_ratio"] / ratio
    assert _measure(weekly, market, "retention_to_acquisition") == pytest.approx(
        found["break_even_ratio"]
    )
    gained = _measure(weekly, market, "customer_equity") - _measure(base, market, "customer_equity")
    assert gained == pytest.approx(0.0, abs=1e-9)


def test_customers_to_come_make_equity_react_more_to_what_winning_them_costs():
    market = load_market("grocery")
    worth = {
        (years, measure): _measure(
            world("grocery", n=1_000, weeks=52, start="posterior", acquisition_cost=years)
            .run()
            .weekly,
            market,
            measure,
        )
        for years in (0.2, 0.202)
        for measure in ("customer_equity", "equity_with_future_customers")
    }
    reaction = {
        measure: np.log(worth[0.2, measure] / worth[0.202, measure]) / np.log(1.01)
        for measure in ("customer_equity", "equity_with_future_customers")
    }
    assert 0 < 2 * reaction["customer_equity"] < reaction["equity_with_future_customers"] < 1


def test_a_baseline_spends_nothing_on_keeping_customers():
    model = world(n=500, weeks=10).run()
    assert _measure(model.weekly, model.market, "retention_cost") == 0.0
    assert _measure(model.weekly, model.market, "retention_to_acquisition") == 0.0


def test_the_report_says_where_keeping_against_winning_breaks_even():
    comparison = synthetic_comparison()
    total = comparison.effects.query("segment == 'total'")
    means = total[total["scenario"] == "balanced"].set_index("measure")["mean"]
    costs, even = percent(means["retention_to_acquisition"]), percent(means["break_even_ratio"])
    assert means["break_even_ratio"] > means["retention_to_acquisition"]
    said = f"Under Balanced, keeping a customer for a year costs {costs} of what winning one costs"
    assert f"{said}; it breaks even at {even}." in measures_table(comparison).note


def test_who_is_recommended_in_the_week_in_which_reach_would_have_won_them_is_not_paid_for():
    n = 2_000
    model = world(n=n, weeks=1, inflow_per_year=26.0, talk_share_of_inflow=0.0)
    people = model.customers.columns
    prospects = np.flatnonzero(people["status"] == PROSPECT)
    # Everybody has one listener, a prospect of their own.
    model.state.ties = Ties(
        np.minimum(np.arange(model.state.size + 1), n), prospects[:n].astype(np.int32)
    )
    sure = np.zeros(model.state.size)
    sure[:n] = 1.0
    joining.join_and_return(WeekState(model.state, model.state.lever_view()), sure)
    record = model.state.recorder
    joined, referred = record.total("new_joined"), record.total("new_referred")
    assert 0 < referred < joined
    due = model.market.acquisition_cost * (joined - referred)
    assert record.total("acquisition_cost") == pytest.approx(due)
