"""What the figures and the sentences of a report pick out of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.playbook.strategies import BASELINE

if TYPE_CHECKING:
    from sim.analysis.comparison import Comparison

#: Terms smaller than this (a twentieth of a per cent) are not shown.
VISIBLE = 0.0005
#: So many strategies are told in full, best first; the others are told in short.
LEADERS = 4


def strategy_title(comparison: Comparison, name: str) -> str:
    """Return the title of a strategy as its file states it; doing nothing has a fixed one."""
    if name == BASELINE:
        return "Doing nothing"
    return comparison.manifest.strategies[name].title


def replications(comparison: Comparison) -> int:
    """Return how many futures were simulated with the central values."""
    table = comparison.measures
    return int(table.loc[table["variant"] == "central", "replication"].nunique())


def ranking(comparison: Comparison) -> list[str]:
    """Return the strategies by mean gain in customer equity, largest first."""
    return [name for name in comparison.verdict.options.index if name != BASELINE]


def leaders(comparison: Comparison) -> list[str]:
    """Return the strategies that are told in full: all, or the best few of many."""
    order = ranking(comparison)
    return order if len(order) <= LEADERS + 1 else order[:LEADERS]


def total_effects(comparison: Comparison, measure: str) -> pd.DataFrame:
    """Return the effects on one measure over all customers, central values, one row per strategy."""
    table = comparison.effects
    rows = table[
        (table["variant"] == "central")
        & (table["segment"] == "total")
        & (table["measure"] == measure)
    ]
    return rows.set_index("scenario").reindex(comparison.strategies)


def share_best(comparison: Comparison) -> pd.Series:
    """Give, per scenario, the share of draws in which it has the largest customer equity."""
    return comparison.verdict.options["probability"]


def path(comparison: Comparison, name: str, measure: str) -> pd.DataFrame:
    """Return one strategy's path of one measure, by weeks passed (the first week is week 0)."""
    table = comparison.paths
    rows = table[(table["scenario"] == name) & (table["measure"] == measure)]
    rows = rows.sort_values("week")
    return rows.assign(week=rows["week"] + 1)


def contributions(comparison: Comparison, strategy: str) -> pd.DataFrame:
    """Return the average terms of one strategy, mechanisms by outcomes, largest first.

    Mechanisms that change nothing by a twentieth of a per cent are left out, as is the calibration
    offset, which is the same in all scenarios.
    """
    table = comparison.contributions
    rows = table[(table["scenario"] == strategy) & (table["segment"] == "total")]
    wide = rows.pivot(index="mechanism", columns="outcome", values="difference").fillna(0.0)
    wide = wide.drop(index="offset", errors="ignore")
    size = wide.abs().max(axis=1)
    order = size.sort_values(ascending=False, kind="stable").index
    return wide.loc[[name for name in order if size[name] >= VISIBLE]]


def lever_costs(comparison: Comparison) -> pd.DataFrame:
    """Return the actual yearly cost, strategies by levers, levers by their largest cost.

    Levers on which no strategy spends anything are left out.
    """
    names = [name for name in comparison.money.columns if name.startswith("cost.")]
    costs = comparison.money[names].fillna(0.0).rename(columns=lambda name: name[5:])
    largest = costs.abs().max().sort_values(ascending=False, kind="stable")
    return costs[[name for name in largest.index if largest[name] > 0]]


def return_on_cost(comparison: Comparison, strategy: str) -> float:
    """Return the mean gain in customer equity per mean discounted cost.

    A ratio of means, so that it has the sign of the mean gain; the mean of each draw's ratio need
    not, for draws with little cost would weigh as much as the others. The discounted cost of a draw
    is its gain over its return. NaN if nothing is spent.
    """
    table = comparison.measures
    table = table[(table["variant"] == "central") & (table["segment"] == "total")]
    table = table[table["measure"].isin(["customer_equity", "return"])]
    wide = table.pivot(index="replication", columns=["measure", "scenario"], values="value")
    gain = wide["customer_equity", strategy] - wide["customer_equity", BASELINE]
    rate = wide["return", strategy]
    known = np.isfinite(rate) & (rate != 0)
    if not known.any():
        return float("nan")
    return float(gain[known].mean() / (gain[known] / rate[known]).mean())


def most_important(table: pd.DataFrame, most: int, rest: str) -> pd.DataFrame:
    """Return the first columns of a table that is ordered by weight, and the sum of the others.

    Parameters
    ----------
    table : DataFrame
    most : int
        Columns to keep; the others are added up only if there are at least two of them.
    rest : str
        Name of the column that holds their sum.
    """
    if table.shape[1] <= most + 1:
        return table
    return table.iloc[:, :most].assign(**{rest: table.iloc[:, most:].sum(axis=1)})
