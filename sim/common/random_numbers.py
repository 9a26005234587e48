"""Random numbers by address, not in order: a draw is a function of (seed, decision, week, person).

Philox (Salmon, Moraes, Dror & Shaw 2011, SC'11) is keyed by the seed and the name of the decision; its
counter is the week, the position in the block is the person. A person has the same draws in every
scenario, and a new decision moves nobody else's draws. Only uniforms are drawn, one per person and
decision; every law is then inverted, since a generator's own sampler consumes a varying number.
"""

from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.common.kernels import for_each, philox
from sim.common.kernels.sums import largest

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_GRID = np.linspace(-8.0, 8.0, 641)
_FEW_TRIPS, _TABLED_TRIPS = 4, 16
_LARGEST_RECURSION_MEAN = 500.0


@lru_cache(maxsize=1024)
def _key(decision: str) -> np.uint64:
    """Return 64 bits for a decision's name, the same in every process.

    Above 2^63 they are rounded to 53, as numpy does with a list of integers of which one is so large:
    the streams have been these from the first version on.
    """
    word = int.from_bytes(blake2b(decision.encode(), digest_size=8).digest(), "little")
    return np.uint64(int(float(word)) if word >= 2**63 else word)


@lru_cache(maxsize=256)
def _keys(decisions: tuple[str, ...]) -> NDArray[np.uint64]:
    return np.array([_key(decision) for decision in decisions], dtype=np.uint64)


class Draws:
    """Uniform draws for a population.

    Parameters
    ----------
    seed : int
        Of the run.
    size : int
        Number of people.
    """

    def __init__(self, seed: int, size: int) -> None:
        self.seed, self.size = int(seed), int(size)
        self._below: dict[tuple[str, float], NDArray[np.bool_]] = {}

    def below(self, decision: str, chance: float) -> NDArray[np.bool_]:
        """Return whose uniform of a decision that is taken once is below a chance, shape (people,).

        Kept, since it is asked for week by week.
        """
        found = self._below.get((decision, chance))
        if found is None:
            found = self._below[decision, chance] = self.uniform(decision) < chance
        return found

    def uniform(
        self,
        decision: str,
        week: int = 0,
        size: int | None = None,
        rows: NDArray[np.int64] | None = None,
    ) -> Floats:
        """Return one uniform per person for a decision in a week.

        Parameters
        ----------
        decision : str
            Name of what is decided, such as ``"trips"``.
        week : int
            The week, 0 for what is decided once.
        size : int, optional
            Length of the block, the population's by default. A longer block starts with the shorter.
        rows : ndarray of int, shape (m,), optional
            The people who need one, everybody by default: nobody's draw depends on who else has one.

        Returns
        -------
        ndarray of float, shape (size,) or (m,)
            Strictly between 0 and 1; bit by bit those of numpy's Philox.
        """
        if rows is not None and not rows.size:
            return np.zeros(0)
        key = _key(decision)
        if rows is not None:
            return philox.uniforms_at(self.seed, key, week, rows)
        return philox.uniforms(self.seed, key, week, self.size if size is None else size)

    def in_turn(
        self, decisions: tuple[str, ...], week: int, rows: Ints, times: Ints
    ) -> tuple[Ints, Floats]:
        """Return uniforms of people who decide several times in a week, by a decision for each time.

        Parameters
        ----------
        decisions : tuple of str
            The first time's, the second's, ..., as many as anybody needs.
        week : int
        rows, times : ndarray of int, each of shape (m,)
            The people, and how often each decides.

        Returns
        -------
        tuple of ndarray, each of shape (sum of times,)
            Place among `rows`, and uniform: first everybody's first time, then the second times, ...
        """
        return philox.uniforms_in_turn(self.seed, _keys(decisions), week, rows, times)


class WeekDraws:
    """Uniform draws of one week.

    Parameters
    ----------
    draws : Draws
        Of the luck.
    week : int
        Address of the week, at least 1: 0 is for what is decided once.
    people : Draws, optional
        Of who people are, which is decided once: the same as of the luck by default.
    """

    def __init__(self, draws: Draws, week: int, people: Draws | None = None) -> None:
        self._draws, self._week, self._people = draws, week, people or draws

    def __call__(self, decision: str, rows: Ints | None = None, once: bool = False) -> Floats:
        """Return a uniform per person for a decision of this week, or for one that is taken once."""
        if once:
            return self._people.uniform(decision, rows=rows)
        return self._draws.uniform(decision, self._week, rows=rows)

    def in_turn(self, decisions: tuple[str, ...], rows: Ints, times: Ints) -> tuple[Ints, Floats]:
        """Return this week's uniforms of people who decide several times, as `Draws.in_turn` does."""
        return self._draws.in_turn(decisions, self._week, rows, times)


def normal(uniform: Floats) -> Floats:
    """Invert the standard normal law."""
    return special.ndtri(uniform)


def gamma(uniform: Floats, shape: Floats | float, rate: Floats | float) -> Floats:
    """Invert the gamma law with the given shape and rate, element by element."""
    return special.gammaincinv(shape, uniform) / rate


def poisson(uniform: Floats, mean: Floats) -> Ints:
    """Invert the Poisson law.

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
    count = philox.poisson(uniform, mean, np.exp(-mean), _LARGEST_RECURSION_MEAN)
    if largest(mean) > _LARGEST_RECURSION_MEAN:
        large = mean > _LARGEST_RECURSION_MEAN
        count[large] = poisson_quantile(uniform[large], mean[large]).astype(np.int64)
    return count


def poisson_quantile(uniform: Floats, mean: Floats) -> Floats:
    """Return the smallest k with P(K <= k) >= uniform, without recursion.

    The same digits as ``scipy.stats.poisson.ppf``, whose package takes a second to import.

    Parameters
    ----------
    uniform : ndarray, shape (n,)
        Between 0 and 1.
    mean : ndarray, shape (n,)
        Positive.

    Returns
    -------
    ndarray, shape (n,)
        Whole numbers.
    """
    above = np.ceil(special.pdtrik(uniform, mean))
    below = np.maximum(above - 1.0, 0.0)
    return np.where(special.pdtr(below, mean) >= uniform, below, above)


def binomial(uniform: Floats, trials: Ints, chance: Floats | float) -> Ints:
    """Invert the binomial law.

    Parameters
    ----------
    uniform : ndarray, shape (n,)
    trials : ndarray of int, shape (n,)
    chance : ndarray or float
        Success probability, from 0 to 1.

    Returns
    -------
    ndarray of int, shape (n,)
        The smallest k with P(K <= k) >= uniform.
    """
    return philox.binomial(uniform, trials, for_each(chance, uniform.size))


@lru_cache(maxsize=64)
def _gamma_roots(shape: float, most: int) -> Floats:
    """Tabulate cube roots of the quantiles of sums of 1..most gamma variables.

    The cube root of a gamma variable is nearly normal (Wilson & Hilferty 1931), so that on a grid of
    normal scores straight lines between the points are accurate.
    """
    shapes = shape * np.arange(1, most + 1)[:, None]
    low = _GRID < 0
    lower = special.gammaincinv(shapes, special.ndtr(_GRID[low]))
    upper = special.gammainccinv(shapes, special.ndtr(-_GRID[~low]))
    return np.cbrt(np.concatenate((lower, upper), axis=1))


def gamma_sum(uniform: Floats, count: Ints, shape: float) -> Floats:
    """Return the sum of `count` gamma variables of the given shape and rate 1.

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
    score, step = special.ndtri(uniform), float(_GRID[1] - _GRID[0])
    trips = largest(count)
    roots = _gamma_roots(float(shape), _FEW_TRIPS if trips <= _FEW_TRIPS else _TABLED_TRIPS)
    total = philox.tabled_gamma_sum(score, count, roots, _GRID[0], step)
    if trips > _TABLED_TRIPS:
        many = np.flatnonzero(count > _TABLED_TRIPS)
        total[many] = special.gammaincinv(shape * count[many], uniform[many])
    return total
