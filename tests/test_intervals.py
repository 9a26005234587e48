"""Each interval holds what it says it holds, as often as it says."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.analysis.intervals import ALPHA, paired_interval
from tests.worlds import FALSE_ALARM, Z_LIMIT, assert_share

REPEATS = 3_000


@pytest.mark.parametrize(("n", "chance"), [(3, 0.5), (9, 0.8), (19, 0.9), (39, 0.9), (79, 0.9)])
def test_one_further_future_lies_in_the_interval_with_the_stated_chance_whatever_the_law(n, chance):
    """Ranks of draws have no law of their own (Wilks 1941), here of a law with a long tail.

    The chance is exact where 5 % of n + 1 is a whole number, and for the range of fewer futures.
    """
    rng = np.random.default_rng(n)
    draws = rng.lognormal(0.0, 1.5, (REPEATS, n + 1))
    hits = 0
    for one in draws:
        found = paired_interval(one[:-1])
        hits += found.low <= one[-1] <= found.high
    assert_share(hits, REPEATS, chance, f"one further of {n} futures")


@pytest.mark.parametrize("n", [2, 8, 30])
def test_the_interval_of_the_mean_holds_the_true_mean_in_nine_of_ten_comparisons(n):
    draws = np.random.default_rng(n).normal(2.0, 3.0, (REPEATS, n))
    found = [paired_interval(one) for one in draws]
    hits = sum(one.ci_low <= 2.0 <= one.ci_high for one in found)
    assert_share(hits, REPEATS, 1 - ALPHA, f"mean of {n} futures")
    assert all(one.mean == one_draws.mean() for one, one_draws in zip(found, draws, strict=True))


def _lives(n: int, m: int, luck: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return differences with a variance of 1 in n futures, and again in m; `luck` of it is luck."""
    rng = np.random.default_rng(seed)
    known = rng.normal(0, math.sqrt(1 - luck), n)
    first, again = (rng.normal(0, math.sqrt(luck), size) for size in (n, m))
    return known + first, known[:m] + again


@pytest.mark.parametrize("luck", [0.05, 0.4, 0.9])
def test_the_variance_of_luck_is_found_from_second_lives(luck):
    """Over its true value it is chi-square over its degrees of freedom, one for each pair."""
    m = 100
    first, again = _lives(400, m, luck, 5)
    found = paired_interval(first, again).luck * first.var(ddof=1)
    low, high = (stats.chi2.ppf(p, m) / m for p in (FALSE_ALARM / 2, 1 - FALSE_ALARM / 2))
    assert low < found / luck < high


def test_the_expected_interval_is_that_of_the_values_without_luck():
    """Its half-width is 1.645 standard deviations of what is no luck, but for the error of both.

    The error of a 5 % quantile of n normal draws is sqrt(.05 * .95 / n) over the density there, that
    of the share of luck at most its size times sqrt(2 / m + 2 / n).
    """
    n, m, luck = 4_000, 1_000, 0.5
    first, again = _lives(n, m, luck, 6)
    found = paired_interval(first, again)
    z = stats.norm.isf(ALPHA / 2)
    of_quantiles = math.sqrt(ALPHA / 2 * (1 - ALPHA / 2) / n) / stats.norm.pdf(z) / math.sqrt(2)
    of_share = luck * math.sqrt(2 / m + 2 / n) / (2 * (1 - luck))
    half = (found.expected_high - found.expected_low) / 2
    allowed = Z_LIMIT * math.hypot(of_quantiles / z, of_share)
    assert half / (z * math.sqrt(1 - luck)) == pytest.approx(1, abs=allowed)
    assert allowed < 0.2  # or it would say nothing
    assert (found.high - found.low) / 2 == pytest.approx(z, rel=Z_LIMIT * of_quantiles / z)


def test_the_expected_interval_is_narrower_than_that_of_one_firm_and_a_small_firms_is_wider():
    first, again = _lives(40, 10, 0.3, 7)
    usual, small = (paired_interval(first, again, k) for k in (1.0, 4.0))
    assert small.low < usual.low < usual.expected_low
    assert usual.expected_high < usual.high < small.high
    assert (small.expected_low, small.expected_high) == (usual.expected_low, usual.expected_high)
    assert (small.mean, small.ci_low, small.ci_high, small.luck) == (
        usual.mean, usual.ci_low, usual.ci_high, usual.luck
    )  # fmt: skip
    wider = (small.high - small.mean) / (usual.high - usual.mean)
    assert wider == pytest.approx(math.sqrt(1 + 3 * usual.luck), rel=1e-12)


def test_if_all_is_luck_the_expected_difference_is_as_unsure_as_the_mean():
    rng = np.random.default_rng(8)
    first, again = rng.normal(5, 1, 20), rng.normal(5, 9, 5)
    found = paired_interval(first, again)
    assert found.luck == 1
    for end, whole in ((found.expected_low, found.low), (found.expected_high, found.high)):
        assert end - found.mean == pytest.approx((whole - found.mean) / math.sqrt(20), rel=1e-9)
    assert found.low < found.mean < found.high


@pytest.mark.parametrize("again", [(), (1.0,), (math.nan, math.nan, 3.0)])
def test_without_two_second_lives_luck_stays_in_the_expected_interval(again):
    found = paired_interval([1.0, 2.0, 4.0, 8.0], again)
    assert math.isnan(found.luck)
    assert (found.expected_low, found.expected_high) == (found.low, found.high) == (1.0, 8.0)


def test_differences_that_do_not_exist_are_left_out_with_their_pairs():
    first = [1.0, math.nan, 4.0, 8.0, math.inf, 3.0]
    again = [1.5, 7.0, 4.5, math.nan]
    found = paired_interval(first, again)
    whole = [1.0, 4.0, 8.0, 3.0]
    assert (found.n, found.mean) == (4, 4.0)
    assert found.luck == pytest.approx((0.5**2 + 0.5**2) / 4 / np.var(whole, ddof=1))
    alone = paired_interval([math.nan, 2.0])
    assert (alone.n, alone.mean) == (1, 2.0) and math.isnan(alone.ci_low)
    assert math.isnan(paired_interval([]).mean)


def test_equal_differences_are_certain():
    found = paired_interval([3.0] * 8, [3.0, 3.0])
    assert (found.ci_low, found.ci_high, found.low, found.high) == (3.0, 3.0, 3.0, 3.0)
