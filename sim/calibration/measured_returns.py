"""What share of spend is sent back, of the lines of a client's own export that took money back.

The rate of a market is what is sent back over all that is bought (`sim.levers.omnichannel`). Returns of
the log's last year over what was sold in it are a ratio of sums over customers (`sim.intake.ratios`):
what comes back of earlier purchases stands for what is still to come back of the latest. No return at
all in an export says nothing, since many systems keep them elsewhere.
"""

from pathlib import Path

import pandas as pd

from sim.calibration.measured_number import (
    LEAST_CUSTOMERS,
    LEAST_WEEKS,
    Measured,
    measured_number,
    read_counted,
)
from sim.common.calendar import WEEKS_A_YEAR
from sim.intake.own_ids import RETURNS
from sim.intake.ratios import ratio_of
from sim.market.values import range_of_value

_DAY = pd.Timedelta(days=1)


def measured_returns(log: pd.DataFrame, source: str) -> Measured:
    """Return the rate of returns as a market has it, if the export shows it, and why it does not.

    Parameters
    ----------
    log : DataFrame
        ``date`` of purchases, as far as they count.
    source : str
        The log that an intake wrote; returns lie beside it.

    Raises
    ------
    InputError
        If what lies there is no table of returns any more.
    """
    path = Path(source).with_name(RETURNS)
    if not path.exists():
        return {}, []  # taken in before returns were kept
    table = read_counted(path, ("customer", "date", "bought", "returned"))
    if not (table["returned"] > 0).any():
        return {}, []
    last = log["date"].max()
    first = max(log["date"].min(), last - int(7 * WEEKS_A_YEAR - 1) * _DAY)
    table = table[table["date"].between(first, last)]
    each = table.groupby("customer")[["bought", "returned"]].sum()
    back = int((each["returned"] > 0).sum())
    if back < LEAST_CUSTOMERS or (last - first) / _DAY + 1 < 7 * LEAST_WEEKS:
        return {}, [too_few_returns()]
    rate, error = ratio_of(each["returned"].to_numpy(float), each["bought"].to_numpy(float))
    most = range_of_value("return_rate")[1]
    if not rate <= most:
        return {}, [too_many_returns(most)]
    told = f"{RETURNS}, {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    method = f"ratio of sums over {len(each):,} customers, {back:,} of whom sent something back"
    return dict([measured_number("return_rate", rate, error, told, method)]), []


def too_few_returns() -> str:
    """Return that the returns of an export measure nothing."""
    return (
        f"Returns in the export measure nothing: in the log's last year fewer than {LEAST_CUSTOMERS} "
        f"customers sent something back, or it has fewer than {LEAST_WEEKS} weeks."
    )


def too_many_returns(most: float) -> str:
    """Return that the returns of an export are more than can be."""
    return (
        f"Returns in the export measure nothing: they come to more than {most:.0%} of what was "
        "bought, so that some are of purchases that are not in it."
    )
