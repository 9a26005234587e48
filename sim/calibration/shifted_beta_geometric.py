r"""The shifted beta-geometric law of a contract: who renews, and who does not (Fader & Hardie 2007).

Each customer leaves at a renewal with a chance theta of their own, the same each time; theta differs
between customers as Beta(alpha, beta). Of a cohort are left after k renewals

    S(k) = B(alpha, beta + k) / B(alpha, beta),

so that retention S(k) / S(k - 1) rises with age although nobody becomes more loyal: those who leave
easily leave first. A customer who has renewed k times has theta ~ Beta(alpha, beta + k). The law needs
the end of a contract to be seen; where customers just stay away it is the Pareto/NBD that holds.
"""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, betaln

from sim.common.random_numbers import Floats

if TYPE_CHECKING:
    from sim.calibration.maximum_likelihood import Estimate

_MOST_LIKELY_TO_LEAVE = 1.0 - 1e-12  # a hazard of 28: nobody renews with it


def survival(
    renewals: npt.ArrayLike, alpha: float, beta: float, before: npt.ArrayLike = 0.0
) -> Floats:
    """Return the share of customers left after some renewals.

    Parameters
    ----------
    renewals : array_like
        Number of renewals k, not negative.
    alpha, beta : float
        Of the beta law of the chance to leave.
    before : array_like
        Renewals that all of them had already made.

    Returns
    -------
    ndarray
        B(alpha, beta + before + k) / B(alpha, beta + before).
    """
    k, made = np.asarray(renewals, dtype=float), np.asarray(before, dtype=float)
    return np.exp(betaln(alpha, beta + made + k) - betaln(alpha, beta + made))


def chance_to_leave(uniform: Floats, renewals: npt.ArrayLike, alpha: float, beta: float) -> Floats:
    """Draw the chance to leave at a renewal, given the renewals made so far.

    Parameters
    ----------
    uniform : ndarray, shape (m,)
    renewals : array_like, shape (m,)
    alpha, beta : float

    Returns
    -------
    ndarray, shape (m,)
        theta ~ Beta(alpha, beta + renewals), just below 1 at most.
    """
    theta = betaincinv(alpha, beta + np.asarray(renewals, dtype=float), uniform)
    return np.minimum(theta, _MOST_LIKELY_TO_LEAVE)


def log_likelihood(
    renewals: Floats, left: npt.NDArray[np.bool_], alpha: float, beta: float
) -> Floats:
    """Return each customer's log-likelihood.

    Parameters
    ----------
    renewals : ndarray, shape (customers,)
        Renewals made.
    left : ndarray of bool, shape (customers,)
        Whether the customer left at the next one; the others are still customers at the end.
    alpha, beta : float

    Returns
    -------
    ndarray, shape (customers,)
        ln (S(k) - S(k + 1)) = ln B(alpha + 1, beta + k) - ln B(alpha, beta), or ln S(k).
    """
    return betaln(alpha + left, beta + renewals) - betaln(alpha, beta)


def fit_sbg(customers: npt.ArrayLike) -> "Estimate":
    """Fit the law to a cohort by maximum likelihood.

    Parameters
    ----------
    customers : array_like of int
        Customers at the start and after 1, 2, ... renewals.

    Returns
    -------
    Estimate
        Of ``renewal_alpha`` and ``renewal_beta``.
    """
    count = np.asarray(customers, dtype=np.int64)
    age = np.arange(count.size)
    lost = np.r_[-np.diff(count), 0]
    renewals = np.r_[np.repeat(age, lost), np.full(count[-1], age[-1])].astype(float)
    left = np.arange(renewals.size) < lost.sum()

    def law(alpha: float, beta: float) -> Floats:
        return log_likelihood(renewals, left, alpha, beta)

    start = {"renewal_alpha": 1.0, "renewal_beta": float(count[1] / max(count[0] - count[1], 1))}
    from sim.calibration.maximum_likelihood import maximise  # loads statsmodels, which no run needs

    return maximise(renewals, law, start)
