"""The people of a market as columns, and the Mesa agent that owns them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import mesa
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.world.customer_view import CustomerView

People = dict[str, NDArray[Any]]
PROSPECT, ACTIVE, LAPSED = 0, 1, 2
#: Known customers of a start over several weeks, until each is acquired: not there for anybody.
TO_COME = 3
#: Value segments of the reports, best first, with their shares of known customers by expected margin.
VALUE_SEGMENTS = ("high_value", "potential", "ordinary")
VALUE_SHARES = (0.2, 0.3)


@dataclass(frozen=True)
class Column:
    """What a column of the customers holds.

    Attributes
    ----------
    name, dtype, start : str, str, float
    unit, meaning : str
    """

    name: str
    dtype: str
    start: float
    unit: str
    meaning: str

    def filled(self, people: int) -> NDArray[Any]:
        """Return the column as it starts; zeros take no memory until they are written."""
        if self.start == 0:
            return np.zeros(people, dtype=self.dtype)
        return np.full(people, self.start, dtype=self.dtype)


#: Columns that the ordinary life of the market owns; levers add their own.
COLUMNS = (
    Column("category_rate", "float64", 0, "trips per week", "purchase rate in the whole category"),
    Column("base_share", "float64", 0, "share", "share of wallet when nothing is done"),
    Column(
        "drop_out_rate",
        "float64",
        0,
        "per week",
        "hazard of dropping out when nothing is done; under a contract, of the next renewal",
    ),
    Column(
        "mean_spend", "float64", 0, "currency per trip", "mean spend of a trip, or fee of a period"
    ),
    Column(
        "suitability", "float64", 0, "SD of an encounter", "how well the firm suits this person"
    ),
    Column("talkativeness", "float64", 1, "share", "rate of talking over the mean rate"),
    Column("channel", "int8", 0, "index", "preferred channel"),
    Column("value_segment", "int8", 0, "index", "value segment at week 0, for reports"),
    Column("status", "int8", 0, "code", "0 prospect, 1 active, 2 lapsed, 3 to come"),
    Column("week_lapsed", "int32", 0, "week", "week of the last drop-out"),
    Column("kept", "bool", 0, "yes/no", "active at week 0 and never dropped out since"),
    Column("referred", "bool", 0, "yes/no", "joined on a friend's recommendation"),
    Column("promoted", "bool", 0, "yes/no", "joined because of an offer"),
    Column("satisfaction", "float64", 0, "SD", "overall satisfaction S"),
    Column("will_expectation", "float64", 0, "SD of an encounter", "what the customer expects, W"),
    Column("trust", "float64", 0, "SD", "trust that the firm keeps its promises"),
    Column("attachment", "float64", 0, "SD", "emotional tie to the firm"),
    Column("habit", "float64", 0, "share", "fading share of weeks with a purchase"),
    Column("usual_habit", "float64", 0, "share", "what it is when nothing is done"),
    Column(
        "fatigue",
        "float64",
        0,
        "messages",
        "messages above the usual still in mind, negative for fewer",
    ),
    Column("praise_heard", "float64", 0, "messages", "praise of the firm heard of late"),
    Column("blame_heard", "float64", 0, "messages", "blame of the firm heard of late"),
    Column("stock", "float64", 0, "trips", "goods bought ahead of need"),
    Column("reference_price", "float64", 1, "share", "what one is used to paying, over list price"),
    Column("frequency", "int32", 0, "occasions", "repeat purchase occasions so far"),
    Column("recency", "float64", 0, "weeks", "age at the last purchase"),
    Column("tenure", "float64", 0, "weeks", "age as a customer"),
    Column("monetary_value", "float64", 0, "currency per trip", "mean spend of the trips so far"),
    Column("recent_spend", "float64", 0, "currency per year", "spend of the last year, fading"),
)
#: Columns that only markets with contracts have.
CONTRACT_COLUMNS = (
    Column("renewal_week", "int32", 0, "week", "week of the next renewal, if active"),
    Column("renewals", "int32", 0, "renewals", "renewals since joining"),
    Column("fee_paid", "float64", 0, "currency per period", "fee last paid, at list price"),
)
#: Columns that only markets have whose customers pause.
PAUSE_COLUMNS = (
    Column("pause_rate", "float64", 0, "per week", "hazard of beginning a pause"),
    Column("pausing", "bool", 0, "yes/no", "pausing: a customer who buys nothing for the while"),
)
#: Columns that only markets have whose customers buy regularly.
REGULAR_COLUMNS = (
    Column("purchase_phase", "int8", 0, "phases", "phases passed since the last purchase"),
)
#: Columns that only markets have whose talk becomes public.
NOTICED_COLUMNS = (
    Column("usual_satisfaction", "float64", 0, "SD", "S, had the firm gone on as usual"),
    Column("usual_expectation", "float64", 0, "SD of an encounter", "W, had it done so"),
)


class ReadOnlyColumns(Mapping[str, NDArray[Any]]):
    """All columns as views that cannot be written to, each made when it is first asked for.

    Parameters
    ----------
    columns : dict of str to ndarray
    """

    def __init__(self, columns: People) -> None:
        self._columns = columns
        self._views: People = {}

    def __getitem__(self, name: str) -> NDArray[Any]:
        view = self._views.get(name)
        if view is None:
            view = self._views[name] = read_only(self._columns[name])
        return view

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


def read_only(values: NDArray[Any]) -> NDArray[Any]:
    """Return a view of an array that cannot be written to."""
    view = values.view()
    view.flags.writeable = False
    return view


class CustomerSet(mesa.Agent):
    """All people of the market as one Mesa agent that owns their columns.

    ``model.agents`` holds the firm's side (departments, rivals, channels, the desk) and this one set;
    a person is a row, looked at through ``customers[i]``. Rows are never removed or used again.

    Parameters
    ----------
    model : mesa.Model
    columns : dict of str to ndarray, each of shape (people,)
    """

    def __init__(self, model: mesa.Model, columns: dict[str, NDArray[Any]]) -> None:
        super().__init__(model)
        self.columns = columns

    def __len__(self) -> int:
        return self.columns["status"].size

    def __getitem__(self, row: int) -> CustomerView:
        if not -len(self) <= row < len(self):
            raise IndexError(f"person {row} of {len(self)}")
        return CustomerView(self.columns, row % len(self))

    def get(self, name: str) -> NDArray[Any]:
        """Return a column, read-only."""
        return read_only(self.columns[name])

    def select(self, **equal: float) -> NDArray[np.int64]:
        """Return the rows on which the named columns have the given values."""
        chosen = np.ones(len(self), dtype=bool)
        for name, value in equal.items():
            chosen &= self.columns[name] == value
        return np.flatnonzero(chosen)

    def agg(self, name: str, function: Any) -> Any:
        """Apply a function to the active customers' values of a column."""
        return function(self.columns[name][self.columns["status"] == ACTIVE])

    def groupby(self, by: str, name: str) -> pd.Series:
        """Return the mean of a column over the active customers, by the values of another column."""
        rows = self.columns["status"] == ACTIVE
        return pd.Series(self.columns[name][rows]).groupby(self.columns[by][rows]).mean()
