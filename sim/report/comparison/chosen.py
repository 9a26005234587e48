"""What is chosen: the leading strategy, a plan that a search found, or neither.

Whatever is told of a strategy that is not chosen says so.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sim.advice.search.compared import FOLDER, compared_beside
from sim.advice.search.read import (
    ANSWER,
    BESIDE,
    CHOSEN,
    is_half_doubted,
    kind_of,
    read_beside,
    trial_in,
)
from sim.analysis.judged import alone_comparison
from sim.analysis.load_comparison import load_comparison
from sim.analysis.plausibility import DOUBTED
from sim.common.reading import digest, read_bytes
from sim.common.results import MANIFEST
from sim.common.style import paragraph
from sim.experiment.manifest import MOST_BYTES
from sim.report.comparison.plans_found import Answer, play_name
from sim.report.phrases import say

if TYPE_CHECKING:
    from sim.analysis.answers import Answers


def search_of(comparison: Answers) -> Answer | None:
    """Return what the search beside a comparison answered; None where none was made.

    What its plan brings is told from where it was compared by itself, if it was: as much was simulated
    there as for strategies, and a report holds one number for one thing.
    """
    return None if comparison.folder is None else search_in(comparison.folder)


def search_in(folder: Path) -> Answer | None:
    """Return what the search beside the comparison in a folder answered, as `search_of`."""
    answer, alone = read_beside(folder), _alone_in(folder)
    if answer is None or alone is None:
        return answer
    gain = alone.verdict.gain
    told = {"gain": gain.mean, "low": gain.expected_low, "high": gain.expected_high}
    told["loses"] = float(alone.verdict.options.loc[alone.ranking[0], "loses"])
    return {**answer, "told": {**answer["told"], **told, "futures": alone.futures}}


def alone_of(comparison: Answers) -> Answers | None:
    """Return the comparison of a found plan with doing nothing; None where that was not made."""
    return None if comparison.folder is None else _alone_in(comparison.folder)


def _alone_in(folder: Path) -> Answers | None:
    made, answered = folder / BESIDE / FOLDER / MANIFEST, folder / BESIDE / ANSWER
    if not made.exists() or not answered.exists():
        return None
    return _loaded(folder, *(digest(read_bytes(x, str(x), MOST_BYTES)) for x in (made, answered)))


@lru_cache(maxsize=2)
def _loaded(folder: Path, _made: str, _answered: str) -> Answers | None:
    """Return a comparison that a report asks for some times a section.

    It is looked at anew where the digest of its manifest or of the search's answer is another.
    """
    place, answer = compared_beside(folder), read_beside(folder)
    if place is None or answer is None:
        return None
    # on what it leans is told of a plan that is chosen, and takes runs
    return alone_comparison(place) if kind_of(answer) in CHOSEN else load_comparison(place)


def told_of(comparison: Answers) -> Answers:
    """Return the comparison whose first strategy the report tells of.

    Of a found plan that is chosen that is its own, if there is one, with the verdict of the search, which
    judged it beside all other plans.
    """
    alone = alone_of(comparison)
    if alone is None or not is_plan_chosen(comparison):
        return comparison
    answer, name = search_of(comparison), alone.strategies[0]
    assert answer is not None
    # as of a strategy: what trials found is told where half of the gain hangs on it
    found = trial_in(answer) if is_half_doubted(answer) else None
    verdict = replace(alone.verdict, kind="winner", strategy=name, found=found)
    return replace(alone, verdict=verdict, parts=comparison.parts, worths=comparison.worths)


def explained_of(comparison: Answers) -> Answers:
    """Return the comparison whose first strategy is explained: what is told, or a plan to be tried."""
    return doubted_of(comparison) or told_of(comparison)


def doubted_of(comparison: Answers) -> Answers | None:
    """Return the comparison of a found plan that is explained because it is to be tried; None if none is.

    Where no strategy leads, a plan that is not to be believed before a trial is what is asked for: of
    which terms and studies its gain is made says what the trial puts to the test.
    """
    alone = alone_of(comparison)
    if alone is None or is_plan_chosen(comparison) or not is_plan_explained(comparison):
        return None
    assert comparison.folder is not None
    return replace(in_doubt(alone, comparison.folder), parts=comparison.parts, worths=None)


def in_doubt(alone: Answers, folder: Path) -> Answers:
    """Return the comparison of a found plan by itself, with the doubt of the search that judged it.

    Parameters
    ----------
    alone : Answers
    folder : Path
        Of the comparison beside which the plan was sought.
    """
    answer = read_beside(folder)
    if answer is None or kind_of(answer) not in DOUBTED:
        return alone
    verdict = replace(alone.verdict, kind=kind_of(answer), strategy=alone.strategies[0])
    return replace(alone, verdict=verdict)


def is_plan_explained(comparison: Answers) -> bool:
    """Return whether a plan that was found is explained: a chosen one, or one to try if nothing leads."""
    answer = search_of(comparison)
    if answer is None or is_plan_chosen(comparison):
        return answer is not None
    return comparison.verdict.kind not in ("winner", *DOUBTED) and kind_of(answer) in DOUBTED


def told_title(comparison: Answers) -> str:
    """Return what the plan is called that the report tells of."""
    told = told_of(comparison)
    return told.title(told.ranking[0])


def names_of_plays(comparison: Answers) -> dict[str, str]:
    """Return what the plays of a found plan that is chosen are called, by their keys.

    Those of strategies that are written down are known by their lever alone.
    """
    answer = search_of(comparison)
    if answer is None or told_of(comparison) is comparison:
        return {}
    return {f"{one['lever']}:{one['audience']}": play_name(one) for one in answer["plays_of_plan"]}


def rows_of(comparison: Answers) -> list[tuple[Answers, str]]:
    """Return every strategy that is told, and in which comparison: a found plan that is chosen first."""
    told, written = told_of(comparison), [(comparison, name) for name in comparison.ranking]
    return written if told is comparison else [(told, told.ranking[0]), *written]


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
    return kind_of(answer) in (*CHOSEN, *DOUBTED)


def tried_of(comparison: Answers) -> Answers:
    """Return the comparison of which a trial is designed: of a found plan that is to be tried its own.

    Where that was not run in the futures of this one, which `loyalty trial` does, it is this one.
    """
    alone = alone_of(comparison)
    return comparison if alone is None or not is_plan_tried(comparison) else alone


def is_doubted(comparison: Answers) -> bool:
    """Return whether that of which a trial is designed (`tried_of`) is not to be believed before it."""
    answer = search_of(comparison)
    if answer is not None and tried_of(comparison) is not comparison:
        return kind_of(answer) in DOUBTED
    return comparison.verdict.kind in DOUBTED and not is_plan_chosen(comparison)


def is_asked_doubted(asked: Answers, folder: Path) -> bool:
    """Return whether what is asked for is doubted: the plan found beside a comparison, or its leader.

    Parameters
    ----------
    asked : Answers
        The comparison in a folder, or that of the plan which a search beside it found.
    folder : Path
    """
    if asked.folder in (None, folder):
        return asked.verdict.kind in DOUBTED
    answer = search_in(folder)
    return answer is not None and kind_of(answer) in DOUBTED


def is_chosen(comparison: Answers) -> bool:
    """Return whether the leading strategy is chosen, of those that are written down."""
    return comparison.verdict.kind == "winner" and not is_plan_chosen(comparison)


def of_whom(comparison: Answers) -> list[str]:
    """Return of which strategy facts are told, where none is chosen."""
    kind, name = comparison.verdict.kind, comparison.title(comparison.ranking[0])
    if kind == "winner":
        beside = is_plan_chosen(comparison)
        return [say("comparison.chosen.of_the_best_written", name=name)] if beside else []
    if comparison.pays_none:
        return [say("comparison.chosen.of_one_too_dear", name=name)]
    if kind in DOUBTED:
        return [say(f"comparison.chosen.of_one_{kind}", name=name)]
    if kind == "do_nothing":
        count = len(comparison.ranking)
        return [say("comparison.chosen.of_one_not_advised", count=count, name=name)]
    return [say("comparison.chosen.of_the_best_so_far", name=name)]


def of_whom_in_full(comparison: Answers) -> list[str]:
    """Return of which strategy facts are told, and what is told of a plan to be tried."""
    doubted = doubted_of(comparison)
    if doubted is None:
        return of_whom(comparison)
    plan = doubted.title(doubted.ranking[0])
    but = say("comparison.chosen.but_for_the_plan_to_try", plan=plan)
    return [paragraph([*of_whom(comparison), but])]
