"""Measures are what their definitions say, add up over segments, and follow closed forms.

Serves: L1.1a L1.1d C3.4 I7.6
"""

import numpy as np
import pandas as pd
import pytest
from weekly_tables import SEGMENTS, customer_equity, random_table, weekly_table

from sim.checks.generated_tables import definitions_table
from sim.measures.definitions import MEASURES, PAIRED
from sim.measures.equity import payback_week
from sim.measures.of_run import horizon_measures, paired_measures
from sim.measures.weekly import TOTAL, columns_by_segment
from sim.measures.worth import WORTH
from tests.synthetic import synthetic_comparison

SCALE = 7.0


@pytest.fixture(scope="module")
def market():
    return synthetic_comparison(n=2).market


def _value(table: pd.DataFrame, measure: str, segment: str = TOTAL) -> float:
    rows = table[(table["segment"] == segment) & (table["measure"] == measure)]
    assert len(rows) == 1
    return float(rows["value"].iloc[0])


def _hand_computed_weeks() -> pd.DataFrame:
    weeks = 60
    late = (np.arange(weeks) >= 8)[:, None]  # the last 52 weeks
    return weekly_table(
        weeks,
        n_active=[[10.0, 20.0, 30.0]],
        n_start=[[20.0, 30.0, 50.0]],
        n_start_active=np.where(np.arange(weeks) == 59, 18.0, 99.0)[:, None] * [[0.5, 1.0, 1.5]],
        n_bought_12w=np.where(np.arange(weeks) == 59, 15.0, 99.0)[:, None],
        new_joined=[[1.0, 2.0, 3.0]],
        new_won_back=[[1.0, 1.0, 2.0]],
        acquisition_cost=[[3.0, 0.0, 6.0]],
        trips=np.where(late, 4.0, 99.0),
        spend=np.where(late, 30.0, 99.0),
        rival_spend=np.where(late, 90.0, 0.0),
        margin=[[5.0, 6.0, 7.0]],
        **{"cost.feedback": [[1.0, 0.0, 1.0]], "cost.incentives": [[0.0, 2.0, 0.0]]},
        n_surveyed=np.where(late, 10.0, 99.0),
        n_satisfied=np.where(late, 7.0, 0.0),
        n_promoter=np.where(late, 5.0, 0.0),
        n_detractor=np.where(late, 2.0, 99.0),
        n_positive_talk=np.where(late, 3.0, 0.0),
        n_negative_talk=np.where(late, 1.0, 99.0),
        n_contacts=np.where(late, 2.0, 99.0),
        wait_minutes=np.where(late, 9.0, 0.0),
        rival_trips=np.where(late, 12.0, 99.0),
        n_prospect=10.0,
        new_by_talk=1.0,
        new_by_platform=0.5,
        n_taking_part=np.where(late, 6.0, 0.0),
        n_opted_out=np.where(late, 5.0, 0.0),
        platform_reach=np.where(late, 5.0, 0.0),
        platform_posts=np.where(late, 2.0, 99.0),
        n_failures=np.where(late, 1.2, 9.0),
        n_complaints=np.where(late, 0.6, 9.0),
        n_suggestions=np.where(late, 0.2, 9.0),
        n_suggestions_useful=np.where(late, 0.1, 9.0),
        n_answered=np.where(late, 0.2, 9.0),
        n_acted_on=np.where(late, 0.1, 9.0),
        n_contacts_first=np.where(late, 0.5, 9.0),
        wait_minutes_first=np.where(late, 2.0, 9.0),
        failures_at_purchase=np.where(late, 0.2, 9.0),
        failures_in_use=np.where(late, 0.4, 9.0),
        failures_after_sale=np.where(late, 0.1, 9.0),
        reputation=np.where(late, 2.0, 99.0),
    )


def test_measures_of_a_hand_computed_table(market):
    found = horizon_measures(_hand_computed_weeks(), market, SCALE)
    expected = {
        "profit": (18 - 4 - 9) * 52 * SCALE,
        "margin": 18 * 52 * SCALE,
        "cost": 4 * 52 * SCALE,
        "discounted_cost": 4 * SCALE * np.exp(-market.weekly_discount * np.arange(60)).sum(),
        "retention": 0.54,
        "repeat_rate": 45 / 60,
        "share_of_wallet": 0.25,
        "csat": 0.7,
        "nps": 30.0,
        "positive_talk_share": 0.75,
        "messages": 12 / 60 * 1000 * 52,
        "trips": 12 / 60 * 52,
        "active_customers": 60 * SCALE,
        "new_customers": 6 * 52 * SCALE,
        "conversion": 6 / (3 * 10) * 52,
        "acquisition_cost": 9 / 6,
        "retention_cost": 4 * 52 / (60 - 6 - 4),
        "retention_to_acquisition": 4 * 52 / 50 / 1.5,
        "response_minutes": 4.5,
        "response_minutes_first": 4.0,
        "failures_told": 0.5,
        "loop_answered": 0.25,
        "loop_acted_on": 0.125,
        "useful_suggestions": 25.0,
        "failures_at_purchase": 50.0,
        "failures_in_use": 100.0,
        "failures_after_sale": 25.0,
        "newcomers_kept": (60 - 54) / ((6 + 4) * 60),
        "arrivals_by_talk": 3 * 52 * SCALE,
        "arrivals_by_referral": 0.0,
        "arrivals_by_platform": 1.5 * 52 * SCALE,
        "participation": 0.3,
        "reachable": 0.75,
        "platform_reach": 1.5,
        "reputation": 0.2,
        "share_of_voice": 0.25 * 1.2 / (0.25 * 1.2 + 0.75),
    }
    for measure, value in expected.items():
        assert _value(found, measure) == pytest.approx(value, rel=1e-12), measure
    assert _value(found, "retention", "high_value") == pytest.approx(0.45)
    assert set(expected) | set(WORTH) == set(MEASURES)


def test_customer_equity_is_what_comes_within_the_horizon_and_after_it(market):
    found = horizon_measures(_hand_computed_weeks(), market, SCALE)
    within, after = _value(found, "equity_within"), _value(found, "equity_after")
    assert _value(found, "customer_equity") == pytest.approx(within + after, rel=1e-12)
    assert within != 0


def test_customer_equity_in_closed_form_at_constant_retention_and_margin(market):
    weeks, kept, margin, delta = 30, 0.97, 11.0, 0.004
    alive = kept ** np.arange(weeks)
    after = margin * kept**weeks / (1 - kept * np.exp(-delta))  # of all later weeks, in week H
    weekly = weekly_table(
        weeks,
        margin=(margin * alive / 3)[:, None],
        residual_equity=np.where(np.arange(weeks) == weeks - 1, after / 3, 0.0)[:, None],
    )
    for_ever = margin / (1 - kept * np.exp(-delta))
    assert customer_equity(weekly, delta) == pytest.approx(for_ever, rel=1e-12)


def test_segments_add_up_to_the_total(market):
    weekly = random_table(3)
    found = horizon_measures(weekly, market, SCALE)
    for measure in ("customer_equity", "profit", "margin", "cost", "active_customers"):
        parts = sum(_value(found, measure, segment) for segment in SEGMENTS)
        assert parts == pytest.approx(_value(found, measure), rel=1e-12), measure
    assert set(found["segment"]) == {TOTAL, *SEGMENTS}


def test_order_of_rows_does_not_matter(market):
    weekly = random_table(4)
    shuffled = weekly.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        _sorted(horizon_measures(weekly, market, SCALE)),
        _sorted(horizon_measures(shuffled, market, SCALE)),
        rtol=1e-12,
    )


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values(["segment", "measure"], ignore_index=True)


def test_a_ratio_with_nothing_under_it_is_missing_not_zero(market):
    found = horizon_measures(weekly_table(margin=1.0), market, SCALE)
    assert np.isnan(_value(found, "nps"))
    assert np.isnan(_value(found, "response_minutes"))


@pytest.mark.parametrize(
    ("difference", "week"),
    [
        ([1, 1, 1], 0),
        ([0, 0, 0], 0),
        ([-2, 1, 1], 2),
        ([-2, 3, -2], np.inf),
        ([-1, 2, -2, 3], 3),
        ([1, -2, 0], np.inf),
    ],
)
def test_payback_is_the_week_from_which_the_total_stays_positive(difference, week):
    assert payback_week(np.array(difference, float), np.arange(len(difference))) == week


def test_return_is_the_gain_in_equity_per_discounted_cost(market):
    baseline = weekly_table(margin=10.0)
    cost = {"cost.feedback": np.array([6.0, 0, 0, 0, 0, 0])[:, None]}
    strategy = weekly_table(margin=np.array([10.0, 19, 10, 10, 10, 10])[:, None], **cost)
    found = paired_measures(strategy, baseline, market)
    gain = 9 * np.exp(-market.weekly_discount) - 6
    assert _value(found, "return") == pytest.approx(gain / 6, rel=1e-12)
    assert _value(found, "payback_week") == 1
    free = paired_measures(baseline, baseline, market)
    assert np.isnan(_value(free, "return"))


def test_every_measure_stands_in_the_table_of_definitions():
    lines = definitions_table().splitlines()
    assert len(lines) == 2 + len(MEASURES) + len(PAIRED)
    for line, name in zip(lines[2:], [*MEASURES, *PAIRED], strict=True):
        assert line.startswith(f"| `{name}` |")
        assert line.count("|") == 6


def test_columns_are_in_order_of_weeks():
    weekly = weekly_table(4, margin=[[1.0], [2.0], [3.0], [4.0]]).iloc[::-1]
    assert columns_by_segment(weekly)[TOTAL]["margin"].tolist() == [3, 6, 9, 12]
