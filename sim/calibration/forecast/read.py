"""What a forecast is made from: a log, the end of calibration in it, and the client's own ids."""

from datetime import date as Date
from pathlib import Path

import numpy as np
import pandas as pd

from sim.calibration.source_file import BUILT_IN
from sim.calibration.transactions import Log
from sim.common.errors import InputError
from sim.intake.clean import read_clean

#: Days that must lie between the first purchase of the log and the end of calibration.
LEAST_DAYS = 14
#: Weeks that a forecast may look ahead.
MOST_WEEKS = 520


def client_ids(
    source: str,
    log: Log,
    asked: dict[str, str | None],
    client: str | None = None,
    again: bool = False,
) -> np.ndarray:
    """Return the client's own id of each customer, in the order in which the log numbers them.

    Customers of a built-in log, which nobody's system knows, are numbered from 1.

    Parameters
    ----------
    source : str
        As for `sim.calibration.transactions.read_log`.
    log : Log
        What was read from it.
    asked : dict
        ``customer``, ``date`` and ``amount``: columns of the log; None where a common name is recognised.
    client, again
        As when it was read.
    """
    if source in BUILT_IN:
        return np.arange(1, log.n_customers + 1).astype(str)
    ids = read_clean(Path(source), asked, client, again).lines["customer"]
    return pd.factorize(ids, sort=True)[1].to_numpy(dtype=object)


def calibration_end(log: Log, asked: str | None) -> pd.Timestamp:
    """Return the last day of calibration: as asked, else the last day of the log.

    Raises
    ------
    InputError
        If it is no date, not within the log, or too close to its start.
    """
    first, last = log.first_day, log.last_day
    earliest = first + pd.Timedelta(days=LEAST_DAYS)
    option = "--calibration-end"
    if last < earliest:
        raise InputError(
            log.source,
            "days",
            (last - first).days + 1,
            f"a log of more than {LEAST_DAYS} days: with less nobody can have come back",
            hint="Use a longer log.",
        )
    if asked is None:
        return last
    expected = f"a day from {earliest:%Y-%m-%d} to {last:%Y-%m-%d}, as YYYY-MM-DD"
    try:
        end = pd.Timestamp(Date.fromisoformat(str(asked)))
    except ValueError:
        raise InputError(option, option[2:], asked, expected) from None
    if not earliest <= end <= last:
        hint = "The log must begin two weeks before it, so that somebody can have come back."
        raise InputError(option, option[2:], asked, expected, hint=hint)
    return end


def check_weeks(weeks: int) -> None:
    """Refuse a horizon of no week or of more than ten years."""
    if isinstance(weeks, bool) or not isinstance(weeks, int) or not 1 <= weeks <= MOST_WEEKS:
        expected = f"a whole number from 1 to {MOST_WEEKS}"
        raise InputError("--horizon-weeks", "horizon-weeks", weeks, expected)
