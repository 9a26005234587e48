"""A search as it is kept.

``answer.json`` holds the verdict of the futures alone (`kind_of` gives the one that is told), what is
recommended, every plan that was judged (`sim.advice.search.verdict.describe`) and, of a recommended plan,
its plays and what trials had found of those that are doubted; money is the firm's, at its own size in
each future (`sim.advice.search.answer.told_of`).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.analysis.plausibility import is_half_doubtful
from sim.analysis.trial_finding import Finding
from sim.common.errors import InputError
from sim.common.own_digest import read_sealed
from sim.common.reading import read_bytes
from sim.common.results import MANIFEST as MANIFEST
from sim.common.size import ENOUGH_FUTURES
from sim.experiment.of_search import ANSWER as ANSWER
from sim.experiment.of_search import BESIDE as BESIDE
from sim.experiment.of_search import PLAN as PLAN
from sim.experiment.of_search import again_in

TRIALS = "trials.csv"
#: Of each of its files that is read again.
MOST_BYTES = 20_000_000
#: Verdicts that choose the plan which is recommended.
CHOSEN = ("choose", "choose_unless")
#: How names of plans begin that the search made.
FOUND = "found_"


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what made a search, nothing if the folder holds no readable manifest."""
    try:
        found = json.loads(read_bytes(folder / MANIFEST, str(folder / MANIFEST), MOST_BYTES))
    except (InputError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def read_beside(comparison: Path) -> dict[str, Any] | None:
    """Return the answer of the search beside a comparison; None if there is no finished one.

    Raises
    ------
    InputError
        If what is there cannot be read.
    """
    folder = comparison / BESIDE
    return read_answer(folder) if (folder / ANSWER).exists() else None


def read_answer(folder: Path) -> dict[str, Any]:
    """Return the answer of a finished search.

    Raises
    ------
    InputError
        If there is none, or it is not as it was written; the message then names the command that makes
        it again.
    """
    path = folder / ANSWER
    found = read_sealed(path, MOST_BYTES)
    if found is None:
        again = f"This makes it again: `{command_in(folder)}`."
        expected = "the file as it was written"
        raise InputError(str(path), "answer", "edited or damaged", expected, hint=again)
    if not {"verdict", "size"} <= found.keys():
        expected = "the answer of `loyalty optimise`, as the workbench gives it now"
        raise InputError(str(path), "answer", "something else", expected)
    return found


def kind_of(answer: Mapping[str, Any]) -> str:
    """Return the kind of the verdict of a search as it is told, by whatever tells it.

    A plan that leads is not chosen but *too good* to be believed before a trial where half of its gain is
    beyond belief (`sim.analysis.plausibility`), *not settled* where a trial left that open, and as before
    where a trial has shown it (`sim.analysis.shown_by_trial`). Before that, nothing is decided where the
    futures that took no part in choosing it say that it does not gain: then there is no gain to believe
    or to doubt. Nor is a plan chosen by fewer futures than have a middle 90 %.
    """
    kind, found = str(answer["verdict"]), trial_in(answer)
    if kind in CHOSEN and is_a_look(answer):
        kind = "undecided"
    if kind == "do_nothing":
        return kind
    if answer["told"]["gain"] <= 0:
        return "undecided"
    if not is_half_doubted(answer):
        return kind
    if found is None:
        return "too_good"
    return {"shown": kind, "open": "not_settled", "nothing": "do_nothing"}[found.outcome]


def is_a_look(answer: Mapping[str, Any]) -> bool:
    """Return whether too few futures tell what the plan brings to choose by them."""
    return bool(answer["told"].get("futures", ENOUGH_FUTURES) < ENOUGH_FUTURES)


def is_half_doubted(answer: Mapping[str, Any]) -> bool:
    """Return whether half of the gain of the plan comes from plays that add more than to be believed."""
    doubtful = [one["adds"] for one in answer["plays_of_plan"] if one["look_twice"]]
    return is_half_doubtful(judged_gain(answer), doubtful)


def judged_gain(answer: Mapping[str, Any]) -> float:
    """Return what the plan gains in the futures in which it was judged, as what its plays add."""
    plan = answer["told"]["name"]
    return next(float(one["gain"]) for one in answer["options"] if one["name"] == plan)


def trial_in(answer: Mapping[str, Any]) -> Finding | None:
    """Return what trials had found of the plays that are doubted when the search was made."""
    found = answer.get("trial")
    return None if found is None else Finding(**found)


def is_answered(folder: Path) -> bool:
    """Return whether a folder holds the answer of a search as it was written."""
    try:
        return read_sealed(folder / ANSWER, MOST_BYTES) is not None
    except InputError:
        return False


def command_in(folder: Path) -> str:
    """Return the command that makes a search again where it is."""
    return again_in(folder, read_manifest(folder))
