r"""Buying ahead: where a promotion's extra trips come from.

A promotion lifts the log of own trips by L. Of the extra trips a part k is taken from rivals; the rest
is bought beyond the week's usual need of the category, and much of it is bought ahead:

    share = expit(logit s + ln(1 + k (e^L - 1)) / (1 - S)),             own trips = need share e^(c),
    c = L - ln(1 + k (e^L - 1)),
    need = max(0, Lambda - theta (1 - phi) / phi stock),   stock <- phi (stock + theta extra trips),

so that what was bought ahead is later not bought, from anyone: theta^2 of the extra trips in all. A bump,
a dip that is the own share of these, and 1 - k - theta^2 of new demand follow. The extra trips are the
part 1 - e^(-L') of the trips made, L' being the lift of this person's own trips. S is the share of wallet
of the customer behind an average trip (`Baseline.share_behind_a_trip`).

Source: vanheerde2004 (a third from rivals, a third from later weeks, a third new).
"""

import numpy as np
from scipy.special import expit

from sim.common.random_numbers import Floats, Ints

_NOTHING = 1e-6  # trips; less than this is not worth keeping


def promoted(
    logit_share: Floats, lift: Floats, switching: float, trip_share: float
) -> tuple[Floats, Floats]:
    """Return the share of the category's trips in a promotion, and own trips over that share.

    Parameters
    ----------
    logit_share : ndarray, shape (m,)
        Logit of the share without the promotion.
    lift : ndarray, shape (m,)
        L, lift of the log of own trips, not negative.
    switching : float
        Part k of the extra trips that rivals lose.
    trip_share : float
        S, mean share of wallet over trips.

    Returns
    -------
    tuple of ndarray, shape (m,)
        The share, and e^c, at most 1 / k.
    """
    switched = np.log1p(switching * np.expm1(lift))
    return expit(logit_share + switched / (1.0 - trip_share)), np.exp(lift - switched)


def trips_saved_now(stock: Floats, stored: float, kept: float) -> Floats:
    """Return the trips of the category that are not needed this week, for a stock of trips.

    Parameters
    ----------
    stock : ndarray
        Trips bought ahead.
    stored : float
        theta, part of the extra trips that is stored, and of the stored that replaces a trip.
    kept : float
        phi, part of the stock that is left after a week.

    Returns
    -------
    ndarray
        Trips per week.
    """
    return stored * (1.0 - kept) / kept * stock


def trips_saved_later(stock: Floats, stored: float, kept: float) -> Floats:
    """Return the trips of the category that a stock will save in all, from now on."""
    return stored / kept * stock


def after_week(stock: Floats, extra: Floats, stored: float, kept: float) -> Floats:
    """Return the stock at the end of a week in which some extra trips were made."""
    left = kept * (stock + stored * extra)
    left[left < _NOTHING] = 0.0
    return left


def extra_trips(trips: Ints, usual: Floats, lifted: Floats) -> Floats:
    """Return the part of the trips made that would not have been made at the usual rate."""
    return trips * (1.0 - usual / np.maximum(lifted, 1e-300))
