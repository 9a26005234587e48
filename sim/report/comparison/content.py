"""Build the content of a report from a comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.common.formatting import capital, listing, money, some
from sim.market.values import value_label
from sim.report.comparison import (
    assumptions,
    budget,
    doubts,
    findings,
    money_tables,
    provenance,
    sentences,
    tables,
)
from sim.report.comparison.gains_figure import gain_figure, segment_figure
from sim.report.comparison.money_figure import money_figure
from sim.report.comparison.paths_figure import paths_figure
from sim.report.comparison.why_figure import why_figure, why_finding
from sim.report.phrases import say
from sim.report.section import Content, Picture, Section

if TYPE_CHECKING:
    from sim.analysis.comparison import Comparison


def build_content(comparison: Comparison) -> Content:
    """Return everything a report says, whatever it is rendered to.

    Parameters
    ----------
    comparison : Comparison
        A finished comparison, from `sim.analysis.load_comparison.load_comparison`.

    Returns
    -------
    Content
        Title, answer, and the sections of `SECTIONS`, in their order.
    """
    manifest, central = comparison.manifest, comparison.manifest.central
    parts = [
        replace(build(comparison), label=say(f"label.{key}")) for key, build in SECTIONS.items()
    ]
    return Content(
        title=say("page.title", market=comparison.market.title),
        answer=parts[0].heading,
        sections=dict(zip(SECTIONS, parts, strict=True)),
        meta=say(
            "page.meta",
            count=len(comparison.strategies),
            futures=str(central.replications),
            weeks=str(manifest.weeks),
            customers=f"{central.n_customers:,}",
            source=comparison.market.data.source,
        ),
        footer=say("page.footer", version=manifest.workbench, id=manifest.id),
        version=manifest.workbench,
    )


def _answer(comparison: Comparison) -> Section:
    gains = comparison.effects_on("customer_equity")["difference"]
    currency = comparison.market.currency
    alt = "Gain in customer equity over doing nothing: " + listing(
        [
            f"{comparison.title(name)} {money(gains[name], currency, signed=True)}"
            for name in comparison.ranking
        ]
    )
    return Section(
        "answer",
        sentences.headline(comparison),
        [doubts.assumption(comparison)],
        sentences.facts(comparison),
        [Picture(gain_figure(comparison), alt + ".")],
    )


def _comparison(comparison: Comparison) -> Section:
    gains = comparison.effects_on("customer_equity")
    sure = int((gains["ci_low"] > 0).sum())
    better = "clearly better than doing nothing"
    return Section(
        "comparison",
        budget.of_all(comparison, sure, f"is {better}", f"are {better}"),
        [
            "All strategies were tried on the same simulated customers with the same luck, so that "
            "differences come from the strategies alone.",
            *budget.budget(comparison),
        ],
        tables=[
            tables.ranking_table(comparison),
            tables.measures_table(comparison),
            *tables.others_tables(comparison),
        ],
    )


def _paths(comparison: Comparison) -> Section:
    figure = paths_figure(comparison)
    heading = figure.texts[0].get_text().replace("\n", " ")
    return Section(
        "paths",
        findings.paths_finding(comparison),
        [
            "A strategy costs money from its first week; loyalty builds slowly. A play that has used "
            "up its share of the budget stops, and what it built fades: that bends some lines."
        ],
        pictures=[
            Picture(
                figure,
                f"Lines of cumulative profit, customers kept and satisfaction by week. {heading}.",
            )
        ],
        tables=[tables.paths_table(comparison)],
    )


def _why(comparison: Comparison) -> Section:
    first = comparison.ranking[0]
    heading = why_finding(comparison, first)
    return Section(
        "why",
        findings.behaviour_finding(comparison),
        [
            "Each effect on behaviour is kept apart by what causes it: the levers themselves; the "
            "satisfaction, trust, attachment and habit that they build or break; and what customers "
            "tell each other.",
            f"The figure shows {comparison.title(first)}, the table all strategies.",
        ],
        pictures=[
            Picture(
                why_figure(comparison, first),
                f"Bars of the change in each behaviour by mechanism. {heading}.",
            )
        ],
        tables=[tables.why_table(comparison), *tables.meanings_table(comparison)],
    )


def _segments(comparison: Comparison) -> Section:
    figure = segment_figure(comparison)
    heading = figure.texts[0].get_text().replace("\n", " ")
    table = tables.segment_table(comparison)
    return Section(
        "segments",
        capital(findings.segments(comparison)),
        ["What is right for one segment need not be right for another."],
        findings.best_by_segment(comparison),
        pictures=[Picture(figure, f"Gain in customer equity by segment. {heading}.")],
        tables=[table],
    )  # fmt: skip


def _money(comparison: Comparison) -> Section:
    figure = money_figure(comparison)
    heading = figure.texts[0].get_text().replace("\n", " ")
    line, first = comparison.money, comparison.ranking[0]
    off = [other for other in comparison.ranking if line.loc[other, "off_plan"]]
    name = comparison.title(first)
    says = [
        f"{name} costs {money(line.loc[first, 'actual_cost'], comparison.market.currency)} a year; "
        f"{sentences.payback(comparison)}."
    ]
    if off:
        misses = [
            f"{comparison.title(other)} ({money_tables.miss(line.loc[other])})" for other in off
        ]
        says.append(
            f"Off plan by more than 5%: {some(misses)}. People respond, and costs follow them."
        )
    return Section(
        "money",
        f"With {name}, {sentences.back(comparison)}",
        says,
        pictures=[Picture(figure, f"Cost planned, actual and by lever. {heading}.")],
        tables=[money_tables.money_table(comparison), money_tables.lever_table(comparison)],
    )


def _ends(comparison: Comparison) -> Section:
    changed, count = doubts.changed_ends(comparison)
    contract = comparison.market.is_contractual
    if not count:
        heading = "No assumed value of this market is marked for a check of both ends"
        return Section("ends", heading, [], doubts.losing(comparison))
    if not changed:
        heading = f"The answer is the same at all {count} ends of what is assumed"
    else:
        heading = f"The answer holds at {count - len(changed)} of {count} ends of what is assumed"
    says = [
        "Some values of a market cannot be measured from its data. Each is set to the low and to "
        "the high end of its range, and the verdict is worked out again."
    ]
    bullets = [
        f"{capital(value_label(value, contract))} at {doubts.end_value(comparison, value, end)}: "
        f"{doubts.verdict_name(comparison, comparison.verdict.ends[value][end])}."
        for value, end in changed
    ]
    if changed:
        says.append("Where the answer changes, find out the value before deciding:")
    bullets += doubts.losing(comparison)
    return Section("ends", heading, says, bullets, tables=[tables.ends_table(comparison)])


def _assumptions(comparison: Comparison) -> Section:
    market = comparison.market
    where = f"playbook/cases/{market.name}.yaml" if market.based_on else "data/assumptions.yaml"
    return Section(
        "assumptions",
        assumptions.assumed_sentence(comparison).rstrip("."),
        ["A number that is assumed weighs as much in the result as one that is measured. Replace "
         f"what you know better in {where} and compare again."],
        tables=[
            assumptions.shares_table(comparison),
            assumptions.assumptions_table(comparison),
        ],
    )  # fmt: skip


def _unknown(comparison: Comparison) -> Section:
    return Section(
        "unknown", "What no simulation could tell here", [], provenance.unknowns(comparison)
    )


def _trail(comparison: Comparison) -> Section:
    return Section(
        "trail",
        "Every number can be traced to a file, and made again",
        [],
        tables=[
            provenance.trail_table(comparison),
            provenance.columns_table(comparison),
            provenance.studies_table(comparison),
            provenance.made_table(comparison),
        ],
    )


#: The sections of a report in reading order; a new one is a function, a line here, and its phrases.
SECTIONS: dict[str, Callable[[Comparison], Section]] = {
    "answer": _answer,
    "comparison": _comparison,
    "paths": _paths,
    "why": _why,
    "segments": _segments,
    "money": _money,
    "ends": _ends,
    "assumptions": _assumptions,
    "unknown": _unknown,
    "trail": _trail,
}
