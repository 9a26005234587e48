"""Gaps of a log: days on which a shop that goes on before and after sold next to nothing.

A holiday week, a move, an export with days missing: taken as they stand, customers seem to have paused or
left. Seven days in a row are a gap where they hold less than a quarter of what is usual before and of
what is usual after: the second lowest of four weeks, so that neither a start, an end or a slow decline
nor a shop that sells every second week is taken for one. What lasts longer than three weeks is a season
or a change of the firm, and stays.

Fits see time without its gaps: what lies before one moves towards it by its length. The few purchases
within it count on the day before it, so that no customer is lost.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.common.random_numbers import Floats, Ints

#: Seven days with a smaller share of what is usual are a gap, where at least so many purchases are usual:
#: fewer than a quarter of 30 come by luck once in ten million weeks (Poisson).
_SHARE, _LEAST = 0.25, 30
#: Weeks before and after that say what is usual; the nearest could hold a part of the gap.
_WEEKS = (2, 3, 4, 5)
#: A day at the edge with at least this share of what is usual for its weekday is none of the gap's.
_EDGE = 0.5
#: Shorter ones are ordinary holidays, which steps of a week do not notice.
_SHORTEST = 3


@dataclass(frozen=True)
class Gap:
    """Days on which next to nothing was sold.

    Attributes
    ----------
    first, last : pandas.Timestamp
    share : float
        Purchases over what is usual in as many days.
    """

    first: pd.Timestamp
    last: pd.Timestamp
    share: float

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        return f"{self.first:%Y-%m-%d} to {self.last:%Y-%m-%d} ({self.share:.0%} of the usual)"


def find_gaps(occasions: pd.DataFrame) -> tuple[Gap, ...]:
    """Return the gaps of a log, in order of time.

    Parameters
    ----------
    occasions : pandas.DataFrame
        ``day``, one row per customer-day.
    """
    begin = occasions["day"].min()
    return gaps_in(begin, np.bincount((occasions["day"] - begin).dt.days))


def gaps_in(begin: pd.Timestamp, daily: Ints) -> tuple[Gap, ...]:
    """Return the gaps in numbers of purchases by day, from a first day on, in order of time."""
    if len(daily) < 7 * (2 * max(_WEEKS) + 1):
        return ()
    week = np.convolve(daily, np.ones(7))[: len(daily)]  # of the seven days up to each
    week[:6] = np.nan
    usual = np.minimum(_around(week, -1), _around(week, 1))
    slack = (usual >= _LEAST) & (week < _SHARE * usual)  # nan is never slack
    inside = np.convolve(slack, np.ones(7))[6:] > 0  # each such window's seven days
    inside = np.r_[inside, np.zeros(len(daily) - len(inside), dtype=bool)]
    of_weekday = np.nanmean([_around(daily.astype(float), side) for side in (-1, 1)], axis=0)
    edges = np.flatnonzero(np.diff(np.r_[0, inside.astype(int), 0]))
    found = []
    for start, after in edges.reshape(-1, 2):
        within = np.flatnonzero(daily[start:after] < _EDGE * of_weekday[start:after])
        if len(within) and within[-1] - within[0] + 1 >= _SHORTEST:
            days = slice(start + within[0], start + within[-1] + 1)
            share = float(daily[days].sum() / of_weekday[days].sum())
            first, last = (begin + pd.Timedelta(days=int(d)) for d in (days.start, days.stop - 1))
            found.append(Gap(first, last, share))
    return tuple(found)


def _around(values: Floats, side: int) -> Floats:
    """Return the second lowest value some weeks before (side -1) or after (1); nan past the ends."""
    n = len(values)
    shifted = np.full((len(_WEEKS), n), np.nan)
    for row, weeks in enumerate(_WEEKS):
        by = 7 * weeks
        if by < n and side < 0:
            shifted[row, by:] = values[:-by]
        elif by < n:
            shifted[row, :-by] = values[by:]
    known = ~np.isnan(shifted).any(axis=0)
    usual = np.full(n, np.nan)
    usual[known] = np.sort(shifted[:, known], axis=0)[1]
    return usual


def close_gaps(occasions: pd.DataFrame, gaps: tuple[Gap, ...]) -> pd.DataFrame:
    """Return occasions in time without its gaps, the last day being what it was.

    Parameters
    ----------
    occasions : pandas.DataFrame
        ``customer``, ``day``, ``amount``, ``lines``, one row per customer-day.
    gaps : tuple of Gap
    """
    if not gaps:
        return occasions
    day = occasions["day"]
    for gap in gaps:  # in order of time, so that a day is moved by each gap that comes after it
        day = day.where(day > gap.last, (day + pd.Timedelta(days=gap.days)).clip(upper=gap.last))
    moved = occasions.assign(day=day)
    return moved.groupby(["customer", "day"], as_index=False)[["amount", "lines"]].sum()


def days_within(gaps: tuple[Gap, ...], day: pd.Timestamp) -> int:
    """Return how many days of gaps lie on or after a day."""
    return sum(max(0, min(gap.days, (gap.last - day).days + 1)) for gap in gaps)


def real_day(gaps: tuple[Gap, ...], day: pd.Timestamp) -> pd.Timestamp:
    """Return the day of the calendar that a day is in time without gaps (`close_gaps`)."""
    for gap in reversed(gaps):
        if day <= gap.last:
            day = day - pd.Timedelta(days=gap.days)
    return day
