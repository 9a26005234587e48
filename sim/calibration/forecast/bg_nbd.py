"""The BG/NBD: a customer may drop out after each purchase, with a probability of their own.

While active, purchases come at rate lambda ~ Gamma(r, alpha) a week; after each repeat purchase the
customer leaves with probability p ~ Beta(a, b) (Fader, Hardie & Lee 2005, "Counting your customers the
easy way"). The symbols x, t_x and T are those of `sim.calibration.pareto_nbd`.
"""

import numpy as np
from scipy.special import betaln, gammaln


def log_likelihood(x, t_x, T, r, alpha, a, b) -> np.ndarray:
    """Return the log-likelihood of each history.

    Parameters
    ----------
    x, t_x, T : array_like
        Histories; same shape, times in weeks.
    r, alpha, a, b : float
        Parameters, all > 0.

    Returns
    -------
    numpy.ndarray
        Shape of `x`; equation 6 of Fader, Hardie & Lee (2005), in logs.
    """
    x, t_x, T = (np.asarray(part, dtype=float) for part in (x, t_x, T))
    known = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b)
    stayed = known - (r + x) * np.log(alpha + T)
    return stayed + np.logaddexp(0.0, _log_odds_gone(x, t_x, T, r, alpha, a, b))


def _log_odds_gone(x, t_x, T, r, alpha, a, b):
    """Return the log odds of having left with the last purchase; none without a repeat purchase."""
    odds = np.log(a) - np.log(b + np.maximum(x, 1.0) - 1.0)
    odds = odds + (r + x) * (np.log(alpha + T) - np.log(alpha + t_x))
    return np.where(x > 0, odds, -np.inf)


def probability_alive(x, t_x, T, r, alpha, a, b) -> np.ndarray:
    """Return the probability that each customer is active at T (same arguments)."""
    x, t_x, T = (np.asarray(part, dtype=float) for part in (x, t_x, T))
    return np.exp(-np.logaddexp(0.0, _log_odds_gone(x, t_x, T, r, alpha, a, b)))


def stays(y, a, b) -> np.ndarray:
    """Return the probability of staying through y purchases, E[(1 - p)^y]; shape of `y` and `b`."""
    return np.exp(betaln(a, b + y) - betaln(a, b))


def leaves_at(y, a, b) -> np.ndarray:
    """Return the probability of leaving with just the y-th purchase (y >= 1), E[p (1 - p)^(y - 1)]."""
    return np.exp(betaln(a + 1.0, b + y - 1.0) - betaln(a, b))
