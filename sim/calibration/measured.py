"""What the tables beside a client's log measure, in place of what is declared of any firm.

| value | of | as |
|---|---|---|
| usual_messages | contacts | messages over the months of the customers who could get them |
| contacts_per_trip | tickets, questions | questions over purchases |
| failures_per_trip | tickets, complaints | complaints over purchases, over the share that is told |
| handling_minutes | tickets, their minutes | mean over tickets |
| survey_share | survey | answers over the customers who bought, week by week |
| talk_share_of_inflow | customers, how they came | `sim.calibration.measured_talk` |
| return_rate | lines of the export that took money back | `sim.calibration.measured_returns` |

Each is a ratio of sums over customers (`sim.intake.ratios`). Only days count that table and log both
cover, and customers of the log. How satisfied customers are is in no market: the intake tells it.

Of failures a table shows those that are told: `complaint_share` of them, which is no more known than
the market's own record of it says, a PERT law (`sim.evidence.parameters.pert_quantile`). A quotient of
independent positive numbers is the difference of their logs, so that failures are log-normal about
the quotient of what is likeliest, by the variance of either log: of complaints to first order (Cochran
1977, section 6.8), of the share by its PERT law.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.calibration.measured_number import (
    LEAST_CUSTOMERS,
    LEAST_WEEKS,
    Measured,
    measured_number,
    read_counted,
)
from sim.calibration.measured_returns import measured_returns
from sim.calibration.measured_talk import measured_talk
from sim.common.calendar import WEEKS_A_MONTH
from sim.evidence.indirectness import in_trade
from sim.evidence.own import as_measured
from sim.evidence.parameters import MARKET_LIFE, Parameter, pert_quantile
from sim.intake.kinds import BESIDE, CONTACTS, CUSTOMERS, SURVEY, TICKETS, Kind
from sim.intake.own_ids import client_of
from sim.intake.ratios import ratio_of

#: Share of tickets that must say what they are.
_KNOWN = 0.95
#: Values whose errors are those of their logs.
LOG_NORMAL = ("failures_per_trip",)
#: What to say of tickets that do not.
NO_KIND = (
    "The table tickets.parquet does not say which are complaints: questions and failures stay assumed "
    "(`--set tickets.kind=COLUMN`)."
)
_DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class _Common:
    """Lines of a table and purchases of the log in the days that both cover, and those days."""

    lines: pd.DataFrame
    purchases: pd.DataFrame
    joined: pd.Series
    first: pd.Timestamp
    last: pd.Timestamp

    @property
    def weeks(self) -> float:
        """How long both cover."""
        return ((self.last - self.first).days + 1) / 7.0


def measured_beside(
    source: str, market: str = "", trade: str | None = None, until: str | None = None
) -> Measured:
    """Return the values that a client's other tables measure, and which of these tables are too small.

    Parameters
    ----------
    source : str
        What the market is made from: a log that an intake wrote has its tables beside it.
    market : str
        Its name: evidence of its own may say how many failures are told.
    trade : str, optional
        Its trade, for what was found in another one.
    until : str, optional
        Last day to use, of all tables.

    Returns
    -------
    tuple
        Numbers of a market by name, and cautions.

    Raises
    ------
    InputError
        If a table is no such table any more, or the market's own parameters are not up to date.
    """
    if client_of(source) is None:
        return {}, []
    log = _up_to(until, pd.read_parquet(source, columns=["customer", "date"]))
    found, told = measured_returns(log, source)
    for kind in BESIDE:
        path = Path(source).with_name(kind.file)
        if not path.exists():
            continue
        kinds = (kind.tells,) if kind.tells_kind else ()
        table = read_counted(path, ("customer", "date", *kind.numbers, *kinds))
        if kind is CUSTOMERS:
            of_talk, cautions = measured_talk(table, log)
            found, told = found | of_talk, told + cautions
            continue
        common = _common(_up_to(until, table), log)
        if common is None:
            told.append(too_small(kind))
            continue
        found |= {name: one for name, one in _of_kind(kind, common) if one["value"] > 0.0}
        if "failures_per_trip" in found and kind is TICKETS:
            share = _told_of_failures(market, trade)
            found["failures_per_trip"] = _failures(found["failures_per_trip"], share)
        if kind is TICKETS and not _says_what(common.lines):
            told.append(NO_KIND)
    return found, told


def _up_to(until: str | None, table: pd.DataFrame) -> pd.DataFrame:
    """Return the lines of a table up to and including a day; all of them for None."""
    return table if until is None else table[table["date"] <= pd.Timestamp(until)]


def too_small(kind: Kind) -> str:
    """Return that a table measures nothing."""
    return (
        f"The table {kind.file} measures nothing: with the log it has fewer than {LEAST_WEEKS} weeks or "
        f"{LEAST_CUSTOMERS} customers in common."
    )


def _common(table: pd.DataFrame, log: pd.DataFrame) -> _Common | None:
    """Return what table and log have in common, None if that is too little."""
    first = max(table["date"].min(), log["date"].min())
    last = min(table["date"].max(), log["date"].max())
    joined = log.groupby("customer")["date"].min()
    lines = table[table["date"].between(first, last) & table["customer"].isin(joined.index)]
    purchases = log[log["date"].between(first, last)]
    common = _Common(lines, purchases, joined[joined <= last], first, last)
    enough = common.weeks >= LEAST_WEEKS and lines["customer"].nunique() >= LEAST_CUSTOMERS
    return common if enough else None


def _told_of_failures(market: str, trade: str | None) -> Parameter:
    """Return the share of failures that are told, as runs of the market take it."""
    table = in_trade(
        as_measured(market), trade, "no_contract"
    )  # a log of purchases has no contracts
    return next(one for one in table.rows if one.key == f"{MARKET_LIFE}.complaint_share")


def _of_kind(kind: Kind, common: _Common) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the values that a table measures; a value of nothing is no measurement of a rare event."""
    lines = common.lines.groupby("customer").size()
    bought = common.purchases.groupby("customer").size()
    if kind is CONTACTS:
        days = (common.last + _DAY - common.joined.clip(lower=common.first)) / _DAY
        months = days / (7.0 * WEEKS_A_MONTH)
        yield _number("usual_messages", lines, months, common, "messages", kind)
    if kind is TICKETS:
        yield from _of_what(common, bought)
        timed = common.lines.dropna(subset=[kind.number]).groupby("customer")[kind.number]
        if timed.ngroups >= LEAST_CUSTOMERS:
            yield _number("handling_minutes", timed.sum(), timed.size(), common, "tickets", kind)
    if kind is SURVEY:
        weeks = (common.purchases["date"] - common.first).dt.days // 7
        buying = common.purchases.assign(week=weeks).drop_duplicates(["customer", "week"])
        asked = buying.groupby("customer").size()
        yield _number("survey_share", lines, asked, common, "answers", kind)


def _says_what(tickets: pd.DataFrame) -> bool:
    """Return whether tickets say which are complaints."""
    return bool(tickets["kind"].notna().mean() >= _KNOWN)


def _of_what(common: _Common, bought: pd.Series) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield questions and complaints per purchase, where tickets say which are which."""
    if not _says_what(common.lines):
        return
    of = {what: some.groupby("customer").size() for what, some in common.lines.groupby("kind")}
    none = pd.Series(dtype=float)
    yield _number("contacts_per_trip", of.get("question", none), bought, common, "tickets", TICKETS)
    told = of.get("complaint", none)
    yield _number("failures_per_trip", told, bought, common, "tickets", TICKETS)


def _failures(complaints: dict[str, Any], share: Parameter) -> dict[str, Any]:
    """Return failures per purchase from complaints per purchase, and the share that is told."""
    off = complaints["standard_error"] / complaints["value"]
    value = complaints["value"] / share.value
    error = value * float(np.hypot(off, _log_spread(share)))
    told = f"complaints per purchase, over the {share.value:g} of failures that are told"
    return complaints | {
        "value": float(f"{value:.6g}"),
        "standard_error": float(f"{error:.6g}"),
        "method": f"{complaints['method']} {told} ({share.low:g} to {share.high:g}); log-normal",
    }


def _log_spread(share: Parameter) -> float:
    """Return the standard deviation of the log of what follows a PERT law, over 1,000 quantiles."""
    places = (np.arange(1_000) + 0.5) / 1_000
    drawn = [pert_quantile(float(u), share.low, share.value, share.high) for u in places]
    return float(np.std(np.log(drawn)))


def _number(
    name: str, over: pd.Series, under: pd.Series, common: _Common, what: str, kind: Kind
) -> tuple[str, dict[str, Any]]:
    """Return a value as a market has it: the ratio of two sums over customers, with its error."""
    table = pd.DataFrame({"over": over, "under": under}).fillna(0.0)
    ratio, error = ratio_of(table["over"].to_numpy(float), table["under"].to_numpy(float))
    source = f"{kind.file}, {common.first:%Y-%m-%d} to {common.last:%Y-%m-%d}"
    method = f"ratio of sums over {len(table):,} customers, {len(common.lines):,} {what}"
    return measured_number(name, ratio, error, source, method)
