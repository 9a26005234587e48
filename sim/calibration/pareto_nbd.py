"""The Pareto/NBD: who buys how often, and who has dropped out unseen.

While active, a customer buys by a Poisson process of rate lambda per week, and drops out at rate mu
per week; lambda ~ Gamma(r, alpha), mu ~ Gamma(s, beta), independent (Schmittlein, Morrison & Colombo
1987; formulas as in Fader & Hardie 2005, "A note on deriving the Pareto/NBD model").

| symbol | meaning | unit |
|---|---|---|
| x, t_x, T | repeat purchases, time of the last one, length of observation | 1, weeks, weeks |
| r, alpha | shape and rate of the law of purchase rates | 1, weeks |
| s, beta | shape and rate of the law of drop-out rates | 1, weeks |

The published likelihood multiplies powers that overflow for a heavy buyer. Here it is

    ln L = [ln Gamma(r + x) - ln Gamma(r) + r ln alpha + s ln beta - (r + x) ln(alpha + T)
            - s ln(beta + T)] + ln(1 + J)
    J = s * integral from t_x to T of ((alpha + T) / (alpha + u))^(r + x)
        * (beta + T)^s / (beta + u)^(s + 1) du

with ln J taken from Gauss' hypergeometric function after Euler's transformation 2F1(a, b; c; z) =
(1 - z)^(c - a - b) 2F1(c - a, c - b; c; z), which leaves 2F1(1, .; .; z): positive terms that
decrease, so that nothing overflows. P(alive) is 1 / (1 + J).

Without drop-out the same law of purchase rates gives the negative binomial counts of Ehrenberg
(1959).
"""

import numpy as np
from scipy.special import gammaln, hyp2f1, xlogy

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(200)


def _rising_series(b, c, z):
    """Return 2F1(1, b; c; z) for 0 <= z < 1 and c > b: its terms are positive and decrease.

    From z = 0.9 on, where scipy fails on whole numbers c - b, by Euler's integral over y = e^w,
    (c - 1) * integral of exp((c - 1) w - b ln(1 - z + z e^w)) from -infinity to 0, cut where the
    integrand is below e^-40 of its largest value (relative error below 1e-8).
    """
    b, c, z = (np.array(a, dtype=float) for a in np.broadcast_arrays(b, c, z))
    near = z >= 0.9
    value = hyp2f1(1.0, b, c, np.where(near, 0.0, z))
    if near.any():
        b, c, z = (a[near, None] for a in (b, c, z))
        rise = np.maximum(c - 1.0 - b, 1e-9)
        length = np.minimum(40.0 / rise, 40.0 / (c - 1.0) - np.log1p(-z))
        w = -length * (1.0 - _NODES) / 2.0
        height = np.exp((c - 1.0) * w - b * np.log1p(-z + z * np.exp(w)))
        value[near] = ((c - 1.0) * length / 2.0 * height * _WEIGHTS).sum(axis=1)
    return value


def _log_tail(x, u, r, alpha, s, beta):
    """Log of s * integral from u to infinity of (alpha + v)^-(r+x) (beta + v)^-(s+1) dv.

    Worked out once for customers who are alike: days are whole, and those without a repeat purchase many.
    """
    x, u = np.atleast_1d(x, u)
    pairs, inverse = np.unique(x + 1j * u, return_inverse=True)
    x, u = pairs.real, pairs.imag
    c = r + s + x + 1.0
    near, far = np.log(alpha + u), np.log(beta + u)
    if alpha >= beta:
        series = _rising_series(r + x, c, (alpha - beta) / (alpha + u))
        powers = -(r + x) * near - s * far
    else:
        series = _rising_series(s + 1.0, c, (beta - alpha) / (beta + u))
        powers = (1.0 - r - x) * near - (s + 1.0) * far
    return (np.log(s) - np.log(c - 1.0) + powers + np.log(series))[inverse]


def _log_odds_gone(x, t_x, T, r, alpha, s, beta):
    """Log of J: the odds of having dropped out between the last purchase and T."""
    x, t_x, T = np.broadcast_arrays(*(np.asarray(a, dtype=float) for a in (x, t_x, T)))
    scale = (r + x) * np.log(alpha + T) + s * np.log(beta + T)
    early = _log_tail(x, t_x, r, alpha, s, beta)
    late = _log_tail(x, T, r, alpha, s, beta)
    with np.errstate(divide="ignore"):  # a purchase on the last day leaves no time to drop out in
        share = np.log(-np.expm1(np.minimum(late - early, 0.0)))
    return (scale + early + share).reshape(x.shape)


def log_likelihood(x, t_x, T, r, alpha, s, beta) -> np.ndarray:
    """Return the log-likelihood of each customer's history.

    Parameters
    ----------
    x, t_x, T : array_like
        Histories; same shape. Acquisition at time 0, its purchase not counted.
    r, alpha, s, beta : float
        Parameters, all > 0.

    Returns
    -------
    numpy.ndarray
        Shape of `x`; equation 23 of Fader & Hardie (2005), in the stable form of this module.
    """
    x, T = np.asarray(x, dtype=float), np.asarray(T, dtype=float)
    known = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    stayed = known - (r + x) * np.log(alpha + T) - s * np.log(beta + T)
    return stayed + np.logaddexp(0.0, _log_odds_gone(x, t_x, T, r, alpha, s, beta))


def probability_alive(x, t_x, T, r, alpha, s, beta) -> np.ndarray:
    """Return the probability that each customer is still active at T (same arguments).

    Equation 11 of Schmittlein, Morrison & Colombo (1987), as 1 / (1 + J).
    """
    return np.exp(-np.logaddexp(0.0, _log_odds_gone(x, t_x, T, r, alpha, s, beta)))


def expected_purchases(t, r, alpha, s, beta) -> np.ndarray:
    """Return the expected repeat purchases in (0, t] of a new customer.

    r beta / (alpha (s - 1)) * (1 - (beta / (beta + t))^(s - 1)), with its limit at s = 1
    (Schmittlein, Morrison & Colombo 1987, equation 17). `t` in weeks, any shape; 0 before 0.
    """
    t = np.maximum(np.asarray(t, dtype=float), 0.0)
    return r / alpha * _expected_lifetime(t, s, beta)


def _expected_lifetime(t, s, beta):
    """Return the expected weeks active within the next t, for a drop-out rate ~ Gamma(s, beta)."""
    grown = np.log1p(t / beta)
    if abs(s - 1.0) < 1e-9:
        return beta * grown
    return -beta * np.expm1(-(s - 1.0) * grown) / (s - 1.0)


def conditional_expected_purchases(t, x, t_x, T, r, alpha, s, beta) -> np.ndarray:
    """Return the expected purchases in (T, T + t], given each customer's history.

    (r + x) / (alpha + T) * expected active weeks of someone alive at T * P(alive)
    (Schmittlein, Morrison & Colombo 1987, equation 22). Shapes broadcast; weeks.
    """
    x, T = np.asarray(x, dtype=float), np.asarray(T, dtype=float)
    rate = (r + x) / (alpha + T)
    return (
        rate * _expected_lifetime(t, s, beta + T) * probability_alive(x, t_x, T, r, alpha, s, beta)
    )


def nbd_log_likelihood(x, T, r, alpha, seen=True) -> np.ndarray:
    """Return the log-likelihood of counts x in T weeks, without drop-out.

    Parameters
    ----------
    x, T : array_like
        Counts and weeks.
    r, alpha : float
        Shape and rate of the law of purchase rates.
    seen : array_like of bool
        Whether customers without any purchase are absent, as from every purchase log: the law is
        then truncated at zero (Ehrenberg 1959; Morrison & Schmittlein 1988). For all or for each.

    Returns
    -------
    numpy.ndarray
        Shape of `x`.
    """
    x, T = np.asarray(x, dtype=float), np.asarray(T, dtype=float)
    log_none = -r * np.log1p(T / alpha)
    counts = gammaln(r + x) - gammaln(r) - gammaln(x + 1.0) + log_none
    counts = counts + xlogy(x, T / (alpha + T))  # 0 for who was first seen on the last day
    with np.errstate(divide="ignore"):  # nobody is truncated who was not observed at all
        return counts - np.where(seen, np.log(-np.expm1(log_none)), 0.0)
