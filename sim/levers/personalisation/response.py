"""How people answer to messages and calls: pure functions of what reaches them."""

import numpy as np
from numpy.typing import NDArray

from sim.common.calendar import WEEKS_A_MONTH
from sim.common.random_numbers import Floats


def heard(messages: float, attention: Floats | float) -> Floats | float:
    """Return the messages a week that get through, of so many sent a month."""
    return messages / WEEKS_A_MONTH * attention


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


def added_share(
    share: NDArray[np.floating],
    category: NDArray[np.floating],
    trips: Floats | float,
    winnable: float,
) -> Floats:
    """Return the change of the logit of the share that adds a number of trips, whoever buys how often.

    A message brings about as many trips from rare as from frequent customers, so that its relative
    effect is larger the longer somebody has stayed away. All of them are trips to rivals without it:

        s' = s + w (1 - s) (1 - exp(-trips / (w (1 - s) category))).

    Parameters
    ----------
    share : ndarray, shape (people,)
        Share of the category's trips without messages, s.
    category : ndarray, shape (people,)
        Trips per week in the category.
    trips : ndarray, shape (people,)
        Trips a week that the messages would add if there were any number to be won.
    winnable : float
        Most of rivals' trips that they can win, w.

    Returns
    -------
    ndarray, shape (people,)
        Logit.
    """
    room = winnable * (1.0 - share)
    part = -np.expm1(-trips / np.maximum(room * category, 1e-12))
    return np.log1p(room * part / share) - np.log1p(-winnable * part)


def kept_in_mind(reminded: Floats, relevant: Floats | float, half_life: float) -> Floats:
    """Return how far customers keep the firm in mind after a week with some relevant messages.

    Parameters
    ----------
    reminded : ndarray, shape (people,)
        0 to 1.
    relevant : ndarray, shape (people,)
        Relevant messages that got through; each closes half of what is missing.
    half_life : float
        Weeks in which half is forgotten.

    Returns
    -------
    ndarray, shape (people,)
    """
    left = reminded * 2.0 ** (-1.0 / half_life)
    if not np.any(relevant):
        return left
    return left + (1.0 - left) * -np.expm1(-np.log(2.0) * relevant)


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
