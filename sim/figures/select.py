"""What the figures and the sentences of a report pick out of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from sim.analysis import Comparison


def ranking(comparison: Comparison) -> list[str]:
    """Give the strategies by mean gain in customer equity, largest first."""
    gains = total_effects(comparison, "customer_equity")
    return list(gains.sort_values("difference", ascending=False, kind="stable").index)


def total_effects(comparison: Comparison, measure: str) -> pd.DataFrame:
    """Give the effects on one measure over all customers, central values, one row per strategy."""
    table = comparison.effects
    rows = table[
        (table["variant"] == "central")
        & (table["segment"] == "total")
        & (table["measure"] == measure)
    ]
    return rows.set_index("scenario").reindex(comparison.strategies)


def share_best(comparison: Comparison) -> pd.Series:
    """Give, per scenario, the share of draws in which it has the largest customer equity."""
    table = comparison.measures
    rows = table[
        (table["variant"] == "central")
        & (table["segment"] == "total")
        & (table["measure"] == "customer_equity")
    ]
    wide = rows.pivot(index="replication", columns="scenario", values="value")
    return wide.idxmax(axis=1).value_counts(normalize=True).reindex(wide.columns, fill_value=0.0)


def path(comparison: Comparison, name: str, measure: str) -> pd.DataFrame:
    """Give one strategy's path of one measure, by week."""
    table = comparison.paths
    rows = table[(table["scenario"] == name) & (table["measure"] == measure)]
    return rows.sort_values("week")


def contributions(comparison: Comparison, strategy: str) -> pd.DataFrame:
    """Give the average terms of one strategy, mechanisms by outcomes, largest first.

    Mechanisms that change nothing by a two-thousandth are left out, as is the calibration offset,
    which is the same in all scenarios.
    """
    table = comparison.contributions
    rows = table[(table["scenario"] == strategy) & (table["segment"] == "total")]
    wide = rows.pivot(index="mechanism", columns="outcome", values="difference").fillna(0.0)
    wide = wide.drop(index="offset", errors="ignore")
    size = wide.abs().max(axis=1)
    order = size.sort_values(ascending=False, kind="stable").index
    return wide.loc[[name for name in order if size[name] >= 0.0005]]


def lever_costs(comparison: Comparison) -> pd.DataFrame:
    """Give the actual yearly cost, strategies by levers, levers by their largest cost.

    Levers on which no strategy spends anything are left out.
    """
    names = [name for name in comparison.money.columns if name.startswith("cost.")]
    costs = comparison.money[names].fillna(0.0).rename(columns=lambda name: name[5:])
    largest = costs.abs().max().sort_values(ascending=False, kind="stable")
    return costs[[name for name in largest.index if largest[name] > 0]]
