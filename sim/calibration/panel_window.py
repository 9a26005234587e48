"""The window of a panel: its last year, from when it counts each customer, and what it counts.

Who was a customer before the window counts over all of it, and is seen only if they bought in it. Who
joined in it counts from their own first purchase, which is not counted, as in a cohort: their weeks
before it are no silence. A log does not say who joined, but where it reaches back well before the window
most of whom it first shows there may be told to be newcomers (`sim.calibration.origins`); then all of
them count as such. A customer of long standing who bought so seldom as not to be seen before is then one
of them, with repeat purchases at the same rate.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibration.origins import Origins, share_of_new
from sim.calibration.rfm_histories import COLUMNS, count_occasions
from sim.common.calendar import WEEKS_A_YEAR

#: A panel is judged on its last year: the counts that the laws are calibrated on are yearly.
PANEL_DAYS = 365
#: With fewer days before the window, who first appears in it says nothing of when they joined.
_BEFORE = 91
#: A share of newcomers from which all are counted as such.
_MOST = 0.5


@dataclass(frozen=True)
class Window:
    """The days that a panel's histories cover.

    Attributes
    ----------
    start, end : pandas.Timestamp
        First and last day.
    newcomers : bool
        Whether customers who first appear within it count from then.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    newcomers: bool = False

    @property
    def weeks(self) -> float:
        """Its length."""
        return ((self.end - self.start).days + 1) / 7.0

    @property
    def in_words(self) -> str:
        """The last year, or a shorter log's weeks."""
        return "last year" if self.weeks >= WEEKS_A_YEAR else f"{self.weeks:.0f} weeks"

    def until(self, end: pd.Timestamp) -> "Window":
        """Return its first part."""
        return Window(self.start, end, self.newcomers)

    def known_before(self, histories: pd.DataFrame) -> NDArray[np.bool_]:
        """Return who was a customer before it, shape (n,): they count over all of its weeks."""
        return histories["T"].to_numpy(float) > self.weeks - 0.5 / 7.0

    def counted(self, occasions: pd.DataFrame) -> pd.DataFrame:
        """Return the occasions that histories count: all within it, but for newcomers' first ones."""
        inside = occasions["day"].between(self.start, self.end)
        if self.newcomers:
            first = occasions.groupby("customer")["day"].transform("min")
            inside &= (first < self.start) | (occasions["day"] > first)
        return occasions[inside]


def window_of(occasions: pd.DataFrame, end: pd.Timestamp, origins: Origins) -> Window:
    """Return a panel's window up to a day, and whether most whom it first shows have joined in it.

    Parameters
    ----------
    occasions : pandas.DataFrame
        ``customer``, ``day``, one row per customer-day of the whole log.
    end : pandas.Timestamp
        End of observation.
    origins : Origins
        Of the log.
    """
    begin = occasions["day"].min()
    start = max(begin, end - pd.Timedelta(days=PANEL_DAYS - 1))
    told = reaches_back(occasions, start)
    return Window(start, end, told and most_joined(share_of_new(occasions, origins, start)))


def most_joined(share: float) -> bool:
    """Return whether all whom a window first shows count as new, by the share of them who are."""
    return share > _MOST


def reaches_back(occasions: pd.DataFrame, start: pd.Timestamp) -> bool:
    """Return whether a log begins so long before its window that who joined in it can be told."""
    return (start - occasions["day"].min()).days >= _BEFORE


def panel_histories(occasions: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Return the histories within a window, of those who bought in it.

    Parameters
    ----------
    occasions : pandas.DataFrame
        ``customer``, ``day``, ``amount``, one row per customer-day of the whole log.
    window : Window

    Returns
    -------
    pandas.DataFrame
        As `sim.calibration.rfm_histories.cohort_histories`. Of a customer from before the window all
        occasions in it count, with ``recency`` in weeks from its start to the end of the last purchase's
        day, and its weeks as ``T``; of a newcomer, repeat occasions since the first.
    """
    inside = occasions[occasions["day"].between(window.start, window.end)]
    first = occasions.groupby("customer")["day"].min()
    new = first[window.newcomers & (first >= window.start)]
    # the day of a newcomer's first purchase is over when their time begins; others' begins with a day
    began = new.reindex(inside["customer"]).fillna(window.start - pd.Timedelta(days=1))
    since = (inside["day"] - began.to_numpy()).dt.days / 7.0
    counted = inside.assign(since=since)[since > 0]
    table = count_occasions(counted, inside["customer"].unique())
    own = (window.end - new.reindex(table.index)).dt.days / 7.0
    table["T"] = own.fillna(window.weeks)
    return table[list(COLUMNS)]
