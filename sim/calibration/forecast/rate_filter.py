"""Filter customers' hidden rates from step to step, with the exact gradient of the likelihood.

A customer's state is a purchase rate of a grid, the phase from one purchase to the next, or pausing (gone
for the while). Forward: what is known of it after each step (Baum & Petrie 1966). Backward: how the
likelihood leans on the chances of moving from state to state, which is the gradient that a fit needs.
"""

from dataclasses import dataclass

import numpy as np

from sim.calibration.forecast.step_counts import StepCounts, emission


@dataclass(frozen=True)
class Moves:
    """How states move in a step, for each of the classes of customers.

    Attributes
    ----------
    start : numpy.ndarray
        Probability of class and rate at the first purchase; shape (classes, S).
    moves : numpy.ndarray
        Probability of moving between rates, the last state being away; shape (classes, S + 1, S + 1).
    """

    start: np.ndarray
    moves: np.ndarray


@dataclass(frozen=True)
class Known:
    """What is known of each course: probabilities of state, by class.

    Attributes
    ----------
    here : numpy.ndarray
        Of phase and rate; shape (classes, n, phases, S).
    away : numpy.ndarray
        Of being away; shape (classes, n).
    """

    here: np.ndarray
    away: np.ndarray


class RateFilter:
    """The filter of some courses of purchases on a grid of rates."""

    def __init__(self, counts: StepCounts, rate: np.ndarray, days: int, phases: int) -> None:
        self.counts, self.phases = counts, phases
        most = int(counts.counts.max(initial=0))
        self._full = emission(rate, days, most, phases)
        self._begun = np.stack([emission(rate, part, most, phases) for part in range(days)])
        steps = counts.counts.shape[1]
        #: Courses that have begun before each step, and up to its end: the first so many.
        self._before = np.searchsorted(counts.born, np.arange(steps), side="left")
        self._after = np.searchsorted(counts.born, np.arange(steps), side="right")

    def forward(self, law: Moves, kept: list | None = None) -> tuple[np.ndarray, Known]:
        """Return the log-likelihood of each course, and what is known at the end.

        Parameters
        ----------
        law : Moves
        kept : list, optional
            Filled with (known before the step, likelihood of the step), step by step.
        """
        start, moves = law.start, law.moves
        n, size = len(self.counts.born), start.shape[1]
        here = np.zeros((len(start), n, self.phases, size))
        away = np.zeros((len(start), n))
        total = np.zeros(n)
        for step, (before, after) in enumerate(zip(self._before, self._after, strict=True)):
            if kept is not None:
                kept.append((here[:, :before].copy(), away[:, :before].copy()))
            for c in range(len(start)):
                move = moves[c]
                old, gone = here[c, :before], away[c, :before]
                # One product of two tables: a stack of small ones takes several times as long.
                moved = (old.reshape(-1, size) @ move[:-1, :-1]).reshape(old.shape)
                moved[:, 0] += gone[:, None] * move[-1, :-1]
                left = old.sum(axis=1) @ move[:-1, -1] + gone * move[-1, -1]
                count = self.counts.counts[:before, step]
                here[c, :before] = self._emit(moved, self._full, count)
                away[c, :before] = left * (count == 0)
                new = slice(before, after)
                first = self._first(new, step)
                here[c, new] = start[c] * first
            likely = here[:, :after].sum(axis=(0, 2, 3)) + away[:, :after].sum(axis=0)
            likely = np.maximum(likely, 1e-30)
            total[:after] += np.log(likely)
            here[:, :after] /= likely[:, None, None]
            away[:, :after] /= likely
            if kept is not None:
                kept[-1] += (likely,)
        return total, Known(here, away)

    def gradient(self, law: Moves, kept: list) -> Moves:
        """Return how the log-likelihood of all customers leans on each start and move.

        Parameters
        ----------
        law : Moves
        kept : list
            As `forward` filled it.
        """
        moves = law.moves
        n, size = len(self.counts.born), law.start.shape[1]
        ahead = np.ones((len(moves), n, self.phases, size))
        ahead_away = np.ones((len(moves), n))
        weight = self.counts.customers.astype(float)
        by_start, by_move = np.zeros(law.start.shape), np.zeros(moves.shape)
        for step in range(len(self._before) - 1, -1, -1):
            before, after = self._before[step], self._after[step]
            old, gone, likely = kept[step]
            count = self.counts.counts[:before, step]
            new = slice(before, after)
            for c, move in enumerate(moves):
                first = (self._first(new, step) * ahead[c, new]).sum(axis=1)
                by_start[c] += (weight[new] / likely[new]) @ first
                seen = self._collect(ahead[c, :before], self._full, count)
                seen /= likely[:before, None, None]
                quiet = ahead_away[c, :before] * (count == 0) / likely[:before]
                w, w_gone = weight[:before, None, None] * old[c], weight[:before] * gone[c]
                flat = (-1, size)
                by_move[c, :-1, :-1] += w.reshape(flat).T @ seen.reshape(flat)
                by_move[c, -1, :-1] += w_gone @ seen[:, 0]
                by_move[c, :-1, -1] += quiet @ w.sum(axis=1)
                by_move[c, -1, -1] += w_gone @ quiet
                back = (seen.reshape(flat) @ move[:-1, :-1].T).reshape(seen.shape)
                ahead[c, :before] = back + quiet[:, None, None] * move[:-1, -1]
                ahead_away[c, :before] = seen[:, 0] @ move[-1, :-1] + quiet * move[-1, -1]
        return Moves(by_start, by_move)

    def _first(self, rows: slice, step: int) -> np.ndarray:
        """Return the emission of those who begin in a step, in the days of it that are left."""
        count = self.counts.counts[rows, step]
        return self._begun[self.counts.exposed[rows], count, 0]

    def _emit(self, moved: np.ndarray, table: np.ndarray, count: np.ndarray) -> np.ndarray:
        """Return states times the likelihood of each course's count, phases moving on."""
        if self.phases == 1:
            return moved * table[count, 0]
        made = np.zeros_like(moved)
        for begin in range(self.phases):
            for end in range(self.phases):
                made[:, end] += moved[:, begin] * table[:, begin, end][count]
        return made

    def _collect(self, ahead: np.ndarray, table: np.ndarray, count: np.ndarray) -> np.ndarray:
        """Return, seen from before the step, the likelihood of it and of all that follows."""
        if self.phases == 1:
            return ahead * table[count, 0]
        made = np.zeros_like(ahead)
        for begin in range(self.phases):
            for end in range(self.phases):
                made[:, begin] += ahead[:, end] * table[:, begin, end][count]
        return made
