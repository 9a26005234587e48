"""The budget as a cap: which strategies use it in full, which cannot, and which would need more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.common.formatting import NEAR_BUDGET, fixed_percent, listing, money
from sim.report.phrases import say

if TYPE_CHECKING:
    from sim.analysis.answers import Answers


def of_all(comparison: Answers, count: int, what: str) -> str:
    """Return of how many strategies something holds: ``3 of 11 strategies are clearly better``.

    Parameters
    ----------
    comparison : Answers
    count : int
        Strategies of which it holds.
    what : str
        The statement, a key of the catalogue's part ``budget``: ``better`` or ``sized``.
    """
    total = len(comparison.strategies)
    if total == 1:
        title = comparison.title(comparison.strategies[0])
        return say(f"comparison.budget.{what}.{'alone' if count else 'alone_not'}", title=title)
    if count == 0:
        return say(f"comparison.budget.{what}.none", total=total)
    if count == total:
        return say(f"comparison.budget.{what}.all", total=total)
    return say(f"comparison.budget.{what}.some", count=count, total=total)


def budget(comparison: Answers) -> list[str]:
    """Return that the budget is a cap, and which strategies use less or would need more."""
    table, currency = comparison.money, comparison.market.currency
    share = table["design_cost"] / table["budget"]
    order = comparison.ranking
    below = [name for name in order if share[name] < 1 - NEAR_BUDGET]
    above = [name for name in order if share[name] > 1 + NEAR_BUDGET]
    says = [
        say(
            "comparison.budget.the_yearly_budget_of_is",
            amount=money(table["budget"].max(), currency),
        )
        + of_all(comparison, len(order) - len(below) - len(above), "sized")
        + "."
    ]
    if below:
        says.append(
            say(
                "comparison.budget.below_the_budget_because_the",
                shares=_shares(comparison, below, share),
            )
        )
    if above:
        says.append(
            say(
                "comparison.budget.above_the_budget_because_of",
                shares=_shares(comparison, above, share),
            )
        )
    return says


def _shares(comparison: Answers, names: list[str], share: pd.Series) -> str:
    """Name strategies with the share of the budget that their design costs."""
    return listing([f"{comparison.title(name)} ({fixed_percent(share[name])})" for name in names])
