"""Runs beside those of a comparison, made where they are missing and kept in a folder of their own.

Two commands may ask for the same runs at once, and a report and the notebook that shows its work do:
whoever comes second waits and finds them there. Where nothing is missing nobody waits.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import batched
from pathlib import Path

from sim.common.writing import clear_partial, lock
from sim.experiment import result_store
from sim.experiment.manifest import Key
from sim.experiment.workers import Progress, RunEnd, in_any_order, processes_for, run_one
from sim.model.common_start import prepare
from sim.model.scenario import Scenario
from sim.playbook.strategies import Strategy

#: Runs of a task at most: they share their start, and the last tasks end at about the same time.
_TOGETHER = 8
#: What is said while another command makes runs in the same folder.
WAITING = "another command makes runs beside this comparison: waiting until it has"


def run_beside(
    folder: Path,
    names: Mapping[Key, str],
    scenarios: Mapping[Key, Scenario],
    starts: Mapping[Key, Hashable],
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
    starts : mapping
        Run -> the same for runs that differ by their strategy alone, so that they start alike.
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
                first = scenarios[missing[0]]
                tasks = list(_tasks(missing, scenarios, starts))
                size = (first.n_customers, first.weeks)
                processes = processes_for(jobs, len(missing), len(tasks), *size)
                _keep(folder, names, missing, in_any_order(_together, tasks, processes), say)
    if not missing:
        say(len(names), len(names), "finished before: nothing to run")


def _tasks(
    missing: Iterable[Key], scenarios: Mapping[Key, Scenario], starts: Mapping[Key, Hashable]
) -> Iterator[tuple[Scenario, dict[Key, Strategy]]]:
    """Yield some runs that start alike: what they have in common, and their strategies."""
    alike: dict[Hashable, list[Key]] = {}
    for key in missing:
        alike.setdefault(starts[key], []).append(key)
    for keys in alike.values():
        for some in batched(keys, _TOGETHER):
            yield scenarios[some[0]], {key: scenarios[key].strategy for key in some}


def _together(common: Scenario, plans: dict[Key, Strategy]) -> list[RunEnd]:
    start = cache(lambda: prepare(common))  # made once, in the first run
    return [run_one(key, replace(common, strategy=plan), start) for key, plan in plans.items()]


def _keep(
    folder: Path,
    names: Mapping[Key, str],
    missing: list[Key],
    found: Iterable[list[RunEnd]],
    say: Progress,
) -> None:
    """Keep runs as they come."""
    total, done = len(names), len(names) - len(missing)
    say(done, total, "running")
    files = result_store.stored_files(folder, missing)
    for ends in found:
        for key, _, content, failure in ends:
            if failure:
                raise RuntimeError(failure["traceback"])
            place, done = result_store.run_place(folder, key, names[key]), done + 1
            result_store.write_content(place, content, files.get(place, ()))
            say(done, total, key[0])
