"""Sums over people: by value segment, and over ties."""

from typing import Any

import numpy as np

from sim.common.kernels import compiled

#: Partial sums that are kept apart, so that one addition need not wait for the last.
_LANES = 8


@compiled
def add_count(segment: Any, rows: Any, value: float, column: Any, week: int) -> None:
    """Add the same value for each of some people to a week's sums by segment.

    Parameters
    ----------
    segment : ndarray of int, shape (people,)
    rows : ndarray of int, shape (m,)
    value : float
    column : ndarray of float, shape (weeks, segments)
        Its row of that week is written.
    week : int
    """
    for k in range(column.shape[1]):
        count = 0
        for i in range(rows.size):
            count += segment[rows[i]] == k
        column[week, k] += value * count


@compiled
def add_count_where(segment: Any, mask: Any, value: float, column: Any, week: int) -> None:
    """Add the same value for each of the people of a mask, as `add_count` does for rows.

    Parameters
    ----------
    segment : ndarray of int, shape (people,)
    mask : ndarray of bool, shape (people,)
    value, column, week
        As in `add_count`.
    """
    for k in range(column.shape[1]):
        count = 0
        for i in range(segment.size):
            count += (segment[i] == k) & mask[i]
        column[week, k] += value * count


@compiled
def add_values(segment: Any, rows: Any, values: Any, column: Any, week: int) -> None:
    """Add the values of some people to a week's sums by segment.

    Parameters
    ----------
    segment : ndarray of int, shape (people,)
    rows : ndarray of int, shape (m,)
    values : ndarray, shape (m,)
    column : ndarray of float, shape (weeks, segments)
        Its row of that week is written.
    week : int
    """
    lanes = np.zeros((_LANES, column.shape[1]))
    for i in range(rows.size):
        lanes[i % _LANES, segment[rows[i]]] += values[i]
    sums = lanes.sum(axis=0)
    for k in range(sums.size):
        column[week, k] += sums[k]


@compiled
def add_everybodys(segment: Any, values: Any, column: Any, week: int) -> None:
    """Add everybody's values to a week's sums by segment, in the order of `add_values`.

    Parameters
    ----------
    segment : ndarray of int, shape (people,)
    values : ndarray, shape (people,)
    column, week
        As in `add_values`.
    """
    lanes = np.zeros((_LANES, column.shape[1]))
    for i in range(segment.size):
        lanes[i % _LANES, segment[i]] += values[i]
    sums = lanes.sum(axis=0)
    for k in range(sums.size):
        column[week, k] += sums[k]


@compiled
def sums_at(places: Any, values: Any, size: int) -> Any:
    """Return the sums of the values at each place, in the order in which they come.

    Parameters
    ----------
    places : ndarray of int, shape (m,)
        Below `size`.
    values : ndarray of float, shape (m,)
    size : int

    Returns
    -------
    ndarray of float, shape (size,)
    """
    out = np.zeros(size)
    for i in range(places.size):
        out[places[i]] += values[i]
    return out


@compiled
def count_by_channel(channel: Any, trips: Any, channels: int) -> Any:
    """Count trips by the channel that those who make them prefer.

    Parameters
    ----------
    channel, trips : ndarray of int, shape (m,)
    channels : int

    Returns
    -------
    ndarray of int, shape (channels,)
    """
    out = np.zeros(channels, np.int64)
    for i in range(trips.size):
        out[channel[i]] += trips[i]
    return out


@compiled
def largest(values: Any) -> Any:
    """Return the largest of some numbers that are not negative, shape (m,), and 0 of none."""
    out = values.dtype.type(0)
    for i in range(values.size):
        out = max(out, values[i])
    return out


@compiled
def heard_from(starts: Any, listeners: Any, speakers: Any, weights: Any) -> Any:
    """Add up what each person hears when some people tell all their listeners something.

    Parameters
    ----------
    starts, listeners : ndarray of int, shapes (people + 1,) and (ties,)
        Ties in compressed sparse rows.
    speakers : ndarray of int, shape (m,)
    weights : ndarray of float, shape (m,)

    Returns
    -------
    ndarray of float, shape (people,)
    """
    out = np.zeros(starts.size - 1)
    for i in range(speakers.size):
        for tie in range(starts[speakers[i]], starts[speakers[i] + 1]):
            out[listeners[tie]] += weights[i]
    return out


@compiled
def hear(starts: Any, listeners: Any, speakers: Any, kept: float, heard: Any) -> None:
    """Let what people have heard fade, and add a message from each who speaks.

    Parameters
    ----------
    starts, listeners, speakers
        As in `heard_from`.
    kept : float
        Share of what was heard that is still in mind.
    heard : ndarray of float, shape (people,)
        Written.
    """
    messages = heard_from(starts, listeners, speakers, np.ones(speakers.size))
    for i in range(heard.size):
        heard[i] = heard[i] * kept + messages[i]
