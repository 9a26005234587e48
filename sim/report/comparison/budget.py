"""The budget as a cap: which strategies use it in full, which cannot, and which would need more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.common.formatting import NEAR_BUDGET, listing, money
from sim.report.phrases import say

if TYPE_CHECKING:
    from sim.analysis.comparison import Comparison


def of_all(comparison: Comparison, count: int, what: str, plural: str) -> str:
    """Return of how many strategies something holds: ``3 of 11 strategies are better``.

    Parameters
    ----------
    comparison : Comparison
    count : int
        Strategies of which it holds.
    what, plural : str
        The statement in the singular and in the plural, with their verb (``is``, ``are``) first.
    """
    total = len(comparison.strategies)
    if total == 1:
        verb, _, rest = what.partition(" ")
        title = comparison.title(comparison.strategies[0])
        return f"{title} {verb}{'' if count else ' not'} {rest}"
    if count == 0:
        return say("budget.none_of_strategies", total=total, what=what)
    if count == total:
        return say("budget.all_strategies", total=total, plural=plural)
    return say(
        "budget.of_strategies", number=count, total=total, words=what if count == 1 else plural
    )


def budget(comparison: Comparison) -> list[str]:
    """Return that the budget is a cap, and which strategies use less or would need more."""
    table, currency = comparison.money, comparison.market.currency
    share = table["design_cost"] / table["budget"]
    order = comparison.ranking
    below = [name for name in order if share[name] < 1 - NEAR_BUDGET]
    above = [name for name in order if share[name] > 1 + NEAR_BUDGET]
    says = [
        say("budget.the_yearly_budget_of_is", amount=money(table["budget"].max(), currency))
        + of_all(
            comparison,
            len(order) - len(below) - len(above),
            say("budget.is_sized_to_it"),
            say("budget.are_sized_to_it"),
        )
        + "."
    ]
    if below:
        says.append(
            say("budget.below_the_budget_because_the", shares=_shares(comparison, below, share))
        )
    if above:
        says.append(
            say("budget.above_the_budget_because_of", shares=_shares(comparison, above, share))
        )
    return says


def _shares(comparison: Comparison, names: list[str], share: pd.Series) -> str:
    """Name strategies with the share of the budget that their design costs."""
    return listing([f"{comparison.title(name)} ({share[name]:.0%})" for name in names])
