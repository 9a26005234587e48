"""Worlds that have been scored, as they are kept."""

import json
from pathlib import Path
from typing import Any

from sim.common.errors import InputError
from sim.common.reading import read_bytes

MANIFEST, TABLE, WORLDS = "manifest.json", "score.csv", "worlds"
_MOST_BYTES = 5_000_000


def kept(folder: Path, kind: str, number: int) -> dict[str, Any] | None:
    """Return what is kept of a world, None where it is missing or damaged."""
    path = folder / WORLDS / f"{kind}_{number + 1:03d}.json"
    try:
        found = json.loads(read_bytes(path, str(path), _MOST_BYTES))
    except (InputError, ValueError):
        return None
    whole = isinstance(found, dict) and (found.get("kind"), found.get("number")) == (kind, number)
    return found if whole and found.get("plans") else None


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what made the worlds of a folder.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    path = folder / MANIFEST
    try:
        found = json.loads(read_bytes(path, str(path), _MOST_BYTES))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        hint = "Choose another folder with --out."
        raise InputError(str(path), "manifest", "no JSON object", "what made the worlds", hint=hint)
    return found
