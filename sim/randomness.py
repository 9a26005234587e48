"""Luck that is addressed, not consumed: a draw is a function of (seed, decision, week, person).

Philox (Salmon, Moraes, Dror & Shaw 2011, SC'11) is keyed by the seed and the name of the decision; its
counter is the week, the position in the block is the person. A person has the same luck in every
scenario, and a new decision moves nobody else's draws. Only uniforms are drawn, one per person and
decision; every law is then inverted, since a generator's own sampler consumes a varying number.
"""

from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_HALF_STEP = 2.0**-54  # moves k/2^53 off zero, so that no inverse is infinite
_GRID = np.linspace(-8.0, 8.0, 641)
_TABLED_TRIPS = 16
_LARGEST_RECURSION_MEAN = 500.0


@lru_cache(maxsize=1024)
def _key(decision: str) -> int:
    """Give 64 bits for a decision's name, the same in every process."""
    return int.from_bytes(blake2b(decision.encode(), digest_size=8).digest(), "little")


class Draws:
    """Uniform draws for a population.

    Parameters
    ----------
    seed : int
        The replication's seed.
    size : int
        Number of people.
    """

    def __init__(self, seed: int, size: int) -> None:
        self.seed, self.size = int(seed), int(size)

    def uniform(self, decision: str, week: int = 0, size: int | None = None) -> Floats:
        """Give one uniform per person for a decision in a week.

        Parameters
        ----------
        decision : str
            Name of what is decided, such as ``"trips"``.
        week : int
            The week, 0 for what is decided once.
        size : int, optional
            Length of the block, the population's by default. A longer block starts with the shorter.

        Returns
        -------
        ndarray of float, shape (size,)
            Strictly between 0 and 1.
        """
        bits = np.random.Philox(key=[self.seed, _key(decision)], counter=[0, 0, 0, week])
        block = np.random.Generator(bits).random(self.size if size is None else size)
        block += _HALF_STEP
        return block


def normal(uniform: Floats) -> Floats:
    """Invert the standard normal law."""
    return special.ndtri(uniform)


def gamma(uniform: Floats, shape: Floats | float, rate: Floats | float) -> Floats:
    """Invert the gamma law with the given shape and rate, element by element."""
    return special.gammaincinv(shape, uniform) / rate


def poisson(uniform: Floats, mean: Floats) -> Ints:
    """Invert the Poisson law by recursion over its probabilities.

    Parameters
    ----------
    uniform : ndarray, shape (n,)
    mean : ndarray, shape (n,)
        Not negative.

    Returns
    -------
    ndarray of int, shape (n,)
        The smallest k with P(K <= k) >= uniform.
    """
    count = np.zeros(uniform.shape, dtype=np.int64)
    large = mean > _LARGEST_RECURSION_MEAN  # exp(-mean) would leave no digits to add up
    if large.any():
        count[large] = stats.poisson.ppf(uniform[large], mean[large]).astype(np.int64)
    probability = np.exp(-mean)
    todo = np.flatnonzero((uniform > probability) & ~large)
    u, m, p = uniform[todo], mean[todo], probability[todo]
    below = p.copy()
    k = 0
    while todo.size:
        k += 1
        p *= m / k
        below += p
        count[todo] = k
        more = (u > below) & ((p > 0) | (k < m))
        todo, u, m, p, below = todo[more], u[more], m[more], p[more], below[more]
    return count


def binomial(uniform: Floats, trials: Ints, chance: Floats | float) -> Ints:
    """Invert the binomial law by recursion over its probabilities.

    Parameters
    ----------
    uniform : ndarray, shape (n,)
    trials : ndarray of int, shape (n,)
    chance : ndarray or float
        Success probability, from 0 to 1.

    Returns
    -------
    ndarray of int, shape (n,)
    """
    chance = np.broadcast_to(np.asarray(chance, dtype=float), uniform.shape)
    count = np.zeros(uniform.shape, dtype=np.int64)
    count[chance >= 1.0] = trials[chance >= 1.0]
    todo = np.flatnonzero((trials > 0) & (chance > 0.0) & (chance < 1.0))
    odds = chance[todo] / (1.0 - chance[todo])
    n, u = trials[todo], uniform[todo]
    p = np.exp(n * np.log1p(-chance[todo]))
    below = p.copy()
    k = 0
    more = u > below
    while more.any():
        todo, n, u = todo[more], n[more], u[more]
        p, below, odds = p[more], below[more], odds[more]
        p = p * (n - k) / (k + 1) * odds
        below = below + p
        k += 1
        count[todo] = k
        more = (u > below) & (k < n)
    return count


@lru_cache(maxsize=64)
def _gamma_roots(shape: float) -> Floats:
    """Tabulate cube roots of the quantiles of sums of 1.._TABLED_TRIPS gamma variables.

    The cube root of a gamma variable is nearly normal (Wilson & Hilferty 1931), so that on a grid of
    normal scores straight lines between the points are accurate.
    """
    shapes = shape * np.arange(1, _TABLED_TRIPS + 1)[:, None]
    lower = special.gammaincinv(shapes, special.ndtr(_GRID))
    upper = special.gammainccinv(shapes, special.ndtr(-_GRID))
    return np.cbrt(np.where(_GRID < 0, lower, upper))


def gamma_sum(uniform: Floats, count: Ints, shape: float) -> Floats:
    """Give the sum of `count` gamma variables of the given shape and rate 1.

    Parameters
    ----------
    uniform : ndarray, shape (n,)
        One uniform for the whole sum.
    count : ndarray of int, shape (n,)
        Number of terms, 0 gives 0.
    shape : float
        Shape of one term.

    Returns
    -------
    ndarray of float, shape (n,)
    """
    total = np.zeros(uniform.shape)
    few = np.flatnonzero((count > 0) & (count <= _TABLED_TRIPS))
    if few.size:
        table = _gamma_roots(float(shape))
        step = _GRID[1] - _GRID[0]
        score = np.clip((special.ndtri(uniform[few]) - _GRID[0]) / step, 0, _GRID.size - 1.000001)
        left = score.astype(np.int64)
        row = count[few] - 1
        low, high = table[row, left], table[row, left + 1]
        total[few] = (low + (score - left) * (high - low)) ** 3
    many = np.flatnonzero(count > _TABLED_TRIPS)
    if many.size:
        total[many] = special.gammaincinv(shape * count[many], uniform[many])
    return total
