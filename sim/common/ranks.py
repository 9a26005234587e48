"""Ranks of values."""

import numpy as np

from sim.common.random_numbers import Floats


def mean_ranks(values: Floats) -> Floats:
    """Return ranks from 1, those of equal values being their mean.

    The same digits as ``scipy.stats.rankdata``, whose package takes a second to import.

    Parameters
    ----------
    values : ndarray, shape (n,)
    """
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[place]
