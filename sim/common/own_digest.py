"""JSON that holds a digest of itself, so that what a disk or a hand changed later is not believed."""

import hashlib
import json
from pathlib import Path
from typing import Any

from sim.common.reading import read_bytes

#: Name under which the digest of all else stands.
SEAL = "seal"


def with_seal(content: dict[str, Any]) -> dict[str, Any]:
    """Return content with its digest, the same whatever the order of its keys."""
    return content | {SEAL: _digest(content)}


def without_seal(content: object) -> dict[str, Any] | None:
    """Return the content that bears its digest, None if it has none or is not what was written."""
    if not isinstance(content, dict):
        return None
    rest = {name: value for name, value in content.items() if name != SEAL}
    return rest if content.get(SEAL) == _digest(rest) else None


def read_sealed(path: Path, most: int) -> dict[str, Any] | None:
    """Return what a file holds with its digest, None if it is not as it was written.

    Parameters
    ----------
    path : Path
    most : int
        Bytes that it may have.

    Raises
    ------
    InputError
        If there is no such file, or it cannot be read.
    """
    try:
        return without_seal(json.loads(read_bytes(path, str(path), most)))
    except (ValueError, RecursionError):
        return None


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
