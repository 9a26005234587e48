"""Intervals of paired differences: of their mean, and of one further draw."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

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

    Least squares on a constant (statsmodels): the mean's interval is m +- t s / sqrt(n), the
    prediction interval m +- t s sqrt(1 + 1/n), with t of n - 1 degrees of freedom.

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
    if len(values) < 2:
        mean = float(values.mean()) if len(values) else np.nan
        return Interval(mean, np.nan, np.nan, np.nan, np.nan, len(values))
    from statsmodels.regression.linear_model import OLS  # takes a second to load

    fit = OLS(values, np.ones(len(values))).fit().get_prediction(np.ones((1, 1)))
    (ci_low, ci_high), (low, high) = fit.conf_int(alpha=ALPHA)[0], fit.conf_int(True, ALPHA)[0]
    mean = float(values.mean())
    return Interval(mean, float(ci_low), float(ci_high), float(low), float(high), len(values))
