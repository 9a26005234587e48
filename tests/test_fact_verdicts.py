"""Facts are judged by their intervals, at the stated rate of errors, one look or two."""

import numpy as np
import pytest
from scipy import stats

from sim.checks.validation.statistic import (
    ERROR,
    LEVEL,
    Statistic,
    Untested,
    judge,
    mean_of,
    pooled,
    ratio,
    resampled,
)
from tests.worlds import FALSE_ALARM


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(1.0, 2.0, "green"), (1.5, 2.5, "green"), (2.5, 3.5, "undecided"),
     (3.1, 3.5, "red"), (0.0, 0.9, "red"),
     (0.9, 5.0, "undecided"), (0.9, 1.1, "undecided"), (2.9, 3.1, "undecided"),
     (3.0, 3.0, "green"), (1.0, 1.0, "green")],
)  # fmt: skip
def test_a_fact_is_green_where_all_of_its_interval_lies_in_the_band(low, high, said) -> None:
    verdict, reason = judge(Statistic((low + high) / 2, low, high), 1.0, 3.0)
    assert verdict == said
    assert (reason != "") == (said == "undecided")


def test_a_fact_at_the_end_of_its_band_is_seldom_called_green_or_red() -> None:
    """Of statistics whose truth is an end of the band, few intervals miss that end, as many as stated."""
    luck = np.random.default_rng(2)
    runs, end = 2_000, 1.0
    said = [judge(mean_of(row), end, 3.0)[0] for row in luck.normal(end, 0.1, (runs, 6))]
    decided = sum(verdict != "undecided" for verdict in said)
    assert stats.binomtest(decided, runs, ERROR).pvalue > FALSE_ALARM


def test_two_looks_together_are_as_seldom_wrong_as_one_look_is_said_to_be() -> None:
    """Looking again, first lives included: intervals of 99 % each would be wrong more often."""
    luck, runs, end = np.random.default_rng(3), 10_000, 1.0
    lives = luck.normal(end, 0.1, (runs, 24))

    def decided_at(error: float) -> int:
        decided = np.zeros(runs, dtype=bool)
        for n in (6, 24):
            mean, half = lives[:, :n].mean(axis=1), stats.t.isf(error / 2, n - 1) / np.sqrt(n)
            decided |= np.abs(mean - end) > half * lives[:, :n].std(axis=1, ddof=1)
        return int(decided.sum())

    most = stats.binom.isf(FALSE_ALARM, runs, 1 - LEVEL)
    assert decided_at(ERROR) <= most < decided_at(1 - LEVEL)
    one = mean_of(lives[0, :6])
    half = stats.t.isf(ERROR / 2, 5) * lives[0, :6].std(ddof=1) / np.sqrt(6)
    assert one.high - one.value == pytest.approx(half)


def test_what_was_not_tested_says_why() -> None:
    assert judge(Untested("no rivals"), 0, 1) == ("untested", "no rivals")


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    luck = np.random.default_rng(1)
    runs, truth = 2_000, 2.0
    draws = luck.normal(truth, 1.0, (runs, 6))
    pairs = np.stack([draws * 3, np.full_like(draws, 3.0)], axis=2)
    for intervals in ([mean_of(row) for row in draws], [ratio(row) for row in pairs]):
        held = sum(one.low <= truth <= one.high for one in intervals)
        assert stats.binomtest(held, runs, 1 - ERROR).pvalue > FALSE_ALARM
    medians = [resampled(row, lambda part: float(np.median(part))) for row in draws[:50]]
    assert sum(one.low <= truth <= one.high for one in medians) > 40


def test_an_interval_without_replications_is_refused() -> None:
    with pytest.raises(ValueError, match="two finite"):
        mean_of([1.0])
    with pytest.raises(ValueError, match="two finite"):
        pooled([1.0, 2.0], lambda part: float("nan"))
