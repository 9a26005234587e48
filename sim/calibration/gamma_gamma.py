"""The Gamma-Gamma law of spend: how much a customer spends on a trip, and how customers differ.

Spend per occasion ~ Gamma(p, nu) within a customer, nu ~ Gamma(q, v) between customers, independent of
how often one buys (Fader, Hardie & Lee 2005, "RFM and CLV", section 3; Fader & Hardie 2013, "The
Gamma-Gamma model of monetary value").

| symbol | meaning | unit |
|---|---|---|
| x, mean | occasions, mean spend of them | 1, currency |
| p, q | shapes within and between customers | 1 |
| v | scale between customers | currency |
"""

import numpy as np
from scipy.special import gammaln


def log_likelihood(x, mean, p, q, v) -> np.ndarray:
    """Return the log-likelihood of each customer's mean spend over x occasions.

    Parameters
    ----------
    x, mean : array_like
        Occasions (>= 1) and their mean spend (> 0, currency); same shape.
    p, q, v : float
        Parameters, all > 0.

    Returns
    -------
    numpy.ndarray
        Shape of `x`; equation 1a of Fader & Hardie (2013).
    """
    x, mean = np.asarray(x, dtype=float), np.asarray(mean, dtype=float)
    px = p * x
    known = gammaln(px + q) - gammaln(px) - gammaln(q) + q * np.log(v)
    return known + px * np.log(x) + (px - 1.0) * np.log(mean) - (px + q) * np.log(v + x * mean)


def expected_spend(x, mean, p, q, v) -> np.ndarray:
    """Return the expected spend per occasion, given x past occasions and their mean.

    p (v + x mean) / (p x + q - 1), a weighted mean of the customer's own average and the
    population's p v / (q - 1) (Fader & Hardie 2013, equation 5). Needs q > 1 where x is 0; infinite
    there otherwise. Currency, shape of `x`.
    """
    x, mean = np.asarray(x, dtype=float), np.asarray(mean, dtype=float)
    weight = p * x + q - 1.0
    safe = np.where(weight > 0, weight, 1.0)
    return np.where(weight > 0, p * (v + x * mean) / safe, np.inf)


def coefficient_of_variation(p, q) -> float:
    """Return standard deviation / mean of spend per occasion in the population; needs q > 2."""
    if q <= 2:
        return float("inf")
    return float(np.sqrt((1.0 + 1.0 / p) * (q - 1.0) / (q - 2.0) - 1.0))
