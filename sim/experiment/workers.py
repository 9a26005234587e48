"""Work out the runs of a comparison that are missing, in this process or in several."""

import json
import os
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from joblib import Parallel, cpu_count, delayed, parallel_config

from sim.common.errors import InputError
from sim.common.in_worker import in_worker
from sim.common.reading import read_bytes
from sim.common.writing import remove, write_json
from sim.evidence.own import parameters_for
from sim.experiment import result_store
from sim.experiment.cluster import on_cluster
from sim.experiment.futures import Future
from sim.experiment.manifest import MOST_BYTES, Key, Manifest
from sim.model.common_start import CommonStart, prepare
from sim.model.rare_events import columns_of, run_lives
from sim.model.scenario import Scenario
from sim.playbook.strategies import Strategy

#: A week takes as long as so many customers more would add to it.
_WEEK = 4_000
#: Below so many customer-weeks, these included, starting worker processes takes longer than they save.
WORTH_PROCESSES = 10_000_000
#: Run, seconds, its weekly table as Parquet, and what went wrong instead, if anything did.
RunEnd = tuple[Key, float, bytes, dict[str, str] | None]
#: Called with (runs done, runs in all, what was last done).
Progress = Callable[[int, int, str], None]


def run_missing(
    folder: Path,
    manifest: Manifest,
    missing: list[Key],
    jobs: int,
    say: Progress,
    cluster: str = "",
) -> None:
    """Run what is missing of a comparison.

    Parameters
    ----------
    folder : Path
        Folder of the comparison; the caller holds its lock.
    manifest : Manifest
        Its manifest.
    missing : list
        Runs without a file.
    jobs : int
        Processes; 0 takes one per processor unless there is little to do.
    say : callable
        Called with (runs done, runs in all, what was last done).
    cluster : str
        Where to run instead of here: ``local`` or the address of a dask scheduler.

    Raises
    ------
    InputError
        If the disk is full or a process was ended by the system; or, once all others are done, if
        runs raised errors, which are kept in ``failures.json``.
    """
    started = time.perf_counter()
    wanted = _by_future(missing)
    size = (manifest.n_customers, manifest.weeks)
    processes = processes_for(jobs, len(missing), len(wanted), *size)
    files = result_store.stored_files(folder, missing)
    total, done = len(manifest.runs), len(manifest.runs) - len(missing)
    failures, seconds = [], 0.0
    say(done, total, "running")
    for ends in in_any_order(
        _run_future, _tasks(manifest, wanted), processes, cluster, lambda what: say(0, 0, what)
    ):
        for key, taken, content, failure in ends:
            scenario, number, _ = key
            seconds += taken
            if failure:
                failures.append({"run": list(key), **failure})
            else:
                place = result_store.run_place(folder, key, manifest.runs[key])
                result_store.write_content(place, content, files.get(place, ()))
                done += 1
            say(done, total, f"future {number + 1}: {scenario}")
    _keep_timing(folder, processes, len(missing), time.perf_counter() - started, seconds)
    if failures:
        write_json(folder / result_store.FAILURES, failures)
        raise InputError(
            str(folder),
            "runs",
            f"{len(failures)} of {total} runs failed; the first with {failures[0]['error']}",
            "all runs to finish",
            hint=f"{result_store.FAILURES} in the folder says where. The same command tries them again.",
        )
    remove(folder / result_store.FAILURES)


def _by_future(missing: list[Key]) -> dict[tuple[int, int], list[str]]:
    """Return the scenarios that are missing of each future, by its number and luck."""
    wanted: dict[tuple[int, int], list[str]] = {}
    for scenario, number, luck in missing:
        wanted.setdefault((number, luck), []).append(scenario)
    return wanted


def _tasks(
    manifest: Manifest, wanted: dict[tuple[int, int], list[str]]
) -> Iterator[tuple[Any, ...]]:
    """Yield the arguments of `_run_future` for each future in which runs are missing.

    One by one, as they are asked for: all that is drawn of many futures would not fit into memory.
    """
    plans = manifest.plans
    table = parameters_for(manifest.market).with_rows(manifest.parameters)
    for future in manifest.drawn:
        if names := wanted.get((future.number, future.luck)):
            yield future, manifest.scenario(future, table), {name: plans[name] for name in names}


def processes_for(jobs: int, runs: int, tasks: int, customers: int, weeks: int) -> int:
    """Return the number of processes: as asked, or as many as save more time than their start takes.

    Parameters
    ----------
    jobs : int
        As asked; 0 leaves it open.
    runs, tasks : int
        What is to be done, and into how many parts that stay together it falls.
    customers, weeks : int
        Size of each run.
    """
    if jobs == 0:
        work = runs * weeks * (customers + _WEEK)
        jobs = cpu_count() if work >= WORTH_PROCESSES else 1
    return min(jobs, tasks)


def _ignore(_what: str) -> None:
    """Do nothing with it."""


def in_any_order[T](
    function: Callable[..., T],
    tasks: Iterable[tuple[Any, ...]],
    processes: int,
    cluster: str = "",
    tell: Callable[[str], None] = _ignore,
) -> Iterator[T]:
    """Run tasks, here, in worker processes or on a cluster, and yield their results as they come.

    Parameters
    ----------
    function : callable
        What to run; importable by name, so that a worker process finds it.
    tasks : iterable of tuple
        Arguments of each call; taken as they are needed.
    processes : int
        1 stays in this process.
    cluster : str
        ``local`` or the address of a dask scheduler (`sim.experiment.cluster`).
    tell : callable
        Called with what a person should know while it runs.

    Yields
    ------
    object
        What the function gives, in any order.

    Raises
    ------
    InputError
        If the system ended a process.
    """
    if cluster:
        yield from on_cluster(function, tasks, cluster, processes, tell)
        return
    if processes == 1:
        yield from (function(*task) for task in tasks)
        return
    try:
        with parallel_config(backend="loky", n_jobs=processes, inner_max_num_threads=1):
            yield from Parallel(return_as="generator_unordered", batch_size=1)(
                delayed(in_worker)(os.getpid(), function, *task) for task in tasks
            )
    except BrokenExecutor:
        raise InputError(
            "--jobs",
            "processes",
            processes,
            "processes that fit into memory (the system ended one)",
            hint="Finished runs are kept: continue with fewer --jobs.",
        ) from None


def _run_future(future: Future, nothing: Scenario, plans: dict[str, Strategy]) -> list[RunEnd]:
    """Work out runs of one future.

    Parameters
    ----------
    future : Future
    nothing : Scenario
        Doing nothing in it.
    plans : dict
        Scenario -> strategy.
    """
    start = cache(lambda: prepare(nothing))  # made once, in the first run
    return [
        run_one((name, future.number, future.luck), replace(nothing, strategy=strategy), start)
        for name, strategy in plans.items()
    ]


def run_one(key: Key, scenario: Scenario, start: Callable[[], CommonStart]) -> RunEnd:
    """Work out one run; only a fault that the user can mend stops the others."""
    started, content, failure = time.perf_counter(), b"", None
    try:
        content = result_store.parquet_bytes(columns_of(run_lives(scenario, start())))
    except InputError:
        raise
    except Exception as error:
        text = "".join(traceback.format_exception(error))
        failure = {"error": f"{type(error).__name__}: {error}", "traceback": text}
    return key, time.perf_counter() - started, content, failure


def seconds_of_run(folder: Path) -> float | None:
    """Return how long a run of a comparison took a processor on average, None if that is not known."""
    sessions = [one for one in _sessions(folder) if one.get("runs")]
    runs = sum(one["runs"] for one in sessions)
    return sum(one["seconds_of_runs"] for one in sessions) / runs if runs else None


def _sessions(folder: Path) -> list[dict[str, Any]]:
    """Return the record of how long commands took; an empty one if it cannot be read: it is no result."""
    path = folder / result_store.TIMING
    try:
        found = json.loads(read_bytes(path, str(path), MOST_BYTES))["sessions"]
    except (InputError, ValueError, TypeError, KeyError, RecursionError):
        return []
    return found if isinstance(found, list) else []


def _keep_timing(
    folder: Path, processes: int, runs: int, seconds: float, seconds_of_runs: float
) -> None:
    """Add this command to the record of how long the comparison took."""
    session = {
        "runs": runs,
        "processes": processes,
        "seconds": round(seconds, 2),
        "seconds_of_runs": round(seconds_of_runs, 2),
    }
    write_json(folder / result_store.TIMING, {"sessions": [*_sessions(folder), session]})
