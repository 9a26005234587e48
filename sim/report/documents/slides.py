"""Which slides a deck has: one per question of a director, in the order in which they ask."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

import pandas as pd

from sim.common.formatting import capital, money_in
from sim.common.style import ended, paragraph
from sim.report.comparison import unaffordable
from sim.report.comparison.chosen import told_of
from sim.report.comparison.findings import subject
from sim.report.comparison.licences import licences_table
from sim.report.comparison.paths_figure import money_over_time
from sim.report.documents.sheets import Sheet
from sim.report.documents.slide import Slide
from sim.report.documents.work import has_work, work_heading, work_table
from sim.report.figure_style import COLOURS, most_important
from sim.report.phrases import say
from sim.report.section import Content, Section, Table
from sim.report.wrapping import wrapped

if TYPE_CHECKING:
    from sim.analysis.answers import Answers

#: Lines of a list above a table.
_LINES = 2
#: Lines and parts of bars on a slide: one less than there are colours, which a sum may take.
_TOLD_APART = len(COLOURS) - 1
#: Slides of a deck at most, its cover among them.
_MOST = 14
#: Sections that are a list on a slide: those that follow each other share one while there is room, which
#: is so many lines of so many letters.
_LISTS, _ROOM, _ACROSS = ("losing", "finding_out", "trial"), 16, 100
#: Lines below which a list is no slide of its own.
_LEAST = 3
#: Sections whose finding is a line of the slide on what cannot be known.
_IN_A_LINE = ("quality", "likeness", "assumptions")


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
    made = {
        key: told[key] if key in told else [_of_list(section)]
        for key, section in content.sections.items()
        if section.story
    }
    slides = list(chain(*_without_few(made).values()))
    slides.append(Slide(say("documents.slides.licences"), table=licences))
    while len(slides) >= _MOST and (spared := next((one for one in slides if one.spared), None)):
        slides.remove(spared)
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
            replace(_of_list(compared), bullets=compared.sentences[1:2]),
            *(
                Slide(_unaffordable_title(comparison), table=one)
                for one in unaffordable.tables(comparison)
            ),
        ],
        "paths": [
            _over_time(comparison, content["paths"].heading, of["weekly"]),
            Slide(_by_year(comparison, of["years"]), chart=of["years"], spared=True),
        ],
        "why": [
            Slide(why.heading, table=why.tables[0], spared=True),
            *(work if has_work(comparison) else []),
        ],
        "segments": [Slide(segments.heading, segments.bullets[:3], chart=of["segments"])],
        "money": [Slide(money.heading, money.sentences, chart=_largest(of["costs"]))],
        **_listed(content),
        **_plays(content),
        **_of_the_log(content),
        "unknown": [_believed(content)],
        **{key: [] for key in _IN_A_LINE},
    }


def _plays(content: Content) -> dict[str, list[Slide]]:
    """Return what each play is worth on one slide with what the gain is made of, where both are known."""
    sections = content.sections
    if "plays" not in sections:
        return {}
    slide, made_of = _of_list(sections["plays"]), sections["made_of"]
    told = made_of.story or made_of  # its gain is another one: of what it is stands there
    lines = [*slide.bullets[:1], paragraph([ended(made_of.heading), *told.sentences])]
    return {"made_of": [], "plays": [replace(slide, bullets=lines)]}


def _of_the_log(content: Content) -> dict[str, list[Slide]]:
    """Return what the log says before anything is simulated, where there is room for it."""
    section = content.sections.get("insight")
    return {"insight": [replace(_of_list(section), spared=True)]} if section else {}


def _unaffordable_title(comparison: Answers) -> str:
    """Return how many strategies the firm cannot pay."""
    count, total = len(comparison.unaffordable), len(comparison.strategies)
    return say("documents.slides.too_dear", count=count, total=total)


def _by_year(comparison: Answers, sheet: Sheet) -> str:
    """Return what the plan that the deck is on brings at first, and what after the horizon."""
    about, amounts = told_of(comparison), sheet.frame.iloc[0, 1:]
    signed = money_in(comparison.market.currency, signed=True)
    told = say(
        "documents.slides.years",
        name=subject(about),
        first=signed(float(amounts.iloc[0])),
        after=signed(float(amounts.iloc[-1])),
        weeks=comparison.manifest.weeks,
    )
    return capital(told)


def _believed(content: Content) -> Slide:
    """Return how good data and market are, how much is assumed, and what is not known.

    What somebody who runs the workbench could do about it is nothing for a client.
    """
    unknown = content["unknown"].story or content["unknown"]
    heads = [ended(content[key].heading) for key in _IN_A_LINE if key in content.sections]
    return Slide(say("documents.slides.believed"), [*heads, *unknown.bullets])


def _listed(content: Content) -> dict[str, list[Slide]]:
    """Return the slides of sections that are a list, joined while there is room, at the first of each."""
    slides: dict[str, list[Slide]] = {}
    last = ""
    for section in (content.sections.get(key) for key in _LISTS):
        told = section.story if section else None
        if section is None or told is None:
            continue
        lines = [*told.sentences, *told.bullets]
        more = [ended(section.heading), *lines]
        slides[section.key] = []
        if last and _fits([*slides[last][0].bullets, *more]):
            before = slides[last][0]
            slides[last] = [replace(before, bullets=[*before.bullets, *more])]
        else:
            last = section.key
            slides[last] = [Slide(section.heading, lines)]
    return slides


def _without_few(made: dict[str, list[Slide]]) -> dict[str, list[Slide]]:
    """Return slides by section without those that have hardly anything: lines of what is not known."""
    few = [one for slides in made.values() for one in slides if _has_few(one)]
    kept = {key: [one for one in slides if one not in few] for key, slides in made.items()}
    lines = [paragraph([ended(one.title), *one.bullets]) for one in few]
    unknown = [replace(one, bullets=[*lines, *one.bullets]) for one in kept["unknown"]]
    return kept | {"unknown": unknown}


def _has_few(slide: Slide) -> bool:
    """Return whether a slide is a list too short to be one."""
    return slide.table is None and slide.chart is None and _lines(slide.bullets) < _LEAST


def _fits(lines: list[str]) -> bool:
    """Return whether a list can be read on one slide."""
    return _lines(lines) <= _ROOM


def _lines(texts: list[str]) -> int:
    """Return how many lines of a slide a list takes."""
    return sum(len(wrapped(text, _ACROSS)) for text in texts)


def _over_time(comparison: Answers, heading: str, sheet: Sheet) -> Slide:
    """Return the slide of the weeks: of as many strategies, best first, as can be told apart."""
    count = sheet.frame.shape[1] - 1
    shown = replace(sheet, frame=sheet.frame.iloc[:, : 1 + _TOLD_APART])
    cut = say("documents.slides.best", shown=_TOLD_APART, count=count)
    lines = [heading, *([cut] if count > _TOLD_APART else [])]
    return Slide(money_over_time(told_of(comparison)), lines, chart=shown)


def _largest(sheet: Sheet) -> Sheet:
    """Return a sheet of parts with the largest of them, and the sum of the others."""
    parts = sheet.frame.iloc[:, 1:]
    order = parts.abs().sum().sort_values(ascending=False, kind="stable").index
    few = most_important(parts[order], _TOLD_APART, say("common.all_others_together"))
    return replace(sheet, frame=pd.concat([sheet.frame.iloc[:, :1], few], axis=1))


def _of_list(section: Section) -> Slide:
    """Return a slide of what a section says in short, and of its first table."""
    told = section.story or section
    tables = told.tables or section.tables
    table = tables[0] if tables else None
    lines = [*told.sentences, *told.bullets]
    return Slide(section.heading, lines[: _LINES if table else None], table=table)


def _with_notes(slide: Slide, source: str) -> Slide:
    """Return a slide whose notes say how its numbers are read and where they come from."""
    shown: Sheet | Table | None = slide.chart or slide.table
    parts = [shown.note if shown else "", source]
    return replace(slide, notes="\n".join(part for part in parts if part))
