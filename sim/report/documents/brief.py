"""The brief: what a director needs, on two pages.

The answer and what it rests on, the one figure, what it costs and earns and when, who does what from
when, what each strategy adds, what would change the answer, and what no simulation can know. Who does
what is told of a chosen strategy alone: a plan that was not chosen has no work list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.formatting import capital, money
from sim.common.style import ended
from sim.report.comparison import (
    findings,
    leanings,
    plausibility,
    ranking,
    sentences,
    unaffordable,
)
from sim.report.comparison.chosen import is_plan_chosen, of_whom, told_of
from sim.report.comparison.findings import effect, subject
from sim.report.comparison.gains_figure import gain_figure
from sim.report.comparison.licences import licences_table
from sim.report.comparison.size import is_a_look, size_sentence
from sim.report.documents.work import has_work, work_section
from sim.report.figure_style import NARROW
from sim.report.likeness import caution
from sim.report.phrases import say
from sim.report.section import Content, Picture, Section, Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers


def build_brief(comparison: Answers, report: Content) -> Content:
    """Return what stands on the two pages.

    Parameters
    ----------
    comparison : Answers
        A finished comparison.
    report : Content
        The whole report of it: its title, answer and first picture, and what of its sections is to
        stand in a brief.
    """
    parts = dict(report.sections)
    told = told_of(comparison)
    found = _briefly([parts.pop("searched")]) if "searched" in parts else []
    first, later = (found, []) if is_plan_chosen(comparison) else ([], found)
    sections = [_answer(comparison, report), *first, _money(told)]
    if has_work(comparison):
        sections.append(work_section(comparison))
    sections += [*later, _ranges(comparison)]
    sections += _briefly(parts.values())
    sections.append(_licences(comparison))
    return Content(
        report.title,
        report.answer,
        {section.key: section for section in sections},
        report.meta,
        say("page.made_by", version=report.version),
        report.version,
        report.id,
    )


def _briefly(parts: Iterable[Section]) -> list[Section]:
    """Return what of some sections stands in a brief."""
    return [part.cut_to(part.brief) for part in parts if part.brief]


def _answer(comparison: Answers, report: Content) -> Section:
    """Return the answer with its cautions and its figure; what it costs follows by itself."""
    told = told_of(comparison)
    cautions = [
        *([say("documents.brief.written")] if is_plan_chosen(comparison) else []),
        *caution(comparison.market),
        *plausibility.cautions(told, told.ranking[0]),
        *unaffordable.apart(comparison),
        leanings.assumption(told),
        *([size_sentence(comparison)] if is_a_look(comparison) else []),
    ]
    facts = [*of_whom(told), sentences.risk(told)]
    picture = Picture(gain_figure(comparison, NARROW), report["answer"].pictures[0].alt)
    return Section("answer", report.answer, cautions, facts, [picture])


def _money(comparison: Answers) -> Section:
    """Return cost and profit over doing nothing by year, within the horizon and after it."""
    first, currency = comparison.ranking[0], comparison.market.currency
    line = comparison.path(first, "cumulative_profit").set_index("week")["difference"]
    weeks, rows, before = comparison.manifest.weeks, [], 0.0
    cost = float(comparison.money.loc[first, "actual_cost"])
    for year, start in enumerate(range(0, weeks, WEEKS_A_YEAR), start=1):
        end = min(start + WEEKS_A_YEAR, weeks)
        so_far = float(line.loc[end])
        rows.append(
            {
                say("documents.brief.when"): say(
                    "documents.brief.year", year=year, first=start + 1, last=end
                ),
                say("documents.brief.profit"): money(so_far - before, currency, signed=True),
                say("documents.brief.so_far"): money(so_far, currency, signed=True),
            }
        )
        before = so_far
    parts = {
        say("documents.brief.within", weeks=weeks): "equity_within",
        say("documents.brief.after", weeks=weeks): "equity_after",
        say("documents.brief.in_all"): "customer_equity",
    }
    for when, measure in parts.items():
        gain = effect(comparison, first, measure)["difference"]
        rows.append(
            {
                say("documents.brief.when"): when,
                say("documents.brief.profit"): money(gain, currency, signed=True),
                say("documents.brief.so_far"): "",
            }
        )
    kind = "saved" if cost < 0 else "cost"
    note = say(f"documents.brief.money_note.{kind}", cost=money(abs(cost), currency))
    name = subject(comparison)
    return Section(
        "money",
        say("documents.brief.money", name=name, back=sentences.back(comparison)),
        [capital(ended(sentences.payback(comparison)))],
        tables=[Table(say("documents.brief.money_table"), pd.DataFrame(rows), note)],
        label=say("label.money"),
    )


def _ranges(comparison: Answers) -> Section:
    """Return what each strategy adds, with its range, how often it loses and what it costs."""
    shown = ranking.short_table(comparison)
    doubted = shown.frame.iloc[:, 1].str.contains(ranking.FLAG, regex=False).any()
    note = say(f"documents.brief.ranges_note{'_doubts' if doubted else ''}")
    return Section(
        "ranges",
        findings.how_many_gain(comparison),
        tables=[replace(shown, note=note), *unaffordable.short_tables(comparison)],
        label=say("documents.brief.ranges"),
    )


def _licences(comparison: Answers) -> Section:
    """Return what of it somebody else made or gave: the brief is handed on by itself."""
    table = licences_table(comparison)
    short = replace(table, frame=table.frame.drop(columns=say("column.used_for")))
    return Section("licences", "", tables=[short], label=say("label.licences"))
