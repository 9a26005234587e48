"""How people answer to messages and calls: pure functions of what reaches them."""

import numpy as np
from numpy.typing import NDArray

from sim.common.random_numbers import Floats


def control_factor(openness: float, control_response: float) -> float:
    """Return the response to what is personal over that of people without control of their data.

    Parameters
    ----------
    openness : float
        How open the firm is and how much control it gives, 0 to 1.
    control_response : float
        Ratio at full control (tucker2014).

    Returns
    -------
    float
    """
    return 1.0 + (control_response - 1.0) * openness


def share_term(
    share: NDArray[np.floating],
    category: NDArray[np.floating],
    trips: Floats | float,
    usual: Floats | float,
    winnable: float,
) -> Floats:
    """Return the change of the logit of the share that messages above or below the usual make.

    A message brings about as many trips from rare as from frequent customers, so that its relative
    effect is larger the longer somebody has stayed away. All of them are trips to rivals without it, of
    which the usual messages have won theirs already: with room = w (1 - s) category,

        x = w (1 - s) (exp(-usual / room) - exp(-(usual + trips) / room)),

    and s + x is the share if messages are added. Where some are missing it is s e^(x / s), equal to the
    first order: nobody buys less than nothing.

    Parameters
    ----------
    share : ndarray, shape (people,)
        Share of the category's trips with the usual messages, s.
    category : ndarray, shape (people,)
        Trips per week in the category.
    trips : ndarray, shape (people,)
        Trips a week that messages above the usual would add if there were any number to be won; negative
        where fewer are heard.
    usual : ndarray, shape (people,), or float
        The same of the usual messages.
    winnable : float
        Most of rivals' trips that messages can win, w.

    Returns
    -------
    ndarray, shape (people,)
        Logit; 0 where trips are 0.
    """
    room = np.maximum(winnable * (1.0 - share) * category, 1e-12)
    more, fewer = np.maximum(trips, 0.0), np.minimum(trips, 0.0)
    # Each exponent is at most nil: for who buys here alone, room is next to nothing.
    part = -np.exp(-usual / room) * np.expm1(-more / room)
    part += np.exp(-np.maximum(usual + fewer, 0.0) / room) * np.expm1(fewer / room)
    moved = winnable * (1.0 - share) * part / share
    gained = np.log1p(np.maximum(moved, 0.0)) - np.log1p(-winnable * np.maximum(part, 0.0))
    lost = np.minimum(moved, 0.0)
    return gained + lost - np.log1p(-np.expm1(lost) * share / (1.0 - share))


def reminded_above(
    reminded: Floats, relevant: Floats | float, usual: Floats | float, half_life: float
) -> Floats:
    """Return how far customers keep the firm in mind above the usual, after a week's messages.

    Each relevant message closes half of what is missing to 1, and a week keeps r = 2^(-1/half_life):

        R <- r R + (1 - r R) (1 - 2^(-n)),   R* = (1 - 2^(-u)) / (1 - r 2^(-u)) at the usual u,

    so that the difference d = R - R* moves as d <- r d 2^(-n) + (1 - r R*) (2^(-u) - 2^(-n)).

    Parameters
    ----------
    reminded : ndarray, shape (people,)
        d, 0 for who is reminded as usual.
    relevant : ndarray, shape (people,)
        Relevant messages that got through, n.
    usual : ndarray, shape (people,), or float
        The usual number of them, u.
    half_life : float
        Weeks in which half is forgotten.

    Returns
    -------
    ndarray, shape (people,)
    """
    left, forgotten = 2.0 ** (-1.0 / half_life), 2.0**-usual
    balance = (1.0 - forgotten) / (1.0 - left * forgotten)
    # by the difference, so that as many as usual are no rounding error either
    more = np.exp2(-(relevant - usual))
    return left * reminded * (forgotten * more) + (1.0 - left * balance) * forgotten * (1.0 - more)


def offers_met(relevant: Floats | float, usual: Floats | float) -> Floats | float:
    """Return by how much the chance that a week's purchases meet a matched offer is above the usual.

    Messages are spread at random over time: 1 - exp(-n) hear at least one of n, less that of the usual.
    """
    return -np.exp(-usual) * np.expm1(-(relevant - usual))


def call_term(response: Floats, effect: float, spread: float) -> Floats:
    """Return what a call does to the log hazard of people who respond differently.

    Parameters
    ----------
    response : ndarray, shape (people,)
        Standard normal between people.
    effect : float
        Log of the mean hazard ratio over all people.
    spread : float
        SD of the log hazard ratio between them.

    Returns
    -------
    ndarray, shape (people,)
        effect - spread^2 / 2 + spread response, so that the mean of its exponential is as published.
    """
    return effect - 0.5 * spread**2 + spread * response
