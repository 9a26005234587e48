"""The best plan that was found for the budget, beside the strategies that were compared."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.advice.search.read import judged_gain, kind_of
from sim.common.formatting import capital, fixed, money
from sim.common.style import unended
from sim.report.comparison import plans_found
from sim.report.comparison.chosen import is_plan_chosen, search_of, told_of
from sim.report.phrases import say
from sim.report.section import Section, Short, Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers


def searched_section(comparison: Answers) -> Section | None:
    """Return what a search found; None where none was made beside the comparison."""
    answer = search_of(comparison)
    if answer is None:
        return None
    verdict, *others = plans_found.sentences(answer)
    plans = _table(plans_found.plans_table(answer), say("comparison.searched.plans"))
    plays = plans_found.plays_table(answer)
    work = [_plays(answer, plays)] if plays else []
    cautions = plans_found.too_good(answer)
    story = [verdict, *cautions]
    # the verdict is the answer of the brief where a plan is chosen: there it is its work that is told
    brief: Short | None = Short(story)
    if is_plan_chosen(comparison):
        told = told_of(comparison)  # whose work is told as that of any chosen strategy
        work_of_it = work if told is comparison else []
        brief = Short(cautions, tables=work_of_it) if cautions or work_of_it else None
    return Section(
        "searched",
        say(f"comparison.searched.heading.{_heading(answer)}"),
        [verdict, say("comparison.searched.how"), _beside(comparison, answer), *others],
        tables=[*work, plans],
        short=Short(story, tables=work),
        brief=brief,
    )


def _heading(answer: plans_found.Answer) -> str:
    """Return which heading a search has: by its verdict, or that its plan did nothing in a trial."""
    kind = kind_of(answer)
    return "shown_nothing" if kind == "do_nothing" != answer["verdict"] else kind


def on_terminal(comparison: Answers, of_strategies: str) -> list[str]:
    """Return the answer as a terminal shows it: where a search was made, of what each verdict is."""
    answer = search_of(comparison)
    if answer is None:
        return [of_strategies]
    return [
        say("comparison.searched.strategies", answer=of_strategies),
        say("comparison.searched.label", verdict=plans_found.verdict(answer)),
        *plans_found.too_good(answer),
    ]


def first_screen(comparison: Answers, of_strategies: str) -> tuple[str, list[str]]:
    """Return the answer to what to do, and what stands under it.

    Parameters
    ----------
    comparison : Answers
    of_strategies : str
        The answer of the strategies that are written down. Where a search found a plan to choose, that
        comes first.
    """
    answer = search_of(comparison)
    if answer is None:
        return of_strategies, []
    verdict = plans_found.verdict(answer)
    if is_plan_chosen(comparison):
        return unended(verdict), [say("comparison.searched.strategies", answer=of_strategies)]
    return of_strategies, [say("comparison.searched.label", verdict=verdict)]


def _beside(comparison: Answers, answer: plans_found.Answer) -> str:
    """Return why figures of a strategy differ from those that the comparison tells."""
    met = [one["futures"] for one in answer["options"]]
    return say(
        "comparison.searched.beside",
        least=min(met),
        simulated=fixed(answer["customers"]),
        futures=comparison.futures,
        customers=fixed(comparison.manifest.n_customers),
    )


def plays_note(answer: plans_found.Answer) -> str:
    """Return in which futures it was measured what plays add, and what the plan gains in these."""
    gain, told = (
        money(x, answer["currency"]) for x in (judged_gain(answer), answer["told"]["gain"])
    )
    return say("comparison.searched.plays_note", gain=gain, told=told)


def _plays(answer: dict[str, Any], rows: list[tuple[str, ...]]) -> Table:
    """Return the plays of a plan, with in which futures it was measured what they add."""
    return replace(_table(rows, _plan_caption(answer)), note=plays_note(answer))


def _plan_caption(answer: dict[str, Any]) -> str:
    return say(
        "comparison.searched.plays", name=plans_found.plan_name(answer, answer["recommended"])
    )


def _table(rows: list[tuple[str, ...]], caption: str) -> Table:
    """Return a table whose first row is its head."""
    head, *body = rows
    return Table(caption, pd.DataFrame(body, columns=[capital(name) for name in head]))
