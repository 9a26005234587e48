"""How states of people fade."""

from typing import Any

import numpy as np

from sim.common.kernels import compiled

_BLOCK = 512  # states that are looked through before asking whether one was found


@compiled
def left_of(state: Any, kept: float, nothing: float) -> Any:
    """Return what is left of a state of which a share is kept; less than `nothing` is nothing.

    Parameters
    ----------
    state : ndarray of float, shape (n,)
    kept, nothing : float

    Returns
    -------
    ndarray of float, shape (n,)
    """
    out = np.empty(state.size)
    for i in range(state.size):
        left = state[i] * kept
        out[i] = 0.0 if abs(left) < nothing else left
    return out


@compiled
def anybody(state: Any, usual: float = 0.0) -> bool:
    """Return whether a state of people, shape (n,), is other than the usual for anybody."""
    for start in range(0, state.size, _BLOCK):
        found = 0
        for i in range(start, min(start + _BLOCK, state.size)):
            found += state[i] != usual
        if found:
            return True
    return False


@compiled
def fade_and_add(state: Any, kept: float, rows: Any, gain: Any) -> None:
    """Let a state of everybody fade, and add to that of some people.

    Parameters
    ----------
    state : ndarray of float, shape (n,)
        Written.
    kept : float
        Share that is left.
    rows : ndarray of int, shape (m,)
        Each once.
    gain : ndarray of float, shape (m,)
    """
    for i in range(state.size):
        state[i] *= kept
    for i in range(rows.size):
        state[rows[i]] += gain[i]


@compiled
def approach(state: Any, end: Any, kept: Any) -> None:
    """Let states move towards where they end, a share of the way being left.

    Parameters
    ----------
    state : ndarray of float, shape (m,)
        Written: end + kept (state - end).
    end, kept : ndarray of float, shape (m,)
    """
    for i in range(state.size):
        state[i] = end[i] + kept[i] * (state[i] - end[i])


@compiled
def learn(state: Any, shown: Any, learnt: Any) -> None:
    """Let states take in a share of their distance from what is shown.

    Parameters
    ----------
    state : ndarray of float, shape (m,)
        Written: state + learnt (shown - state).
    shown, learnt : ndarray of float, shape (m,)
    """
    for i in range(state.size):
        state[i] += learnt[i] * (shown[i] - state[i])
