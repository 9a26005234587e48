"""The diary of chosen customers: what happened to each, week by week, and why they bought or left.

A diary is a recorder that also keeps single people's values. What the week records of many it
records of these, under the same names, so that the diary of everybody adds up to the weekly table;
and it draws no random numbers, so that a run with a diary is the same run. A model has none unless asked:

    diary = keep_diary(model.state, [7, 12])
    model.run()
    diary.entries()
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

from sim.common.errors import InputError
from sim.common.random_numbers import Floats, Ints
from sim.market.market import Market
from sim.model.observers.recorder import Recorder, Rows
from sim.world.removable_leaving import hazard_factor


class Watched(Protocol):
    """What an observer needs of a run: its recorder, which it replaces, and the people it holds."""

    recorder: Recorder
    people: dict[str, NDArray[Any]]
    market: Market

    @property
    def size(self) -> int:
        """Number of people."""


class Diary(Recorder):
    """Goes on with a recorder's table, and keeps what concerns a few people apart.

    Parameters
    ----------
    recorder : Recorder
        The one whose place it takes.
    rows : ndarray of int, shape (m,)
        People to follow, each once.
    people : mapping of str to ndarray, each of shape (people,)
        The customers' columns, as they stand before the next week.
    removable : float
        Share of leaving that a firm can remove.

    Attributes
    ----------
    rows : ndarray of int, shape (m,)
    first : int
        First week of the diary.
    start : DataFrame
        The columns of these people before that week, indexed by person.
    """

    def __init__(
        self,
        recorder: Recorder,
        rows: NDArray[np.int64],
        people: Mapping[str, NDArray[Any]],
        removable: float,
    ) -> None:
        vars(self).update(vars(recorder))  # the very same table, whatever a recorder is made of
        self.rows, self.first, self.removable = rows, recorder.week, removable
        self.place = np.full(self.value_segment.size, -1)
        self.place[rows] = np.arange(rows.size)
        self.start = pd.DataFrame({name: values[rows] for name, values in people.items()})
        self.start.index = pd.Index(rows, name="person")
        self.events: dict[str, Floats] = {}
        self.states: dict[str, NDArray[Any]] = {}

    def add(self, name: str, values: Any, rows: Rows | None = None) -> None:
        """Add a column's values to this week's sums, and to the diary of those it follows."""
        super().add(name, values, rows)
        self._follow(name, values, rows)

    def add_term(self, name: str, term: Floats, rows: Ints, eta: Floats) -> None:
        """Add a term of some people, to the sums and to the diary."""
        super().add_term(name, term, rows, eta)
        self._follow(name, term[rows], rows)

    def _follow(self, name: str, values: Any, rows: Rows | None) -> None:
        place = self.place if rows is None else self.place[rows]
        followed = np.flatnonzero(place >= 0)
        page = self._page(self.events, name, np.float64)
        page[self.week, place[followed]] += values if np.ndim(values) == 0 else values[followed]

    def add_states(self, people: Mapping[str, NDArray[Any]]) -> None:
        """Add the states at the end of the week, to the sums and to the diary."""
        super().add_states(people)
        for name, values in people.items():
            self._page(self.states, name, values.dtype)[self.week] = values[self.rows]

    def _page(self, book: dict[str, NDArray[Any]], name: str, dtype: Any) -> NDArray[Any]:
        if name not in book:
            book[name] = np.zeros((self.weeks, self.rows.size), dtype=dtype)
        return book[name]

    def entries(self) -> pd.DataFrame:
        """Return the diary so far.

        Returns
        -------
        DataFrame
            One row per week and person, people within weeks: ``week``, ``person``; what happened
            (names and units of the weekly table: a count, an amount or a term where it applied, else
            0); the person's columns at the end of the week (those of ``model.customers``); and, for
            those who could buy, else nan, ``share``, the chance that a trip of theirs comes to the
            firm (without a promotion, whose pull stands apart in ``term.promotion.*``), and
            ``hazard``, their drop-out rate per week (under a contract that of a renewal, as it would
            be this week). The terms ``term.purchase.*`` add up to
            logit(share) - logit(base_share), ``term.churn.*`` to the log
            of what multiplies the removable part of ``drop_out_rate``.
        """
        weeks = range(self.first, self.week)
        columns: dict[str, Any] = {
            "week": np.repeat(np.asarray(weeks, dtype=np.int32), self.rows.size),
            "person": np.tile(self.rows, len(weeks)),
        }
        for name, page in {**self.events, **self.states}.items():
            columns[name] = page[self.first : self.week].ravel()
        table = pd.DataFrame(columns)
        exposed = table["exposed.purchase"] > 0
        share = expit(logit(table["base_share"]) + sum_of_terms(table, "purchase"))
        table["share"] = share.where(exposed)
        moved = hazard_factor(sum_of_terms(table, "churn").to_numpy(), self.removable)
        hazard = table["drop_out_rate"] * moved
        table["hazard"] = hazard.where(table["exposed.churn"] > 0)
        return table


def sum_of_terms(table: pd.DataFrame, outcome: str) -> pd.Series:
    """Return the sum of an outcome's terms, on its link scale, per row of a diary."""
    names = [name for name in table.columns if name.startswith(f"term.{outcome}.")]
    return table[names].sum(axis=1)


def keep_diary(run: Watched, people: Iterable[int]) -> Diary:
    """Have a run keep the diary of some people from its next week on.

    Parameters
    ----------
    run : Watched
        Before its first week, or later; its recorder is replaced.
    people : iterable of int
        Their rows in ``model.customers``.

    Returns
    -------
    Diary
        It fills while the model runs.

    Raises
    ------
    InputError
        If a row is not there, or is named twice.
    """
    rows = np.asarray(list(people), dtype=np.int64)
    size = run.size
    for row in rows:
        if not 0 <= row < size:
            raise InputError("diary", "person", int(row), f"a row from 0 to {size - 1}")
    if np.unique(rows).size < rows.size:
        raise InputError("diary", "people", rows.tolist(), "each person once")
    diary = Diary(run.recorder, rows, run.people, run.market["removable_drop_out"])
    run.recorder = diary
    return diary


class Tally(Recorder):
    """Goes on with a recorder's table, and sums some flows person by person.

    Parameters
    ----------
    recorder : Recorder
        The one whose place it takes.
    names : tuple of str
        Flows of the weekly table, such as ``trips``.

    Attributes
    ----------
    sums : dict of str to ndarray of float, each of shape (people,)
    """

    def __init__(self, recorder: Recorder, names: tuple[str, ...]) -> None:
        vars(self).update(vars(recorder))
        self.sums = {name: np.zeros(self.value_segment.size) for name in names}

    def add(self, name: str, values: Any, rows: Rows | None = None) -> None:
        """Add a column's values to this week's sums, and to each person's."""
        super().add(name, values, rows)
        if name in self.sums:
            self.sums[name][slice(None) if rows is None else rows] += values

    def add_term(self, name: str, term: Floats, rows: Ints, eta: Floats) -> None:
        """Add a term of some people to this week's sums, and to each person's."""
        super().add_term(name, term, rows, eta)
        if name in self.sums:
            self.sums[name][rows] += term[rows]


def keep_tally(run: Watched, *names: str) -> Tally:
    """Have a run sum flows person by person from its next week on.

    Parameters
    ----------
    run : Watched
        Its recorder is replaced.
    *names : str
        Flows of the weekly table.

    Returns
    -------
    Tally
        It fills while the model runs; much smaller than a diary of everybody.
    """
    tally = Tally(run.recorder, names)
    run.recorder = tally
    return tally
