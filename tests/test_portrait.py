"""What is said of a purchase log is what can be counted in it, and known of the public logs.

Serves: L4.1a I5.4 I7.1
"""

from functools import cache
from math import comb

import numpy as np
import pandas as pd
import pytest

from sim.calibration.describe_log import (
    cohorts,
    concentration,
    draw_portrait,
    frequencies,
    months,
    nbd_shares,
    segments,
    share_of_top,
)
from sim.calibration.tracking import by_frequency, weekly_tracking
from sim.calibration.transactions import Log
from sim.common.errors import InputError
from sim.workbench.log import describe_log


@pytest.fixture(scope="module")
def grocer():
    return draw_portrait("complete-journey")


@pytest.fixture(scope="module")
def shop():
    return draw_portrait("cdnow")


def _log(*lines: tuple[int, str, float]) -> Log:
    table = pd.DataFrame(lines, columns=["customer", "day", "amount"])
    table["day"] = pd.to_datetime(table["day"])
    return Log("made", table.assign(lines=1), "", "", "")


# -- counts that can be done by hand ---------------------------------------------------------------


def test_cohorts_are_shares_of_those_who_came_in_a_month():
    log = _log(
        (1, "2024-01-05", 1), (1, "2024-02-01", 1), (1, "2024-02-20", 1), (1, "2024-04-30", 1),
        (2, "2024-01-31", 1), (2, "2024-03-01", 1),
        (3, "2024-03-10", 1), (3, "2024-04-02", 1),
    )  # fmt: skip
    table = cohorts(log)
    assert [str(month) for month in table.index] == ["2024-01", "2024-03"]
    assert list(table["customers"]) == [2, 1]
    assert list(table.loc["2024-01", [1, 2, 3]]) == [0.5, 0.5, 0.5]
    assert table.loc["2024-03", 1] == 1.0
    assert np.isnan(table.loc["2024-03", 2]), "not observed is not zero"


def test_a_month_that_the_log_cuts_short_is_not_counted():
    log = _log(
        (1, "2024-01-01", 1), (1, "2024-02-03", 1), (2, "2024-01-09", 1), (2, "2024-03-15", 1)
    )
    assert list(cohorts(log).columns) == ["customers", 1]
    assert [str(month) for month in months(log).index] == ["2024-01", "2024-02"]


def test_months_say_who_buys_and_who_buys_again():
    log = _log(
        (1, "2024-01-01", 1), (2, "2024-01-20", 1), (1, "2024-02-03", 1), (3, "2024-02-29", 1)
    )  # fmt: skip
    table = months(log)
    assert list(table["buying"]) == [2 / 3, 2 / 3]
    assert table["again"].iloc[0] == 0.5
    assert np.isnan(table["again"].iloc[-1])


def test_the_share_of_the_best_is_that_of_the_largest_values():
    assert share_of_top([5, 1, 1, 1, 1, 1], 1 / 6) == pytest.approx(0.5)
    assert share_of_top(np.ones(7), 0.2) == pytest.approx(0.2)
    people, share = concentration([3, 1, 0])
    assert list(share) == [0, 0.75, 1, 1]
    assert list(people) == pytest.approx([0, 1 / 3, 2 / 3, 1])


# -- the NBD against its closed form ---------------------------------------------------------------


def test_the_nbd_is_that_of_the_textbook():
    shape, scale, weeks = 3, 10.0, 5.0  # a whole shape: counts of failures before the third success
    p = scale / (scale + weeks)
    known = [comb(k + shape - 1, k) * p**shape * (1 - p) ** k for k in range(6)]
    np.testing.assert_allclose(nbd_shares(5, shape, scale, weeks, 1.0), known, rtol=1e-12)
    seen = nbd_shares(5, shape, scale, weeks, 0.0)
    assert seen[0] == 0.0
    np.testing.assert_allclose(seen[1:], np.array(known[1:]) / (1 - p**shape), rtol=1e-12)


@pytest.mark.parametrize("name", ["grocer", "shop"])
def test_groups_of_frequency_hold_every_customer_once(name, request):
    table, law = frequencies(request.getfixturevalue(name))
    assert table["observed"].sum() == pytest.approx(1.0)
    assert table["expected"].sum() == pytest.approx(1.0)
    assert list(table["low"][1:]) == [high + 1 for high in table["high"][:-1]]
    assert (table["low"].iloc[0] == 0) == bool(law["none"])


def test_the_nbd_of_a_cohort_has_the_mean_that_was_counted(shop):
    _, law = frequencies(shop)
    days = shop.log.occasions
    first = days.groupby("customer")["day"].transform("min")
    since = (days["day"] - first).dt.days
    inside = ((since > 0) & (since <= 7 * law["weeks"])).sum()
    # At its maximum the likelihood of an NBD reproduces the mean exactly.
    assert law["shape"] / law["scale"] * law["weeks"] == pytest.approx(inside / 2357, rel=1e-3)


# -- facts known of the public logs ----------------------------------------------------------------


def test_the_grocers_best_fifth_bring_545_of_1000(grocer):
    spend = grocer.log.occasions.groupby("customer")["amount"].sum()
    assert share_of_top(spend, 0.2) == pytest.approx(0.545, abs=0.001)
    assert share_of_top(spend, 0.1) == pytest.approx(0.350, abs=0.002)
    assert not grocer.cohort


def test_the_cohorts_of_the_music_shop_are_three(shop):
    table = cohorts(shop.log)
    assert [str(month) for month in table.index] == ["1997-01", "1997-02", "1997-03"]
    assert table["customers"].sum() == 2357
    assert shop.cohort


def test_tracking_repeats_the_published_figures_of_the_cohort(shop):
    weekly, half = weekly_tracking(shop.log.occasions)
    assert (half, len(weekly)) == (39, 78)
    assert weekly["actual"].sum() == 4339
    assert weekly["expected"].sum() / 4339 - 1 == pytest.approx(-0.016, abs=0.001)
    late = weekly[half:]
    assert late["actual"].sum() == 1882
    assert (late["expected"] / late["actual"] - 1).abs().mean() == pytest.approx(0.194, abs=0.001)


def test_purchases_by_frequency_are_the_published_ones(shop):
    table = by_frequency(shop.log.occasions, None)
    published = [0.237, 0.697, 1.393, 1.560, 2.532, 2.947, 3.862, 6.359]
    np.testing.assert_allclose(table["actual"], published, atol=0.0006)
    assert table["customers"].sum() == 2357
    total = (table["expected"] * table["customers"]).sum()
    assert total / 1882 - 1 == pytest.approx(-0.115, abs=0.001)


@pytest.mark.parametrize("name", ["grocer", "shop"])
def test_segments_hold_every_customer_once_and_add_up(name, request):
    made = request.getfixturevalue(name)
    table = segments(made)
    assert table["customers"].sum() == made.log.n_customers
    assert table["spend"].sum() == pytest.approx(1)
    assert table["ahead"].sum() == pytest.approx(1)
    assert not table.duplicated(["frequency", "recency"]).any()


# -- what is written -------------------------------------------------------------------------------


@cache
def _described(source: str):
    return describe_log(source)


@pytest.mark.parametrize("source", ["complete-journey", "cdnow"])
def test_every_section_has_a_finding_and_the_cautions_are_seen(source):
    content = _described(source).content
    assert list(content.sections) == [
        "data", "cohorts", "frequency", "concentration", "segments", "calibration", "foresight"
    ]  # fmt: skip
    for part in content.sections.values():
        assert part.heading
        assert part.tables or part.key == "data"
        assert all(picture.alt for picture in part.pictures)
    text = " ".join(content["data"].bullets)
    assert ("disputed" in text) == (source == "complete-journey")
    assert "Caution: " in text


def _cohorts_heading() -> str:
    return _described("cdnow").content["cohorts"].heading.removeprefix("cdnow: ")


def test_a_firms_own_log_is_read_by_its_columns(tmp_path, shop):
    table = shop.log.occasions.rename(columns={"customer": "card", "day": "when", "amount": "paid"})
    path = tmp_path / "sales.csv"
    table[["card", "when", "paid"]].to_csv(path, index=False)
    content = describe_log(str(path), customer="card", date="when", amount="paid").content
    assert "2,357 customers" in content["data"].heading
    assert content["cohorts"].heading == "sales.csv: " + _cohorts_heading()
    with pytest.raises(InputError, match="nothing"):
        describe_log(str(path), customer="card", date="when", amount="nothing")
