"""From purchase occasions to customer histories: frequency, recency, T and monetary value.

Two kinds, with the same columns and the same posterior for a customer alive at the end:

- cohort: time 0 is the customer's own first purchase, which is not counted;
- panel: time 0 is the start of the window, for customers who were customers before; all occasions in
  the window count (`sim.calibration.panel_window`).
"""

import io
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from sim.common.errors import InputError
from sim.common.reading import LARGEST_TABLE, digest, read_bytes

_UNEVEN = "rows of another length than the header"
COLUMNS = ("frequency", "recency", "T", "monetary_value")
#: Where rates may move: shape and rate of the gamma law of the rate now of a customer who is here, and
#: the chances of kind and state; what is left of them is slow and here.
MOVING_COLUMNS = ("moving_shape", "moving_scale", "quick_here", "quick_away", "slow_away")
#: By how much the log of that rate and the log odds of being away rise with the log of a value, by name.
RATE_BY, AWAY_BY = "rate_by_", "away_by_"

#: With less than this neither shape nor rate of a law can be told from chance.
MIN_CUSTOMERS, MIN_REPEATING, MIN_WEEKS = 50, 30, 12
#: No history holds a larger number, whatever the currency: a larger one is an error.
LARGEST = 1e15


def cohort_histories(occasions: pd.DataFrame, end: pd.Timestamp | None = None) -> pd.DataFrame:
    """Return the histories since each customer's first purchase.

    Parameters
    ----------
    occasions : pandas.DataFrame
        ``customer``, ``day``, ``amount``, one row per customer-day.
    end : pandas.Timestamp, optional
        End of observation; the last day of the log by default.

    Returns
    -------
    pandas.DataFrame
        Indexed by customer: ``frequency`` (repeat occasions), ``recency`` and ``T`` (weeks from the
        first purchase to the last, and to the end), ``monetary_value`` (mean of repeat occasions).
    """
    end = occasions["day"].max() if end is None else end
    first = occasions.groupby("customer")["day"].transform("min")
    since = (occasions["day"] - first).dt.days / 7.0
    repeats = occasions.assign(since=since)[since > 0]
    table = count_occasions(repeats, occasions["customer"].unique())
    start = occasions.groupby("customer")["day"].min()
    table["T"] = (end - start).dt.days / 7.0
    return table[list(COLUMNS)]


def count_occasions(counted: pd.DataFrame, customers: np.ndarray) -> pd.DataFrame:
    """Count occasions, last time and mean amount per customer, zeros for those without any."""
    grouped = counted.groupby("customer")
    table = pd.DataFrame(
        {
            "frequency": grouped.size(),
            "recency": grouped["since"].max(),
            "monetary_value": grouped["amount"].mean(),
        }
    )
    table = table.reindex(np.sort(customers)).fillna(0.0)
    return table.astype({"frequency": int})


def read_histories(path: Path, where: str, written: str | None = None) -> pd.DataFrame:
    """Read the histories that a calibration wrote.

    Parameters
    ----------
    path : Path
        ``NAME.history.csv``.
    where : str
        The file, for messages.
    written : str, optional
        Digest of the content that the market was made with.

    Returns
    -------
    pandas.DataFrame
        As `cohort_histories` or `panel_window.panel_histories` gives them, without the customers; at
        least one row. Shared between calls: not to be written to.

    Raises
    ------
    InputError
        If the file is missing, is another than the market was made with or cannot be read, lacks a
        column, or a row is no history.
    """
    try:
        state = path.stat()
        return _read_histories(path, where, written, state.st_mtime_ns, state.st_size)
    except FileNotFoundError:
        found = "no such file"
    except UnicodeDecodeError:
        found = "text that is not UTF-8"
    except OSError as error:
        found = error.strerror or "a file that cannot be read"
    except pd.errors.EmptyDataError:
        found = "no rows"
    except pd.errors.ParserError:
        found = _UNEVEN
    except ValueError:  # pandas would quote the cell, which could be anything
        found = "a cell that is no number"
    raise _no_histories(where, found)


def _no_histories(where: str, found: str) -> InputError:
    expected = "a table of numbers, one row per customer"
    hint = "Make the market again with `loyalty calibrate`."
    return InputError(where, "customer histories", found, expected, hint=hint)


@lru_cache(maxsize=4)
def _read_histories(
    path: Path, where: str, written: str | None, _changed: int, _size: int
) -> pd.DataFrame:
    content = read_bytes(path, where, LARGEST_TABLE)
    if written and digest(content.replace(b"\r\n", b"\n")) != written:
        expected = "the file that was written with the market: numbers and customers must fit"
        hint = "Make the market again: `loyalty calibrate`, with --force."
        raise InputError(where, "customer histories", "another content", expected, hint=hint)
    table = pd.read_csv(io.BytesIO(content), dtype=float, encoding="utf-8")
    for name in COLUMNS:
        if name not in table:
            raise InputError(where, name, list(table), f"a column {name}")
    if not isinstance(table.index, pd.RangeIndex) or table.empty:
        raise _no_histories(where, _UNEVEN if len(table) else "no rows")
    moving = [name for name in MOVING_COLUMNS if name in table]
    if moving and len(moving) < len(MOVING_COLUMNS):
        raise InputError(where, "columns", moving, "all or none of " + ", ".join(MOVING_COLUMNS))
    leans = [name for name in table if moving and name.startswith((RATE_BY, AWAY_BY))]
    table = table[[*COLUMNS, *moving, *leans]]
    wrong = ~np.isfinite(table).all(axis=1) | (table.drop(columns=leans) < 0).any(axis=1)
    wrong |= (table["recency"] > table["T"]) | (table > LARGEST).any(axis=1)
    expected = f"numbers from 0 to {LARGEST:g}, with recency not above T"
    if moving:
        wrong |= (table[["moving_shape", "moving_scale"]] <= 0).any(axis=1)
        wrong |= table[["quick_here", "quick_away", "slow_away"]].sum(axis=1) > 1.0 + 1e-6
        expected += ", a law of rates above 0, chances that add up to 1 at most"
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        found = table.iloc[row].to_dict()
        raise InputError(f"{where}, line {row + 2}", "row", found, expected)
    return table


def weekly_counts(occasions: pd.DataFrame) -> pd.DataFrame:
    """Count occasions by customer and whole week, weeks counted back from the last day.

    Returns
    -------
    pandas.DataFrame
        Rows customers, columns weeks in order of time; a partial first week is left out.
    """
    end = occasions["day"].max()
    back = (end - occasions["day"]).dt.days // 7
    n_weeks = ((end - occasions["day"].min()).days + 1) // 7
    inside = back < n_weeks
    week = n_weeks - 1 - back[inside]
    counts = pd.crosstab(occasions["customer"][inside], week)
    return counts.reindex(
        index=np.sort(occasions["customer"].unique()), columns=range(n_weeks), fill_value=0
    )


def check_enough(occasions: pd.DataFrame, where: str, amounts: bool = True) -> None:
    """Refuse a log that is too small or, where it has `amounts`, too uniform to calibrate anything on.

    Raises
    ------
    InputError
        If there are too few customers, repeat customers or weeks, or amounts do not vary.
    """
    per_customer = occasions.groupby("customer").size()
    weeks = ((occasions["day"].max() - occasions["day"].min()).days + 1) / 7.0
    hint = "Use a longer log, or more customers."
    for field, found, least in (
        ("customers", len(per_customer), MIN_CUSTOMERS),
        ("customers who bought on two days or more", int((per_customer > 1).sum()), MIN_REPEATING),
        ("weeks", round(weeks, 1), MIN_WEEKS),
    ):
        if found < least:
            raise InputError(where, field, found, f"at least {least}", hint=hint)
    if amounts and occasions["amount"].std() <= 1e-9 * occasions["amount"].mean():
        raise InputError(
            where,
            "amount",
            float(occasions["amount"].iloc[0]),
            "amounts that differ",
            hint="All amounts are equal, so that the log says nothing about spend. If it has none, "
            "`loyalty intake FILE --name NAME --set amount=- --set spend=AMOUNT` takes it in.",
        )
