"""What is counted in a log, in words: purchases, or in a table of months active months; and sales."""

from sim.common.grain import Grain
from sim.insight.records import Insight
from sim.report.phrases import say


def events(found: Insight) -> str:
    """Return what purchases are called in this log."""
    return events_of(found.grain)


def events_of(grain: Grain) -> str:
    """Return what purchases are called, by what the day of one stands for."""
    return say(f"insight.words.events.{grain}")


def repeats(found: Insight) -> str:
    """Return what purchases after the first one are called."""
    return say(f"insight.words.repeats.{found.grain}")


def sales(found: Insight) -> str:
    """Return what is told of what customers bring: sales, or where no amount is known purchases."""
    return say("insight.words.sales") if found.amounts else events(found)


def beside_luck(found: Insight) -> str:
    """Return the last part of the key of a phrase on what luck alone would do: by which law, if any."""
    if not by_day(found):
        return "none"
    return "amounts" if found.amounts else "rates"


def no_day(found: Insight, left_out: str) -> str:
    """Return that a table of periods knows no days, and what is therefore left out."""
    return without_days(found.grain, left_out)


def without_days(grain: Grain, left_out: str) -> str:
    """Return that a log of this grain knows no days, and what is therefore left out."""
    left = say(f"insight.words.left_out.{left_out}")
    return say(f"insight.words.no_day.{grain}", left_out=left)


def by_day(found: Insight) -> bool:
    """Return whether days of purchases are days, and no periods of a table."""
    return found.grain == "day"
