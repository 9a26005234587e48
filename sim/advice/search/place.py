"""Where a search lies: a folder that holds one alone, known by the id of all that determines it."""

import re
from pathlib import Path
from typing import Any

from sim.advice.search.read import MANIFEST, MOST_BYTES, is_answered, read_manifest
from sim.common.errors import InputError
from sim.common.own_digest import read_sealed, with_seal
from sim.common.writing import lock, occupants, write_json
from sim.experiment.fingerprint import identify, libraries
from sim.experiment.results_folder import results_of


def free_place(market: str, description: dict[str, Any]) -> Path:
    """Return the first folder among the market's results that holds this search, or nothing."""
    made, number = identify(description), 1
    while True:
        folder = results_of(market) / f"optimum_{market}{'' if number == 1 else f'-{number}'}"
        if not folder.exists() or not occupants(folder) or _id_in(folder) == made:
            return folder
        number += 1


def open_place(folder: Path, description: dict[str, Any], command: str) -> None:
    """Begin a folder that is locked, or make sure that it holds this search.

    Raises
    ------
    InputError
        If it holds something else, or its manifest is not as it was written.
    """
    check_place(folder, description)
    if not occupants(folder):
        made = identify(description)
        content = {"id": made, "command": command, **description, "libraries": libraries()}
        write_json(folder / MANIFEST, with_seal(content))


def check_place(folder: Path, description: dict[str, Any]) -> None:
    """Refuse a folder that holds something else, or a search whose manifest is not as it was written.

    Raises
    ------
    InputError
    """
    if not folder.is_dir() or not occupants(folder):
        return
    if _id_in(folder) != identify(description):
        hint = "Results are never overwritten: choose another folder."
        expected = "a folder that is new, empty or of this search"
        raise InputError("--out", "folder", str(folder), expected, hint=hint)
    # all that it describes is in its id, which alone was looked at so far: it might say another seed
    if read_sealed(path := folder / MANIFEST, MOST_BYTES) is None:
        hint = "Move this folder away, or make it again in another one."
        expected = "the file as it was written: what it says would not be what made the results"
        raise InputError(str(path), "content", "edited or damaged", expected, hint=hint)


def is_finished(folder: Path, description: dict[str, Any]) -> bool:
    """Return whether a folder holds the answer of this very search."""
    return _id_in(folder) == identify(description) and is_answered(folder)


def put_aside(folder: Path, description: dict[str, Any]) -> None:
    """Move another search out of a folder, beside it by its id; bring this one back if it lies there.

    So a search of an earlier state of the code, or of inputs as they were, is kept, and nobody has to
    name a folder for the present one.

    Raises
    ------
    InputError
        If a command is at work in the folder.
    """
    made = identify(description)
    if _id_in(folder) == made:
        return
    if (aside := aside_of(folder)) is not None and not aside.exists():
        with lock(folder):
            pass  # refused while a command is at work on it
        folder.rename(aside)
    former = _beside(folder, made)
    if not folder.exists() and former.exists():
        former.rename(folder)


def aside_of(folder: Path) -> Path | None:
    """Return where the search in a folder lies once another one stands there; None if it holds none."""
    identity = _id_in(folder)
    return None if identity is None else _beside(folder, identity)


def _beside(folder: Path, identity: str) -> Path:
    return folder.with_name(f"{folder.name}-{identity}")


def _id_in(folder: Path) -> str | None:
    """Return the id of the search in a folder, None if it holds none that can be read."""
    found = read_manifest(folder).get("id")
    return found if isinstance(found, str) and re.fullmatch("[0-9a-f]{8,64}", found) else None
