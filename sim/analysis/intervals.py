"""Intervals of paired differences: of their mean, of the expected one, and of what one firm may see."""

import functools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

#: Intervals leave out this share, half on each side.
ALPHA = 0.10


@dataclass(frozen=True)
class Interval:
    """Mean of paired differences over futures, and three 90 % intervals.

    Attributes
    ----------
    mean : float
    ci_low, ci_high : float
        Where the mean over all possible futures lies: how well the simulation knows it.
    expected_low, expected_high : float
        Where the expected difference of one firm lies: what is uncertain of people and market remains,
        luck is taken out.
    low, high : float
        What one firm may see, its luck included.
    luck : float
        Share of the variance between futures that is luck; NaN if no future was lived through twice,
        and then luck is in the expected interval too.
    n : int
        Futures in which there is a difference.
    """

    mean: float
    ci_low: float
    ci_high: float
    expected_low: float
    expected_high: float
    low: float
    high: float
    luck: float
    n: int


def paired_interval(
    differences: ArrayLike, again: ArrayLike = (), luck_of_firm: float = 1.0
) -> Interval:
    """Return the mean of paired differences with its intervals.

    The mean has its t interval, m +- t s / sqrt(n). The other two are the middle 90 % of futures by
    order statistics, which hold one further future with a chance of 90 % whatever the law (Wilks 1941);
    of fewer than 19 futures they are the range, which holds it with (n - 1) / (n + 1).

    A difference is that of the values drawn in its future plus luck, and its variance s^2 is that
    between values plus that of luck. Two lives of the same values differ by luck alone, so that the
    mean of their squared differences, halved, is the variance of luck v (one-way analysis of variance
    with random effects, Searle, Casella & McCulloch 1992). Distances from the mean are shrunk by
    sqrt((s^2 - v) / s^2 + 1 / n), at most 1, for the expected difference (1 / n since the mean is not
    known better than that), and by sqrt((s^2 - v + k v) / s^2) for one firm.

    Parameters
    ----------
    differences : array_like, shape (n,)
        One per future; those that are not finite are left out.
    again : array_like, shape (m,)
        The same of the second lives of the first m futures.
    luck_of_firm : float
        Variance of the firm's luck over that of a run's, k: more than 1 for a firm with fewer customers
        than are simulated.

    Returns
    -------
    Interval
        NaN where fewer than two futures are left.
    """
    values = np.asarray(differences, dtype=float)
    luck = _variance_of_luck(values, np.asarray(again, dtype=float))
    values = values[np.isfinite(values)]
    n = len(values)
    if n < 2:
        mean = float(values.mean()) if n else np.nan
        nan = np.nan
        return Interval(mean, nan, nan, nan, nan, nan, nan, nan, n)
    mean, whole = float(values.mean()), float(values.var(ddof=1))
    known = math.isfinite(luck) and whole > 0
    share = min(luck / whole, 1.0) if known else np.nan
    left = min(1 - share + 1 / n, 1.0) if known else 1.0
    shares = (left, 1 - share + luck_of_firm * share if known else 1.0)
    half = _quantile(n) * math.sqrt(whole / n)
    ends = np.quantile(values, [ALPHA / 2, 1 - ALPHA / 2], method="weibull") - mean
    (least, most), (low, high) = (mean + math.sqrt(part) * ends for part in shares)
    expected, firm = (float(least), float(most)), (float(low), float(high))
    return Interval(mean, mean - half, mean + half, *expected, *firm, share, n)


def _variance_of_luck(values: np.ndarray, again: np.ndarray) -> float:
    """Return the variance of luck by second lives, NaN if there are fewer than two."""
    gaps = values[: len(again)] - again
    gaps = gaps[np.isfinite(gaps)]
    return float(np.mean(gaps**2) / 2) if len(gaps) > 1 else np.nan


@functools.cache
def _quantile(n: int) -> float:
    """Return the quantile of Student's t of n draws that `ALPHA` leaves out half above."""
    return float(stdtrit(n - 1, 1 - ALPHA / 2))
