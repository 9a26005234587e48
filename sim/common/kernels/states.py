"""How states of people fade."""

from typing import Any

import numpy as np

from sim.common.kernels import compiled


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
