"""What a forecast knows of each customer: the days of purchases up to the end of calibration.

Time runs from a customer's own first purchase, which is not counted, for shops with a known start and for
panels alike: a law that is conditional on the first purchase holds for both.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

#: Customers that laws are fitted on, when there are more; everybody is scored.
MOST_FITTED = 6_000


@dataclass(frozen=True)
class Histories:
    """Customers up to the end of calibration; days count backwards from it (0 is the last day).

    Attributes
    ----------
    codes : numpy.ndarray
        The customers, as the log numbers them; shape (n,).
    frequency, first_ago, last_ago : numpy.ndarray
        Purchase days after the first one, and days since the first and since the last; shape (n,).
    visit_row, visit_ago : numpy.ndarray
        Who came and how many days ago, one entry per customer-day, sorted by customer; shape (m,).
    """

    codes: np.ndarray
    frequency: np.ndarray
    first_ago: np.ndarray
    last_ago: np.ndarray
    visit_row: np.ndarray
    visit_ago: np.ndarray

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def recency(self) -> np.ndarray:
        """Weeks from the first purchase to the last."""
        return (self.first_ago - self.last_ago) / 7.0

    @property
    def observed(self) -> np.ndarray:
        """Weeks from the first purchase to the end (T)."""
        return self.first_ago / 7.0

    def take(self, rows: np.ndarray) -> "Histories":
        """Return the customers of these rows, in this order."""
        starts = np.searchsorted(self.visit_row, rows)
        counts = self.frequency[rows] + 1
        new = np.repeat(np.arange(len(rows), dtype=np.int32), counts)
        within = np.arange(len(new)) - np.repeat(np.cumsum(counts) - counts, counts)
        ago = self.visit_ago[np.repeat(starts, counts) + within]
        return Histories(
            self.codes[rows],
            self.frequency[rows],
            self.first_ago[rows],
            self.last_ago[rows],
            new,
            ago,
        )

    def sample(self, most: int = MOST_FITTED) -> "Histories":
        """Return at most so many customers, evenly spread over the days on which they began."""
        if len(self) <= most:
            return self
        ago = np.bincount(self.visit_row, self.visit_ago, len(self))
        order = np.lexsort((ago, self.last_ago, self.frequency, self.first_ago))  # never by id
        return self.take(np.sort(order[np.linspace(0, len(self) - 1, most).astype(int)]))

    def table(self) -> pd.DataFrame:
        """Return ``frequency``, ``recency`` and ``T``, as the fits of `sim.calibration` take them."""
        columns = {"frequency": self.frequency, "recency": self.recency, "T": self.observed}
        return pd.DataFrame(columns)


def histories_until(occasions: pd.DataFrame, end: pd.Timestamp) -> Histories:
    """Return the histories of all who bought up to a day.

    Parameters
    ----------
    occasions : pandas.DataFrame
        ``customer`` and ``day``, one row per customer-day, sorted by both.
    end : pandas.Timestamp
        Last day of calibration.
    """
    customer = occasions["customer"].to_numpy()
    ago = days_before(occasions["day"], end)
    known = ago >= 0
    customer, ago = customer[known], ago[known]
    codes, starts, counts = np.unique(customer, return_index=True, return_counts=True)
    row = np.repeat(np.arange(len(codes), dtype=np.int32), counts)
    last = ago[starts + counts - 1]
    return Histories(codes, counts.astype(np.int32) - 1, ago[starts], last, row, ago)


def days_before(day: pd.Series, end: pd.Timestamp) -> np.ndarray:
    """Return how many days before `end` each day lies; negative after it."""
    return (end - day).dt.days.to_numpy().astype(np.int32)


def purchases_after(
    occasions: pd.DataFrame, histories: Histories, end: pd.Timestamp, weeks: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return what the known customers bought in the weeks after `end`, as purchase days.

    Returns
    -------
    by_customer, by_week : numpy.ndarray
        Shapes (n,) and (weeks,).
    """
    ahead = -days_before(occasions["day"], end)
    inside = (ahead > 0) & (ahead <= 7 * weeks)
    customer, ahead = occasions["customer"].to_numpy()[inside], ahead[inside]
    row = np.searchsorted(histories.codes, customer)
    known = row < len(histories)
    known[known] = histories.codes[row[known]] == customer[known]
    by_customer = np.bincount(row[known], minlength=len(histories))
    by_week = np.bincount((ahead[known] - 1) // 7, minlength=weeks)
    return by_customer, by_week


def most_purchases(histories: Histories, weeks: int) -> int:
    """Return a count that hardly anybody passes in the weeks ahead: what lies above is put there."""
    rate = (histories.frequency + 1.0) / np.maximum(histories.observed, 4.0)
    return int(min(7 * weeks, max(20, np.ceil(1.6 * rate.max() * weeks) + 20)))
