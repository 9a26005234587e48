"""A play as a week sees it: whom it is for, and how much of it reaches them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    level : float
        How far it is on, from 0 to 1.
    carried_out : float
        Share of a plan that the firm manages to carry out.
    rows_found : ndarray of int, shape (m,), optional
        The rows of `reached` where another play has them already.
    rows : ndarray of int, shape (m,)
        Those of `reached`. Among them `level` is paid for and `strength` is `share`, so that a play which
        few are meant for is best worked out for its rows.
    strength : ndarray of float, shape (people,)
        What reaches each person, from 0 to 1: the part of `level` that is carried out.
    """

    index: int
    settings: Any
    reached: NDArray[np.bool_]
    level: float
    carried_out: float
    rows_found: NDArray[np.int64] | None = None

    @cached_property
    def strength(self) -> Floats:
        """Return what reaches each person."""
        return np.where(self.reached, self.share, 0.0)

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """Return the rows of those whom the play is for."""
        return np.flatnonzero(self.reached) if self.rows_found is None else self.rows_found

    @property
    def share(self) -> float:
        """Return what reaches each of them, from 0 to 1."""
        return self.level * self.carried_out

    @property
    def peak(self) -> float:
        """Return what is paid for each of them, and 0 where the play is for nobody."""
        return self.level if self.rows.size else 0.0

    @property
    def served(self) -> NDArray[np.bool_]:
        """Return whom anything reaches: where `strength` is positive."""
        return self.reached if self.share > 0 else np.zeros_like(self.reached)

    def forget(self) -> None:
        """Let go of what can be worked out again, at the end of the week."""
        for name in ("strength", "rows"):
            vars(self).pop(name, None)
