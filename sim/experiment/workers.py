"""Work out the runs of a comparison that are missing, in this process or in several."""

import json
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import Any

from joblib import Parallel, cpu_count, delayed, parallel_config

from sim.common.errors import InputError
from sim.common.reading import read_bytes
from sim.common.writing import write_json
from sim.experiment import result_store
from sim.experiment.manifest import MOST_BYTES, Key, Manifest
from sim.market.market import Market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategies import BASELINE, Strategy
from sim.playbook.strategy_files import load_strategy

#: Below this many customer-weeks starting worker processes takes longer than they save.
WORTH_PROCESSES = 20_000_000
#: Run, seconds, and what went wrong, if anything did.
RunEnd = tuple[Key, float, dict[str, str] | None]
#: Called with (runs done, runs in all, what was last done).
Progress = Callable[[int, int, str], None]


def run_missing(
    folder: Path, manifest: Manifest, missing: list[Key], jobs: int, say: Progress
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

    Raises
    ------
    InputError
        If the disk is full or a process was ended by the system; or, once all others are done, if
        runs raised errors, which are kept in ``failures.json``.
    """
    started = time.perf_counter()
    market = manifest.market
    strategies = {BASELINE: load_strategy(BASELINE)} | {
        name: content.sized for name, content in manifest.strategies.items()
    }
    tasks = [
        (key, _scenario(manifest, market, strategies, key), result_store.run_place(folder, key))
        for key in missing
    ]
    processes = _processes(jobs, manifest, missing)
    total = len(manifest.run_keys())
    done, failures = total - len(missing), []
    seconds = dict.fromkeys(manifest.variants, 0.0)
    say(done, total, "running")
    for (variant, scenario, replication), taken, failure in in_any_order(_run, tasks, processes):
        seconds[variant] += taken
        if failure:
            failures.append({"run": [variant, scenario, replication], **failure})
        else:
            done += 1
        say(done, total, f"{variant} {scenario} {replication}")
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
    (folder / result_store.FAILURES).unlink(missing_ok=True)


def _scenario(
    manifest: Manifest, market: Market, strategies: dict[str, Strategy], key: Key
) -> Scenario:
    variant, name, replication = key
    content = manifest.variants[variant]
    return Scenario(
        market=market.with_values(**content.values),
        strategy=strategies[name],
        n_customers=content.n_customers,
        weeks=manifest.weeks,
        seed=manifest.seed + replication,
        draw=replication,
    )


def _processes(jobs: int, manifest: Manifest, missing: list[Key]) -> int:
    """Return the number of processes: as asked, or as many as save more time than their start takes."""
    customers = sum(manifest.variants[variant].n_customers for variant, _, _ in missing)
    if jobs == 0:
        jobs = cpu_count() if customers * manifest.weeks >= WORTH_PROCESSES else 1
    return min(jobs, len(missing))


def in_any_order[T](
    function: Callable[..., T], tasks: Sequence[tuple[Any, ...]], processes: int
) -> Iterator[T]:
    """Run tasks, here or in worker processes, and yield their results as they come.

    Parameters
    ----------
    function : callable
        What to run; importable by name, so that a worker process finds it.
    tasks : sequence of tuple
        Arguments of each call.
    processes : int
        1 stays in this process.

    Yields
    ------
    object
        What the function gives, in any order.

    Raises
    ------
    InputError
        If the system ended a process.
    """
    if processes == 1:
        yield from (function(*task) for task in tasks)
        return
    try:
        with parallel_config(backend="loky", n_jobs=processes, inner_max_num_threads=1):
            yield from Parallel(return_as="generator_unordered", batch_size=1)(
                delayed(function)(*task) for task in tasks
            )
    except BrokenExecutor:
        raise InputError(
            "--jobs",
            "processes",
            processes,
            "processes that fit into memory (the system ended one)",
            hint="Finished runs are kept: continue with fewer --jobs.",
        ) from None


def _run(key: Key, scenario: Scenario, path: Path) -> RunEnd:
    """Work out one run and write its file; only a fault that the user can mend stops the others."""
    started = time.perf_counter()
    failure = None
    try:
        model = LoyaltyModel(scenario)
        model.run()
        result_store.write_run(path, model.weekly)
    except InputError:
        raise
    except Exception as error:
        text = "".join(traceback.format_exception(error))
        failure = {"error": f"{type(error).__name__}: {error}", "traceback": text}
    return key, time.perf_counter() - started, failure


def _keep_timing(
    folder: Path, processes: int, runs: int, seconds: float, by_variant: dict[str, float]
) -> None:
    """Add this command to the record of how long the comparison took."""
    path = folder / result_store.TIMING
    try:
        before = json.loads(read_bytes(path, str(path), MOST_BYTES))["sessions"]
    except (InputError, ValueError, TypeError, KeyError):
        before = []
    session = {
        "runs": runs,
        "processes": processes,
        "seconds": round(seconds, 2),
        "seconds_of_runs": {name: round(value, 2) for name, value in by_variant.items()},
    }
    write_json(path, {"sessions": [*before, session]})
