"""Runs beside those of a comparison, made where they are missing and kept in a folder of their own.

Two commands may ask for the same runs at once, and a report and the notebook that shows its work do:
whoever comes second waits and finds them there. Where nothing is missing nobody waits.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from sim.common.writing import clear_partial, lock
from sim.experiment import result_store
from sim.experiment.manifest import Key
from sim.experiment.workers import Progress, RunEnd, in_any_order, processes_for, run_one
from sim.model.common_start import prepare
from sim.model.scenario import Scenario

#: What is said while another command makes runs in the same folder.
WAITING = "another command makes runs beside this comparison: waiting until it has"


def run_beside(
    folder: Path,
    names: Mapping[Key, str],
    scenarios: Mapping[Key, Scenario],
    jobs: int,
    say: Progress,
    others: Path | None = None,
) -> None:
    """Run what has no file yet.

    Parameters
    ----------
    folder : Path
        Keeps the runs.
    names, scenarios : mapping
        The name of each run, and what is run.
    jobs : int
        Processes; 0 takes one per processor where that saves time.
    say : callable
        Called with (runs done, runs in all, what was last done).
    others : Path, optional
        Folder in whose folders comparisons lie, from which runs are taken over.
    """
    missing = result_store.missing_runs(folder, names)
    if missing:
        with lock(folder, lambda: say(0, 0, WAITING)):
            clear_partial(folder)
            missing = result_store.missing_runs(folder, names)
            if others is not None:
                missing = result_store.take_over(folder, names, missing, others)
            if missing:
                _run(folder, names, {key: scenarios[key] for key in missing}, jobs, say)
    if not missing:
        say(len(names), len(names), "finished before: nothing to run")


def _run(
    folder: Path,
    names: Mapping[Key, str],
    missing: Mapping[Key, Scenario],
    jobs: int,
    say: Progress,
) -> None:
    total, done = len(names), len(names) - len(missing)
    say(done, total, "running")
    one = next(iter(missing.values()))
    processes = processes_for(jobs, len(missing), len(missing), one.n_customers, one.weeks)
    files = result_store.stored_files(folder, missing)
    for key, _, content, failure in in_any_order(_one, missing.items(), processes):
        if failure:
            raise RuntimeError(failure["traceback"])
        place, done = result_store.run_place(folder, key, names[key]), done + 1
        result_store.write_content(place, content, files.get(place, ()))
        say(done, total, key[0])


def _one(key: Key, scenario: Scenario) -> RunEnd:
    return run_one(key, scenario, partial(prepare, scenario))
