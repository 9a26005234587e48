"""What was found in a log, as records: numbers alone, no customer, groups of fewer than five left out."""

import datetime

from pydantic import BaseModel, ConfigDict, Field

from sim.common.grain import Grain


class Record(BaseModel):
    """A record that holds what it names and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Share(Record):
    """A share that was counted, and, if told, what it is where customers stay as they are."""

    counted: float
    steady: float | None


class Retention(Record):
    """How many come back.

    Attributes
    ----------
    cohort : bool
        Whether customers are known from their first purchase on.
    long_standing : float
        Share of customers who were customers before the log begins.
    months : dict of int to float
        Of a cohort: share of new customers who buy in the month so many after their first purchase.
    again : float or None
        Share of a month's buyers who buy in the next month too, over all whole months.
    """

    cohort: bool
    long_standing: float
    months: dict[int, float]
    again: float | None


class Count(Record):
    """Customers by number of purchases: from `low` to `high` (None: or more), counted and by NBD."""

    low: int
    high: int | None
    counted: float
    expected: float | None


class Frequency(Record):
    """How often customers buy, beside the NBD.

    Attributes
    ----------
    weeks : float
        Over which purchases are counted.
    repeats : bool
        Whether first purchases are left out.
    groups : tuple of Count
    """

    weeks: float
    repeats: bool
    groups: tuple[Count, ...]

    @property
    def largest_miss(self) -> float:
        """Return by how much the NBD is off at most, in shares of the customers."""
        return max(abs(one.counted - (one.expected or 0.0)) for one in self.groups)


class Concentration(Record):
    """What the best fifth of customers bring: that by sales, and that by purchases."""

    sales: Share
    purchases: Share


class Move(Record):
    """What became of a group between the halves of a log.

    Attributes
    ----------
    group : str
        Of `sim.insight.halves.WORTH` or `STAGES`.
    customers : int
    to : dict of str to Share or None
        Share of them in each group of the second half; None where either holds too few people. Of stages
        there is no steady share.
    sales : Share
        Sales of the group in the second half, over those of the first per week.
    """

    group: str
    customers: int
    to: dict[str, Share | float | None]
    sales: Share | None = None


class Segment(Record):
    """Customers by what they spent and how recently, for their rhythm, they bought in the first half.

    Attributes
    ----------
    worth, stage : str
    customers : int
    of_sales : float
        Share of the sales of the first half.
    purchases : float
        Purchases of each in the first half.
    again : float
        Share who bought in the second half.
    kept : float
        Sales a week in the second half, over those in the first.
    """

    worth: str
    stage: str
    customers: int
    of_sales: float
    purchases: float
    again: float
    kept: float


class Change(Record):
    """What changed between the halves of a log."""

    middle: datetime.date
    weeks: float
    worth: tuple[Move, ...]
    stages: tuple[Move, ...]
    segments: tuple[Segment, ...]
    hidden: bool


class Season(Record):
    """When is bought.

    Attributes
    ----------
    weekdays : dict of int to float
        Sales of a day of the week (0 Monday) over those of a mean day; none where days stand for periods.
    months : dict of str to float
        Sales a day of each whole month over those of a mean day of such months; of a table of months its
        sales over those of a mean month, of another table of periods none.
    years : float
        That the log covers.
    cohort : bool
        Whether one cohort is followed, whose months fall by age and not by season.
    """

    weekdays: dict[int, float]
    months: dict[str, float]
    years: float
    cohort: bool


class Curve(Record):
    """Share of a group who have not fallen silent, by week; None where too few have."""

    group: str
    customers: int
    left: tuple[Share | None, ...]


class Hazard(Record):
    """How many times sooner a group falls silent than customers with potential, and its 95 % interval."""

    group: str
    ratio: float
    low: float
    high: float


class Silence(Record):
    """Who of the customers that are active at the middle of a log falls silent after it.

    Attributes
    ----------
    customers : int
    fell : Share
        Who fell silent by the end, counted and by luck alone.
    came_back : float or None
        Share of those who bought again all the same.
    weeks : tuple of int
        Of the curves.
    curves : tuple of Curve
    hazards : tuple of Hazard
        None where events are too few.
    constant : bool or None
        Whether the ratios keep over time.
    """

    customers: int
    fell: Share
    came_back: float | None
    weeks: tuple[int, ...]
    curves: tuple[Curve, ...]
    hazards: tuple[Hazard, ...]
    constant: bool | None


class Effect(Record):
    """A change of sales as a share of what would have been sold, with its 95 % interval."""

    change: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Return whether the interval holds no nought."""
        return self.low > 0 or self.high < 0


class Study(Record):
    """The difference between contacted and others in a week from the contact on (negative: before it)."""

    week: int
    effect: Effect


class Campaigns(Record):
    """What contacts brought.

    Attributes
    ----------
    contacts, customers, campaigns : int
        In the log's days: contacts, those contacted, campaigns.
    weeks : int
        After a contact that count.
    waves : int
        That could be compared; 0 where none could, and then nothing follows.
    compared, others : int
        Contacts and rows of others in them.
    alone : float
        Share of the contacts beside which nobody comparable stands.
    naive, fixed, matched, placebo : Effect or None
        Contacted weeks over all others; within customers and weeks; beside comparable customers; and the
        same before the contact, where there can be no effect.
    study : tuple of Study
    """

    contacts: int
    customers: int
    campaigns: int
    weeks: int
    waves: int
    compared: int = 0
    others: int = 0
    alone: float = 0.0
    naive: Effect | None = None
    fixed: Effect | None = None
    matched: Effect | None = None
    placebo: Effect | None = None
    study: tuple[Study, ...] = ()


class Insight(Record):
    """What a log says before anything is simulated.

    Attributes
    ----------
    source, currency : str
    first_day, last_day : date
    customers, purchases : int
    history : str
        Digest of the histories of the market that it belongs to.
    grain, amounts
        What the day of a purchase stands for, and whether the log has amounts.
    change : Change or None
        None where the log is too short or small for two halves.
    silence : Silence or None
        None likewise.
    campaigns : Campaigns or None
        None where nothing says who was contacted.
    """

    source: str
    currency: str
    first_day: datetime.date
    last_day: datetime.date
    customers: int
    purchases: int
    history: str
    grain: Grain = Field("day", exclude_if=lambda grain: grain == "day")
    amounts: bool = Field(True, exclude_if=bool)
    retention: Retention
    frequency: Frequency
    concentration: Concentration
    change: Change | None
    silence: Silence | None
    season: Season
    campaigns: Campaigns | None = None
