"""Build the content of a report from a comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.common.formatting import capital, fixed, money, some
from sim.common.paths import clients_folder, shown
from sim.common.style import bracketed, unended
from sim.common.translated import translated
from sim.report.comparison import (
    assumptions,
    budget,
    changes,
    doubts,
    findings,
    journey,
    leanings,
    money_tables,
    plausibility,
    provenance,
    ranking,
    sentences,
    tables,
    unaffordable,
)
from sim.report.comparison.chosen import explained_of, is_doubted, told_of, tried_of
from sim.report.comparison.finding_out import finding_out_section
from sim.report.comparison.findings import tells_apart
from sim.report.comparison.gains_figure import gain_alt, gain_figure, segment_figure
from sim.report.comparison.glossary import glossary
from sim.report.comparison.influence import influence_section
from sim.report.comparison.learned import learned_section
from sim.report.comparison.losing import losing_section
from sim.report.comparison.made_of import made_of_section
from sim.report.comparison.money_figure import money_figure
from sim.report.comparison.paths_figure import paths_figure
from sim.report.comparison.plays import plays_section
from sim.report.comparison.plays_in_doubt import doubted_plays_section
from sim.report.comparison.reviews import reviews_section
from sim.report.comparison.searched import first_screen, searched_section
from sim.report.comparison.size import is_a_look, size_sentence
from sim.report.comparison.trial import trial_section
from sim.report.comparison.why_figure import why_figure, why_finding
from sim.report.insight.sections import insight_section
from sim.report.likeness import caution, likeness_section
from sim.report.names import source_of_data
from sim.report.phrases import say
from sim.report.quality.sections import quality_section
from sim.report.section import Content, Picture, Section, Short

if TYPE_CHECKING:
    from sim.analysis.answers import Answers


def build_content(comparison: Answers) -> Content:
    """Return everything a report says, whatever it is rendered to.

    Parameters
    ----------
    comparison : Answers
        A finished comparison, from `sim.analysis.judged.judged_comparison`.

    Returns
    -------
    Content
        Title, answer, and the sections of `SECTIONS` that there is something to say in, in their order.
    """
    manifest = comparison.manifest
    parts = {key: made for key in SECTIONS if (made := _made(comparison, key)) is not None}
    return Content(
        title=say("page.title", market=translated(comparison.market.title)),
        answer=next(iter(parts.values())).heading,
        sections=parts,
        meta=say(
            "page.meta",
            count=len(comparison.strategies),
            futures=fixed(manifest.futures),
            weeks=str(manifest.weeks),
            customers=fixed(manifest.n_customers),
            source=source_of_data(comparison.market),
        ),
        footer=say("page.footer", version=manifest.workbench, id=manifest.id),
        version=manifest.workbench,
        id=manifest.id,
    )


def build_section(comparison: Answers, key: str) -> Section:
    """Return one of `SECTIONS` by itself, in a tenth of the time of all; `KeyError` if there is none."""
    made = _made(comparison, key)
    if made is None:
        raise KeyError(key)
    return made


def _made(comparison: Answers, key: str) -> Section | None:
    made = SECTIONS[key](comparison)
    return None if made is None else replace(made, label=say(f"label.{key}"))


def _answer(comparison: Answers) -> Section:
    heading, of_search = first_screen(comparison, sentences.headline(comparison))
    told, small = told_of(comparison), [size_sentence(comparison)] if is_a_look(comparison) else []
    return Section(
        "answer",
        heading,
        [
            *of_search,
            *changes.forgotten_since_then(comparison),
            *caution(comparison.market),
            *plausibility.cautions(told, told.ranking[0]),
            *unaffordable.apart(comparison),
            leanings.assumption(told),
            *small,
        ],
        sentences.facts(told),
        [Picture(gain_figure(comparison), gain_alt(comparison))],
    )


def _comparison(comparison: Answers) -> Section:
    cap, *shares = budget.budget(comparison)
    return Section(
        "comparison",
        findings.how_many_gain(comparison),
        [
            say("comparison.content.all_strategies_were_tried_on"),
            say("comparison.content.two_intervals")
            if tells_apart(comparison)
            else say("common.one_interval"),
            cap,
            *shares,
            *changes.since_the_last(comparison),
            *journey.weakest_link(comparison),
            *journey.who_goes_first(comparison),
        ],
        tables=[
            ranking.ranking_table(comparison),
            ranking.time_table(comparison),
            *unaffordable.tables(comparison),
            tables.measures_table(comparison),
            *tables.others_tables(comparison),
        ],
        short=Short(
            [cap], tables=[ranking.short_table(comparison), *unaffordable.tables(comparison)]
        ),
    )


def _paths(comparison: Answers) -> Section:
    figure = paths_figure(comparison)
    heading = figure.texts[0].get_text().replace("\n", " ")
    alt = say("comparison.content.lines_of_cumulative_profit_customers", heading=heading)
    drawn = Picture(figure, alt)
    return Section(
        "paths",
        findings.paths_finding(comparison),
        [say("comparison.content.a_strategy_costs_money_from")],
        pictures=[drawn],
        tables=[tables.paths_table(comparison)],
        short=Short(pictures=[drawn]),
    )


def _why(comparison: Answers) -> Section:
    first = comparison.ranking[0]
    heading = why_finding(comparison, first)
    alt = say("comparison.content.bars_of_the_change_in", heading=heading)
    return Section(
        "why",
        capital(why_finding(comparison, first, findings.subject(comparison))),
        [
            say("comparison.content.behaviour", finding=findings.behaviour_finding(comparison)),
            say("comparison.content.each_effect_on_behaviour_is"),
            say("comparison.content.the_figure_shows_the_table", strategy=comparison.title(first)),
        ],
        pictures=[Picture(why_figure(comparison, first), alt)],
        tables=[tables.why_table(comparison), *tables.meanings_table(comparison)],
        short=Short(),
    )


def _segments(comparison: Answers) -> Section:
    figure = segment_figure(comparison)
    heading = figure.texts[0].get_text().replace("\n", " ")
    table, best = tables.segment_table(comparison), findings.best_by_segment(comparison)
    return Section(
        "segments",
        findings.of_subject(comparison, findings.segments(comparison)),
        [say("comparison.content.what_is_right_for_one")],
        best,
        pictures=[Picture(figure, say("comparison.content.gain_in_customer_equity_by", heading=heading))],
        tables=[table],
        short=Short(bullets=best),
    )  # fmt: skip


def _money(comparison: Answers) -> Section:
    figure = money_figure(comparison)
    heading = figure.texts[0].get_text().replace("\n", " ")
    line, first = comparison.money, comparison.ranking[0]
    off = [other for other in comparison.ranking if line.loc[other, "off_plan"]]
    name, cost = comparison.title(first), float(line.loc[first, "actual_cost"])
    says = [
        say(
            f"comparison.content.{'saves' if cost < 0 else 'costs'}_a_year",
            name=name,
            amount=money(abs(cost), comparison.market.currency),
            payback=sentences.payback(comparison),
        )
    ]
    if off:
        misses = [
            bracketed(comparison.title(other), money_tables.miss(line.loc[other])) for other in off
        ]
        says.append(say("comparison.content.off_plan_by_more_than", names=some(misses)))
    return Section(
        "money",
        say(
            "comparison.content.with",
            name=findings.subject(comparison),
            back=sentences.back(comparison),
        ),
        says,
        pictures=[
            Picture(figure, say("comparison.content.cost_planned_and_actual", heading=heading))
        ],
        tables=[money_tables.money_table(comparison), money_tables.lever_table(comparison)],
        short=Short(says[:1]),
    )


def _leanings(comparison: Answers) -> Section:
    bullets = [*leanings.thresholds(comparison), doubts.losing(comparison)]
    says = [say("comparison.content.some_values_of_a_market"), doubts.luck(comparison)]
    table = [leanings.leanings_table(comparison)] if comparison.leanings else []
    short = Short(bullets=bullets)
    brief = Short(bullets=bullets, tables=leanings.short_table(comparison))
    heading = leanings.heading(comparison)
    return Section("leanings", heading, says, bullets, [], table, short=short, brief=brief)


def _assumptions(comparison: Answers) -> Section:
    market = comparison.market
    where = f"playbook/cases/{market.name}.yaml"
    if not market.based_on:
        folder = market.history_path.parent
        inside = f"clients/{market.name}" if folder == clients_folder() / market.name else ""
        where = f"{inside or shown(folder)}/{market.name}.yaml"
    return Section(
        "assumptions",
        unended(assumptions.assumed_sentence(comparison)),
        [say("comparison.content.a_number_that_is_assumed", where=where)],
        tables=[
            assumptions.shares_table(comparison),
            assumptions.assumptions_table(comparison),
        ],
        short=Short(),
    )  # fmt: skip


#: The sections of a report in reading order; a new one is a function, a line here, and its phrases.
#: It stands in the story of the page as a whole, unless it says what of it does. What is told of a
#: leading strategy is told of the plan that a search found, where that is chosen (`told_of`); where it is
#: to be tried, it is explained (`explained_of`).
SECTIONS: dict[str, Callable[[Answers], Section | None]] = {
    "answer": _answer,
    "comparison": _comparison,
    "searched": searched_section,
    "paths": lambda one: _paths(told_of(one)),
    "why": lambda one: _why(told_of(one)),
    "made_of": lambda one: made_of_section(explained_of(one)),
    "plays": lambda one: plays_section(explained_of(one)) or doubted_plays_section(one),
    "reviews": reviews_section,
    "segments": lambda one: _segments(told_of(one)),
    "money": lambda one: _money(told_of(one)),
    "leanings": lambda one: _leanings(told_of(one)),
    "losing": lambda one: losing_section(told_of(one)),
    "finding_out": lambda one: finding_out_section(told_of(one)),
    "influence": influence_section,
    "learned": learned_section,
    "trial": lambda one: trial_section(tried_of(one), is_doubted(one)),
    "quality": quality_section,
    "insight": insight_section,
    "likeness": lambda one: replace(likeness_section(one.market), short=Short()),
    "assumptions": _assumptions,
    "unknown": provenance.unknown_section,
    "trail": provenance.trail_section,
    "glossary": glossary,
}
