"""On which uncertain numbers a gain hangs, where somebody looked: what each moves, and shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.analysis.influence import OTHERS, read_influence
from sim.common.formatting import capital, fixed, fixed_percent, listing, money, money_in, range_of
from sim.report.comparison.assumptions import address_label
from sim.report.comparison.chosen import tried_of
from sim.report.phrases import say
from sim.report.section import Section, Short, Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers
    from sim.analysis.influence import Influence, Moved, Share

#: Values that are named in front, and rows of the table of what moves.
_NAMED, _ROWS = 3, 15


def influence_section(comparison: Answers) -> Section | None:
    """Return on which numbers the gain hangs, of the plan to try where that was looked at."""
    for one in (tried_of(comparison), comparison):
        found = read_influence(one)
        if found is not None:
            return section_of(one, found)
    return None


def section_of(comparison: Answers, found: Influence) -> Section:
    """Return what was found of a plan of a comparison."""
    name, currency = comparison.title(found.plan), comparison.market.currency
    size = say(
        "comparison.influence.size",
        runs=fixed(found.runs),
        customers=fixed(found.customers),
        weeks=str(found.weeks),
    )
    moving = [one for one in found.moved if one.size > 0]
    if not moving:
        heading = say("comparison.influence.none", name=name)
        return Section("influence", heading, [size], short=Short([size]))
    first = [_called(comparison, one.address) for one in moving[:_NAMED]]
    heading = say("comparison.influence.heading", name=name, names=listing(first))
    spread = say(
        "comparison.influence.spread", name=name, deviation=money(found.deviation, currency)
    )
    bullets = [_in_words(comparison, one) for one in moving[:_NAMED]]
    how = say("comparison.influence.how", looked=fixed(len(found.moved)), moving=fixed(len(moving)))
    told = [spread, how, size]
    if found.as_learned:
        told.append(say("comparison.influence.learned"))
    tables = [_moved_table(comparison, moving[:_ROWS]), _shares_table(comparison, found.shares)]
    return Section("influence", heading, told, bullets, tables=tables, short=Short([], bullets))


def _called(comparison: Answers, address: str) -> str:
    if address == OTHERS:
        return say("comparison.influence.others")
    return address_label(comparison.market, address)


def _in_words(comparison: Answers, one: Moved) -> str:
    """Return how far a value moves the gain, and whether the others decide which way."""
    key = "either" if abs(one.mean) < one.size / 2 else "up" if one.mean > 0 else "down"
    return say(
        f"comparison.influence.moves.{key}",
        name=capital(_called(comparison, one.address)),
        amount=money(one.size, comparison.market.currency),
    )


def _moved_table(comparison: Answers, moved: list[Moved]) -> Table:
    currency = comparison.market.currency
    written = money_in(currency)

    def signed(value: float) -> str:
        return money(value, currency, signed=True)

    rows = [
        {
            say("column.number"): capital(_called(comparison, one.address)),
            say("column.moves_the_gain_by"): written(one.size),
            say("column.its_90_interval"): range_of(
                max(one.size - one.error, 0.0), one.size + one.error, written
            ),
            say("column.on_average_upwards"): signed(one.mean),
            say("column.differs_by"): written(one.spread),
        }
        for one in moved
    ]
    return Table(
        say("comparison.influence.moved_caption"),
        pd.DataFrame(rows),
        say("comparison.influence.moved_note"),
    )


def _shares_table(comparison: Answers, shares: list[Share]) -> Table:
    def within(value: float, error: float) -> str:
        return range_of(max(value - error, 0.0), min(value + error, 1.0), fixed_percent)

    rows = [
        {
            say("column.number"): capital(_called(comparison, one.address)),
            say("column.explains_alone"): fixed_percent(min(max(one.alone, 0.0), 1.0)),
            say("column.its_90_interval"): within(one.alone, one.alone_error),
            say("column.explains_with_others"): fixed_percent(min(max(one.total, 0.0), 1.0)),
            say("column.interval_of_that"): within(one.total, one.total_error),
        }
        for one in shares
    ]
    return Table(
        say("comparison.influence.shares_caption"),
        pd.DataFrame(rows),
        say("comparison.influence.shares_note"),
    )
