"""What is chosen: the leading strategy, a plan that a search found, or neither.

Whatever is told of a strategy that is not chosen says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.advice.search.compared import compared_beside
from sim.advice.search.read import read_beside
from sim.analysis.load_comparison import load_comparison
from sim.report.comparison.plans_found import Answer, kind_of
from sim.report.phrases import say

if TYPE_CHECKING:
    from sim.analysis.answers import Answers

#: What a search may say of a plan to choose.
CHOSEN = ("choose", "choose_unless")


def search_of(comparison: Answers) -> Answer | None:
    """Return what the search beside a comparison answered; None where none was made."""
    return read_beside(comparison.folder) if comparison.folder is not None else None


def is_plan_chosen(comparison: Answers) -> bool:
    """Return whether a plan that was found is chosen, and with it no strategy that is written down."""
    answer = search_of(comparison)
    return answer is not None and kind_of(answer) in CHOSEN


def is_plan_tried(comparison: Answers) -> bool:
    """Return whether the report asks to try a plan that was found, or chooses it."""
    answer = search_of(comparison)
    return answer is not None and asks_for(answer)


def asks_for(answer: Answer) -> bool:
    """Return whether a search chooses the plan that it found, or asks to try it."""
    return kind_of(answer) in (*CHOSEN, "too_good")


def tried_of(comparison: Answers) -> Answers:
    """Return the comparison of which a trial is designed: of a found plan that is to be tried its own.

    Where that was not run in the futures of this one, which `loyalty trial` does, it is this one.
    """
    if comparison.folder is None or not is_plan_tried(comparison):
        return comparison
    place = compared_beside(comparison.folder)
    return comparison if place is None else load_comparison(place)


def is_chosen(comparison: Answers) -> bool:
    """Return whether the leading strategy is chosen."""
    return comparison.verdict.kind == "winner" and not is_plan_chosen(comparison)


def of_whom(comparison: Answers) -> list[str]:
    """Return of which strategy facts are told, where none is chosen."""
    kind, name = comparison.verdict.kind, comparison.title(comparison.ranking[0])
    if kind == "winner":
        beside = is_plan_chosen(comparison)
        return [say("comparison.chosen.of_the_best_written", name=name)] if beside else []
    if comparison.pays_none:
        return [say("comparison.chosen.of_one_too_dear", name=name)]
    if kind == "do_nothing":
        count = len(comparison.ranking)
        return [say("comparison.chosen.of_one_not_advised", count=count, name=name)]
    return [say("comparison.chosen.of_the_best_so_far", name=name)]
