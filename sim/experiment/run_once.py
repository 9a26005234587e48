"""One strategy once, beside doing nothing on the same luck: a look, not a verdict."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from sim.common.errors import InputError
from sim.common.formatting import capital, change, measures, quantity
from sim.experiment.budget import size_strategies
from sim.experiment.fingerprint import describe, libraries
from sim.experiment.result_store import write_json, write_run
from sim.market.market import Market, load_market
from sim.measures.of_run import horizon_measures, paired_measures
from sim.measures.weekly import TOTAL
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategies import Strategy, load_strategy

#: What the table on the screen shows; weekly.parquet holds all the rest.
SHOWN = (
    "customer_equity",
    "profit",
    "cost",
    "active_customers",
    "retention",
    "repeat_rate",
    "share_of_wallet",
    "csat",
    "nps",
)
PAIRED = ("return", "payback_week")


def run_once(
    market_name: str,
    strategy_name: str,
    customers: int,
    weeks: int,
    seed: int,
    folder: Path,
    on_progress: Callable[[int, int, str], None] | None = None,
) -> list[tuple[str, ...]]:
    """Run a strategy and the baseline with the same customers, luck and central parameters.

    Parameters
    ----------
    market_name, strategy_name : str
        Names of a file in ``data/markets`` and in ``playbook/strategies``.
    customers, weeks, seed : int
        Customers in the simulation, horizon, luck.
    folder : Path
        Gets ``weekly.parquet`` (one row per scenario, week and segment, not scaled to the firm) and
        ``manifest.json``. New or empty.
    on_progress : callable, optional
        Called with (weeks done, weeks in all, scenario).

    Returns
    -------
    list of tuple of str
        Measures in words, scaled to the firm: a header and one row each, ready to print.

    Raises
    ------
    InputError
        If a name is unknown, or the folder holds something or cannot be written to.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(
            "--out",
            "folder",
            str(folder),
            "a folder that is new or empty",
            hint="Results are never overwritten: choose another name.",
        )
    market = load_market(market_name)
    load_strategy(strategy_name)  # a wrong name or file is said before the sizing takes time
    strategies = {"baseline": load_strategy("baseline")}
    if strategy_name != "baseline":
        strategies |= size_strategies(market, [strategy_name], weeks)
    tables: dict[str, pd.DataFrame] = {}
    for name, strategy in strategies.items():
        model = LoyaltyModel(Scenario(market, strategy, customers, weeks, seed, None))
        before = len(tables) * weeks
        for week in range(weeks):
            model.step()
            if on_progress is not None:
                on_progress(before + week + 1, weeks * len(strategies), name)
        tables[name] = model.weekly
    manifest = _manifest(market, strategies, customers, weeks, seed)
    _write(folder, tables, manifest)
    return in_words(tables, strategy_name, market, manifest["scale"])


def _manifest(
    market: Market, strategies: dict[str, Strategy], customers: int, weeks: int, seed: int
) -> dict:
    """Return what made the results, in the words that a comparison uses."""
    name = list(strategies)[-1]
    return {
        **describe(market, [name], n_customers=customers, weeks=weeks, seed=seed),
        "sized": {name: each.model_dump(mode="json") for name, each in strategies.items()},
        "scale": market["firm_customers"] / customers,
        "libraries": libraries(),
        "command": f"loyalty run --market {market.name} --strategy {name}"
        f" --customers {customers} --weeks {weeks} --seed {seed}",
    }


def _write(folder: Path, tables: dict[str, pd.DataFrame], manifest: dict) -> None:
    """Write the weekly tables and what made them; the manifest last: it says all is there."""
    weekly = pd.concat(tables, names=["scenario"]).reset_index(level="scenario")
    # a lever that is off has no columns: it cost nothing and moved nobody
    write_run(folder / "weekly.parquet", weekly.fillna(0.0))
    write_json(folder / "manifest.json", manifest)


def in_words(
    tables: dict[str, pd.DataFrame], strategy: str, market: Market, scale: float
) -> list[tuple[str, ...]]:
    """Return the measures of both runs and their difference, in words."""
    values = {}
    for name, weekly in tables.items():
        found = horizon_measures(weekly, market, scale)
        values[name] = found[found["segment"] == TOTAL].set_index("measure")["value"]
    before, after = values["baseline"], values[strategy]
    rows: list[tuple[str, ...]] = [("", "doing nothing", strategy.replace("_", " "), "difference")]
    words = measures(market.is_contractual)
    for name in (name for name in SHOWN if name in words):
        word = words[name]
        rows.append(
            (
                capital(word.name),
                quantity(before[name], word.kind, market.currency),
                quantity(after[name], word.kind, market.currency),
                change(after[name] - before[name], word.kind, market.currency),
            )
        )
    paired = paired_measures(tables[strategy], tables["baseline"], market)
    paired = paired[paired["segment"] == TOTAL].set_index("measure")["value"]
    for name in PAIRED:
        word = words[name]
        rows.append(
            (capital(word.name), "", "", quantity(paired[name], word.kind, market.currency))
        )
    return rows
