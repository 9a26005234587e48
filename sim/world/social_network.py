"""Ties: who hears whom."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.common.kernels import sums
from sim.common.random_numbers import Draws, Floats, normal
from sim.world.likeness import Likeness


@dataclass(frozen=True)
class Ties:
    """Directed ties in compressed sparse rows: person i tells ``listeners[starts[i]:starts[i + 1]]``.

    Attributes
    ----------
    starts : ndarray of int, shape (people + 1,)
    listeners : ndarray of int32, shape (ties,)
    """

    starts: NDArray[np.int32] | NDArray[np.int64]
    listeners: NDArray[np.int32]

    @property
    def size(self) -> int:
        """Number of people."""
        return self.starts.size - 1

    def heard_from(self, speakers: NDArray[np.int64], weights: Floats) -> Floats:
        """Add up what each person hears when some people tell all their listeners something.

        Parameters
        ----------
        speakers : ndarray of int, shape (m,)
            Who speaks; each at most once.
        weights : ndarray of float, shape (m,)
            The weight of what each says.

        Returns
        -------
        ndarray of float, shape (people,)
        """
        return sums.heard_from(self.starts, self.listeners, speakers, weights)

    def hear(self, speakers: NDArray[np.int64], kept: float, heard: Floats) -> None:
        """Let what people have heard fade, and add a message from each who speaks.

        Parameters
        ----------
        speakers : ndarray of int, shape (m,)
            Each at most once.
        kept : float
            Share of what was heard that is still in mind.
        heard : ndarray of float, shape (people,)
            Written.
        """
        sums.hear(self.starts, self.listeners, speakers, kept, heard)


def make_ties(
    draws: Draws, people: int, mean_ties: float, spread: float, alike: Likeness | None = None
) -> Ties:
    """Draw a random directed network with a heavy-tailed number of listeners.

    Parameters
    ----------
    draws : Draws
    people : int
    mean_ties : float
        Mean number of listeners.
    spread : float
        Standard deviation of the log of that number (lognormal, rounded, at most ``people - 1``).
    alike : Likeness, optional
        How friends resemble each other; listeners are chosen uniformly without it.

    Returns
    -------
    Ties
        Nobody listens to themselves.
    """
    if people < 2:
        return Ties(np.zeros(people + 1, np.int64), np.zeros(0, np.int32))
    score = normal(draws.uniform("ties", 0, people))
    expected = mean_ties * np.exp(spread * score - spread**2 / 2)
    lottery = draws.uniform("ties rounding", 0, people)
    degree = np.minimum(np.floor(expected + lottery), people - 1).astype(np.int64)
    starts = np.concatenate(([0], np.cumsum(degree)))
    speaker = np.repeat(np.arange(people), degree)
    uniform = draws.uniform("listener", 0, int(starts[-1]))
    if alike is None:
        pick = np.floor(uniform * (people - 1)).astype(np.int64)
        listeners = pick + (pick >= speaker)  # skips oneself
    else:
        listeners = alike.listeners(uniform, speaker)
    fits = starts[-1] <= np.iinfo(np.int32).max
    return Ties(starts.astype(np.int32) if fits else starts, listeners.astype(np.int32))
