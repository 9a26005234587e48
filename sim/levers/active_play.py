"""A play as a week sees it: whom it is for, and how much of it reaches them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.kernels import is_each
from sim.common.random_numbers import Floats


@dataclass(frozen=True)
class ActivePlay:
    """A play as this week sees it.

    Attributes
    ----------
    index : int
        Number of the play among those of its lever.
    settings : Schema
    reached : ndarray of bool, shape (people,)
        Whom it is for.
    effort : float
        What is paid for of each person's play, from 0 to 1: ramp and budget.
    execution : float
        Share of a plan that the firm manages to carry out.
    building : float
        Part of the one-off work that falls in this week: all weeks of the ramp do the same.
    rows_found : ndarray of int, shape (m,), optional
        The rows of `reached` where another play has them already.
    rows : ndarray of int, shape (m,)
        Those of `reached`. They all have the same effort and strength, so that a play which few are meant
        for is best worked out for its rows.
    strengths : ndarray of float, shape (people,)
        What reaches each person: `strength` where `reached`, else 0.
    """

    index: int
    settings: Any
    reached: NDArray[np.bool_]
    effort: float
    execution: float
    building: float = 0.0
    rows_found: NDArray[np.int64] | None = None

    @cached_property
    def strengths(self) -> Floats:
        """Return what reaches each person."""
        return self.reached * np.float64(self.strength)

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """Return the rows of those whom the play is for."""
        return self.reached.nonzero()[0] if self.rows_found is None else self.rows_found

    @property
    def strength(self) -> float:
        """Return what reaches each of them, from 0 to 1: the part of the effort that is carried out."""
        return self.effort * self.execution

    @property
    def paid_effort(self) -> float:
        """Return the effort that fixed costs are paid for: 0 where the play is for nobody."""
        return self.effort if self.rows.size else 0.0

    @property
    def served(self) -> NDArray[np.bool_]:
        """Return whom anything reaches: where `strengths` are positive."""
        return self.reached if self.strength > 0 else np.zeros_like(self.reached)

    def spread(self, value: Floats | float) -> Floats:
        """Return a value for those whom the play is for, and 0 for all others.

        Parameters
        ----------
        value : ndarray, shape (m,), or float
            One for each of `rows`, or the same for all.

        Returns
        -------
        ndarray, shape (people,)
        """
        if not is_each(value):
            return self.reached * np.float64(value)  # a product is quicker than a choice by a mask
        everybody = np.zeros(self.reached.size)
        everybody[self.rows] = value
        return everybody

    def mean_reach(self, customers: NDArray[np.bool_]) -> float:
        """Return the share of customers whom it is for; they are a mask of whom the firm sees as such."""
        among = self.reached[customers]
        return float(among.mean()) if among.size else 0.0

    def mean_strength(self, customers: NDArray[np.bool_]) -> float:
        """Return what reaches a customer on average, for such a mask."""
        return self.strength * self.mean_reach(customers)

    def drop_cached(self) -> None:
        """Drop cached arrays, at the end of the week."""
        for name in ("strengths", "rows"):
            vars(self).pop(name, None)
