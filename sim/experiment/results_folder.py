"""Where the results of a comparison go, and which comparison of the same market came before."""

from pathlib import Path
from typing import Any

from sim.common.errors import InputError
from sim.common.paths import client_folder, root
from sim.experiment.fingerprint import identify
from sim.experiment.manifest import MANIFEST, Manifest, read_manifest


def results_of(market: str) -> Path:
    """Return the folder in which the comparisons of a market lie, each in a folder of its own."""
    client = client_folder(market)
    return client / "results" if client else root() / "data" / "results"


def folder_for(market: str, description: dict[str, Any]) -> Path:
    """Return where a comparison is kept unless somebody names a place.

    Parameters
    ----------
    market : str
    description : dict
        What determines the results (`sim.experiment.fingerprint.describe`).

    Returns
    -------
    Path
        ``MARKET`` among the market's results, or ``MARKET-2`` and so on: the first one that holds this
        very comparison, finished or not, or nothing.
    """
    identity, number = identify(description), 1
    free: Path | None = None
    while True:
        folder = results_of(market) / (market if number == 1 else f"{market}-{number}")
        if not folder.exists():
            return free or folder
        if _id_in(folder) == identity:
            return folder
        if free is None and folder.is_dir() and not any(folder.iterdir()):
            free = folder
        number += 1


def _id_in(folder: Path) -> str | None:
    """Return the id of the comparison in a folder, None if it holds something else."""
    try:
        return read_manifest(folder).id
    except InputError:
        return None


def last_before(folder: Path, manifest: Manifest) -> str:
    """Return the name of the folder beside this one with the last comparison of the same market.

    Parameters
    ----------
    folder : Path
        Of the comparison that begins.
    manifest : Manifest
        Its own.

    Returns
    -------
    str
        The name, empty if there is no other finished one that can be read.
    """
    found: list[tuple[float, str]] = []
    for path in folder.parent.glob(f"*/{MANIFEST}"):
        try:
            other = read_manifest(path.parent)
            begun = path.stat().st_mtime
        except (InputError, OSError):
            continue
        if other.finished and other.market.name == manifest.market.name and other.id != manifest.id:
            found.append((begun, path.parent.name))
    return max(found)[1] if found else ""
