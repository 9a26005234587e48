"""Made-up weekly tables and comparison folders, for tests that need no model."""

import numpy as np
import pandas as pd

from sim.experiment import result_store
from sim.experiment.manifest import Compared, Manifest
from sim.experiment.result_store import parquet_bytes, run_place, write_content
from sim.market.market import Market
from sim.measures.equity import equity
from sim.measures.weekly import TOTAL, columns_by_segment
from sim.model.horizon import WORTH_COLUMNS
from sim.playbook.strategies import Strategy
from tests.stored import id_of

SEGMENTS = ("high_value", "potential", "ordinary")
FLOWS = (
    "n_active", "n_prospect", "n_lapsed", "n_start_active", "n_start", "n_bought_12w", "new_joined",
    "new_won_back", "acquisition_cost",
    "new_dropped_out", "new_returned", "trips", "rival_trips", "spend", "rival_spend", "margin",
    "satisfaction_sum", "n_surveyed", "n_satisfied", "n_promoter", "n_detractor", "n_positive_talk",
    "n_negative_talk", "n_contacts", "wait_minutes", "n_failures",
)  # fmt: skip
WORTH = WORTH_COLUMNS


def weekly_table(weeks: int = 6, value: float = 0.0, **columns: object) -> pd.DataFrame:
    """Return a weekly table; each column is `value`, or as given (shape weeks x segments)."""
    table = {
        "week": np.repeat(np.arange(weeks, dtype=np.int32), len(SEGMENTS)),
        "segment": np.tile(np.array(SEGMENTS, dtype=object), weeks),
    }
    names = dict.fromkeys([*FLOWS, *WORTH, *columns])
    for name in names:
        given = columns.get(name, value)
        table[name] = np.broadcast_to(given, (weeks, len(SEGMENTS))).astype(float).ravel()
    return pd.DataFrame(table)


def random_table(seed: int, weeks: int = 6) -> pd.DataFrame:
    """Return a weekly table of random positive sums, with two levers and some terms."""
    rng = np.random.default_rng(seed)
    names = [*FLOWS, *WORTH, "cost.feedback", "cost.incentives"]
    names += ["exposed.purchase", "term.purchase.satisfaction", "term.purchase.incentives"]
    return weekly_table(weeks, **{n: rng.uniform(1, 9, (weeks, len(SEGMENTS))) for n in names})


def made_up_manifest(market: Market, plans: dict[str, dict[str, float]], **changes) -> Manifest:
    """Return the manifest of a finished comparison; `plans` gives yearly costs per known customer."""
    strategies = {
        name: Compared(
            title=name.replace("_", " ").capitalize(),
            plan=plan,
            sized=Strategy(name=name, title=name, summary="", budget=1e3, planned=plan),
            code="",
        )
        for name, plan in plans.items()
    }
    made = {
        "id": "made up", "finished": True, "command": "loyalty compare --market shop",
        "workbench": "0.1.0", "code": "", "n_customers": 1000, "weeks": 104, "futures": 20,
        "seed": 1, "market": market, "history": "", "baseline_code": "",
        "chosen": {name: content.sized for name, content in strategies.items()},
        "parameters": [], "reproduction": 0.0, "strategies": strategies, "libraries": {},
    }  # fmt: skip
    manifest = Manifest(**{**made, **changes})
    return manifest.model_copy(update={"id": id_of(manifest.model_dump(mode="json"))})


def write_comparison(folder, market: Market, gains: dict[str, list[float]], weeks: int = 6) -> None:
    """Write a finished comparison in which each strategy's gain in equity per future is as given.

    Second lives have the same runs as the first. A simulated customer stands for three of the firm.
    """
    n, firm = len(next(iter(gains.values()))), market["firm_customers"]
    plans = {name: {"incentives": 156.0 * 52 / firm} for name in gains}
    manifest = made_up_manifest(
        market, plans, weeks=weeks, futures=n, n_customers=max(round(firm / 3), 1)
    )
    futures = {(future.number, future.luck): future for future in manifest.drawn}
    at_end = np.arange(weeks) == weeks - 1
    for key, run in manifest.runs.items():
        scenario, k, luck = key
        discount = manifest.discount(futures[k, luck])
        columns: dict[str, object] = {"margin": 100.0, "n_active": 10.0, "n_start": 20.0,
                                      "n_start_active": 10.0, "exposed.purchase": 50.0,
                                      "term.purchase.satisfaction": 5.0}  # fmt: skip
        if scenario != "baseline":
            # The gain, a third in each segment, comes after the horizon and pays for the cost.
            cost = np.where(at_end, 0.0, 20.8)[:, None]
            paid = 20.8 * np.exp(-discount * np.arange(weeks - 1)).sum()
            after = (gains[scenario][k] / 3 + paid) / np.exp(-discount * weeks)
            columns |= {"residual_equity": np.where(at_end, after, 0.0)[:, None],
                        "cost.incentives": cost, "term.purchase.incentives": 10.0}  # fmt: skip
        write_table(folder, key, run, weekly_table(weeks, **columns))
    result_store.write_manifest(folder, manifest)


def write_table(folder, key, run: str, weekly: pd.DataFrame) -> None:
    """Write the weekly table of a run into the folder of a comparison."""
    write_content(run_place(folder, key, run), parquet_bytes(weekly), ())


def customer_equity(weekly: pd.DataFrame, discount: float) -> float:
    """The customer equity of all people of a weekly table."""
    return equity(columns_by_segment(weekly)[TOTAL], discount)
