"""What a log says before anything is simulated: a page of its own, and a section of a report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.common.formatting import fixed
from sim.common.paths import client_folder
from sim.common.style import day, labelled, paragraph
from sim.insight.kept import read_insight
from sim.insight.records import Insight
from sim.report.insight.campaigns import campaigns_section
from sim.report.insight.change import change_section, stages_section
from sim.report.insight.custom import concentration_section, frequency_section, retention_section
from sim.report.insight.season import season_section
from sim.report.insight.silence import silence_section
from sim.report.insight.words import beside_luck, events
from sim.report.phrases import say
from sim.report.section import Content, Section, Short

if TYPE_CHECKING:
    from sim.analysis.answers import Answers

#: The page, in English.
PAGE = "insight.html"


def insight_sections(found: Insight) -> list[Section]:
    """Return what was found, a section to a question, in the order of the questions."""
    makers = (
        change_section,
        stages_section,
        silence_section,
        campaigns_section,
        concentration_section,
        retention_section,
        frequency_section,
        season_section,
    )
    return [make(found) for make in makers]


def insight_content(found: Insight, name: str, version: str) -> Content:
    """Return the page on what a log says.

    Parameters
    ----------
    found : Insight
    name : str
        Of the market.
    version : str
        Of the workbench.
    """
    parts = insight_sections(found)
    answer = replace(in_short(found, parts), key="answer", label=say("insight.sections.label"))
    return Content(
        title=say("insight.sections.title", name=name),
        answer=answer.heading,
        sections={part.key: part for part in (answer, *parts)},
        meta=say(
            "insight.sections.meta",
            source=found.source,
            customers=fixed(found.customers),
            purchases=fixed(found.purchases),
            events=events(found),
            first=day(found.first_day),
            last=day(found.last_day),
        ),
        footer=say("insight.sections.footer", version=version),
        version=version,
        kicker=say("insight.sections.kicker"),
    )


def in_short(found: Insight, parts: list[Section]) -> Section:
    """Return the findings of the sections on a log in a list."""
    says = [say(f"insight.sections.counted.{beside_luck(found)}")]
    return Section("insight", parts[0].heading, says, [part.heading for part in parts[1:]])


def insight_section(comparison: Answers) -> Section | None:
    """Return the section of a report; None where nobody has looked at the market's log."""
    found = read_insight(comparison.market)
    if found is None:
        return None
    if found.history != comparison.market.data.history:
        name = comparison.market.name
        kind = "client" if client_folder(name) else "built_in"
        stale = say(f"insight.sections.stale.{kind}", name=name)
        return Section("insight", stale, appendix=True)
    parts = insight_sections(found)
    short = in_short(found, parts)
    return replace(
        short,
        sentences=[
            *short.sentences,
            *(labelled(part.label, paragraph(part.sentences)) for part in parts if part.sentences),
        ],
        pictures=[picture for part in parts for picture in part.pictures],
        tables=[table for part in parts for table in part.tables],
        short=Short(bullets=short.bullets),
    )
