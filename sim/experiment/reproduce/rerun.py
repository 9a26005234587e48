"""Run a finished comparison again, from the inputs that its manifest keeps, by the code of now."""

from pathlib import Path
from typing import Any

from sim.common.errors import InputError
from sim.common.paths import client_folder, root
from sim.common.version import __version__
from sim.evidence.own import parameters_for
from sim.experiment.compare import carry_out, reproduction, size_designs
from sim.experiment.fingerprint import code_digest, identify
from sim.experiment.manifest import Manifest, read_manifest
from sim.experiment.results_folder import start_comparison
from sim.experiment.workers import Progress

#: What a manifest holds of what was asked for.
_ASKED = ("n_customers", "futures", "weeks", "seed", "people", "market", "history", "chosen")


def folder_of(manifest: Manifest) -> Path:
    """Return where what is run again is kept unless a folder is named.

    Parameters
    ----------
    manifest : Manifest
        Of the comparison that is run again.

    Returns
    -------
    Path
        ``MARKET-ID`` in ``data/reproduced`` or ``clients/NAME/reproduced``, then ``MARKET-ID-2`` and so
        on: the first that is free, or that holds what was begun by the same code and is unfinished.
    """
    market = manifest.market.name
    client, number = client_folder(market), 1
    parent = client / "reproduced" if client else root() / "data" / "reproduced"
    while True:
        name = f"{market}-{manifest.id}" + ("" if number == 1 else f"-{number}")
        if not (parent / name).exists() or is_begun(parent / name, manifest):
            return parent / name
        number += 1


def is_begun(folder: Path, manifest: Manifest) -> bool:
    """Return whether a folder holds an unfinished run of the same by the code of now, or nothing yet."""
    try:
        found = read_manifest(folder)
    except InputError:
        return folder.is_dir() and not any(folder.iterdir())
    return not found.finished and found.id == identify(_description(manifest))


def run_again(manifest: Manifest, folder: Path, jobs: int, say: Progress) -> None:
    """Run all of a comparison again; the same call goes on with one that was stopped.

    Nothing is taken over from runs that were made before, and budgets are planned anew.

    Parameters
    ----------
    manifest : Manifest
        Of the comparison; its histories are on disk as they were.
    folder : Path
        New, empty, or of the same call.
    jobs : int
        Processes, as `sim.experiment.compare.compare` takes them.
    say : callable
        Called with (runs done, runs in all, what was last done).

    Raises
    ------
    InputError
        As `sim.experiment.compare.compare`.
    """
    market, designs = manifest.market, list(manifest.chosen.values())
    table = parameters_for(market).with_rows(manifest.parameters)
    description = _description(manifest)

    def begin() -> Manifest:
        plans = size_designs(market, table, designs, manifest.weeks, jobs, say)
        losses = reproduction(market, table)
        return start_comparison(folder, description, market, plans, losses, manifest.command)

    carry_out(folder, description, begin, jobs, say)


def _description(manifest: Manifest) -> dict[str, Any]:
    """Return what determines the results by the code of now."""
    kept = manifest.model_dump(mode="json")
    levers = {play.lever for one in manifest.chosen.values() for play in one.plays}
    made = {"workbench": __version__, "code": code_digest(levers, market=manifest.market)}
    return made | {name: kept[name] for name in (*_ASKED, "parameters")}
