"""What a run records each week: sums over people, by value segment.

Every column is additive, over segments and people, so that any measure can be worked out afterwards.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.common.kernels.rows import rows_with
from sim.common.kernels.sums import add_count, add_count_where, add_everybodys, add_values
from sim.common.kernels.terms import take_term
from sim.common.random_numbers import Floats, Ints
from sim.world.population import ACTIVE, LAPSED, PROSPECT, VALUE_SEGMENTS

Rows = NDArray[np.int64] | NDArray[np.bool_]
_RECENT_WEEKS = 12
#: Columns of a table with two lives (`sim.model.rare_events`): which one a row tells, and its chance.
LIFE, WEIGHT = "life", "weight"
#: Begins columns that tell what a review found or did: ``review.WHAT.PLAY``, 1 in its week.
REVIEW = "review."
#: Column of what plays pay while they stand still, as they had promised it; their costs hold it too.
OWED = "owed"


class Recorder:
    """Collects the weekly table of a run.

    Parameters
    ----------
    value_segment : ndarray of int, shape (people,)
    weeks : int
        Horizon.
    levers : tuple of str
        Levers that may cost something.
    """

    def __init__(
        self, value_segment: NDArray[np.int8], weeks: int, levers: tuple[str, ...]
    ) -> None:
        self.value_segment = value_segment
        self.weeks, self.week = weeks, 0
        self.costs = tuple(f"cost.{lever}" for lever in levers)
        self.table: dict[str, Floats] = {
            name: np.zeros((weeks, len(VALUE_SEGMENTS))) for name in self.costs
        }
        self._counts = np.bincount(value_segment, minlength=len(VALUE_SEGMENTS)).astype(float)

    def add(self, name: str, values: Any, rows: Rows | None = None) -> None:
        """Add a column's values to this week's sums.

        Parameters
        ----------
        name : str
        values : ndarray or float
            One per person, or per row of `rows`.
        rows : ndarray of int or bool, optional
            The people that the values belong to, as rows or as a mask; everybody by default.
        """
        segment, column = self.value_segment, self.table.get(name)
        if column is None:
            column = self._column(name)
        each = isinstance(values, np.ndarray) and values.ndim > 0
        if not each and not values:
            return
        if rows is None:
            if each:
                add_everybodys(segment, values, column, self.week)
            else:
                column[self.week] += float(values) * self._counts
        elif not rows.size:
            return
        elif rows.dtype == bool and not each:
            add_count_where(segment, rows, float(values), column, self.week)
        elif each:
            rows = np.flatnonzero(rows) if rows.dtype == bool else rows
            add_values(segment, rows, values, column, self.week)
        else:
            add_count(segment, rows, float(values), column, self.week)

    def add_term(self, name: str, term: Floats, rows: Ints, eta: Floats) -> None:
        """Add a term of everybody's for some people, and to the sum of their terms as well.

        Parameters
        ----------
        name : str
        term : ndarray, shape (people,)
        rows : ndarray of int, shape (m,)
        eta : ndarray, shape (m,)
            Written.
        """
        take_term(term, rows, self.value_segment, eta, self._column(name), self.week)

    def expect(self, *names: str) -> None:
        """Begin columns to which nothing may be added before the horizon, or at all."""
        for name in names:
            self._column(name)

    def _column(self, name: str) -> Floats:
        column = self.table.get(name)
        if column is None:
            column = self.table[name] = np.zeros((self.weeks, len(VALUE_SEGMENTS)))
        return column

    def add_states(self, people: Mapping[str, NDArray[Any]]) -> None:
        """Add the states at the end of the week."""
        status = people["status"]
        active = rows_with(status, ACTIVE)
        self.add("n_active", 1, active)
        since = people["tenure"][active] - people["recency"][active]
        self.add("n_bought_12w", since < _RECENT_WEEKS, active)
        self.add("satisfaction_sum", people["satisfaction"][active], active)
        self.add("n_prospect", 1, rows_with(status, PROSPECT))
        self.add("n_lapsed", 1, rows_with(status, LAPSED))
        self.add("n_start_active", 1, people["kept"])

    def total(self, name: str) -> float:
        """Return this week's sum over all segments."""
        total = 0.0
        if name in self.table:
            for value in self.table[name][self.week].tolist():  # quicker than numpy for so few
                total += value
        return total

    def frame(self) -> pd.DataFrame:
        """Return the weekly table: one row per week so far and segment."""
        return pd.DataFrame(self.columns())

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns of the weekly table, for whom a frame of them takes too long."""
        done = self.week
        segments = len(VALUE_SEGMENTS)
        columns: dict[str, NDArray[Any]] = {
            "week": np.repeat(np.arange(done, dtype=np.int32), segments),
            "segment": np.tile(np.array(VALUE_SEGMENTS, dtype=object), done),
        }
        for name, sums in self.table.items():
            columns[name] = sums[:done].ravel()
        return columns
