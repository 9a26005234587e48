"""What share of new customers word of mouth brought, of a client's own table of customers.

A newcomer is a customer of the log who joined in the 52 weeks up to its last day: on the day that the
table says, else on that of the first purchase, where the log reaches back three months before. Of those
who say how they came the share won by recommendation is binomial. Where fewer than five came one way,
nothing is told of them.
"""

import pandas as pd

from sim.calibration.measured_number import LEAST_CUSTOMERS, Measured, measured_number
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.few import FEWEST
from sim.intake.kinds import CUSTOMERS
from sim.intake.ratios import share_of

#: Days that a log must have before the year in which a first purchase is taken for the first one ever.
_BEFORE = 91
#: Share of newcomers who must say how they came, if others are not to be spoken of.
_KNOWN = 0.95
_DAY = pd.Timedelta(days=1)
#: What to say where the table says of nobody how they came.
NO_SOURCE = (
    "The table customers.parquet does not say how customers came: how many word of mouth brings stays "
    "assumed (`--set customers.source=COLUMN`)."
)


def measured_talk(table: pd.DataFrame, log: pd.DataFrame) -> Measured:
    """Return the share of newcomers whom talk brought, as a market has it, and cautions.

    Parameters
    ----------
    table : DataFrame
        ``customer``, ``date`` of joining or none, ``source``.
    log : DataFrame
        ``customer`` and ``date`` of purchases.
    """
    if table["source"].isna().all():
        return {}, [NO_SOURCE]
    came = _newcomers(table, log)
    said = came.dropna()
    n, told = len(said), int((said == CUSTOMERS.known[0]).sum())
    if n < LEAST_CUSTOMERS or min(told, n - told) < FEWEST:
        return {}, [too_few_newcomers()]
    last = log["date"].max()
    source = f"{CUSTOMERS.file}, newcomers of the year to {last:%Y-%m-%d}"
    method = f"{told:,} of {n:,} came by recommendation; middle of Wilson's interval"
    values = dict([measured_number("talk_share_of_inflow", *share_of(told, n), source, method)])
    known = n / len(came)
    return values, [] if known >= _KNOWN else [partly_told(known)]


def _newcomers(table: pd.DataFrame, log: pd.DataFrame) -> pd.Series:
    """Return how each newcomer came, by customer: none where the table says nothing, or two things."""
    last = log["date"].max()
    begins = last - (7 * WEEKS_A_YEAR - 1) * _DAY
    first = log.groupby("customer")["date"].min()
    table = table[table["customer"].isin(first.index)]
    joined = table["date"]
    if first.min() <= begins - _BEFORE * _DAY:
        joined = joined.fillna(table["customer"].map(first))
    new = table.assign(date=joined)[joined.between(begins, last)]
    by = new.groupby("customer")["source"]
    return by.first().where(by.nunique() == 1)


def too_few_newcomers() -> str:
    """Return that the newcomers of a table measure nothing."""
    return (
        f"The table {CUSTOMERS.file} measures nothing: of fewer than {LEAST_CUSTOMERS} customers who "
        f"joined in the log's last year it says how they came, or fewer than {FEWEST} came one way."
    )


def partly_told(known: float) -> str:
    """Return that not all newcomers say how they came."""
    return (
        f"{known:.0%} of those who joined in the log's last year say how they came: the others are "
        "taken to have come likewise."
    )
