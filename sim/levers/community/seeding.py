"""Whom a firm seeds, and how much these talk."""

import numpy as np
from numpy.typing import NDArray

from sim.common.random_numbers import Floats


def seen_contacts(sociable: Floats, luck: Floats, correlation: float) -> Floats:
    """Return the contacts that the firm believes people to have, as a score with spread 1.

    Parameters
    ----------
    sociable : ndarray, shape (people,)
        The true score.
    luck : ndarray, shape (people,)
        Standard normal error of the firm's picture.
    correlation : float
        Of picture and truth, 0 to 1.

    Returns
    -------
    ndarray, shape (people,)
    """
    return correlation * sociable + np.sqrt(1.0 - correlation**2) * luck


def chosen_seeds(
    eligible: NDArray[np.int64], count: int, hubs: float, seen: Floats, lottery: Floats
) -> NDArray[np.int64]:
    """Choose seeds: a share of them by the contacts they are seen to have, the rest by lot.

    Parameters
    ----------
    eligible : ndarray of int, shape (m,)
        Rows that may be chosen.
    count : int
        How many are wanted; at most all.
    hubs : float
        Share that is chosen by contacts.
    seen, lottery : ndarray, shape (people,)
        The firm's picture of contacts, and one uniform per person.

    Returns
    -------
    ndarray of int, shape (count,)
        In ascending order.
    """
    count = min(count, eligible.size)
    connected = eligible[np.argsort(-seen[eligible], kind="stable")][: round(hubs * count)]
    others = np.setdiff1d(eligible, connected)
    drawn = others[np.argsort(lottery[others], kind="stable")][: count - connected.size]
    return np.sort(np.concatenate((connected, drawn)))


def seed_term(sociable: Floats, extra: float, dilution: float) -> Floats:
    """Return the log rate of talking that a seed adds: ln(1 + extra e^(-dilution z)).

    Whoever talks to many has less time for each of them, so that the extra talk of a person with twice
    the listeners reaches less than twice as many.

    Parameters
    ----------
    sociable : ndarray, shape (m,)
        z, the score behind the number of listeners.
    extra, dilution : float

    Returns
    -------
    ndarray, shape (m,)
    """
    return np.log1p(extra * np.exp(-dilution * sociable))
