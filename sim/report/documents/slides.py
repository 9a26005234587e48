"""Which slides a deck has: one per question of a director, in the order in which they ask."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from sim.common.style import ended
from sim.report.comparison import unaffordable
from sim.report.comparison.licences import licences_table
from sim.report.comparison.paths_figure import money_over_time
from sim.report.documents.sheets import Sheet
from sim.report.documents.slide import Slide
from sim.report.documents.work import has_work, work_heading, work_table
from sim.report.figure_style import COLOURS, most_important
from sim.report.phrases import say
from sim.report.section import Content, Section, Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers

#: Lines of a list above a table.
_LINES = 2
#: Lines and parts of bars on a slide: one less than there are colours, which a sum may take.
_TOLD_APART = len(COLOURS) - 1


def build_slides(comparison: Answers, content: Content, sheets: list[Sheet]) -> list[Slide]:
    """Return the slides of a finished comparison.

    Parameters
    ----------
    comparison : Answers
    content : Content
        The whole report of it.
    sheets : list of Sheet
        Its workbook, whose charts the deck shares.
    """
    licences = licences_table(comparison)
    told = _told(comparison, content, {sheet.key: sheet for sheet in sheets})
    slides = [
        slide
        for key, section in content.sections.items()
        if section.story
        for slide in (told[key] if key in told else [_of_list(section)])
    ]
    slides = _joined(slides)
    slides.append(Slide(licences.caption, table=licences))
    source = say("documents.slides.source", id=comparison.manifest.id)
    return [_with_notes(slide, source) for slide in slides]


def _told(comparison: Answers, content: Content, of: dict[str, Sheet]) -> dict[str, list[Slide]]:
    """Return the slides of sections that have some of their own, by the key of the section.

    Any other section that stands in the story of the page has a slide: its finding, the first of what
    it says there and its first table.
    """
    answer, compared, money = content["answer"], content["comparison"], content["money"]
    segments, why = content["segments"], content["why"]
    work = [Slide(work_heading(comparison), table=work_table(comparison))]
    return {
        "answer": [Slide(answer.heading, [*answer.bullets, *answer.sentences])],
        "comparison": [
            Slide(compared.heading, table=compared.tables[0]),
            *(Slide(table.caption, table=table) for table in unaffordable.tables(comparison)),
            Slide(say("documents.slides.when"), compared.sentences[1:2], table=compared.tables[1]),
        ],
        "paths": [
            _over_time(comparison, content["paths"].heading, of["weekly"]),
            Slide(say("documents.slides.years"), chart=of["years"]),
        ],
        "why": [
            Slide(why.heading, table=why.tables[0]),
            *(work if has_work(comparison) else []),
        ],
        "segments": [Slide(segments.heading, segments.bullets[:3], chart=of["segments"])],
        "money": [Slide(money.heading, money.sentences, chart=_largest(of["costs"]))],
        **_quality(content),
        **_tried(comparison, content),
    }


def _quality(content: Content) -> dict[str, list[Slide]]:
    """Return how good the data are in one line, which shares a slide with another."""
    sections = content.sections
    return {"quality": [Slide(sections["quality"].heading)]} if "quality" in sections else {}


def _tried(comparison: Answers, content: Content) -> dict[str, list[Slide]]:
    """Return how the market was set beside its own log; that it was not is one thing not known.

    What somebody who runs the workbench could do about it is nothing for a client.
    """
    likeness, unknown = content["likeness"], _of_list(content["unknown"])
    if comparison.market.hold_out is not None:
        return {"likeness": [Slide(likeness.heading, likeness.sentences[:3])]}
    untried = replace(unknown, bullets=[ended(likeness.heading), *unknown.bullets])
    return {"likeness": [], "unknown": [untried]}


def _over_time(comparison: Answers, heading: str, sheet: Sheet) -> Slide:
    """Return the slide of the weeks: of as many strategies, best first, as can be told apart."""
    count = sheet.frame.shape[1] - 1
    shown = replace(sheet, frame=sheet.frame.iloc[:, : 1 + _TOLD_APART])
    cut = say("documents.slides.best", shown=_TOLD_APART, count=count)
    lines = [heading, *([cut] if count > _TOLD_APART else [])]
    return Slide(money_over_time(comparison), lines, chart=shown)


def _largest(sheet: Sheet) -> Sheet:
    """Return a sheet of parts with the largest of them, and the sum of the others."""
    parts = sheet.frame.iloc[:, 1:]
    order = parts.abs().sum().sort_values(ascending=False, kind="stable").index
    few = most_important(parts[order], _TOLD_APART, say("common.all_others_together"))
    return replace(sheet, frame=pd.concat([sheet.frame.iloc[:, :1], few], axis=1))


def _of_list(section: Section) -> Slide:
    """Return a slide of what a section says in short, and of its first table."""
    table = section.tables[0] if section.tables else None
    told = section.story or section
    lines = [*told.sentences, *told.bullets]
    return Slide(section.heading, lines[: _LINES if table else None], table=table)


def _joined(slides: list[Slide]) -> list[Slide]:
    """Return slides in their order, those that follow each other with a single line each as one."""
    joined: list[Slide] = []
    short = False
    for slide in slides:
        was, short = short, not (slide.table or slide.chart) and len(slide.bullets) <= 1
        if was and short:
            before = joined.pop()
            lines = [*before.bullets, ended(slide.title), *slide.bullets]
            joined.append(replace(before, bullets=lines))
        else:
            joined.append(slide)
    return joined


def _with_notes(slide: Slide, source: str) -> Slide:
    """Return a slide whose notes say how its numbers are read and where they come from."""
    shown: Sheet | Table | None = slide.chart or slide.table
    parts = [shown.note if shown else "", source]
    return Slide(
        slide.title,
        slide.bullets,
        slide.table,
        slide.chart,
        "\n".join(part for part in parts if part),
    )
