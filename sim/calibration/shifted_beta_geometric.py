r"""The shifted beta-geometric law of a contract, and its beta-discrete-Weibull generalisation.

Each customer leaves at a renewal with a chance theta of their own, the same each time; theta differs
between customers as Beta(alpha, beta). Of a cohort are left after k renewals

    S(k) = B(alpha, beta + k) / B(alpha, beta),

so that retention S(k) / S(k - 1) rises with age although nobody becomes more loyal: those who leave
easily leave first (Fader & Hardie 2007). A customer who has renewed k times has theta ~ Beta(alpha,
beta + k). The law needs the end of a contract to be seen; where customers just stay away it is the
Pareto/NBD that holds.

In the generalisation (Fader, Hardie, Liu, Davin & Steenburgh 2018, "'How to project customer retention'
revisited: the role of duration dependence") each customer's own chance moves with time: theta is the
chance at the first renewal, and (1 - theta)^(k^c) of them are left after k. All of the above holds with
k^c in place of k; c above 1 means that a customer leaves the more easily the longer they stay, c below 1
the less, and c = 1 is the law above. The hazard of the next renewal is (k + 1)^c - k^c times that of the
first, -ln(1 - theta).
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, betaln

from sim.common.random_numbers import Floats

if TYPE_CHECKING:
    from sim.calibration.maximum_likelihood import Estimate
    from sim.market.market import Market

_MOST_LIKELY_TO_LEAVE = 1.0 - 1e-12  # a hazard of 28: nobody renews with it


def survival(
    renewals: npt.ArrayLike,
    alpha: float,
    beta: float,
    duration: float = 1.0,
    before: npt.ArrayLike = 0.0,
) -> Floats:
    """Return the share of customers left after some renewals.

    Parameters
    ----------
    renewals : array_like
        Number of renewals k, not negative.
    alpha, beta : float
        Of the beta law of the chance to leave.
    duration : float
        The power c of the number of renewals.
    before : array_like
        Renewals that all of them had already made.

    Returns
    -------
    ndarray
        B(alpha, beta + (before + k)^c) / B(alpha, beta + before^c).
    """
    k, past = np.asarray(renewals, dtype=float), np.asarray(before, dtype=float)
    made = past**duration
    k = (past + k) ** duration - made
    return np.exp(betaln(alpha, beta + made + k) - betaln(alpha, beta + made))


def chance_to_leave(
    uniform: Floats, renewals: npt.ArrayLike, alpha: float, beta: float, duration: float = 1.0
) -> Floats:
    """Draw the chance to leave at a first renewal, given the renewals made so far.

    Parameters
    ----------
    uniform : ndarray, shape (m,)
    renewals : array_like, shape (m,)
    alpha, beta, duration : float

    Returns
    -------
    ndarray, shape (m,)
        theta ~ Beta(alpha, beta + renewals^c), just below 1 at most.
    """
    theta = betaincinv(alpha, beta + np.asarray(renewals, dtype=float) ** duration, uniform)
    return np.minimum(theta, _MOST_LIKELY_TO_LEAVE)


def hazard_growth(renewals: npt.ArrayLike, duration: float) -> Floats:
    """Return the hazard of the next renewal over that of the first, (k + 1)^c - k^c."""
    made = np.asarray(renewals, dtype=float)
    return (made + 1.0) ** duration - made**duration


def after_renewal(
    hazard: Floats, renewals: npt.NDArray[Any], now: npt.NDArray[np.bool_], duration: float
) -> tuple[Floats, npt.NDArray[Any]]:
    """Return hazards of the next renewal and renewals made, once those who are due `now` have renewed."""
    made = renewals + now
    grown = hazard_growth(made, duration) / hazard_growth(renewals, duration)
    return np.where(now, hazard * grown, hazard), made


def renewal_law(market: "Market") -> tuple[float, float, float]:
    """Return alpha, beta and c of a market with contracts; c is 1 unless it is stated."""
    stated = market.values.get("renewal_duration")
    return market["renewal_alpha"], market["renewal_beta"], stated.value if stated else 1.0


def log_likelihood(
    renewals: Floats,
    left: npt.NDArray[np.bool_],
    alpha: float,
    beta: float,
    duration: float = 1.0,
) -> Floats:
    """Return each customer's log-likelihood.

    Parameters
    ----------
    renewals : ndarray, shape (customers,)
        Renewals made.
    left : ndarray of bool, shape (customers,)
        Whether the customer left at the next one; the others are still customers at the end.
    alpha, beta, duration : float

    Returns
    -------
    ndarray, shape (customers,)
        ln (S(k) - S(k + 1)), for c = 1 ln B(alpha + 1, beta + k) - ln B(alpha, beta); or ln S(k).
    """
    if duration == 1.0:
        return betaln(alpha + left, beta + renewals) - betaln(alpha, beta)
    now = betaln(alpha, beta + renewals**duration)
    then = betaln(alpha, beta + (renewals + 1.0) ** duration)
    gone = np.log(np.maximum(-np.expm1(then - now), np.finfo(float).tiny))
    return now - betaln(alpha, beta) + np.where(left, gone, 0.0)


def fit_sbg(customers: npt.ArrayLike) -> "Estimate":
    """Fit the shifted beta-geometric law to a cohort by maximum likelihood.

    Parameters
    ----------
    customers : array_like of int
        Customers at the start and after 1, 2, ... renewals.

    Returns
    -------
    Estimate
        Of ``renewal_alpha`` and ``renewal_beta``.
    """
    renewals, left, start = _followed(customers)

    def law(alpha: float, beta: float) -> Floats:
        return log_likelihood(renewals, left, alpha, beta)

    from sim.calibration.maximum_likelihood import maximise  # loads statsmodels, which no run needs

    return maximise(renewals, law, start)


def fit_bdw(customers: npt.ArrayLike) -> "Estimate":
    """Fit the beta-discrete-Weibull law, as `fit_sbg`; of ``renewal_duration`` besides."""
    renewals, left, start = _followed(customers)

    def law(alpha: float, beta: float, duration: float) -> Floats:
        return log_likelihood(renewals, left, alpha, beta, duration)

    from sim.calibration.maximum_likelihood import maximise  # loads statsmodels, which no run needs

    # from just beside 1, where the law is written another way
    return maximise(renewals, law, {**start, "renewal_duration": 1.05})


def _followed(
    customers: npt.ArrayLike,
) -> tuple[Floats, npt.NDArray[np.bool_], dict[str, float]]:
    """Return each customer's renewals, whether they left at the next one, and where a fit begins."""
    count = np.asarray(customers, dtype=np.int64)
    age = np.arange(count.size)
    lost = np.r_[-np.diff(count), 0]
    renewals = np.r_[np.repeat(age, lost), np.full(count[-1], age[-1])].astype(float)
    left = np.arange(renewals.size) < lost.sum()
    beta = max(float(count[1]), 0.5) / max(count[0] - count[1], 1)
    return renewals, left, {"renewal_alpha": 1.0, "renewal_beta": beta}
