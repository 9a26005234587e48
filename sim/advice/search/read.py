"""A search as it is kept.

``answer.json`` holds the verdict (``choose``, ``choose_unless``, ``do_nothing``, ``undecided``), what is
recommended, every plan that was judged (`sim.advice.search.verdict.describe`) and, of a recommended plan,
its plays; money is the firm's, at its own size in each future (`sim.advice.search.answer.told_of`).
"""

import json
from pathlib import Path
from typing import Any

from sim.common.errors import InputError
from sim.common.reading import read_bytes

MANIFEST, ANSWER, TRIALS, PLAN = (
    "manifest.json",
    "answer.json",
    "trials.csv",
    "best_for_{market}.yaml",
)
_MOST_BYTES = 20_000_000
#: How names of plans begin that the search made.
FOUND = "found_"
#: Folder inside a comparison's, of a search that was made beside it.
BESIDE = "search"


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what made a search, nothing if the folder holds no readable manifest."""
    try:
        found = json.loads(read_bytes(folder / MANIFEST, str(folder / MANIFEST), _MOST_BYTES))
    except (InputError, ValueError):
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
        If there is none.
    """
    path = folder / ANSWER
    try:
        found = json.loads(read_bytes(path, str(path), _MOST_BYTES))
    except ValueError:
        found = None
    if not isinstance(found, dict) or not {"verdict", "size"} <= found.keys():
        expected = "the answer of `loyalty optimise`, as the workbench gives it now"
        raise InputError(str(path), "answer", "something else", expected)
    return found
