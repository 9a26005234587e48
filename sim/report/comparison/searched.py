"""The best plan that was found for the budget, beside the strategies that were compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.advice.search.read import read_beside
from sim.common.style import ended, unended
from sim.report.comparison import plans_found
from sim.report.phrases import say
from sim.report.section import Section, Short, Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers


def searched_section(comparison: Answers) -> Section | None:
    """Return what a search found; None where none was made beside the comparison."""
    answer = _answer(comparison)
    if answer is None:
        return None
    verdict, *others = plans_found.sentences(answer)
    plans = _table(plans_found.plans_table(answer), say("comparison.searched.plans"))
    plays = plans_found.plays_table(answer)
    work = [_table(plays, _plan_caption(answer))] if plays else []
    cautions = plans_found.too_good(answer)
    story = [verdict, *cautions]
    return Section(
        "searched",
        say(f"comparison.searched.heading.{plans_found.kind_of(answer)}"),
        [verdict, say("comparison.searched.how"), *others],
        tables=[*work, plans],
        short=Short(story, tables=work),
        brief=Short(story),
    )


def first_screen(comparison: Answers, of_strategies: str) -> tuple[str, list[str]]:
    """Return the answer to what to do, and what stands under it.

    Parameters
    ----------
    comparison : Answers
    of_strategies : str
        The answer of the strategies that are written down. Where a search found a plan to choose, that
        comes first.
    """
    answer = _answer(comparison)
    if answer is None:
        return of_strategies, []
    verdict = plans_found.verdict(answer)
    if plans_found.kind_of(answer) in ("choose", "choose_unless"):
        return unended(verdict), [
            say("comparison.searched.strategies", answer=ended(of_strategies))
        ]
    return of_strategies, [say("comparison.searched.label", verdict=verdict)]


def _answer(comparison: Answers) -> plans_found.Answer | None:
    return read_beside(comparison.folder) if comparison.folder is not None else None


def _plan_caption(answer: dict[str, Any]) -> str:
    return say(
        "comparison.searched.plays", name=plans_found.plan_name(answer, answer["recommended"])
    )


def _table(rows: list[tuple[str, ...]], caption: str) -> Table:
    """Return a table whose first row is its head."""
    head, *body = rows
    return Table(caption, pd.DataFrame(body, columns=list(head)))
