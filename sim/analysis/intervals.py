"""Intervals of paired differences: of their mean, and of one further draw."""

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
    """Mean of paired differences with its interval, and the interval for one further draw."""

    mean: float
    ci_low: float
    ci_high: float
    low: float
    high: float
    n: int


def paired_interval(differences: ArrayLike) -> Interval:
    """Return the mean of paired differences, its 90 % t-interval, and that for one further draw.

    Those of least squares on a constant: the mean's interval is m +- t s / sqrt(n), the prediction
    interval m +- t s sqrt(1 + 1/n), with t of n - 1 degrees of freedom.

    Parameters
    ----------
    differences : array_like, shape (n,)
        One per draw; those that are not finite are left out.

    Returns
    -------
    Interval
        NaN where fewer than two draws are left.
    """
    values = np.asarray(differences, dtype=float)
    values = values[np.isfinite(values)]
    n = len(values)
    if n < 2:
        mean = float(values.mean()) if n else np.nan
        return Interval(mean, np.nan, np.nan, np.nan, np.nan, n)
    mean = float(values.mean())
    spread = _quantile(n) * float(values.std(ddof=1))
    known, next_one = spread * math.sqrt(1 / n), spread * math.sqrt(1 + 1 / n)
    return Interval(mean, mean - known, mean + known, mean - next_one, mean + next_one, n)


@functools.cache
def _quantile(n: int) -> float:
    """Return the quantile of Student's t of n draws that `ALPHA` leaves out half above."""
    return float(stdtrit(n - 1, 1 - ALPHA / 2))
