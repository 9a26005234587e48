"""The budget as a cap on plans: who plans to use it in full, who would need more, and who spends more.

A share of the budget is always said with what it is a share of it: as written, planned, or actual.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from sim.analysis.of_budget import Cost, share_of_budget
from sim.common.formatting import NEAR_BUDGET, NONE, fixed, fixed_percent, listing, money
from sim.common.style import bracketed, ended
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
    total = len(comparison.ranking)
    if total == 1:
        title = comparison.title(comparison.ranking[0])
        return say(f"comparison.budget.{what}.{'alone' if count else 'alone_not'}", title=title)
    few, every = count == 0, count == total
    ranked = how_many_ranked(comparison)
    if few:
        return say(f"comparison.budget.{what}.none", total=ranked)
    if every:
        return say(f"comparison.budget.{what}.all", total=ranked)
    return say(f"comparison.budget.{what}.some", count=count, total=ranked)


def how_many_ranked(comparison: Answers) -> str:
    """Return how many strategies are ranked, and that these are not all where others are too dear."""
    total = fixed(len(comparison.ranking))
    if len(comparison.ranking) == len(comparison.strategies):
        return total
    return say("comparison.budget.payable", total=total)


def cost_or_saving(cost: float, currency: str, written: Callable[[float, str], str] = money) -> str:
    """Write a cost, by `money` or in fewer digits; one below nothing as what is saved."""
    if cost < 0:
        return say("comparison.budget.saves", amount=written(-cost, currency))
    return written(cost, currency)


def planned_and_actual(line: pd.Series) -> str:
    """Write which share of the budget a strategy is planned to cost, and which it does cost.

    Parameters
    ----------
    line : Series
        Its row of `Answers.money`. What is saved is no share of a budget.
    """
    if line["actual_cost"] < 0:
        return NONE
    planned, actual = (fixed_percent(share_of_budget(line, cost)) for cost in ("planned", "actual"))
    return say("comparison.budget.planned_and_actual", planned=planned, actual=actual)


def budget(comparison: Answers) -> list[str]:
    """Return that plans have a cap, who is below or above it as written, and who spends more."""
    table, order = comparison.money, comparison.ranking
    amount = money(table["budget"].max(), comparison.market.currency)
    cap = say("comparison.budget.the_yearly_budget_of_is", amount=amount)
    if comparison.pays_none:
        return [cap + say("comparison.budget.fits_none")]
    written, actual = (
        pd.Series({name: share_of_budget(table.loc[name], cost) for name in order})
        for cost in ("design", "actual")
    )
    below = [name for name in order if written[name] < 1 - NEAR_BUDGET]
    above = [name for name in order if written[name] > 1 + NEAR_BUDGET]
    over = [name for name in order if actual[name] > 1 + NEAR_BUDGET]
    says = [cap + ended(of_all(comparison, len(order) - len(below), "sized"))]
    parts: list[tuple[str, list[str], Cost]] = [
        ("below_the_budget_because_the", [n for n in below if written[n] >= 0], "design"),
        ("above_the_budget_because_of", above, "design"),
        ("spent_above_the_budget", over, "actual"),
    ]
    for key, names, cost in parts:
        if names:
            says.append(say(f"comparison.budget.{key}", shares=_shares(comparison, names, cost)))
    return says


def _shares(comparison: Answers, names: list[str], cost: Cost) -> str:
    """Name strategies with the share of the budget that they cost in one of three ways."""
    table = comparison.money
    return listing(
        [
            bracketed(comparison.title(name), fixed_percent(share_of_budget(table.loc[name], cost)))
            for name in names
        ]
    )
