"""The brief: what a director needs, on two pages.

The answer and what it rests on, the one figure, what it costs and earns and when, who does what from
when, what would change the answer, and what no simulation can know. Who does what is told of a chosen
strategy alone: a plan that was not chosen has no work list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.formatting import capital, fixed, money, percent
from sim.common.style import ended
from sim.playbook.strategies import Play
from sim.report.comparison import doubts, leanings, plausibility, provenance, sentences
from sim.report.comparison.findings import effect, subject
from sim.report.comparison.gains_figure import gain_figure
from sim.report.comparison.licences import licences_table
from sim.report.comparison.size import is_a_look, size_sentence
from sim.report.figure_style import NARROW
from sim.report.likeness import caution
from sim.report.names import mechanism_label
from sim.report.phrases import say
from sim.report.section import Content, Picture, Section, Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers

#: From this share on an audience is reached as a whole.
_ALL = 0.995


def build_brief(comparison: Answers, report: Content) -> Content:
    """Return what stands on the two pages.

    Parameters
    ----------
    comparison : Answers
        A finished comparison.
    report : Content
        The whole report of it, whose title, answer and first picture the brief shares.
    """
    sections = [_answer(comparison, report), _money(comparison)]
    if has_work(comparison):
        sections.append(_work(comparison))
    sections += [_change(comparison), _unknown(comparison), _licences(comparison)]
    return Content(
        report.title,
        report.answer,
        {section.key: section for section in sections},
        report.meta,
        say("page.made_by", version=report.version),
        report.version,
        report.id,
    )


def _answer(comparison: Answers, report: Content) -> Section:
    """Return the answer with its cautions and its figure; what it costs follows by itself."""
    first = comparison.ranking[0]
    cautions = [
        leanings.assumption(comparison),
        *plausibility.cautions(comparison, first),
        *([size_sentence(comparison)] if is_a_look(comparison) else []),
        *caution(comparison.market),
    ]
    picture = Picture(gain_figure(comparison, NARROW), report["answer"].pictures[0].alt)
    return Section("answer", report.answer, cautions, [sentences.risk(comparison)], [picture])


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


def has_work(comparison: Answers) -> bool:
    """Return whether a strategy is chosen that somebody has to carry out."""
    chosen = comparison.manifest.strategies[comparison.ranking[0]]
    return comparison.verdict.kind == "winner" and bool(chosen.sized.plays)


def work_heading(comparison: Answers) -> str:
    """Return what stands above the work of the chosen strategy."""
    return say("documents.brief.work", name=comparison.title(comparison.ranking[0]))


def work_table(comparison: Answers) -> Table:
    """Return who does what in the leading strategy, for whom and from when, in order of their starts."""
    chosen = comparison.manifest.strategies[comparison.ranking[0]]
    rows = [
        {
            say("documents.brief.who"): say(f"documents.brief.owner.{play.owner or 'market'}"),
            say("documents.brief.what"): capital(mechanism_label(play.lever)),
            say("documents.brief.whom"): _whom(play),
            say("documents.brief.weeks"): _weeks(play),
        }
        for play in sorted(chosen.sized.plays, key=lambda play: play.start_week)
    ]
    return Table(say("documents.brief.work_table"), pd.DataFrame(rows))


def _work(comparison: Answers) -> Section:
    return Section(
        "work",
        work_heading(comparison),
        tables=[work_table(comparison)],
        label=say("documents.brief.work_label"),
    )


def _whom(play: Play) -> str:
    audience = say(f"documents.brief.audience.{play.audience}")
    if play.reach >= _ALL:
        return audience
    return say("documents.brief.share_of", share=percent(play.reach), audience=audience)


def _weeks(play: Play) -> str:
    start = fixed(play.start_week + 1)
    if play.end_week is None:
        return say("documents.brief.from", start=start)
    return say("documents.brief.until", start=start, end=fixed(play.end_week))


def _change(comparison: Answers) -> Section:
    """Return what would make the answer another one."""
    lines = [*leanings.thresholds(comparison), doubts.losing(comparison)]
    return Section(
        "leanings", leanings.heading(comparison), [], lines, label=say("documents.brief.change")
    )


def _unknown(comparison: Answers) -> Section:
    """Return the first blind spots: that nothing was tried yet, what is silent, and those of the data."""
    lines = provenance.main_unknowns(comparison)
    return Section("unknown", "", [], lines, label=say("label.unknown"))


def _licences(comparison: Answers) -> Section:
    """Return what of it somebody else made or gave: the brief is handed on by itself."""
    label = say("label.licences")
    return Section("licences", "", tables=[licences_table(comparison)], label=label)
