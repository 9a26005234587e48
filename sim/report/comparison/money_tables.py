"""The tables of what strategies cost: against plan and budget, and lever by lever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.of_budget import Cost, share_of_budget
from sim.common.formatting import (
    NONE,
    brief_money,
    fixed,
    fixed_percent,
    futures,
    money,
    money_in,
    percent,
    range_of,
)
from sim.common.style import style
from sim.report.comparison.budget import cost_or_saving
from sim.report.names import mechanism_label
from sim.report.phrases import say
from sim.report.section import Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers


def miss(line: pd.Series) -> str:
    """Write by what share the actual cost of a strategy differs from the planned one."""
    planned, actual = line["planned_cost"], line["actual_cost"]
    return percent(actual / planned - 1, signed=True) if planned else NONE


def low_of(line: pd.Series) -> float:
    """Return the low end of a cost: nothing at least, but where a strategy saves what the firm spends."""
    low = float(line["low"])
    return low if line["actual_cost"] < 0 else max(low, 0.0)


def _with_share(line: pd.Series, cost: Cost, currency: str) -> str:
    """Write a cost of a year and what share of the budget it is; what is saved is no share of it."""
    if line[f"{cost}_cost"] < 0:
        return cost_or_saving(line[f"{cost}_cost"], currency)
    return say(
        "comparison.money_tables.and_of_the_budget",
        amount=money(line[f"{cost}_cost"], currency),
        share=fixed_percent(share_of_budget(line, cost)),
    )


def money_table(comparison: Answers) -> Table:
    """Return the cost of the design, planned and actual, the miss, return and payback."""
    currency, runs, rows = comparison.market.currency, comparison.futures, []
    amount = money_in(currency)
    for name in comparison.ranking:
        line = comparison.money.loc[name]
        week, share = line["payback_week"], line["payback_share"]
        saves = line["actual_cost"] < 0
        rows.append(
            {
                say("column.strategy"): comparison.title(name),
                say("column.its_design_would_cost"): cost_or_saving(line["design_cost"], currency)
                if line["design_cost"] < 0
                else say(
                    "comparison.money_tables.of_the_budget",
                    share=fixed_percent(share_of_budget(line, "design")),
                ),
                say("column.planned_cost_a_year"): _with_share(line, "planned", currency),
                say("column.actual_cost_a_year"): _with_share(line, "actual", currency),
                say("column.what_one_firm_may_see"): range_of(low_of(line), line["high"], amount),
                say("column.off_plan_by"): miss(line)
                + (say("comparison.money_tables.over_5") if line["off_plan"] else ""),
                say("column.return_on_cost"): percent(comparison.return_on_cost(name), signed=True),
                say("column.earned_back_in"): NONE
                if saves
                else say("comparison.money_tables.futures", futures=futures(share, runs)),
                say("column.median_payback"): NONE if saves else _weeks(week),
            }
        )
    return Table(
        say("comparison.money_tables.cost_return_and_payback"),
        pd.DataFrame(rows),
        say(
            "comparison.money_tables.the_budget_is_a_year",
            amount=money(comparison.money["budget"].max(), currency),
        ),
    )


def _weeks(week: float) -> str:
    """Write within how many weeks a cost is earned back, if it is."""
    if not np.isfinite(week):
        return say("common.none")
    return say("comparison.money_tables.weeks", count=int(week) + 1, week=fixed(week + 1))


def lever_table(comparison: Answers) -> Table:
    """Return what each strategy spends on which lever, largest first, in one line each."""
    costs, currency = comparison.lever_costs, comparison.market.currency
    rows = []
    for name in comparison.ranking:
        spent = costs.loc[name].sort_values(ascending=False, kind="stable")
        parts = [
            f"{mechanism_label(str(lever))} {cost_or_saving(amount, currency, brief_money)}"
            for lever, amount in spent.items()
            if amount
        ]
        rows.append(
            {
                say("column.strategy"): comparison.title(name),
                say("column.spent_on"): style().comma.join(parts),
            }
        )
    return Table(say("comparison.money_tables.where_the_money_goes_actual"), pd.DataFrame(rows))
