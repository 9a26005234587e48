"""Customers by weeks, and the rows that designs compare: a wave's contacted, and whom nothing reached."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.calibration.transactions import Log
from sim.common.random_numbers import Floats, Ints

Flags = npt.NDArray[np.bool_]

#: Weeks after a contact that count as its effect, and weeks before it from which customers are known.
AFTER, BEFORE = 8, 12
#: Weeks of the log before a contact, so that something is known before the weeks before it, too.
FIRST = 16
#: Contacted customers of a wave at least, and others.
LEAST = 10
#: Customers at most: every so manieth of a larger log; and rows of all waves together.
_MOST, _MOST_ROWS = 20_000, 400_000


@dataclass(frozen=True)
class Panel:
    """Sales and contacts of customers by week.

    Attributes
    ----------
    sales : ndarray, shape (customers, weeks)
    contacts : ndarray of bool, shape (customers, weeks)
        Whether a customer was contacted in a week.
    waves : tuple
        Week and customers (rows) of each wave: a campaign in a week.
    """

    sales: Floats
    contacts: Flags
    waves: tuple[tuple[int, Ints], ...]

    @property
    def customers(self) -> int:
        """Return how many there are."""
        return len(self.sales)

    def in_effect(self) -> Flags:
        """Return in which weeks a contact of a customer may still have an effect."""
        held = np.zeros_like(self.contacts)
        for later in range(AFTER):
            held[:, later:] |= self.contacts[:, : held.shape[1] - later]
        return held

    def mean(self, who: Ints, begin: Ints, weeks: int) -> Floats:
        """Return sales a week of customers over some weeks from each one's `begin`."""
        total = np.c_[np.zeros(self.customers), np.cumsum(self.sales, axis=1)]
        return (total[who, begin + weeks] - total[who, begin]) / weeks


@dataclass(frozen=True)
class Rows:
    """What is compared: one row per wave and customer.

    Attributes
    ----------
    who, wave, week : ndarray of int, shape (rows,)
        Customer, number of the wave, week of its contact.
    contacted : ndarray of bool, shape (rows,)
    """

    who: Ints
    wave: Ints
    week: Ints
    contacted: Flags


def panel_of(log: Log, contacts: pd.DataFrame) -> Panel | None:
    """Return the weeks of a log with the contacts in them; None where no whole waves fit into it.

    Parameters
    ----------
    log : Log
    contacts : DataFrame
        From `sim.insight.campaigns.contacts.contacts_of`.
    """
    weeks = ((log.last_day - log.first_day).days + 1) // 7
    if weeks < FIRST + AFTER or contacts.empty:
        return None
    named = contacts.assign(week=_week(contacts["day"], log))
    named = named[named["week"] < weeks]
    waves = named.groupby(["week", "campaign"]).ngroups
    keep = min(_MOST, max(_MOST_ROWS // max(waves, 1), LEAST))
    step = -(-log.n_customers // keep)
    bought = log.occasions.assign(week=_week(log.occasions["day"], log))
    bought = bought[(bought["week"] < weeks) & (bought["customer"] % step == 0)]
    named = named[named["customer"] % step == 0]
    size = int(log.occasions["customer"].max()) // step + 1
    sales, reached = np.zeros((size, weeks)), np.zeros((size, weeks), dtype=bool)
    np.add.at(sales, (bought["customer"] // step, bought["week"]), bought["amount"])
    reached[named["customer"] // step, named["week"]] = True
    found = tuple(
        (int(week), np.unique(rows.to_numpy() // step))
        for (week, _), rows in named.groupby(["week", "campaign"])["customer"]
    )
    return Panel(sales, reached, found)


def _week(days: pd.Series, log: Log) -> pd.Series:
    return (days - log.first_day).dt.days // 7


def rows_of(panel: Panel) -> Rows | None:
    """Return who is compared with whom; None where no wave leaves enough of both.

    Of a wave: contacted customers whom nothing had reached in the weeks before that count as an effect,
    and customers whom nothing reached in these weeks nor in the wave's own. Whom something reaches later
    is among both: who is left out for what comes later would be left out for what they bought since. All
    had bought before the weeks from which they are known.
    """
    known = np.cumsum(panel.sales, axis=1) > 0
    reach = np.c_[np.zeros(panel.customers), np.cumsum(panel.contacts, axis=1)]
    parts = []
    for number, (week, who) in enumerate(panel.waves):
        if week < FIRST or week + AFTER > panel.sales.shape[1]:
            continue
        in_wave = np.zeros(panel.customers, dtype=bool)
        in_wave[who] = True
        free = known[:, week - BEFORE] & (reach[:, week] == reach[:, max(week - AFTER, 0)])
        others = free & (reach[:, week + 1] == reach[:, week])
        contacted = free & in_wave
        if min(contacted.sum(), others.sum()) < LEAST:
            continue
        both = np.flatnonzero(contacted | others)
        wave, when = np.full(both.size, number), np.full(both.size, week)
        parts.append((both, wave, when, contacted[both]))
    if not parts:
        return None
    who, wave, when, contacted = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Rows(who, wave, when, contacted)


def history_of(panel: Panel, rows: Rows, until: Ints) -> Floats:
    """Return what each had bought before a week: sales, weeks with a purchase, and the silence since.

    Parameters
    ----------
    panel : Panel
    rows : Rows
    until : ndarray of int, shape (rows,)
        The first week that is not known.

    Returns
    -------
    ndarray, shape (rows, 7)
        Means a week of sales and of weeks with a purchase over the last 4, the last 12 and all weeks, and
        the log of 1 and the weeks since the last purchase.
    """
    columns = []
    for values in (panel.sales, panel.sales > 0):
        total = np.c_[np.zeros(panel.customers), np.cumsum(values, axis=1)]
        for begin in (until - 4, until - BEFORE, np.zeros_like(until)):
            first = np.maximum(begin, 0)
            columns.append((total[rows.who, until] - total[rows.who, first]) / (until - first))
    weeks = np.arange(panel.sales.shape[1])
    last = np.maximum.accumulate(np.where(panel.sales > 0, weeks, -1), axis=1)
    columns.append(np.log1p(until - 1 - last[rows.who, until - 1]))
    return np.column_stack(columns)
