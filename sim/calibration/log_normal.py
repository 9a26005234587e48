"""The log-normal law of spend: amounts whose logs have a part between customers and a part within.

The log of an amount is the customer's own mean log plus a deviation, both normal: one-way random effects
(Searle, Casella & McCulloch 1992, "Variance Components", chapter 3). The parts are estimated from single
amounts. The law is stated by its mean spend M, which is that of the log, not the plug-in
exp(mu + (b^2 + w^2) / 2): that is off where logs are not normal, and the mean of what was observed is the
remedy (Duan 1983, "Smearing estimate", is the same for regressions).

| symbol | meaning | unit |
|---|---|---|
| m | a customer's own mean spend, ln m ~ N(ln M - b^2 / 2, b^2) | currency |
| b, w | SD of the log between customers, and within one | 1 |
| x, mean | occasions, mean spend of them | 1, currency |

The mean of x amounts, which is what a history holds, is taken for log-normal with its own mean and
variance (Fenton 1960, "The sum of log-normal probability distributions"): given m, its log is
N(ln m - t^2 / 2, t^2) with t^2 = ln(1 + (e^(w^2) - 1) / x). For one amount that is exact. What follows
for m from a history keeps totals, since the mean of many amounts is believed as it stands.
"""

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from sim.common.random_numbers import Floats


def log_likelihood(
    x: Floats, log_mean: Floats, log_squares: Floats, mean: float, between: float, within: float
) -> Floats:
    """Return the log-likelihood of each customer's amounts.

    Parameters
    ----------
    x, log_mean, log_squares : ndarray, shape (customers,)
        Amounts (>= 1), the mean of their logs, and the sum of squares of the logs around it.
    mean, between, within : float
        Mean spend of the law, exp(mu + (b^2 + w^2) / 2), and the SDs b and w, all > 0.

    Returns
    -------
    ndarray, shape (customers,)
        Searle, Casella & McCulloch (1992), section 3.7, with the Jacobian of the logs.
    """
    own, common = within**2, within**2 + x * between**2
    mu = np.log(mean) - (between**2 + within**2) / 2.0
    off = log_squares / own + x * (log_mean - mu) ** 2 / common
    spread = x * np.log(2.0 * np.pi) + (x - 1.0) * np.log(own) + np.log(common)
    return -0.5 * (spread + off) - x * log_mean


def spread_of_mean(x: npt.ArrayLike, within: float) -> Floats:
    """Return the SD t of the log of the mean of x amounts around a customer's own (Fenton 1960)."""
    return np.sqrt(np.log1p(np.expm1(within**2) / np.asarray(x, dtype=float)))


def own_log(
    x: npt.ArrayLike, mean: npt.ArrayLike, level: float, between: float, within: float
) -> tuple[Floats, Floats]:
    """Return the mean and the SD of ln m, given x past amounts and their mean.

    Parameters
    ----------
    x, mean : array_like, shape (customers,)
        Where `x` is 0 nothing is known of the customer.
    level, between, within : float
        M, b and w.

    Returns
    -------
    tuple of ndarray, each of shape (customers,)
        Normal prior and normal observation: weights are inverse variances.
    """
    n, seen = np.asarray(x, dtype=float), np.asarray(mean, dtype=float)
    known = (n > 0) & (seen > 0)
    noise = spread_of_mean(np.where(known, n, 1.0), within) ** 2
    prior = np.log(level) - between**2 / 2.0
    total = between**2 + noise
    weight = np.where(known, between**2 / np.where(total > 0, total, 1.0), 0.0)
    observed = np.log(np.where(known, seen, level)) + noise / 2.0
    return prior + weight * (observed - prior), between * np.sqrt(1.0 - weight)


def expected_spend(
    x: npt.ArrayLike, mean: npt.ArrayLike, level: float, between: float, within: float
) -> Floats:
    """Return the expected spend per occasion given x past ones and their mean, shape of `x`."""
    centre, spread = own_log(x, mean, level, between, within)
    return np.exp(centre + spread**2 / 2.0)


def deviation(uniform: Floats, spread: Floats | float) -> Floats:
    """Return log-normal factors of mean 1, the SD of whose log is `spread`; shape of `uniform`."""
    return np.exp(spread * ndtri(uniform) - np.square(spread) / 2.0)


def coefficient_of_variation(between: float, within: float) -> float:
    """Return standard deviation / mean of spend per occasion in the population."""
    return float(np.sqrt(np.expm1(between**2 + within**2)))
