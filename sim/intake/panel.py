"""A table with a line for each customer and period: a line of nil says that nothing was bought then.

In a list of purchases a line of nil is one, all paid by coupon say. In a table of months it is none, and
counted as one it would make every silent customer an active one. A table is one of periods where its
days stand for some (`sim.common.grain`) and each customer has one line for each, from a first to a last.
"""

import numpy as np

from sim.common.errors import InputError
from sim.common.grain import Grain, grain_of
from sim.intake.customers import move_out
from sim.intake.findings import Conclusion, Phrase
from sim.intake.mapping import Mapping
from sim.intake.sql import Database, row, rows

#: What a line of a customer stands for, where it is no day.
_STANDS_FOR = {
    "week": Phrase("a week in which something was bought"),
    "month": Phrase("a month in which something was bought"),
    "period": Phrase("a period in which something was bought"),
}
#: Share of customers who have a line for each period.
_COMPLETE = 0.95


def leave_out_nil(database: Database, where: str, mapping: Mapping) -> tuple[Conclusion, ...]:
    """Leave out lines of nil where they say that nothing was bought, and return what was concluded.

    Parameters
    ----------
    database : Database
        With ``lines``, those of nobody taken out.
    where : str
        The files, for messages.
    mapping : Mapping
        What the client says: ``nil``.

    Raises
    ------
    InputError
        If lines of nil in a table of periods may be either.
    """
    (nil,) = row(database, "select count(*) from lines where amount = 0 and state = 'purchase'")
    if not nil or mapping.nil == "bought":
        return ()
    why = Phrase("as the mapping says")
    if mapping.nil is None:
        grain, periods, apart = _periods(database, "lines")
        if grain == "day":
            return ()
        share = _complete(database)
        if share < _COMPLETE:
            found = f"{nil:,} lines of nil, on days at least {apart} days apart"
            expected = "a word on what they say: a purchase that cost nothing, or none"
            hint = "Say which: --set nil=bought, --set nil=nothing"
            raise InputError(where, "nil", found, expected, hint=hint)
        says = "{periods} days at least {apart} days apart, and each customer has a line for each"
        why = Phrase(says, {"periods": f"{periods:,}", "apart": apart})
    move_out(database, "amount = 0 and state = 'purchase'", "'nothing_bought'")
    value = Phrase("nothing was bought; what was within a period is one purchase")
    return (Conclusion(Phrase("lines of nil"), value, why, "nil", "nothing"),)


def grain_told(database: Database) -> tuple[Grain, tuple[Conclusion, ...]]:
    """Return what the days of the purchases stand for, and that it was concluded where it is no day.

    Parameters
    ----------
    database : Database
        With ``purchases``.
    """
    grain, periods, apart = _periods(database, "purchases")
    if grain == "day":
        return grain, ()
    says = "{periods} days at least {apart} days apart, and several customers have a line for each"
    why = Phrase(says, {"periods": f"{periods:,}", "apart": apart})
    return grain, (Conclusion(Phrase("a line of a customer"), _STANDS_FOR[grain], why),)


def _periods(database: Database, table: str) -> tuple[Grain, int, int]:
    """Return what the days of a table stand for, how many there are, and how near two of them are."""
    found = rows(
        database, f"select epoch(day)::bigint // 86400, count(*) from {table} group by 1 order by 1"
    )
    days = [int(day) for day, _ in found]
    apart = int(np.diff(days).min()) if len(days) > 1 else 0
    return grain_of(days, sum(int(n) for _, n in found)), len(days), apart


def _complete(database: Database) -> float:
    """Return the share of customers who have one line for each period from their first to their last."""
    (share,) = row(
        database,
        "with places as (select day, row_number() over (order by day) as place "
        "from (select distinct day from lines)), "
        "each_of as (select customer, count(*) as n, count(distinct place) as places, "
        "max(place) - min(place) + 1 as span from lines join places using (day) group by 1) "
        "select avg((n = span and places = span)::int) from each_of",
    )
    return float(share)
