"""The best plan that was found for the budget, beside the strategies that were compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.advice.search.read import read_beside
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


def first_screen(comparison: Answers) -> list[str]:
    """Return what a search found, in the words of the first screen; nothing where none was made."""
    answer = _answer(comparison)
    if answer is None:
        return []
    return [say("comparison.searched.label", verdict=plans_found.verdict(answer))]


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
