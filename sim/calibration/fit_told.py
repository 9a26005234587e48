"""What a calibration says of the laws that it fitted: what was left out, what was taken for what."""

from sim.calibration.origins import Origins
from sim.calibration.panel_window import Window
from sim.calibration.transactions import Log
from sim.common.grain import Grain

#: A share of customers of another origin than the log is read for that a reader is told of.
_TOLD = 0.05
#: The same of customers from before the log: where all join steadily within it, up to a twelfth seem to
#: be such by chance (60 simulated logs of 600 customers, of five kinds of firms).
OLD_TOLD = 0.10
#: One cohort is acquired within this share of the log at most.
_COHORT = 0.5
#: Where customers are new when they first appear, and none of them is seen to leave.
NO_DROP_OUT = (
    "The log does not tell the rate of drop-out; it is assumed. Customers still count from their first "
    "purchase, each by their own weeks."
)


#: What a panel does not show that has hardly any newcomers, or begins shortly before its window.
NOT_TOLD_APART = (
    "Who joined in it is not told apart: where newcomers buy seldom and leave soon, others buy oftener, "
    "and more leave, than this says."
)
#: What is read from those who joined in a panel's window.
JOINING = (
    "How many come in a year and how often they buy is read from those whom the log first shows in it, "
    "customers who buy seldom taken to leave sooner."
)


#: What the log is where its days stand for periods, and what a purchase then is.
_PERIODS: dict[Grain, str] = {
    "day": "",
    "week": "The log is a table of weeks: a purchase is a week in which something was bought, and "
    "spend is that of such a week.",
    "month": "The log is a table of months: a purchase is a month in which something was bought, and "
    "spend is that of such a month.",
    "period": "The log is a table of periods: a purchase is a period in which something was bought, and "
    "spend is that of such a period.",
}


def of_periods(log: Log) -> list[str]:
    """Return what a purchase is, where the log is a table of weeks, months or other periods."""
    return [] if log.grain == "day" else [_PERIODS[log.grain]]


def of_gaps(log: Log) -> list[str]:
    """Return which days are left out, if any."""
    if not log.gaps:
        return []
    days = ", ".join(str(gap) for gap in log.gaps)
    return [f"Left out of the fits, since next to nothing was bought in between: {days}."]


def of_a_cohort(origins: Origins, weeks: float) -> str:
    """Return how far customers are new when they first appear in the log."""
    said = "Each customer's first purchase in the log is taken for the first one ever"
    if origins.long_standing >= OLD_TOLD:
        old = f"{origins.long_standing:.0%}"
        said += f"; about {old} seem to have been customers before the log begins"
    said += ". If most were customers before, calibrate anew with drop-out assumed."
    if origins.at_start < 1 - _TOLD or origins.weeks > _COHORT * weeks:
        return said
    return (
        f"{said} The log follows one cohort, acquired within about {origins.weeks:.0f} weeks: how many "
        "new customers a year brings is assumed."
    )


def of_returns(found: tuple[int, int] | None) -> list[str]:
    """Return that more customers came back after a year than the law allows for (`returns.came_back`)."""
    if found is None:
        return []
    seen, expected = found
    return [
        f"{seen:,} customers bought again after more than a year without a purchase, where the law of "
        f"purchases expects {expected:,}: it knows nobody who leaves and is won anew. Fewer seem to "
        "leave than do, customers seem to buy less often, and how many come in a year is assumed."
    ]


def of_a_panel(origins: Origins, window: Window, leaving: bool, joining: bool) -> str:
    """Return what rates rest on where customers were customers before the log begins.

    `leaving` and `joining` say whether the log tells how many leave, and how many come and what they buy.
    """
    how = "is assumed, not measured"
    if leaving:
        how = "is read from those who fell silent in it, as if rates of leaving were exponential"
    said = (
        f"Purchase rates come from the log's {window.in_words} and from those who bought in it; how "
        f"many leave in a year {how}."
    )
    new = 1 - origins.long_standing
    if joining:
        said += f" {JOINING}"
    elif new >= _TOLD:
        said += f" {NOT_TOLD_APART}"
    if new < _TOLD:
        return said
    said += f" About {new:.0%} of the customers seem to have come during the log, or to have left."
    if not window.newcomers:
        return said
    return f"{said} Who first appears in its {window.in_words} counts from then."


def too_little_for_moves(
    weeks: float, repeating: int, least_weeks: int, least_repeating: int
) -> str:
    """Return that a log has too few weeks, or customers who came back, to tell whether rates move."""
    return (
        f"The log has {weeks:.0f} weeks and {repeating:,} customers who came back: whether purchase "
        f"rates move is not told by less than {least_weeks} weeks and {least_repeating} such customers, "
        "and they are taken to stay."
    )
