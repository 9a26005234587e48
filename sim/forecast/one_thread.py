"""Keep linear algebra on one thread while laws are fitted.

The tables of a fit are small, thousands of times over: a second thread of OpenBLAS waits for the first
most of the time, costs ten times the processor time beside other work, and adds numbers up in another
order.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import scipy

#: The functions that wheels of numpy and scipy have, with 64-bit and 32-bit indices.
_NAMES = ("scipy_openblas_{}_num_threads64_", "scipy_openblas_{}_num_threads")


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold OpenBLAS to one thread, as far as numpy and scipy brought their own; else change nothing."""
    before = [(setter, getter()) for setter, getter in _controls()]
    for setter, _ in before:
        setter(1)
    try:
        yield
    finally:
        for setter, threads in before:
            setter(threads)


@cache
def _controls() -> tuple[tuple[Any, Any], ...]:
    """Return how to set and to get the threads of each OpenBLAS that is loaded."""
    found = []
    for package in (np, scipy):
        place = Path(str(package.__file__)).resolve().parent
        folders = (place.with_name(f"{place.name}.libs"), place / ".dylibs")
        for path in (path for folder in folders for path in folder.glob("*openblas*")):
            with suppress(OSError):
                library = ctypes.CDLL(str(path))  # the one that is loaded already
                for name in _NAMES:
                    setter = getattr(library, name.format("set"), None)
                    getter = getattr(library, name.format("get"), None)
                    if setter is not None and getter is not None:
                        found.append((setter, getter))
    return tuple(found)
