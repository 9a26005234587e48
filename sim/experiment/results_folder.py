"""Where the results of a comparison go, and which comparison of the same market came before."""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from sim.common.errors import InputError
from sim.common.paths import client_folder, root
from sim.common.results import MANIFEST
from sim.common.writing import occupants, turn
from sim.experiment import result_store
from sim.experiment.fingerprint import code_digest, identify, libraries, machine
from sim.experiment.manifest import Compared, Manifest, read_manifest
from sim.intake.forgotten import Forgotten, forgotten_since, in_words
from sim.market.market import Market
from sim.model.rare_events import breaches_in
from sim.playbook.strategies import Strategy

#: Called with (runs done, runs in all, what was last done).
Progress = Callable[[int, int, str], None]
#: What is said while another command begins a comparison.
WAITING = "another command begins a comparison of this market: waiting until it has"
#: How parts of a description that say nothing to a reader are named when they differ.
_DIGESTS = {
    "code": "made by other code of the model",
    "history": "other customer histories",
    "chosen": "other strategies",
    "market": "other values of the market",
    "parameters": "other parameters",
}


def results_of(market: str) -> Path:
    """Return the folder in which the comparisons of a market lie, each in a folder of its own."""
    client = client_folder(market)
    return client / "results" if client else root() / "data" / "results"


def turn_to_begin(market: str, say: Progress) -> AbstractContextManager[None]:
    """Hold the beginning of comparisons of a market among its results; wait for another command's.

    What a command has chosen, planned and begun in its turn the next one finds there, so that two equal
    commands do not both make a folder of their own.
    """
    return turn(results_of(market) / f".{market}.begins", lambda: say(0, 0, WAITING))


def folder_for(market: str, description: dict[str, Any]) -> Path:
    """Return where a comparison is kept unless a folder is named.

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
        if free is None and folder.is_dir() and not occupants(folder):
            free = folder
        number += 1


def begun(
    market: str,
    description: dict[str, Any],
    out: Path | str | None,
    open_ones: Collection[str],
    command: str,
) -> dict[str, Any]:
    """Return what a comparison found for what was left open, nothing if there is none.

    One that is finished counts if the same command made it.

    Parameters
    ----------
    market : str
    description : dict
        What determines the results.
    out : Path or None
        Folder to look into; all folders among the market's results without one.
    open_ones : collection of str
        Names of the parts of the description in which it may differ.
    command : str
        What a person gives to make or continue it.
    """
    for folder in [Path(out)] if out is not None else sorted(results_of(market).glob("*")):
        try:
            manifest = read_manifest(folder)
        except InputError:
            continue
        found = {name: getattr(manifest, name) for name in open_ones}
        same = manifest.id == identify(description | found)
        if same and (not manifest.finished or (command and manifest.command == command)):
            return found
    return {}


def _id_in(folder: Path) -> str | None:
    """Return the id of the comparison in a folder, None if it holds something else."""
    try:
        return read_manifest(folder).id
    except InputError:
        return None


def is_among_results(folder: Path, market: str) -> bool:
    """Return whether a folder is one of those in which the comparisons of a market lie."""
    return folder.resolve().parent == results_of(market).resolve()


def last_before(folder: Path, manifest: Manifest) -> str:
    """Return the name of the folder beside this one with the last comparison of the same market.

    Whose comparisons lie beside a folder elsewhere nobody knows: there none was before.

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
    if not is_among_results(folder, manifest.market.name):
        return ""
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


def forgotten_between(folder: Path) -> tuple[str, tuple[Forgotten, ...]]:
    """Return the comparison before one, and its customers who were forgotten between the two.

    Returns
    -------
    tuple
        Name of the folder beside, empty if there is none, and the customers.
    """
    try:
        manifest = read_manifest(folder)
        before = read_manifest(folder.parent / manifest.previous) if manifest.previous else None
    except InputError:
        return "", ()
    if before is None or before.history == manifest.history:
        return manifest.previous, ()
    gone = forgotten_since(manifest.market.name, before.history, manifest.history)
    return manifest.previous, gone


def start_comparison(
    folder: Path,
    description: dict[str, Any],
    market: Market,
    chosen: dict[str, Strategy],
    reproduction: float,
    command: str,
) -> Manifest:
    """Write the manifest of a new comparison and return it."""
    manifest = Manifest(
        id=identify(description),
        finished=False,
        command=command,
        **description,
        reproduction=reproduction,
        breaches=breaches_in(chosen.values()),
        baseline_code=code_digest([], market=market),
        strategies={
            name: Compared(
                title=strategy.title,
                plan=strategy.planned_by_lever,
                sized=strategy,
                code=code_digest({play.lever for play in strategy.plays}, market=market),
            )
            for name, strategy in chosen.items()
        },
        libraries=libraries(),
        machine=machine(),
    )
    manifest.previous = last_before(folder, manifest)
    result_store.write_manifest(folder, manifest)
    return manifest


def open_folder(folder: Path, description: dict[str, Any]) -> Manifest | None:
    """Return the manifest in a locked folder, or None if the folder is empty; refuse any other."""
    inside = occupants(folder)
    if MANIFEST not in inside:
        if inside:
            raise InputError(
                "--out",
                "folder",
                str(folder),
                "a folder that is new, empty or of this comparison",
                hint="It holds other files, which are never overwritten: choose another folder.",
            )
        return None
    manifest = read_manifest(folder)
    differs = _differences(folder, manifest, description)
    if differs:
        raise InputError(
            "--out",
            "folder",
            str(folder),
            "a folder of this comparison",
            hint=f"It holds another one ({differs}), and results are never overwritten: choose "
            "another folder.",
        )
    return manifest


def _differences(folder: Path, manifest: Manifest, description: dict[str, Any]) -> str:
    """Return in what the comparison in a folder differs from the one asked for, if in anything."""
    found = []
    if manifest.id != identify(description):
        before = manifest.model_dump(mode="json")
        # other strategies have other levers: their code and parameters say nothing more
        follows = {"code", "parameters"} if before["chosen"] != description["chosen"] else set()
        for key, value in description.items():
            if before[key] != value and key not in follows:
                short = isinstance(value, int | str) and key not in _DIGESTS
                found.append(
                    f"{key} {before[key]}, not {value}" if short else _DIGESTS.get(key, key)
                )
        if gone := forgotten_since(manifest.market.name, manifest.history):
            found.append(f"made with customers who were forgotten since: {in_words(gone)}")
        return "; ".join(found) or "another id"
    if manifest.libraries != libraries() and result_store.missing_runs(folder, manifest.runs):
        for name, value in libraries().items():
            before_it = manifest.libraries.get(name)
            if before_it != value:
                found.append(f"begun with {name} {before_it}, not {value}")
    return "; ".join(found)
