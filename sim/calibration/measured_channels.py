r"""In which channels customers buy, of a client's own log that says where.

The share of a channel is that of the customers who prefer it (`sim.model.firm`): of those who bought in
the log's last year, the ones who bought there most often, or last where several are equal. Shares are
binomial. Channels of fewer than five customers are told as one, and so is
the smallest other where a total would tell (`sim.common.few`).

Futures draw each share by a PERT law and divide all by their sum. Independent parts with the variances
of Poisson counts, :math:`p / n`, have those of binomial ones once they are divided (to first order, as
gamma variables that make a Dirichlet law); a PERT law has the variance of its ends' distance squared over
28. The ends stand :math:`\sqrt{7 p / n}` about the share, as far as shares can be.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.calibration.measured_number import LEAST_CUSTOMERS, counted
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.few import shown
from sim.intake.channels import OTHER
from sim.intake.own_ids import CHANNEL, client_of, has_channel

#: Share of purchases that must say where they were made.
_KNOWN = 0.95
_DAY = pd.Timedelta(days=1)


def measured_channels(
    source: str, until: str | None = None
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the channels as a market has them, largest first, and why there are none.

    Parameters
    ----------
    source : str
        What the market is made from.
    until : str, optional
        Last day to use.
    """
    if client_of(source) is None or not has_channel(Path(source)):
        return [], []
    log = pd.read_parquet(source, columns=["customer", "date", CHANNEL])
    if until is not None:
        log = log[log["date"] <= pd.Timestamp(until)]
    last = log["date"].max()
    first = max(log["date"].min(), last - (7 * WEEKS_A_YEAR - 1) * _DAY)
    log = log[log["date"] >= first]
    known = log[CHANNEL].notna().mean()
    if known < _KNOWN:
        return [], [seldom_told(float(known))]
    people = _grouped(_preferred(log).value_counts())
    if len(people) < 2 or people.sum() < LEAST_CUSTOMERS:
        return [], [too_few_in_channels()]
    told = f"{Path(source).name}, {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    return _as_parts(people, told), []


def _preferred(log: pd.DataFrame) -> pd.Series:
    """Return the channel in which each customer bought most often, of equal ones the last."""
    by = log.dropna(subset=[CHANNEL]).groupby(["customer", CHANNEL])["date"].agg(["size", "max"])
    ordered = by.reset_index().sort_values(["customer", "size", "max", CHANNEL])
    return ordered.groupby("customer")[CHANNEL].last()


def _grouped(people: pd.Series) -> pd.Series:
    """Return the customers of each channel, of those that are not shown together, largest first."""
    names = np.where(shown(people.to_numpy()), people.index, OTHER)
    return people.groupby(names).sum().sort_values(ascending=False, kind="stable")


def _as_parts(people: pd.Series, source: str) -> list[dict[str, Any]]:
    """Return channels with their shares."""
    n, parts = int(people.sum()), list[dict[str, Any]]()
    for name, count in people.items():
        share = count / n
        error = float(np.sqrt(share * (1.0 - share) / n))
        number = counted("share", share, error, source, f"{count:,} of {n:,} customers prefer it")
        reach = min(float(np.sqrt(7.0 * share / n)), share, 1.0 - share)
        ends = {"low": share - reach, "high": share + reach}
        number |= {end: float(f"{found:.6g}") for end, found in ends.items()}
        parts.append({"name": str(name), "share": number})
    rest = sum(part["share"]["value"] for part in parts[1:])
    parts[0]["share"]["value"] = round(1.0 - rest, 9)  # rounded ones add up to 1
    return parts


def seldom_told(known: float) -> str:
    """Return that too few purchases say where they were made."""
    told = (
        "of the log's purchases in its last year say where they were made: channels stay assumed."
    )
    return f"{known:.0%} {told}"


def too_few_in_channels() -> str:
    """Return that the log's channels measure nothing."""
    return (
        f"The log's channels measure nothing: all purchases are in one, or fewer than {LEAST_CUSTOMERS} "
        "customers bought in its last year."
    )
