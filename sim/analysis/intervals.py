"""Intervals of paired differences: of their mean, of the expected one, and of what one firm may see."""

import functools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtri, stdtrit

from sim.common.size import ENOUGH_FUTURES

#: Intervals leave out this share, half on each side.
ALPHA = 0.10
_NO_SKEW = 1e-6


@dataclass(frozen=True)
class Interval:
    """Mean of paired differences over futures, and three intervals, of 90 % unless asked otherwise.

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


@dataclass(frozen=True)
class Seen:
    """What one firm may see: outcomes and their chances, more than one a future where events are rare.

    Attributes
    ----------
    values : ndarray, shape (m,)
    weights : ndarray, shape (m,)
        Those of a future add up to 1.
    """

    values: np.ndarray
    weights: np.ndarray

    @property
    def known(self) -> "Seen":
        """The outcomes that exist and may come about."""
        there = np.isfinite(self.values) & (self.weights > 0)
        return Seen(self.values[there], self.weights[there])


def paired_interval(
    differences: ArrayLike,
    again: ArrayLike = (),
    luck_of_firm: float = 1.0,
    seen: Seen | None = None,
    alpha: float = ALPHA,
) -> Interval:
    """Return the mean of paired differences with its intervals.

    The mean has the interval of `mean_interval`. What one further future brings lies in the middle
    90 % of futures by order statistics, whatever the law (Wilks 1941); fewer than `ENOUGH_FUTURES` have
    no such middle, and then m +- t s sqrt(1 + 1 / n), exact for a normal law, stands in.

    A difference is that of the values drawn in its future plus luck, and its variance s^2 is that
    between values plus that of luck. Two lives of the same values differ by luck alone, so that the
    mean of their squared differences, halved, is the variance of luck v (one-way analysis of variance
    with random effects, Searle, Casella & McCulloch 1992). Few pairs know it badly: only as much luck
    is taken out as there surely is, v' = v / F, with the 90 % quantile F of the ratio of two equal
    variances. Distances from the mean are shrunk by sqrt((s^2 - v') / s^2 + 1 / n), at most 1, for the
    expected difference, which is never surer than the mean, and by sqrt((s^2 - v + k v) / s^2) for one
    firm.

    Parameters
    ----------
    differences : array_like, shape (n,)
        One per future; those that are not finite are left out.
    again : array_like, shape (m,)
        The same of the second lives of the first m futures.
    luck_of_firm : float
        Variance of the firm's luck over that of a run's, k: more than 1 for a firm with fewer customers
        than are simulated.
    seen : Seen, optional
        Of all futures, where a difference is the mean over what may come about in its future
        (`sim.model.rare_events`): what one firm may see then has this law.
    alpha : float
        What each interval leaves out, half on each side.

    Returns
    -------
    Interval
        NaN where fewer than two futures are left.
    """
    values = np.asarray(differences, dtype=float)
    luck, pairs = _variance_of_luck(values, np.asarray(again, dtype=float))
    values = values[np.isfinite(values)]
    n = len(values)
    if n < 2:
        mean = float(values.mean()) if n else np.nan
        nan = np.nan
        return Interval(mean, nan, nan, nan, nan, nan, nan, nan, n)
    mean, whole = float(values.mean()), float(values.var(ddof=1))
    known = math.isfinite(luck) and whole > 0
    share = min(luck / whole, 1.0) if known else np.nan
    left = min(1 - share / _ratio(pairs, n) + 1 / n, 1.0) if known else 1.0
    ends = _of_one_future(values, alpha) - mean
    ci_low, ci_high = mean_interval(values, alpha)
    least, most = (float(end) for end in mean + math.sqrt(left) * ends)
    expected = (min(least, ci_low), max(most, ci_high))
    wider = 1 - share + luck_of_firm * share if known else 1.0
    if seen is not None:
        ends = _of_one_firm(seen.known, n, alpha) - mean
    low, high = (float(end) for end in mean + math.sqrt(wider) * ends)
    firm = (min(low, expected[0]), max(high, expected[1]))
    return Interval(mean, ci_low, ci_high, *expected, *firm, share, n)


def mean_interval(values: np.ndarray, alpha: float = ALPHA) -> tuple[float, float]:
    """Return where the mean of a law lies of which there are some draws, two or more.

    Gains are skewed, and then t = (m - mu) sqrt(n) / s is skewed the other way. Hall's (1992)
    transformation takes that out: with x = t / sqrt(n) and the skewness g of the draws

        x + g x^2 / 3 + g^2 x^3 / 27 + g / (6 n)

    has nearly Student's quantiles over sqrt(n). Without skewness it is the t interval.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Finite.
    alpha : float
        What the interval leaves out, half on each side.
    """
    n, mean = len(values), float(values.mean())
    spread = float(values.std(ddof=1))
    if not spread > 0:
        return mean, mean
    skew = float(np.mean((values - mean) ** 3)) / float(values.std()) ** 3
    step = _quantile(n, alpha) / math.sqrt(n)
    low, high = (mean - spread * _untransformed(end, skew, n) for end in (step, -step))
    return low, high


def _untransformed(place: float, skew: float, n: int) -> float:
    """Return the t over sqrt(n) at which Hall's transformation has a value."""
    if abs(skew) < _NO_SKEW:
        return place
    return 3 / skew * (float(np.cbrt(1 + skew * (place - skew / (6 * n)))) - 1)


def _of_one_future(values: np.ndarray, alpha: float) -> np.ndarray:
    """Return both ends of what one further future brings, but for alpha of the times."""
    n = len(values)
    if n >= ENOUGH_FUTURES:
        return np.quantile(values, [alpha / 2, 1 - alpha / 2], method="weibull")
    half = _quantile(n, alpha) * float(values.std(ddof=1)) * math.sqrt(1 + 1 / n)
    return float(values.mean()) + np.array([-half, half])


def _of_one_firm(seen: Seen, n: int, alpha: float) -> np.ndarray:
    """Return both ends of what one firm sees: `_of_one_future` of outcomes with weights.

    The k-th of n outcomes of equal weight lies at k / (n + 1) of the law (Weibull); others at their
    running weight over n + 1.
    """
    order = np.argsort(seen.values, kind="stable")
    values, weights = seen.values[order], seen.weights[order] * (n / seen.weights.sum())
    if n >= ENOUGH_FUTURES:
        return np.interp([alpha / 2, 1 - alpha / 2], np.cumsum(weights) / (n + 1), values)
    mean = float(np.average(values, weights=weights))
    variance = float(np.sum(weights * (values - mean) ** 2)) / (n - 1)
    half = _quantile(n, alpha) * math.sqrt(variance * (1 + 1 / n))
    return mean + np.array([-half, half])


def _variance_of_luck(values: np.ndarray, again: np.ndarray) -> tuple[float, int]:
    """Return the variance of luck by second lives, NaN of fewer than two, and how many there are."""
    gaps = values[: len(again)] - again
    gaps = gaps[np.isfinite(gaps)]
    return (float(np.mean(gaps**2) / 2) if len(gaps) > 1 else np.nan), len(gaps)


@functools.cache
def _quantile(n: int, alpha: float) -> float:
    """Return the quantile of Student's t of n draws that half of alpha leaves out above."""
    return float(stdtrit(n - 1, 1 - alpha / 2))


@functools.cache
def _ratio(pairs: int, n: int) -> float:
    """Return what the ratio of two equal variances, of so many pairs and of n draws, seldom exceeds."""
    return float(fdtri(pairs, n - 1, 1 - ALPHA))
