"""What to find out first: what knowing a value, or what a study tells, would be worth in money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.analysis.doubts import information_in
from sim.common.formatting import capital, fixed, listing, money, money_in, range_of
from sim.common.size import ENOUGH_FUTURES
from sim.evidence.parameters import MARKET_LIFE
from sim.report.comparison.assumptions import address_label, number_of
from sim.report.phrases import say
from sim.report.section import Section, Short, Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers
    from sim.analysis.value_of_information import Information, Worth

#: Values that are named in the story; the table has all.
_FIRST = 3


def finding_out_section(comparison: Answers) -> Section | None:
    """Return what is worth finding out, how much at most, and how; that nothing is, where it is so.

    None where the firm can pay nothing: no knowledge makes it pay.
    """
    if comparison.pays_none:
        return None
    known, currency = information_in(comparison), comparison.market.currency
    if known is None:
        few = say("comparison.finding_out.heading.few", least=ENOUGH_FUTURES)
        return Section("finding_out", few, appendix=True)
    ceiling = say(
        "comparison.finding_out.ceiling",
        ceiling=money(known.ceiling, currency),
        futures=comparison.futures,
    )
    says = [ceiling, say("comparison.finding_out.how", count=known.looked_at)]
    if known.is_small:
        heading = say("comparison.finding_out.heading.small")
        return Section("finding_out", heading, says, short=Short([ceiling]))
    if not known.found:
        heading = say("comparison.finding_out.heading.none", futures=comparison.futures)
        needed = _needed(known, comparison)
        says[1:1] = needed
        return Section("finding_out", heading, says, short=Short([ceiling, *needed]))
    bullets = [_in_words(comparison, one) for one in known.found[:_FIRST]]
    heading = say(
        "comparison.finding_out.heading.found",
        name=_called(comparison, known.found[0]),
        amount=money(known.found[0].amount, currency),
    )
    short = Short([ceiling], bullets)
    table = _worth_table(comparison, known.found)
    return Section("finding_out", heading, says, bullets, tables=[table], short=short)


def _needed(known: Information, comparison: Answers) -> list[str]:
    """Return how many futures would show what matters, where more than there are would."""
    if known.needed is None or known.needed <= comparison.futures:
        return []
    matters = money(known.matters, comparison.market.currency)
    return [say("comparison.finding_out.needed", needed=fixed(known.needed), matters=matters)]


def _called(comparison: Answers, one: Worth) -> str:
    """Return what a value is called, or all that a study tells."""
    return listing([address_label(comparison.market, each) for each in one.addresses])


def _in_words(comparison: Answers, one: Worth) -> str:
    """Return what knowing is worth, and how to find out."""
    return say(
        "comparison.finding_out.worth",
        name=capital(_called(comparison, one)),
        amount=money(one.amount, comparison.market.currency),
        how=_how(comparison, one),
    )


def _how(comparison: Answers, one: Worth) -> str:
    """Return by what a firm finds such a value out: its books, its log, a survey or a trial."""
    owner = one.addresses[0].partition(".")[0]
    if getattr(number_of(comparison, one.addresses[0]), "status", "") == "estimated":
        owner = "log"
    elif owner in ("market", "rivals", "channels"):
        owner = "books"
    elif owner in ("law", "moving"):
        owner = "log"
    elif owner == MARKET_LIFE:
        owner = "survey"
    else:
        owner = "trial"
    return say(f"comparison.finding_out.by.{owner}")


def _worth_table(comparison: Answers, found: tuple[Worth, ...]) -> Table:
    """Return what knowing each is worth, with its interval."""
    currency = comparison.market.currency
    written = money_in(currency)
    rows = [
        {
            say("column.to_find_out"): capital(_called(comparison, one)),
            say("column.worth"): written(one.amount),
            say("column.its_90_interval"): range_of(one.low, one.high, written),
            say("column.found_out_by"): capital(_how(comparison, one)),
        }
        for one in found
    ]
    return Table(
        say("comparison.finding_out.caption"),
        pd.DataFrame(rows),
        say("comparison.finding_out.note"),
    )
