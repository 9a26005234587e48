"""How much memory a model and a process take."""

import os
import pickle
import sys

from sim.model.loyalty_model import LoyaltyModel

try:
    import resource
except ImportError:  # not every system tells how much memory a process has taken
    resource = None


def held_bytes(model: LoyaltyModel) -> int:
    """Return the bytes of the arrays that a model keeps from week to week, as in its checkpoint."""
    arrays: list[pickle.PickleBuffer] = []
    pickle.dumps(model, protocol=5, buffer_callback=arrays.append)
    return sum(array.raw().nbytes for array in arrays)


def peak_bytes() -> int:
    """Return the most that this process has held so far, or 0 where that cannot be told."""
    if resource is None:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def free_bytes() -> float:
    """Return the bytes of memory that are free to use, or 0 where that cannot be told."""
    try:
        return float(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (ValueError, OSError):
        return 0.0
