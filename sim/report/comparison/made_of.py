"""What the gain of the leading strategy is made of, and on which study each part of it rests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.advice.search.read import PLAN
from sim.common.composed import retold
from sim.common.formatting import capital, fixed, money, money_in, range_of
from sim.report.comparison.findings import subject
from sim.report.parts_figure import parts_figure, parts_finding
from sim.report.parts_words import part_label, studies_in_words
from sim.report.phrases import say
from sim.report.section import Picture, Section, Short, Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers
    from sim.analysis.made_of import Parts


def made_of_section(comparison: Answers) -> Section:
    """Return what each lever and term brings; that nobody looked where nothing was switched off."""
    parts = comparison.parts
    if parts is None:
        return Section(
            "made_of",
            say("comparison.made_of.not_looked_at"),
            [say("comparison.made_of.how_to_look", name=subject(comparison))],
            appendix=True,
        )
    leads = parts.strategy.name == comparison.ranking[0]
    finding = parts_finding(parts, subject(comparison) if leads else "")
    size = _size(comparison, parts)
    return Section(
        "made_of",
        finding,
        [size, say("comparison.made_of.how_to_read")],
        pictures=[Picture(parts_figure(parts), say("comparison.made_of.alt", finding=finding))],
        tables=[made_of_table(parts)],
        short=Short([size]),  # another gain than the ranking's, so it is said at once
    )


def made_of_table(parts: Parts) -> Table:
    """Return what each part brings, and the studies that it rests on."""
    currency = parts.market.currency
    signed = money_in(currency, signed=True)
    rows = [
        {
            say("column.part"): capital(part_label(row["what"])),
            say("column.brings"): signed(row["brings"]),
            say("column.its_90_interval"): range_of(row["brings_low"], row["brings_high"], signed),
            say("column.gain_without"): signed(row["without"]),
            say("column.rests_on"): studies_in_words(parts.rests_on(row["what"])),
        }
        for _, row in parts.brings.iterrows()
    ]
    return Table(
        say("comparison.made_of.caption", name=retold(parts.strategy.title)),
        pd.DataFrame(rows),
        say("comparison.made_of.note"),
    )


def _size(comparison: Answers, parts: Parts) -> str:
    """Return in which futures parts were switched off, and what the gain is there and over all."""
    currency, whole = comparison.market.currency, parts.whole
    over_all = comparison.gains.loc[parts.strategy.name, "gain"]
    told: dict[str, Any] = {
        "futures": fixed(parts.futures),
        "all": fixed(comparison.futures),
        "gain": money(whole["gain"], currency, signed=True),
        "over_all": money(over_all, currency, signed=True),
    }
    found = parts.strategy.name == PLAN.format(market=comparison.market.name).removesuffix(".yaml")
    return say(f"comparison.made_of.{'size_found' if found else 'size'}", **told)
