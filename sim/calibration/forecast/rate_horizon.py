"""What each hidden state means for the weeks ahead: counts over the horizon, and means by week."""

from dataclasses import dataclass

import numpy as np

from sim.calibration.forecast.rate_filter import Moves
from sim.calibration.forecast.step_counts import emission


@dataclass(frozen=True)
class StateForecast:
    """The weeks ahead of customers who are in a state at the end of calibration.

    Attributes
    ----------
    counts : numpy.ndarray
        Probability of each number of purchases over the horizon; shape (states, most + 1). States stand
        class by class, phase by phase, the grid's rates and then away.
    mean, square : numpy.ndarray
        Expected purchases of each week, and their expected square; shape (states, weeks).
    """

    counts: np.ndarray
    mean: np.ndarray
    square: np.ndarray

    @classmethod
    def of(
        cls, week: Moves, rate: np.ndarray, phases: int, weeks: int, most: int
    ) -> "StateForecast":
        """Work backwards from the end of the horizon, week by week.

        Parameters
        ----------
        week : Moves
            How states move in a week.
        rate : numpy.ndarray
            The grid; shape (S,).
        phases, weeks, most : int
            Phases from one purchase to the next, the horizon, and the largest count.
        """
        table = emission(rate, 7, 7, phases).astype(float)
        made = [_one_class(move, table, weeks, most) for move in week.moves]
        return cls(*(np.concatenate(part).astype(np.float32) for part in zip(*made, strict=True)))


def _one_class(
    move: np.ndarray, table: np.ndarray, weeks: int, most: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return counts, means and squares of the states of one class."""
    phases, size = table.shape[1], table.shape[3]
    sold = np.arange(len(table))
    here, away = np.zeros((phases, size, most + 1)), np.zeros(most + 1)
    here[..., 0] = away[0] = 1.0
    for _ in range(weeks):
        bought = np.zeros_like(here)
        for count in range(min(len(table), most + 1)):
            later = np.einsum("jqs,qsy->jsy", table[count], here[..., : most + 1 - count])
            bought[..., count:] += later
        here, away = _back(move, bought, away)
    counts = _rows(here, away)
    # A week's purchases and their square, seen from its start, then carried back week by week.
    first = [np.einsum("c,cjqs->js", sold.astype(float) ** power, table) for power in (1, 2)]
    here, away = _back(move, np.stack(first, axis=-1), np.zeros(2))
    columns = [_rows(here, away)]
    change = table.sum(axis=0)
    for _ in range(weeks - 1):
        here, away = _back(move, np.einsum("jqs,qsm->jsm", change, here), away)
        columns.append(_rows(here, away))
    moments = np.stack(columns, axis=1)
    return counts, moments[..., 0], moments[..., 1]


def _back(move: np.ndarray, here: np.ndarray, away: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what is expected one move earlier; whoever comes back begins in the first phase."""
    stays = np.einsum("st,jty->jsy", move[:-1, :-1], here, optimize=True)
    earlier = stays + move[:-1, -1][:, None] * away
    return earlier, move[-1, :-1] @ here[0] + move[-1, -1] * away


def _rows(here: np.ndarray, away: np.ndarray) -> np.ndarray:
    """Return one row per state: phase by phase the rates, and then away."""
    return np.concatenate([here.reshape(-1, here.shape[-1]), away[None]])
