r"""What a person should look at: purchases, customers and days far from what is usual, and silent days.

How far is told by the robust z of Iglewicz & Hoaglin (1993, How to Detect and Handle Outliers; from
memory) on logs, as amounts are skewed: :math:`z = (\ln x - m) / s` with *m* the median and *s* the median
distance from it over 0.6745, or, where half of all are equal, the mean distance over 0.7979. It counts
from 3.5 on, or, where so many have that by chance, from where one in twenty log-normal logs has any. Of
sums, those of customers and days, only what lies far above is told: one of few purchases is often far
below.
"""

import datetime

import numpy as np
import pandas as pd
from pydantic import BaseModel
from scipy.stats import norm

from sim.common.grain import Grain
from sim.intake.gaps import gaps_in
from sim.intake.sql import Database, row, rows

#: The least z that counts, and how often a list holds anything by chance.
_LEAST, _CHANCE = 3.5, 0.05
#: Values that say what is usual; what is shown of a list.
_ENOUGH, _SHOWN = 30, 10
_MEDIAN, _MEAN = 0.6745, 0.7979
#: How often so many days without a purchase come by chance in the whole log, and fewer are ordinary.
_EMPTY, _SHORTEST = 0.001, 3
#: By what is looked at, the amounts, whose they are, when, and among what they are usual.
_LISTS = {
    "purchase": "select who, day, amount::double as x, 0 as kind from purchases",
    "customer": "select who, null::date as day, sum(amount)::double as x, 0 as kind "
    "from purchases group by 1",
    "day": "select null::bigint as who, day, sum(amount)::double as x, dayofweek(day) as kind "
    "from purchases group by 2",
}


class Outlier(BaseModel):
    """An amount far from what is usual.

    Attributes
    ----------
    who : str or None
        Pseudonym.
    day : date or None
    amount, usual : float
        The median of all, of a day that of its weekday.
    z : float
    """

    who: str | None
    day: datetime.date | None
    amount: float
    usual: float
    z: float


class Outliers(BaseModel):
    """What stands out of one kind: how many, from which z on, and the farthest."""

    count: int
    of: int
    least: float
    farthest: tuple[Outlier, ...]


class Silence(BaseModel):
    """Days on which next to nothing was sold, and the share of what is usual that was."""

    first: datetime.date
    last: datetime.date
    share: float


def outliers(database: Database, grain: Grain = "day") -> dict[str, Outliers]:
    """Return what stands out among purchases, customers' sales and days' sales; from 30 of each on.

    Where a day stands for a period, days are not looked at.
    """
    found: dict[str, Outliers] = {}
    for what, query in _LISTS.items():
        if what == "day" and grain != "day":
            continue
        database.execute(
            f"create or replace temp table looked as select *, ln(x) as v from ({query}) where x > 0; "
            f"create or replace temp table middles as "
            f"select kind, median(v) as middle from looked group by 1"
        )
        each = "(select *, v - middle as far from looked join middles using (kind))"
        far = "abs(far)" if what == "purchase" else "far"
        n, middle, mean = row(
            database, f"select count(*), median(abs(far)), avg(abs(far)) from {each}"
        )
        spread = middle / _MEDIAN if middle else (mean or 0.0) / _MEAN
        if n < _ENOUGH or not spread:
            continue
        least = max(_LEAST, float(norm.isf(_CHANCE / (2 * n))))
        beyond = f"from {each} where {far} > {least * spread!r}"
        (count,) = row(database, f"select count(*) {beyond}")
        farthest = rows(
            database,
            f"select pseudonym, day, x, exp(middle), far / {spread!r} from (select * {beyond} "
            f"order by {far} desc, who, day limit {_SHOWN}) left join ids using (who) "
            f"order by {far} desc, who, day",
        )
        names = ("who", "day", "amount", "usual", "z")
        listed = tuple(Outlier(**dict(zip(names, one, strict=True))) for one in farthest)
        found[what] = Outliers(count=count, of=n, least=least, farthest=listed)
    database.execute("drop table if exists looked; drop table if exists middles")
    return found


def silences(database: Database) -> list[Silence]:
    """Return the gaps of a log, and the runs of days without a purchase that are no chance, by time.

    A run of *k* among *n* days is none where, with *a* purchases a day, n exp(-a k) is below 0.001.
    """
    counted = rows(database, "select day, count(*) from purchases group by 1 order by 1")
    begin = pd.Timestamp(counted[0][0])
    places = np.array([(pd.Timestamp(day) - begin).days for day, _ in counted])
    daily = np.bincount(places, weights=[n for _, n in counted]).astype(np.int64)
    found = [
        Silence(first=gap.first.date(), last=gap.last.date(), share=gap.share)
        for gap in gaps_in(begin, daily)
    ]
    edges = np.flatnonzero(np.diff(np.r_[0, (daily == 0).astype(int), 0])).reshape(-1, 2)
    for start, after in edges:
        length = after - start
        by_chance = len(daily) * np.exp(-daily.mean() * length)
        first, last = ((begin + pd.Timedelta(days=int(d))).date() for d in (start, after - 1))
        known = any(one.first <= last and first <= one.last for one in found)
        if length >= _SHORTEST and by_chance < _EMPTY and not known:
            found.append(Silence(first=first, last=last, share=0.0))
    return sorted(found, key=lambda one: one.first)
