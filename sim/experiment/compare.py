"""Run a comparison: every strategy in the same futures, resumable and reproducible.

A future draws everything that is uncertain, people and luck included (`sim.experiment.futures`), and is
the same for all scenarios, so that these differ by the strategy alone (common random numbers). What an
assumption does to the answer is read from the same futures: nothing is run for it.

Each run is worked out by itself from its description and writes its own file, so that files are the same
whatever the number of processes, and a comparison that was killed goes on where it stopped. A run that
another comparison of the market has made is taken over from it.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path
from typing import Any

from joblib import cpu_count

from sim.common.errors import InputError
from sim.common.given import number, whole
from sim.common.reading import digest
from sim.common.size import REPORT_SIZE
from sim.common.writing import clear_partial, lock, write
from sim.evidence.own import parameters_for
from sim.evidence.parameters import ParameterTable, Setting, set_parameters
from sim.experiment import result_store
from sim.experiment.budget import PILOT_CUSTOMERS, USUAL_PILOTS, size_strategies
from sim.experiment.cluster import check_cluster
from sim.experiment.designs import designs_of
from sim.experiment.fingerprint import describe
from sim.experiment.learn import check_up_to_date
from sim.experiment.manifest import Manifest
from sim.experiment.results_folder import (
    begun,
    folder_for,
    open_folder,
    results_of,
    start_comparison,
    turn_to_begin,
)
from sim.experiment.summary import summary_csv
from sim.experiment.time_budget import size_in
from sim.experiment.workers import Progress, processes_for, run_missing
from sim.market.market import Market, load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategies import DO_NOTHING, Strategy

#: People whose rates tell how contagious leaving is.
_FEW = 2000
#: Futures that are drawn, and their runs named, in seconds; of more it is said.
_MANY = 1_000
DRAWING = "drawing the futures and naming their runs: minutes where they are many"
#: Smallest and largest value of each argument.
BOUNDS = {
    "customers": (100, 10_000_000),
    "weeks": (4, 520),
    "futures": (2, 100_000),
    "seed": (0, 2**32 - 1),
    "jobs": (0, 1024),
}
#: A week.
MOST_MINUTES = 10_000


def compare(
    market: Market | str,
    strategies: Iterable[Strategy | str],
    customers: int | None,
    weeks: int,
    futures: int,
    seed: int,
    out: Path | str | None = None,
    jobs: int = 0,
    minutes: float | None = None,
    parameters: Mapping[str, Setting] | None = None,
    cluster: str = "",
    people: int | None = None,
    on_progress: Progress | None = None,
    command: str = "",
    beside: Sequence[Path] = (),
    on_planned: Callable[[Manifest], None] | None = None,
) -> Path:
    """Compare strategies with doing nothing, and keep everything in one folder.

    The same call on an unfinished folder runs what is missing; on a finished one it does nothing.

    Parameters
    ----------
    market : Market or str
        A market, or its name.
    strategies : iterable of Strategy or str
        Strategies, or their names; the baseline is always added. One that has a budget and a planned
        cost is run as it is; others reach as many customers as the market's budget pays.
    customers : int or None
        Customers of the firm in each run; None for what a pilot finds best for the time, or those of a
        report without one.
    weeks : int
        Horizon.
    futures : int
        Joint draws of everything uncertain, the same for all strategies.
    seed : int
        Of the futures: values, people and luck.
    out : Path
        Folder for the results: new, empty, or of the same comparison. Without one a folder among
        the market's results is found (`sim.experiment.results_folder`).
    jobs : int
        Processes; 0 takes one per processor unless the comparison is small; 1 stays in this
        process.
    minutes : float, optional
        Takes as many futures as fit into this time instead of `futures`, each of as many customers
        as make the most of it unless `customers` says how many. Planning, the pilot that finds this
        and the runs are in it, on a machine as busy as in the pilot; so is the time to judge the
        answer afterwards, by what that usually takes.
    parameters : mapping, optional
        Address of a parameter, ``LEVER.NAME`` -> a number that no future draws, or another range
        (low, most likely, high).
    cluster : str
        Where to run instead of here: ``local``, or the address of a dask scheduler.
    people : int, optional
        Seed of people who are the firm's customers in all futures; each has its own without it.
    on_progress : callable, optional
        Called with (runs done, runs in all, what was last done).
    command : str
        The command a person gives to make or continue this comparison.
    beside : sequence of Path
        Further folders in whose folders comparisons lie whose runs are taken over.
    on_planned : callable, optional
        Called with the manifest before the first run, once it is known what each strategy costs.

    Returns
    -------
    Path
        The folder (see `sim.experiment.result_store` for what lies in it).

    Raises
    ------
    InputError
        If an argument is wrong, the folder is in use or holds something else, the disk is full, or
        runs failed (the others are kept).
    """
    started = time.perf_counter()
    market = load_market(market) if isinstance(market, str) else market
    cores = check_cluster(cluster) or jobs or cpu_count()
    many = REPORT_SIZE["customers"] if customers is None else customers
    check_numbers(minutes, many, weeks, futures, seed, jobs)
    designs = designs_of(market.name, strategies, weeks)
    say = on_progress or _silent
    asked: dict[str, Any] = {"n_customers": many, "futures": futures, "weeks": weeks, "seed": seed}
    asked |= {"people": people}
    description = describe(market, designs, parameters, **asked)
    table = _table(market, parameters)
    plans = cache(partial(size_designs, market, table, designs, weeks, jobs, say))
    with ExitStack() as beginning:
        if out is None:
            beginning.enter_context(turn_to_begin(market.name, say))
        if minutes is not None:
            left_open = ["futures"] if customers else ["futures", "n_customers"]
            found = begun(market.name, description, out, left_open, command)
            if not found:
                given = (market, table, plans(), weeks, seed, customers, cluster)
                found = _size_until(started + 60 * minutes, say, cores, *given)
            description |= found
        folder = Path(out) if out is not None else folder_for(market.name, description)

        def begin() -> Manifest:
            losses = reproduction(market, table)
            return start_comparison(folder, description, market, plans(), losses, command)

        others = [results_of(market.name), *beside]
        told = (jobs, say, cluster, on_planned, others, beginning.close)
        carry_out(folder, description, begin, *told)
    return folder


def _size_until(end: float, say: Progress, cores: int, *given: Any) -> dict[str, int]:
    """Return what size of a comparison makes the most of the time until the clock shows an end."""
    say(0, 0, "finding how many customers and futures make the most of the time")
    return size_in(end - time.perf_counter(), cores, *given)._asdict()


def carry_out(
    folder: Path,
    description: dict[str, Any],
    begin: Callable[[], Manifest],
    jobs: int,
    say: Progress,
    cluster: str = "",
    on_planned: Callable[[Manifest], None] | None = None,
    others: Sequence[Path] = (),
    on_begun: Callable[[], None] = lambda: None,
) -> None:
    """Begin a comparison or go on with it, until everything is there.

    Parameters
    ----------
    folder : Path
        Where it is kept.
    description : dict
        What determines the results (`sim.experiment.fingerprint.describe`).
    begin : callable
        Writes the manifest of a new one and returns it.
    jobs, say, cluster, on_planned
        As `compare` takes them.
    others : sequence of Path
        Folders in whose folders comparisons lie; runs that one of these made are taken over from it.
    on_begun : callable
        Called once the folder says which comparison it holds.
    """
    with lock(folder):
        manifest = open_folder(folder, description)
        clear_partial(folder)
        manifest = manifest or begin()
        on_begun()
        if manifest.futures > _MANY:
            say(0, 0, DRAWING)
        missing = lacking = result_store.missing_runs(folder, manifest.runs)
        for other in others:
            missing = result_store.take_over(folder, manifest.runs, missing, other)
        if missing and on_planned:
            on_planned(manifest)
        if missing:
            run_missing(folder, manifest, missing, jobs, say, cluster)
        _finish(folder, manifest, bool(lacking), say)


def _table(market: Market, parameters: Mapping[str, Setting] | None) -> ParameterTable:
    """Return the market's parameters with those that are set."""
    check_up_to_date(market)
    table = parameters_for(market)
    return table.with_rows(set_parameters(table.rows, parameters or {}))


def size_designs(
    market: Market,
    table: ParameterTable,
    designs: list[Strategy],
    weeks: int,
    jobs: int,
    say: Progress,
) -> dict[str, Strategy]:
    """Return strategies planned under the market's budget; those that have been stay as they are."""
    say(0, 0, "planning what each strategy costs")
    open_ones = [design for design in designs if not design.is_sized]
    found = {design.name: design for design in designs}
    if open_ones:
        runs = USUAL_PILOTS * len(open_ones)
        processes = processes_for(jobs, runs, len(open_ones), PILOT_CUSTOMERS, weeks)
        sized = size_strategies(market, open_ones, weeks, processes, table)
        found |= {design.name: sized[design.name] for design in open_ones}
    return found


def reproduction(market: Market, table: ParameterTable | None = None) -> float:
    """Return R, the further losses that one loss brings, at central values: 0 where none are seen.

    From the rates of `_FEW` people, so that it costs nothing beside the comparison.
    """
    if not market["defection_visible"]:
        return 0.0
    strengths = table or parameters_for(market)
    return LoyaltyModel(Scenario(market, DO_NOTHING, _FEW, 1, 0, strengths)).reproduction


def check_numbers(minutes: float | None, *numbers: object) -> None:
    """Check a time, if there is one, and what has `BOUNDS`, in their order."""
    for (name, (low, high)), value in zip(BOUNDS.items(), numbers, strict=True):
        whole(f"--{name}", name, value, low, high)
    if minutes is not None and not 0 < number("--minutes", "minutes", minutes) <= MOST_MINUTES:
        expected = f"a number above 0, {MOST_MINUTES:,} at most"
        raise InputError("--minutes", "minutes", minutes, expected)


def _silent(_done: int, _total: int, _label: str) -> None:
    """Ignore progress."""


def _finish(folder: Path, manifest: Manifest, new: bool, say: Progress) -> None:
    """Write the summary of all runs, then the manifest as a sign that everything is there."""
    if not new and manifest.finished and result_store.has_summary(folder, manifest):
        say(len(manifest.runs), len(manifest.runs), "finished before: nothing to run")
        return
    summary = summary_csv(folder, manifest)
    write(folder / result_store.SUMMARY, summary)
    done = {"finished": True, "summary": digest(summary)}
    result_store.write_manifest(folder, manifest.model_copy(update=done))
