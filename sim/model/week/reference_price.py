r"""What people are used to paying.

The reference price follows the prices that a customer paid, as a share of the list price, by a part
`learning` per trip. Paying less is a gain and paying more a loss, which counts `loss_aversion` times as
much, on the log of the share:

    weight v(ln reference - ln paid) / (1 - S),    v(d) = d if d > 0 else l d.

After a promotion the usual price seems high, and established customers buy less for a while
(anderson2004). In the weeks between promotions people buy less than before and in a promotion as much as
ever: what looks like waiting for the next one (elberg2019).
"""

import numpy as np

from sim.common.kernels.encounters import value_of
from sim.common.random_numbers import Floats, Ints


def reference_term(
    reference: Floats, paid: Floats | float, weight: float, loss_aversion: float, trip_share: float
) -> Floats:
    """Return the purchase term of paying more or less than one is used to.

    Parameters
    ----------
    reference : ndarray, shape (m,)
        Reference price over list price.
    paid : ndarray, shape (m,), or float
        Log of the price to pay over the list price.
    weight : float
        Log points of the share per log point of price, for a gain.
    loss_aversion : float
    trip_share : float
        S, mean share of wallet over trips.

    Returns
    -------
    ndarray, shape (m,)
        On the logit of the share.
    """
    return weight * value_of(np.log(reference) - paid, loss_aversion) / (1.0 - trip_share)


def after_trips(reference: Floats, paid: Floats | float, trips: Ints, learning: float) -> Floats:
    """Return the reference price after some trips at a price.

    Parameters
    ----------
    reference : ndarray, shape (m,)
        Over list price.
    paid : ndarray, shape (m,), or float
        Log of the price paid over the list price.
    trips : ndarray of int, shape (m,)
    learning : float
        Part of the difference that a trip closes.

    Returns
    -------
    ndarray, shape (m,)
    """
    numbers = np.arange(trips.max(initial=0) + 1)  # worked out once for each number of trips
    closed = (1.0 - (1.0 - learning) ** numbers)[trips]
    return reference + closed * (np.exp(paid) - reference)
