"""What a week's encounters with the firm come to, customer by customer."""

from typing import Any

import numpy as np

from sim.common.kernels import compiled


@compiled
def _value(difference: float, loss_aversion: float) -> float:
    return difference if difference > 0 else loss_aversion * difference


@compiled
def value_of(difference: Any, loss_aversion: float) -> Any:
    """Return the value of differences from the reference: losses weigh `loss_aversion` times gains.

    Parameters
    ----------
    difference : ndarray of float, shape (m,)
    loss_aversion : float

    Returns
    -------
    ndarray of float, shape (m,)
    """
    out = np.empty(difference.size)
    for i in range(difference.size):
        out[i] = _value(difference[i], loss_aversion)
    return out


@compiled
def expected_value(mean: Any, spread: Any, peak: Any, below: Any, loss_aversion: float) -> Any:
    """Return the mean of `value_of` over normal differences d, mean - (l - 1) E[max(-d, 0)].

    Parameters
    ----------
    mean, spread : ndarray of float, shape (m,)
        Of the differences.
    peak, below : ndarray of float, shape (m,)
        exp(-z^2 / 2) and the chance of a standard normal score below -z, z being mean / spread.
    loss_aversion : float

    Returns
    -------
    ndarray of float, shape (m,)
    """
    out = np.empty(mean.size)
    for i in range(mean.size):
        density = peak[i] / np.sqrt(2 * np.pi)
        out[i] = mean[i] - (loss_aversion - 1) * (spread[i] * density - mean[i] * below[i])
    return out


@compiled
def tabled(values: Any, places: Any) -> Any:
    """Return what lies between tabled values on straight lines, as ``np.interp`` does, to the last bit.

    Parameters
    ----------
    values : ndarray of float, shape (numbers,)
        At 0, 1, 2, ...
    places : ndarray of float, shape (m,)
        Not negative; above the last number its value holds.

    Returns
    -------
    ndarray of float, shape (m,)
    """
    out, last = np.empty(places.size), values.size - 1
    for i in range(places.size):
        left = min(int(places[i]), last)
        out[i] = values[left]
        if left < last:
            out[i] += (values[left + 1] - values[left]) * (places[i] - left)
    return out


@compiled
def contacts_of(
    trips: Any,
    complaints: Any,
    routine: Any,
    automation: Any,
    failure_rate: Any,
    voiced: Any,
    contacts_per_trip: Any,
) -> Any:
    """Return who turns to the desk, who to automated service, and how many were to be expected.

    Parameters
    ----------
    trips, complaints, routine : ndarray of int, shape (m,)
        Of routine contacts a part is automated; complaints all go to the desk.
    automation : ndarray of float, shape (m,)
        Share of routine contacts that are answered by automated service.
    failure_rate, voiced : ndarray of float, shape (m,)
        Failures per trip, and the share of them that is complained about.
    contacts_per_trip : ndarray of float, shape (m,)
        Routine ones.

    Returns
    -------
    ndarray of float, shape (3, m)
        Contacts at the desk, automated contacts, and expected contacts at the desk.
    """
    out = np.empty((3, trips.size))
    for i in range(trips.size):
        automated = routine[i] * automation[i]
        by_hand = contacts_per_trip[i] * (1 - automation[i])
        out[0, i] = complaints[i] + routine[i] - automated
        out[1, i] = automated
        out[2, i] = trips[i] * (by_hand + failure_rate[i] * voiced[i])
    return out


@compiled
def quality_of(
    trips: Any,
    usual: Any,
    noise: Any,
    to_desk: Any,
    automated: Any,
    not_made_good: Any,
    desk_effect: float,
    machine_effect: float,
    failure_damage: float,
) -> Any:
    """Return the mean quality of a week's encounters.

    Parameters
    ----------
    trips : ndarray of int, shape (m,)
        Number n of encounters, at least 1.
    usual : ndarray of float, shape (m,)
        What the firm delivers to each person, SD of an encounter.
    noise : ndarray of float, shape (m,)
        Normal score of what small causes add up to: their mean over n encounters has SD 1 / sqrt(n).
    to_desk, automated, not_made_good : ndarray of float, shape (m,)
        Contacts at the desk and with automated service; failures that were not made good.
    desk_effect, machine_effect, failure_damage : float
        What one of each adds to one encounter, or takes from it, SD.

    Returns
    -------
    ndarray of float, shape (m,)
        SD of an encounter.
    """
    out = np.empty(trips.size)
    for i in range(trips.size):
        happened = to_desk[i] * desk_effect + automated[i] * machine_effect
        happened -= failure_damage * not_made_good[i]
        out[i] = usual[i] + noise[i] / np.sqrt(trips[i]) + happened / trips[i]
    return out


@compiled
def after_encounters(
    satisfaction: Any,
    expectation: Any,
    quality: Any,
    encounters: Any,
    elsewhere: Any,
    kept: Any,
    by_number: Any,
    own_weight: float,
    loss_aversion: float,
    scale: float,
) -> Any:
    """Return satisfaction and expectation after a week's encounters.

    The law and its sources are those of `sim.model.week.satisfaction`.

    Parameters
    ----------
    satisfaction, expectation, quality, elsewhere : ndarray of float, shape (m,)
        S, W, x and M.
    encounters : ndarray of int, shape (m,)
        Their number n, at least 1.
    kept : ndarray of float, shape (m,)
        Part of S that is kept.
    by_number : ndarray of float, shape (2, largest number)
        The centre c_n, and the part 1 - (1 - a)^n of a surprise that is learnt, for n = 1, 2, ...
    own_weight, loss_aversion, scale : float
        rho, l and s.

    Returns
    -------
    ndarray of float, shape (2, m)
        New S and W.
    """
    out = np.empty((2, quality.size))
    for i in range(quality.size):
        n = encounters[i] - 1
        centre, learnt = by_number[0, n], by_number[1, n]
        reference = own_weight * expectation[i] + (1 - own_weight) * elsewhere[i]
        felt = (_value(quality[i] - reference, loss_aversion) - centre) / scale
        out[0, i] = kept[i] * satisfaction[i] + (1 - kept[i]) * felt
        out[1, i] = expectation[i] + learnt * (quality[i] - expectation[i])
    return out


@compiled
def who_answers(
    buyers: Any,
    uniform: Any,
    satisfaction: Any,
    asked_share: float,
    intercept: float,
    extremity: float,
) -> Any:
    """Return which of the buyers who are asked answer: the very happy and the very unhappy do more often.

    Parameters
    ----------
    buyers : ndarray of int, shape (m,)
        Rows.
    uniform : ndarray of float, shape (m,)
    satisfaction : ndarray of float, shape (people,)
    asked_share : float
    intercept, extremity : float
        Log odds of answering at S = 0, and their change per SD of |S|.

    Returns
    -------
    ndarray of int
        Rows.
    """
    out, k = np.empty(buyers.size, np.int64), 0
    for i in range(buyers.size):
        if uniform[i] < asked_share:  # nobody answers more surely than all
            log_odds = intercept + extremity * abs(satisfaction[buyers[i]])
            if uniform[i] < asked_share / (1.0 + np.exp(-log_odds)):
                out[k] = buyers[i]
                k += 1
    return out[:k].copy()
