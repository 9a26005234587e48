"""The tables of what strategies cost: against plan and budget, and lever by lever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.common.formatting import NONE, brief_money, futures, money, percent
from sim.model.ordinary_mechanisms import mechanism_label
from sim.report.section import Table

if TYPE_CHECKING:
    from sim.analysis.comparison import Comparison


def miss(line: pd.Series) -> str:
    """Write by what share the actual cost of a strategy differs from the planned one."""
    planned, actual = line["planned_cost"], line["actual_cost"]
    return percent(actual / planned - 1, signed=True) if planned else NONE


def money_table(comparison: Comparison) -> Table:
    """Return the cost of the design, planned and actual, the miss, return and payback."""
    currency, runs, rows = comparison.market.currency, comparison.replications, []
    for name in comparison.ranking:
        line = comparison.money.loc[name]
        week, share = line["payback_week"], line["payback_share"]
        late = not np.isfinite(week)
        rows.append(
            {
                "Strategy": comparison.title(name),
                "Its design would cost": f"{line['design_cost'] / line['budget']:.0%} of the budget",
                "Planned cost a year": money(line["planned_cost"], currency),
                "Actual cost a year": money(line["actual_cost"], currency),
                "What one firm may see": f"{money(max(line['low'], 0.0), currency)} to "
                f"{money(line['high'], currency)}",
                "Off plan by": miss(line)
                + (" \N{WARNING SIGN} over 5%" if line["off_plan"] else ""),
                "Return on cost": percent(comparison.return_on_cost(name), signed=True),
                "Earned back in": f"{futures(share, runs)} futures",
                "Median payback": "none" if late else f"{week + 1:.0f} weeks",
            }
        )
    return Table(
        "Cost, return and payback",
        pd.DataFrame(rows),
        f"The budget is {money(comparison.money['budget'].max(), currency)} a year. Below 100% a design "
        "cannot use all of it; above, its plays stop for the rest of a year when their share is used "
        "up, so that no more than the budget is planned. Costs include discounts and rewards given to "
        "customers who would have paid anyway. Return on cost: gain in customer equity per money "
        "spent, both discounted.",
    )


def lever_table(comparison: Comparison) -> Table:
    """Return what each strategy spends on which lever, largest first, in one line each."""
    costs, currency = comparison.lever_costs, comparison.market.currency
    rows = []
    for name in comparison.ranking:
        spent = costs.loc[name].sort_values(ascending=False, kind="stable")
        parts = [
            f"{mechanism_label(str(lever))} {brief_money(amount, currency)}"
            for lever, amount in spent.items()
            if amount
        ]
        rows.append({"Strategy": comparison.title(name), "Spent on": ", ".join(parts)})
    return Table("Where the money goes: actual cost a year, by lever", pd.DataFrame(rows))
