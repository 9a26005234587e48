"""Loops over people that numpy would take in many passes: the only code that numba compiles.

A kernel stands here where the profile of a week (`make bench`) says that numpy spends its time on
temporaries, or on luck for people who need none. Each is the one place of its rule. They run on one
thread and add up in an order that the rows alone fix, so that a result depends on nothing but its input.
Compiled code is kept in ``__pycache__`` beside each file and made anew when that file changes; numba does
not see changes of other files, so whatever a kernel calls stands in its own. ``make setup`` compiles them
ahead.
"""

from numba import njit

#: Divisions as numpy makes them; the interpreter is free meanwhile.
compiled = njit(cache=True, error_model="numpy", nogil=True)
