"""When the advice loses: the limits of a few values within which the futures lie where it is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.analysis.doubts import futures_in, losing_in
from sim.common.formatting import capital, fixed, fixed_percent, listing, range_of
from sim.common.size import ENOUGH_FUTURES
from sim.report.comparison.assumptions import address_label, amount
from sim.report.comparison.chosen import is_plan_chosen
from sim.report.phrases import say
from sim.report.section import Section, Short, Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers
    from sim.analysis.scenario_discovery import Box, Limit


def losing_section(comparison: Answers) -> Section | None:
    """Return where the advice is wrong, or that no pattern shows; None where the firm can pay nothing."""
    if comparison.pays_none:
        return None
    found = losing_in(comparison)
    name, side = comparison.title(found.strategy), "loses" if found.of_advice else "gains"
    told = "undecided" if comparison.verdict.kind == "undecided" else side
    if told == "gains" and is_plan_chosen(comparison):
        told = "beside"
    counted = say(
        f"comparison.losing.counted.{told}", name=name, cases=found.cases, futures=found.futures
    )
    says = [counted, say("comparison.losing.how")]
    if found.box is None:
        if found.futures < ENOUGH_FUTURES:
            heading = say("comparison.losing.heading.few", least=ENOUGH_FUTURES)
        else:
            often = "mostly" if 2 * found.cases > found.futures else "seldom"
            why = often if found.is_rare else "none"
            heading = say(f"comparison.losing.heading.{why}_{side}", name=name)
        return Section("losing", heading, says, short=Short([counted]))
    limits = listing([_in_words(comparison, one) for one in found.box.limits])
    bullet = say(
        f"comparison.losing.box.{side}",
        limits=capital(limits),
        name=name,
        cases=found.box.cases,
        futures=found.box.futures,
        density=fixed_percent(found.box.density),
        coverage=fixed_percent(found.box.coverage),
        all=found.box.all_cases,
    )
    heading = say(f"comparison.losing.heading.{side}", name=name, limits=limits)
    table = _limits_table(comparison, found.box)
    return Section("losing", heading, says, [bullet], tables=[table], short=Short(bullets=[bullet]))


def _in_words(comparison: Answers, one: Limit) -> str:
    """Return above or below what a value lies, as part of a sentence."""
    return say(
        f"comparison.losing.{'above' if one.above else 'below'}",
        name=address_label(comparison.market, one.address),
        at=amount(comparison, one.address, one.value),
    )


def _limits_table(comparison: Answers, box: Box) -> Table:
    """Return each limit with the range that it cuts, and how easily chance would bring it."""
    rows, ranges = [], futures_in(comparison).ranges
    for one in box.limits:
        low, _, high = ranges[one.address]
        ends = (low, one.value), (one.value, high)
        rows.append(
            {
                say("column.assumption"): capital(address_label(comparison.market, one.address)),
                say("column.within"): _span(comparison, one.address, *ends[one.above]),
                say("column.range"): _span(comparison, one.address, low, high),
                say("column.by_chance"): fixed(one.chance, 3),
            }
        )
    return Table(
        say("comparison.losing.caption"), pd.DataFrame(rows), say("comparison.losing.note")
    )


def _span(comparison: Answers, address: str, low: float, high: float) -> str:
    """Write from where to where a value lies."""
    return range_of(low, high, lambda end: amount(comparison, address, end, named=False))
