r"""How months and exports move: the last whole month against changes before it, and what was restated.

The change of a figure is that of its log. Of *n* earlier changes with mean *m* and standard deviation *s*
the next one lies within :math:`m \pm t_{n-1}(0.995)\, s \sqrt{1 + 1/n}` in 99 of 100 months (the
prediction interval of Student's law), if it is one of them.
"""

import calendar
import datetime
from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import numpy as np
from pydantic import BaseModel
from scipy.stats import t

from sim.common.grain import Grain
from sim.intake.sql import Database, rows

Figure = Literal["sales", "customers", "purchases", "median_spend", "left_out"]
#: Changes before the last one that say what is usual, and how often a usual one lies outside.
ENOUGH, OUTSIDE = 6, 0.01
#: Days at either end that a month may lack and be whole; a share by which sales are restated.
_LACKS, _RESTATED = 2, 0.005


class Month(BaseModel):
    """Figures of a whole month."""

    month: str
    sales: float
    customers: int
    purchases: int
    median_spend: float
    left_out: float


class Drift(BaseModel):
    """How a figure changed in the last whole month, and within what it usually does: factors."""

    figure: Figure
    month: str
    before: float
    now: float
    change: float
    low: float
    high: float

    @property
    def is_unusual(self) -> bool:
        """Whether the change lies outside."""
        return not self.low <= self.change <= self.high


class Restated(BaseModel):
    """Sales of a month that an earlier export had otherwise."""

    month: str
    before: float
    now: float


def whole_months(database: Database, grain: Grain = "day") -> list[Month]:
    """Return the figures of each month that the log holds as a whole, in order of time.

    A table of months holds each of them as a whole, whichever day it dates it.

    `left_out` is the share of its lines that are left out, of those with a day, by a half line more.
    """
    (first, last), *_ = rows(database, "select min(day), max(day) from purchases")
    found = rows(
        database,
        "with sold as (select strftime(min(day), '%Y-%m') as month, sum(amount)::double, "
        "count(distinct who), count(*), median(amount)::double from purchases "
        "group by year(day), month(day)), "
        f"kept as ({_by_month('lines')}), "
        f"gone as ({_by_month('rejected', "day is not null and reason != 'returned_before'")}) "
        "select sold.*, (coalesce(gone.n, 0) + 0.5) / (coalesce(gone.n, 0) + coalesce(kept.n, 0) + 1) "
        "from sold left join kept using (month) left join gone using (month) order by 1",
    )
    names = ("month", "sales", "customers", "purchases", "median_spend", "left_out")
    return [
        Month(**dict(zip(names, one, strict=True)))
        for one in found
        if grain == "month" or _whole(one[0], first, last)
    ]


def _by_month(table: str, condition: str = "true") -> str:
    """Return the SQL of how many lines of a table a month has: by days first, which are few."""
    return (
        "select strftime(day, '%Y-%m') as month, sum(n) as n from "
        f"(select day, count(*) as n from {table} where {condition} group by 1) group by 1"
    )


def _whole(month: str, first: datetime.date, last: datetime.date) -> bool:
    """Return whether a log from one day to another holds a month, but for a day or two at its ends."""
    year, number = map(int, month.split("-"))
    begin = datetime.date(year, number, 1)
    end = datetime.date(year, number, calendar.monthrange(year, number)[1])
    slack = datetime.timedelta(days=_LACKS)
    return first - slack <= begin and end <= last + slack


def drifts(months: Sequence[Month]) -> list[Drift]:
    """Return how each figure changed in the last whole month; none of fewer than eight months."""
    found = []
    for figure in get_args(Figure):
        values = np.array([getattr(month, figure) for month in months], dtype=float)
        if len(values) < ENOUGH + 2 or not (values > 0).all():
            continue
        *earlier, change = np.diff(np.log(values))
        n, mean, spread = len(earlier), np.mean(earlier), np.std(earlier, ddof=1)
        half = t.ppf(1 - OUTSIDE / 2, n - 1) * spread * np.sqrt(1 + 1 / n)
        low, high = np.exp(mean - half), np.exp(mean + half)
        found.append(
            Drift(figure=figure, month=months[-1].month, before=values[-2], now=values[-1],
                  change=float(np.exp(change)), low=float(low), high=float(high))
        )  # fmt: skip
    return found


def restated(months: Sequence[Month], before: Mapping[str, float]) -> list[Restated]:
    """Return the months whose sales an earlier export had otherwise, by more than half a percent."""
    return [
        Restated(month=one.month, before=before[one.month], now=one.sales)
        for one in months
        if one.month in before
        and abs(one.sales - before[one.month]) > _RESTATED * max(before[one.month], 1e-9)
    ]
