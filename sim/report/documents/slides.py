"""Which slides a deck has: one per question of a director, in the order in which they ask."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.common.style import ended
from sim.report.comparison.licences import licences_table
from sim.report.comparison.paths_figure import money_over_time
from sim.report.documents.deck import Slide
from sim.report.documents.sheets import Sheet
from sim.report.documents.work import has_work, work_heading, work_table
from sim.report.phrases import say
from sim.report.section import Content, Section, Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers

#: Lines of a list above a table.
_LINES = 2


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
    of = {sheet.key: sheet for sheet in sheets}
    source = say("documents.slides.source", id=comparison.manifest.id)
    licences = licences_table(comparison)
    answer, compared, money = content["answer"], content["comparison"], content["money"]
    slides = [
        Slide(answer.heading, [*answer.bullets, *answer.sentences]),
        Slide(compared.heading, table=compared.tables[0]),
        Slide(say("documents.slides.when"), compared.sentences[1:2], table=compared.tables[1]),
        Slide(money_over_time(comparison), [content["paths"].heading], chart=of["weekly"]),
        Slide(say("documents.slides.years"), chart=of["years"]),
        Slide(money.heading, money.sentences, chart=of["costs"]),
        Slide(content["segments"].heading, content["segments"].bullets[:3], chart=of["segments"]),
        Slide(content["why"].heading, table=content["why"].tables[0]),
    ]
    if has_work(comparison):
        slides.append(
            Slide(
                work_heading(comparison),
                table=work_table(comparison),
            )
        )
    slides += [
        _of_list(content["leanings"]),
        *_tried(comparison, content),
        Slide(licences.caption, table=licences),
    ]
    return [_with_notes(slide, source) for slide in slides]


def _tried(comparison: Answers, content: Content) -> list[Slide]:
    """Return how the market was set beside its own log, and what is not known; that it was not is one.

    What somebody who runs the workbench could do about it is nothing for a client.
    """
    likeness, unknown = content["likeness"], _of_list(content["unknown"])
    if comparison.market.hold_out is not None:
        return [Slide(likeness.heading, likeness.sentences[:3]), unknown]
    return [replace(unknown, bullets=[ended(likeness.heading), *unknown.bullets])]


def _of_list(section: Section) -> Slide:
    """Return a slide of what a section says in short, and of its first table."""
    table = section.tables[0] if section.tables else None
    told = section.story or section
    return Slide(section.heading, told.bullets[: _LINES if table else None], table=table)


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
