"""Each interval holds what it says it holds, as often as it says."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.analysis.intervals import ALPHA, mean_interval, paired_interval
from tests.worlds import FALSE_ALARM, Z_LIMIT, assert_share

REPEATS = 3_000


@pytest.mark.parametrize("n", [19, 39, 79])
def test_one_further_future_lies_in_the_interval_nine_times_in_ten_whatever_the_law(n):
    """Ranks of draws have no law of their own (Wilks 1941), here of a law with a long tail.

    The chance is exact where 5 % of n + 1 is a whole number.
    """
    rng = np.random.default_rng(n)
    draws = rng.lognormal(0.0, 1.5, (REPEATS, n + 1))
    hits = 0
    for one in draws:
        found = paired_interval(one[:-1])
        hits += found.low <= one[-1] <= found.high
    assert_share(hits, REPEATS, 1 - ALPHA, f"one further of {n} futures")


@pytest.mark.parametrize("n", [2, 8, 18])
def test_of_few_futures_the_interval_is_that_of_a_normal_law(n):
    draws = np.random.default_rng(n).normal(2.0, 3.0, (REPEATS, n + 1))
    hits = 0
    for one in draws:
        found = paired_interval(one[:-1])
        hits += found.low <= one[-1] <= found.high
    assert_share(hits, REPEATS, 1 - ALPHA, f"one further of {n} futures")


def test_without_skewness_the_interval_of_the_mean_is_students():
    draws = np.array([-3.0, -1.0, 0.0, 1.0, 3.0]) + 7.0
    low, high = stats.t.interval(1 - ALPHA, 4, loc=7.0, scale=stats.sem(draws))
    assert mean_interval(draws) == pytest.approx((low, high), rel=1e-12)


@pytest.mark.parametrize("n", [16, 50])
def test_skewed_gains_lie_above_their_interval_less_often_than_above_students(n):
    """Student's is exceeded in some 20 % and 12 % where 5 % are meant; most of that is taken out."""
    draws = np.random.default_rng(n).gamma(0.3, 1.0, (REPEATS, n))
    above = sum(mean_interval(one)[1] < 0.3 for one in draws) / REPEATS
    half = stats.t.isf(ALPHA / 2, n - 1) * draws.std(axis=1, ddof=1) / math.sqrt(n)
    students = float(np.mean(draws.mean(axis=1) + half < 0.3))
    error = math.sqrt(students * (1 - students) / REPEATS)
    assert above - ALPHA / 2 < 0.5 * (students - ALPHA / 2) + Z_LIMIT * error


@pytest.mark.parametrize("luck", [0.1, 0.4, 0.8])
@pytest.mark.parametrize("n", [8, 24])
def test_the_expected_difference_of_a_firm_lies_in_its_interval_nine_times_in_ten_or_more(n, luck):
    """However badly a quarter of second lives tells how much is luck."""
    rng, hits = np.random.default_rng(n), 0
    for _ in range(REPEATS):
        known = rng.normal(0, math.sqrt(1 - luck), n + 1)
        first = known[:n] + rng.normal(0, math.sqrt(luck), n)
        found = paired_interval(first, known[: n // 4] + rng.normal(0, math.sqrt(luck), n // 4))
        hits += found.expected_low <= known[n] <= found.expected_high
    allowed = Z_LIMIT * math.sqrt(ALPHA * (1 - ALPHA) / REPEATS)
    assert hits / REPEATS > 1 - ALPHA - allowed


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
    z, surely = stats.norm.isf(ALPHA / 2), luck / stats.f.ppf(1 - ALPHA, m, n - 1)
    of_quantiles = math.sqrt(ALPHA / 2 * (1 - ALPHA / 2) / n) / stats.norm.pdf(z) / math.sqrt(2)
    of_share = surely * math.sqrt(2 / m + 2 / n) / (2 * (1 - surely))
    half = (found.expected_high - found.expected_low) / 2
    allowed = Z_LIMIT * math.hypot(of_quantiles / z, of_share)
    assert half / (z * math.sqrt(1 - surely)) == pytest.approx(1, abs=allowed)
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


@pytest.mark.parametrize("n", [4, 8, 20, 200])
def test_the_expected_difference_is_never_surer_than_the_mean_nor_a_firms_than_the_expected(n):
    rng = np.random.default_rng(8)
    for luck in (0.01, 0.5, 0.999):
        first, again = _lives(n, n, luck, n)
        found = paired_interval(first, again + rng.normal(0, 3 * (luck > 0.9), n))
        assert found.low <= found.expected_low <= found.ci_low < found.mean
        assert found.mean < found.ci_high <= found.expected_high <= found.high


def test_where_nearly_all_are_alike_and_one_is_far_off_the_expected_difference_is_as_unsure_as_the_mean():
    """The middle nine tenths of such futures do not even hold the mean."""
    found = paired_interval([0.0] * 39 + [1_000.0])
    assert found.expected_low <= found.ci_low < found.mean == 25.0
    assert found.mean < found.ci_high <= found.expected_high


@pytest.mark.parametrize("again", [(), (1.0,), (math.nan, math.nan, 3.0)])
def test_without_two_second_lives_luck_stays_in_the_expected_interval(again):
    found = paired_interval(range(1, 40), again)
    assert math.isnan(found.luck)
    assert (found.expected_low, found.expected_high) == (found.low, found.high) == (2.0, 38.0)


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
