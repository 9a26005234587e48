"""One strategy once, beside doing nothing on the same luck: one run, which decides nothing."""

import shlex
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sim.common.errors import InputError
from sim.common.writing import new_folder, write
from sim.experiment.budget import size_strategies
from sim.experiment.designs import check_goals
from sim.experiment.fingerprint import describe, libraries, machine
from sim.experiment.manifest import RunManifest
from sim.experiment.result_store import parquet_bytes, write_manifest
from sim.market.market import Market, load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategies import BASELINE, Strategy
from sim.playbook.strategy_files import as_strategy


@dataclass(frozen=True)
class RunPair:
    """One run of a strategy, and one of doing nothing with the same people and luck.

    Attributes
    ----------
    market : Market
    strategy : Strategy
        As sized to the budget.
    weekly, baseline : DataFrame
        Weekly tables under the strategy and under doing nothing; counts and sums of simulated people.
    model : LoyaltyModel
        Under the strategy, after the last week.
    """

    market: Market
    strategy: Strategy
    weekly: pd.DataFrame
    baseline: pd.DataFrame
    model: LoyaltyModel

    @property
    def weeks(self) -> int:
        """Horizon."""
        return self.model.setting.weeks

    @property
    def scale(self) -> float:
        """Customers of the firm per simulated customer."""
        return self.model.scale


def run_once(
    market: Market | str,
    strategy: Strategy | str,
    customers: int,
    weeks: int,
    seed: int,
    folder: Path | None = None,
    on_progress: Callable[[int, int, str], None] | None = None,
) -> RunPair:
    """Run a strategy and the baseline with the same customers, luck and central parameters.

    Parameters
    ----------
    market : Market or str
        A market, or its name.
    strategy : Strategy or str
        A strategy, or its name. It is planned under the market's budget.
    customers, weeks, seed : int
        Customers in the simulation, horizon, luck.
    folder : Path, optional
        Gets ``weekly.parquet`` (one row per scenario, week and segment, not scaled to the firm) and
        ``manifest.json``. New or empty. Without it no file is written.
    on_progress : callable, optional
        Called with (weeks done, weeks in all, scenario).

    Returns
    -------
    RunPair

    Raises
    ------
    InputError
        If a name is unknown, or the folder holds something or cannot be written to.
    """
    if folder is not None and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(
            "--out",
            "folder",
            str(folder),
            "a folder that is new or empty",
            hint="Results are never overwritten: choose another name.",
        )
    if isinstance(market, str):
        market = load_market(market)
    # what is wrong is said before the sizing takes time
    design = as_strategy(strategy, market.name)
    check_goals(design, weeks)
    target = nullcontext() if folder is None else new_folder(folder)
    with target as filled:
        sized = {BASELINE: as_strategy(BASELINE)}
        if design.name != BASELINE:
            sized |= size_strategies(market, [design], weeks)
        models = {
            name: LoyaltyModel(Scenario(market, each, customers, weeks, seed))
            for name, each in sized.items()
        }
        _run(models, on_progress)
        model = models[design.name]
        pair = RunPair(market, sized[design.name], model.weekly, models[BASELINE].weekly, model)
        if filled is not None:
            _write(filled, pair, design, strategy if isinstance(strategy, str) else design.name)
    return pair


def _run(
    models: dict[str, LoyaltyModel], on_progress: Callable[[int, int, str], None] | None
) -> None:
    """Run each model to its horizon, one after the other, and tell how many weeks are done."""
    weeks = [(name, model) for name, model in models.items() for _ in range(model.setting.weeks)]
    for done, (name, model) in enumerate(weeks, 1):
        model.step()
        if on_progress is not None:
            on_progress(done, len(weeks), name)


def _write(folder: Path, pair: RunPair, design: Strategy, asked_by: str) -> None:
    """Write the weekly tables and what made them; the manifest last, as a sign that all is there."""
    setting, name = pair.model.setting, pair.strategy.name
    asked: dict[str, Any] = {
        "n_customers": setting.n_customers,
        "weeks": setting.weeks,
        "seed": setting.seed,
    }
    sized = {BASELINE: as_strategy(BASELINE), name: pair.strategy}
    manifest = RunManifest(
        **describe(pair.market, [design], **asked),
        sized=sized,
        scale=pair.scale,
        libraries=libraries(),
        machine=machine(),
        command=f"loyalty run --market {pair.market.name} --strategy {shlex.quote(asked_by)}"
        f" --customers {setting.n_customers} --weeks {setting.weeks} --seed {setting.seed}",
    )
    weekly = pd.concat({BASELINE: pair.baseline, name: pair.weekly}, names=["scenario"])
    # a lever that is off has no columns: it cost nothing and had no effect
    content = parquet_bytes(weekly.reset_index(level="scenario").fillna(0.0))
    write(folder / "weekly.parquet", content)
    write_manifest(folder, manifest)
