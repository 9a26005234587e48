"""What the quality of a client's data is, for a page of its own and for a section of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.common.few import FEWEST
from sim.common.formatting import fixed, fixed_percent, listing, percent, some
from sim.common.style import day
from sim.intake.forgotten import forgotten_since
from sim.intake.own_ids import LOG
from sim.intake.personal import LOOKED
from sim.intake.quality.drift import ENOUGH, OUTSIDE
from sim.intake.quality.quality import Quality, quality_path, read_quality
from sim.intake.quality.rules import what_of
from sim.report.insight.words import events_of, without_days
from sim.report.phrases import say
from sim.report.quality.tables import (
    drift_table,
    figure_label,
    history_table,
    kind_of,
    outlier_tables,
    personal_table,
    restated_table,
    rules_table,
    silence_table,
)
from sim.report.section import Content, Section, Short

if TYPE_CHECKING:
    from sim.analysis.answers import Answers

#: The page, in English.
PAGE = "quality.html"


def quality_content(quality: Quality, name: str, version: str) -> Content:
    """Return the page on the quality of a client's data.

    Parameters
    ----------
    quality : Quality
    name : str
        Of the client.
    version : str
        Of the workbench.

    Returns
    -------
    Content
        Sections ``answer, rules, unusual, gaps, drift, personal, history``.
    """
    told = [_rules(quality), _unusual(quality), _gaps(quality), _drift(quality), _personal(quality)]
    bullets, rest = [part.heading for part in told], [*told, _history(quality)]
    label = say("quality.sections.label.answer")
    parts = [Section("answer", headline(quality), [], bullets, label=label), *rest]
    taken = quality.taken
    return Content(
        title=say("quality.sections.title", name=name),
        answer=parts[0].heading,
        sections={part.key: part for part in parts},
        meta=say("quality.sections.meta", day=day(taken.day), count=len(taken.files)),
        footer=say("quality.sections.footer", version=version),
        version=version,
        kicker=say("quality.sections.kicker"),
    )


def quality_section(comparison: Answers) -> Section | None:
    """Return the section of a report, None where the market is not made from what an intake wrote.

    Of single purchases and customers it tells the number: who they are stands on the client's own page.
    """
    data, path = comparison.market.data, quality_path(comparison.market.name)
    quality = read_quality(path) if data.source == LOG else None
    if quality is None:
        return None
    taken = quality.taken
    manifest = comparison.manifest
    gone = forgotten_since(manifest.market.name, manifest.history)
    same = data.first_date == str(taken.first_day) and data.last_date <= str(taken.last_day)
    if not gone and (not same or data.n_transactions > taken.purchases):
        return (
            None  # another export was taken in since; whoever was forgotten is in no count any more
        )
    rest = [_rules(quality), _unusual(quality), _gaps(quality), _drift(quality)]
    return Section(
        "quality",
        headline(quality),
        [text for part in rest for text in part.sentences],
        [part.heading for part in rest],
        tables=[rules_table(quality), *silence_table(quality), *drift_table(quality)],
        short=Short(bullets=[part.heading for part in rest]),
    )


def headline(quality: Quality) -> str:
    """Return how much came out of how much."""
    taken = quality.taken
    return say(
        "quality.sections.headline",
        purchases=fixed(taken.purchases),
        events=events_of(quality.grain),
        customers=fixed(taken.customers),
        first=day(taken.first_day),
        last=day(taken.last_day),
        share=percent(taken.left_out),
        lines=fixed(taken.lines),
    )


def _rules(quality: Quality) -> Section:
    found = [rule for rule in quality.rules if rule.lines]
    heading = say("quality.sections.no_rule", rules=len(quality.rules))
    if found:
        most = max(found, key=lambda rule: rule.lines)
        heading = say(
            "quality.sections.rules_found",
            found=len(found),
            rules=len(quality.rules),
            lines=fixed(most.lines),
            what=str(what_of(most.rule)),
        )
    sentences = [say("quality.sections.shares")]
    if any(rule.masked for rule in found):
        sentences.append(say("quality.sections.masked"))
    table = rules_table(quality)
    return Section(
        "rules", heading, sentences, tables=[table], label=say("quality.sections.label.rules")
    )


def _unusual(quality: Quality) -> Section:
    label = say("quality.sections.label.unusual")
    if not quality.outliers:
        return Section("unusual", say("quality.sections.nothing_usual"), label=label)
    counts = [
        say("quality.sections.counted.few_customers", least=FEWEST)
        if what == "customer" and 0 < one.count < FEWEST
        else say(f"quality.sections.counted.{kind_of(what, quality)}", count=one.count)
        for what, one in quality.outliers.items()
    ]
    least = some([fixed(one.least, 1) for one in quality.outliers.values()])
    looked = [kind_of(what, quality) for what in quality.outliers]
    kinds = listing([say(f"quality.sections.kind.{what}") for what in looked])
    return Section(
        "unusual",
        say("quality.sections.unusual", counted=listing(counts)),
        [say("quality.sections.how_far", least=least, kinds=kinds)],
        tables=outlier_tables(quality),
        label=label,
    )


def _gaps(quality: Quality) -> Section:
    """Return the gaps; of a table of periods that none is sought."""
    label = say("quality.sections.label.gaps")
    heading = say("quality.sections.no_gap")
    if quality.silences:
        days = sum((one.last - one.first).days + 1 for one in quality.silences)
        heading = say("quality.sections.gaps", count=len(quality.silences), days=fixed(days))
    last, age = day(quality.taken.last_day), fixed(quality.age)
    told = say("quality.sections.last_day", last=last, age=age)
    if quality.grain != "day":
        says = [without_days(quality.grain, "days"), told]
        return Section("gaps", say("quality.sections.no_days"), says, label=label)
    return Section(
        "gaps",
        heading,
        [told, say("quality.sections.what_gap")],
        tables=silence_table(quality),
        label=label,
    )


def _drift(quality: Quality) -> Section:
    sentences = []
    unusual = [figure_label(one.figure, quality) for one in quality.drifts if one.is_unusual]
    if not quality.drifts:
        heading = say("quality.sections.few_months", months=len(quality.months), needed=ENOUGH + 2)
    else:
        month = quality.drifts[0].month
        heading = say("quality.sections.drift.none", month=month)
        if unusual:
            heading = say("quality.sections.drift.some", month=month, what=listing(unusual))
        inside = fixed_percent(1 - OUTSIDE)
        sentences.append(
            say("quality.sections.how_drift", count=len(quality.months), inside=inside)
        )
    if quality.restated:
        sentences.append(say("quality.sections.restated", count=len(quality.restated)))
    return Section(
        "drift",
        heading,
        sentences,
        tables=[*drift_table(quality), *restated_table(quality)],
        label=say("quality.sections.label.drift"),
    )


def _personal(quality: Quality) -> Section:
    heading = say("quality.sections.no_personal")
    if columns := list(dict.fromkeys(one.column for one in quality.personal)):
        heading = say("quality.sections.personal", count=len(columns), names=some(columns))
    return Section(
        "personal",
        heading,
        [say("quality.sections.how_personal", lines=fixed(LOOKED))],
        tables=personal_table(quality),
        label=say("quality.sections.label.personal"),
    )


def _history(quality: Quality) -> Section:
    return Section(
        "history",
        say("quality.sections.history", count=len(quality.history)),
        tables=[history_table(quality)],
        label=say("quality.sections.label.history"),
        appendix=True,
    )
