"""A customer taken out of the histories of a client's market.

Histories have no ids. Which row is a customer's is worked out from the log that the market was made
from: rows that look the same are the same but for what the law of moving rates knows, so that of equal
rows one goes, and of rows that differ there alone all.
"""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from sim.calibration.forecast.read import client_ids
from sim.calibration.origins import origins_of
from sim.calibration.own_source import own_log
from sim.calibration.panel_window import panel_histories, window_of
from sim.calibration.rfm_histories import COLUMNS, cohort_histories
from sim.calibration.source_file import BUILT_IN
from sim.calibration.spend_said import without_amounts
from sim.calibration.transactions import Log, read_log
from sim.common.errors import InputError
from sim.common.paths import client_folder
from sim.common.reading import LARGEST_TABLE, digest, read_bytes, read_text, validate
from sim.common.safe_yaml import parse_yaml
from sim.market.market import Market, load_market

#: How far numbers of one history, each rounded to four digits, may lie apart.
_NEAR = 1e-3


@dataclass(frozen=True)
class Kept:
    """The files of a market without a customer, and digests of its histories before and after."""

    changed: dict[Path, bytes | Path | None]
    before: str
    after: str


def market_without(name: str, who: Collection[str]) -> Kept | None:
    """Return what the files of a client's market shall hold without a customer; None if he is not in it.

    Parameters
    ----------
    name : str
        Of the client.
    who : collection of str
        The customer's own id, where it is known, and the pseudonym.

    Raises
    ------
    InputError
        If the log is no longer the one that the market was made from.
    """
    if client_folder(name) is None:
        return None
    market = load_market(name)
    if market.based_on or market.is_contractual:
        return None
    own = own_log(market)
    if own.source in BUILT_IN:
        return None
    asked = {"customer": own.customer, "date": own.date, "amount": own.amount}
    log = read_log(own.source, **asked, client=name, again=True)
    ids = client_ids(own.source, log, asked, name, again=True)
    places = np.flatnonzero(np.isin(ids, list(who)))
    log = log.until(market.data.last_date)
    theirs = log.occasions[log.occasions["customer"].isin(places)]
    if theirs.empty:
        return None
    return _without(market, log, theirs)


def _without(market: Market, log: Log, theirs: pd.DataFrame) -> Kept:
    """Return the files of a market without the customer of some occasions."""
    path = market.history_path
    content = read_bytes(path, str(path), LARGEST_TABLE).decode()
    header, *lines = content.splitlines()
    rows = pd.read_csv(StringIO(content), dtype=float)[list(COLUMNS)].to_numpy()
    code = int(theirs["customer"].iloc[0])
    kept, text = set(range(len(lines))), content
    own = _history(market, log, rows, code)
    if own is not None:
        alike = np.flatnonzero((np.abs(rows - own) <= _NEAR).all(axis=1))
        same = len({lines[place] for place in alike}) == 1
        kept -= set(alike[:1] if same else alike)
        text = "\n".join([header, *(lines[place] for place in sorted(kept))]) + "\n"
    there = path.with_name(f"{market.name}.yaml")
    now = _market_text(market, read_text(there, str(there)), text, len(kept), theirs)
    before, after = (hashlib.sha256(one.encode()).hexdigest() for one in (content, text))
    return Kept({path: text.encode(), there: now.encode()}, before, after)


def _history(market: Market, log: Log, rows: np.ndarray, code: int) -> np.ndarray | None:
    """Return a customer's history as the market's file has it; None if the window does not.

    Raises
    ------
    InputError
        If neither kind of histories of the log is what the file holds.
    """
    for made in _kinds(log):
        found = made.to_numpy(dtype=float)
        same = found.shape == rows.shape and np.allclose(
            np.sort(found, axis=0), np.sort(rows, axis=0), rtol=1e-6, atol=_NEAR
        )
        if same:
            return made.loc[code].to_numpy(dtype=float) if code in made.index else None
    raise InputError(
        f"market {market.name}",
        "log",
        "another log than the one that it was made from",
        "the log by which one sees whose a history is",
        hint=f"Make the market again and forget then: `{market.data.command} --force`.",
    )


def _kinds(log: Log) -> list[pd.DataFrame]:
    """Return the histories of a log as those of a cohort and as those of a panel."""
    occasions, end = log.open_occasions, log.last_day
    window = window_of(occasions, end, origins_of(occasions))
    made = [cohort_histories(occasions, end), panel_histories(occasions, window)]
    if log.spend is not None:
        made = [without_amounts(one) for one in made]
    return [one.round(4) for one in made]


def _market_text(market: Market, text: str, history: str, rows: int, theirs: pd.DataFrame) -> str:
    """Return a market's file with the account of its data as it is without a customer."""
    customers = market.data.n_customers - 1
    account = {
        "history": digest(history.encode()),
        "n_customers": customers,
        "n_transactions": market.data.n_transactions - int(theirs["lines"].sum()),
        "histories": rows if rows != customers else None,
    }
    text = re.sub(r"(?m)^  histories:.*\n", "", text)
    for key, value in account.items():
        if value is None:
            continue
        line = "  " + yaml.safe_dump({key: value}).strip()
        if key == "histories":
            text = re.sub(r"(?m)^(  n_customers:.*)$", rf"\1\n{line}", text, count=1)
        else:
            text = re.sub(rf"(?m)^  {key}:.*$", line, text, count=1)
    validate(Market, parse_yaml(text, market.name), market.name)
    return text
