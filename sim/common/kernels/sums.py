"""Sums over people: by value segment, and over ties."""

from typing import Any

import numpy as np

from sim.common.kernels import compiled

#: Partial sums that are kept apart, so that one addition need not wait for the last.
_LANES = 8


@compiled
def count_by_segment(segment: Any, segments: int) -> Any:
    """Count people by segment.

    Parameters
    ----------
    segment : ndarray of int, shape (m,)
    segments : int

    Returns
    -------
    ndarray of int, shape (segments,)
    """
    out = np.zeros(segments, np.int64)
    for k in range(segments):
        count = 0
        for i in range(segment.size):
            count += segment[i] == k
        out[k] = count
    return out


@compiled
def count_where(segment: Any, mask: Any, segments: int) -> Any:
    """Count the people of a mask by segment.

    Parameters
    ----------
    segment : ndarray of int, shape (people,)
    mask : ndarray of bool, shape (people,)
    segments : int

    Returns
    -------
    ndarray of int, shape (segments,)
    """
    out = np.zeros(segments, np.int64)
    for k in range(segments):
        count = 0
        for i in range(segment.size):
            count += (segment[i] == k) & mask[i]
        out[k] = count
    return out


@compiled
def add_by_segment(segment: Any, values: Any, column: Any, week: int) -> None:
    """Add values to a week's sums by segment.

    Parameters
    ----------
    segment : ndarray of int, shape (m,)
    values : ndarray, shape (m,)
    column : ndarray of float, shape (weeks, segments)
        Its row of that week is written.
    week : int
    """
    lanes = np.zeros((_LANES, column.shape[1]))
    for i in range(segment.size):
        lanes[i % _LANES, segment[i]] += values[i]
    sums = lanes.sum(axis=0)
    for k in range(sums.size):
        column[week, k] += sums[k]


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
