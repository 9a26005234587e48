"""Loops over people that numpy would take in many passes: the only code that numba compiles.

A kernel stands here where the profile of a week (`make bench`) says that numpy spends its time on
temporaries, or on luck for people who need none. Each is the one place of its rule. They run on one
thread and add up in an order that the rows alone fix, so that a result depends on nothing but its input.
Compiled code is kept in ``__pycache__`` beside each file and made anew when that file changes; numba does
not see changes of other files, so whatever a kernel calls stands in its own. ``make setup`` compiles them
ahead.
"""

from typing import Any, TypeGuard

import numpy as np
from numba import njit
from numpy.typing import NDArray

#: Divisions as numpy makes them; the interpreter is free meanwhile.
compiled = njit(cache=True, error_model="numpy", nogil=True)


def is_each(value: NDArray[Any] | float) -> TypeGuard[NDArray[Any]]:
    """Return whether a value is one number per person, and not one for all."""
    return isinstance(value, np.ndarray) and value.ndim > 0


def for_each(value: NDArray[Any] | float, people: int) -> NDArray[Any]:
    """Return one number per person, as kernels take them, of what may be one number for all."""
    return value if is_each(value) else np.full(people, value)
