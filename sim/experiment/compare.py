"""Run a comparison: every strategy many times on the same luck, resumable and reproducible.

Replication k has seed ``seed + k`` and parameter draw k in all scenarios and variants, so that
scenarios differ by the strategy alone (common random numbers). Besides the central market, each
value marked ``show_ends`` is run at its low and at its high end, with fewer people and
replications: enough to see whether the verdict turns.

Each run is worked out by itself from its description and writes its own file, so that files are the same
whatever the number of processes, and a comparison that was killed goes on where it stopped.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from joblib import cpu_count

from sim.common.errors import InputError, nearest
from sim.common.reading import digest
from sim.common.writing import clear_partial, lock, write
from sim.experiment import result_store
from sim.experiment.budget import size_strategies
from sim.experiment.fingerprint import describe, identify, libraries
from sim.experiment.manifest import CENTRAL, Compared, Manifest, Variant
from sim.experiment.results_folder import folder_for, last_before, open_folder
from sim.experiment.summary import summary_csv
from sim.experiment.workers import WORTH_PROCESSES, Progress, run_missing
from sim.market.market import Market, load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategies import BASELINE, Strategy
from sim.playbook.strategy_files import as_strategy, known_strategies, load_strategy

#: The ends of a market's values are run with at most this many customers and replications.
END_CUSTOMERS, END_REPLICATIONS = 4000, 8
#: People whose rates tell how contagious leaving is.
_FEW = 2000
#: Smallest and largest value of each argument.
BOUNDS = {
    "customers": (100, 10_000_000),
    "weeks": (4, 520),
    "replications": (2, 1000),
    "seed": (0, 2**32 - 1),
    "jobs": (0, 1024),
}


def compare(
    market: Market | str,
    strategies: Iterable[Strategy | str],
    customers: int,
    weeks: int,
    replications: int,
    seed: int,
    out: Path | str | None = None,
    jobs: int = 0,
    on_progress: Progress | None = None,
    command: str = "",
) -> Path:
    """Compare strategies with doing nothing, and keep everything in one folder.

    The same call on an unfinished folder runs what is missing; on a finished one it does nothing.

    Parameters
    ----------
    market : Market or str
        A market, or its name.
    strategies : iterable of Strategy or str
        Strategies, or their names; the baseline is always added.
    customers : int
        Customers of the firm in each run.
    weeks : int
        Horizon.
    replications : int
        Runs of each scenario, each with its own luck and parameter draw.
    seed : int
        Seed of replication 0.
    out : Path
        Folder for the results: new, empty, or of the same comparison. Without one a folder among
        the market's results is found (`sim.experiment.results_folder`).
    jobs : int
        Processes; 0 takes one per processor unless the comparison is small; 1 stays in this
        process.
    on_progress : callable, optional
        Called with (runs done, runs in all, what was last done).
    command : str
        The command a person gives to make or continue this comparison.

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
    if isinstance(market, str):
        market = load_market(market)
    designs = _check(market.name, strategies, customers, weeks, replications, seed, jobs)
    description = describe(
        market,
        designs,
        n_customers=customers,
        weeks=weeks,
        replications=replications,
        seed=seed,
        variants={
            name: variant.model_dump(mode="json")
            for name, variant in variants(market, customers, replications).items()
        },
    )
    folder = Path(out) if out is not None else folder_for(market.name, description)
    say = on_progress or _silent
    with lock(folder):
        manifest = open_folder(folder, description)
        clear_partial(folder)
        if manifest is None:
            say(0, 0, "giving all strategies the same budget")
            large = customers * weeks * replications * len(designs) >= WORTH_PROCESSES
            sized = size_strategies(market, designs, weeks, (jobs or cpu_count()) if large else 1)
            chosen = {design.name: sized[design.name] for design in designs}
            manifest = _start(folder, description, chosen, reproduction(market), command)
        missing = result_store.missing_runs(folder, manifest)
        if missing:
            run_missing(folder, manifest, missing, jobs, say)
        whole = manifest.finished and result_store.has_summary(folder, manifest)
        if missing or not whole:
            _finish(folder, manifest)
        else:
            total = len(manifest.run_keys())
            say(total, total, "finished before: nothing to run")
    return folder


def variants(market: Market, customers: int, replications: int) -> dict[str, Variant]:
    """Return the markets that a comparison runs: the central one and each end of the values shown.

    Parameters
    ----------
    market : Market
    customers, replications : int
        Of the central variant.

    Returns
    -------
    dict of str to Variant
    """
    size = (customers, replications)
    few = (min(customers, END_CUSTOMERS), min(replications, END_REPLICATIONS))
    firm = market["firm_customers"]

    def variant(values: dict[str, float], n_customers: int, n_replications: int) -> Variant:
        return Variant(
            values=values,
            n_customers=n_customers,
            replications=n_replications,
            scale=firm / n_customers,
            reduced=(n_customers, n_replications) != size,
        )

    found = {CENTRAL: variant({}, *size)}
    for name, number in market.values.items():
        for end, value in (("low", number.low), ("high", number.high)):
            if number.show_ends and value is not None:
                found[f"{name}_{end}"] = variant({name: value}, *few)
    return found


def reproduction(market: Market) -> float:
    """Return R, the further losses that one loss brings, at central values: 0 where none are seen.

    From the rates of `_FEW` people, so that it costs nothing beside the comparison.
    """
    if not market["defection_visible"]:
        return 0.0
    return LoyaltyModel(Scenario(market, load_strategy(BASELINE), _FEW, 1, 0)).reproduction


def _check(market: str, strategies: Iterable[Strategy | str], *numbers: object) -> list[Strategy]:
    """Check all arguments but the market; return the strategies as designed, without the baseline."""
    for (name, (low, high)), value in zip(BOUNDS.items(), numbers, strict=True):
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            expected = f"a whole number from {low} to {high}"
            raise InputError(f"--{name}", name, value, expected)
    known = [name for name in known_strategies(market) if name != BASELINE]
    designs: dict[str, Strategy] = {}
    for given in [strategies] if isinstance(strategies, str | Strategy) else strategies:
        if isinstance(given, str) and given not in (*known, BASELINE):
            expected = "one of " + ", ".join(known)
            raise InputError("--strategies", "strategy", given, expected, nearest(given, known))
        design = as_strategy(given, market)
        if design != designs.setdefault(design.name, design):
            expected = "a name of its own for each strategy"
            raise InputError("--strategies", "name", design.name, expected)
    designs.pop(BASELINE, None)
    if not designs:
        expected = "at least one strategy besides the baseline"
        raise InputError("--strategies", "strategies", "none", expected)
    return list(designs.values())


def _silent(_done: int, _total: int, _label: str) -> None:
    """Ignore progress."""


def _start(
    folder: Path,
    description: dict[str, Any],
    chosen: dict[str, Strategy],
    reproduction: float,
    command: str,
) -> Manifest:
    """Write the manifest of a new comparison and return it."""
    firm = description["market"]["values"]["firm_customers"]["value"]
    manifest = Manifest(
        id=identify(description),
        finished=False,
        command=command,
        **description,
        scale=description["variants"][CENTRAL]["scale"],
        reproduction=reproduction,
        strategies={
            name: Compared(
                title=strategy.title, plan=_plan_by_lever(strategy, firm), sized=strategy
            )
            for name, strategy in chosen.items()
        },
        libraries=libraries(),
    )
    manifest.previous = last_before(folder, manifest)
    result_store.write_manifest(folder, manifest)
    return manifest


def _finish(folder: Path, manifest: Manifest) -> None:
    """Write the summary of all runs, then the manifest as a sign that everything is there."""
    summary = summary_csv(folder, manifest)
    write(folder / result_store.SUMMARY, summary)
    done = {"finished": True, "summary": digest(summary)}
    result_store.write_manifest(folder, manifest.model_copy(update=done))


def _plan_by_lever(strategy: Strategy, firm_customers: float) -> dict[str, float]:
    """Return the planned yearly cost of each lever for the firm; a lever's plays are added up."""
    plan: dict[str, float] = {}
    for play, cost in strategy.planned.items():
        lever = play.split(":")[0]
        plan[lever] = plan.get(lever, 0.0) + cost * firm_customers
    return plan
