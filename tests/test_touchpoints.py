"""Failures are met at a touchpoint, levers act where they belong, and a report names the weakest link.

Serves: L2.2 I6.3
"""

import numpy as np
import pytest
from scipy import stats

from sim.common.errors import InputError
from sim.common.reading import validate
from sim.market.market import Market, load_market
from sim.market.touchpoints import AVERTED_AT, FAILURES_AT, shares_of_failures, weakest_link
from sim.playbook.strategies import Play, Strategy
from sim.report.comparison.journey import weakest_link as sentences
from tests.synthetic import synthetic_comparison
from tests.test_feedback_causes import MENDS, feedback, told_by_few
from tests.worlds import FALSE_ALARM, strategy, world

#: Shares that no two touchpoints have alike; execution is whole, so that plays do what they say.
SHARES = {"failure_share_at_purchase": 0.5, "failure_share_after_sale": 0.2}
FIRM = {"failures_per_trip": 0.2, "execution": 1.0, **SHARES}


def watching(share: float) -> Strategy:
    return strategy(Play(lever="service_quality", owner="service", settings={"proactive": share}))


def failures(plays: Strategy, **options) -> tuple[int, int, dict[str, float]]:
    """Failures, trips, and the share of failures at each touchpoint."""
    sums = world(plays=plays, **options, **FIRM).run().weekly.sum(numeric_only=True)
    failed = float(sums["n_failures"])
    shares = {place: sums[column] / failed for place, column in FAILURES_AT.items()}
    return int(failed), int(sums["trips"]), shares


def test_each_failure_is_met_at_one_touchpoint() -> None:
    assert set(FAILURES_AT) == set(AVERTED_AT) == set(shares_of_failures(load_market("grocery")))
    for name in ("grocery", "music_shop", "subscription"):
        assert sum(shares_of_failures(load_market(name)).values()) == pytest.approx(1.0)
    _, _, shares = failures(strategy(), n=300, weeks=4)
    assert shares == pytest.approx({"purchase": 0.5, "use": 0.3, "after_sale": 0.2})


def test_early_repair_spares_failures_of_delivery_and_use_alone() -> None:
    failed, trips, shares = failures(watching(0.9), n=2_000, weeks=6)
    left = 0.5 + 0.3 * 0.1 + 0.2
    assert stats.binomtest(failed, trips, 0.2 * left).pvalue > FALSE_ALARM, failed / trips
    assert shares["purchase"] == pytest.approx(0.5 / left)
    assert shares["use"] == pytest.approx(0.03 / left)


def test_causes_of_the_weakest_link_are_mended_there_alone_for_a_third_of_the_work() -> None:
    table = told_by_few(
        mendable=1.0, insight_weeks=1.0, channel_hours=0.0, learning_hours=0.0, reading_minutes=0.0
    )
    paid = {}
    for place in (0.0, 1.0):
        plays = feedback(**{**MENDS, "mend_causes": 0.5, "weakest_link": place})
        model = world(plays=plays, n=500, weeks=6, parameters=table, **FIRM).run()
        last = model.weekly[model.weekly["week"] >= 2].sum(numeric_only=True)
        shares = np.array([last[column] for column in FAILURES_AT.values()]) / last["n_failures"]
        kept = np.array([0.5, 0.3, 0.2]) * ([0.5, 1.0, 1.0] if place else 1.0)
        np.testing.assert_allclose(shares, kept / kept.sum(), rtol=1e-9)
        paid[place] = model.weekly["cost.feedback"].sum()
    assert paid[1.0] == pytest.approx(paid[0.0] / 3, rel=0.25)  # hours of agencies come in posts


def test_the_weakest_link_is_where_most_fails() -> None:
    market = load_market("grocery")
    for first, last, where in ((0.5, 0.2, "purchase"), (0.1, 0.2, "use"), (0.2, 0.5, "after_sale")):
        shares = {"failure_share_at_purchase": first, "failure_share_after_sale": last}
        assert weakest_link(market.with_values(**shares)) == where


def test_shares_that_are_more_than_all_are_refused() -> None:
    market = load_market("grocery").model_dump()
    market["values"]["failure_share_after_sale"] |= {"value": 0.4, "high": 0.4}
    market["values"]["gross_margin"] |= {"value": 2.0, "low": 2.0, "high": 2.0}
    with pytest.raises(InputError) as refused:
        validate(Market, market, "grocery.yaml")
    assert {"values.gross_margin.value", f"values.{', '.join(SHARES)}"} <= {
        fault.field for fault in refused.value.faults
    }


def test_shares_that_are_set_to_more_than_all_are_refused_with_all_else_that_is_wrong() -> None:
    grocery = load_market("grocery")
    with pytest.raises(InputError) as refused:
        grocery.with_values(
            failure_share_at_purchase=0.7,
            failure_share_after_sale=(0.1, 0.2, 0.4),
            gros_margin=0.2,
            discount_rate=(0.2, 0.1, 0.3),
        )
    typo, ends, shares = refused.value.faults
    assert typo.nearest == "gross_margin" and ends.field == "values.discount_rate"
    assert shares.field == f"values.{', '.join(SHARES)}" and "up to 0.4" in str(shares)
    grocery.with_values(failure_share_at_purchase=0.7, failure_share_after_sale=0.3)


def test_a_report_names_the_weakest_link_and_where_it_is_then() -> None:
    comparison = synthetic_comparison(n=4)
    (text,) = sentences(comparison)
    found = comparison.effects_on("failures_in_use")["baseline_mean"].iloc[0]
    assert "delivery or use" in text and f"{found:.1f}" in text
    effects = comparison.effects
    moved = (effects["measure"] == "failures_in_use") & (effects["scenario"] != "baseline")
    effects.loc[moved, "mean"] = 1.0
    comparison.__dict__.pop("_effects_on", None)
    text, then = sentences(comparison)
    assert "delivery or use" in text and "at the purchase" in then
