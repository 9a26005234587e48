"""The budget as a cap: which strategies use it in full, which cannot, and which would need more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.common.formatting import NEAR_BUDGET, listing, money

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
        return f"None of {total} strategies {what}"
    if count == total:
        return f"All {total} strategies {plural}"
    return f"{count} of {total} strategies {what if count == 1 else plural}"


def budget(comparison: Comparison) -> list[str]:
    """Return that the budget is a cap, and which strategies use less or would need more."""
    table, currency = comparison.money, comparison.market.currency
    share = table["design_cost"] / table["budget"]
    order = comparison.ranking
    below = [name for name in order if share[name] < 1 - NEAR_BUDGET]
    above = [name for name in order if share[name] > 1 + NEAR_BUDGET]
    says = [
        f"The yearly budget of {money(table['budget'].max(), currency)} is a cap, the same for all. "
        + of_all(
            comparison, len(order) - len(below) - len(above), "is sized to it", "are sized to it"
        )
        + "."
    ]
    if below:
        says.append(
            f"Below the budget, because the design cannot use more: {_shares(comparison, below, share)}. "
            "What is left over stays with the firm; judge these by their return as well as their gain."
        )
    if above:
        says.append(
            f"Above the budget, because of costs that do not shrink with the firm: "
            f"{_shares(comparison, above, share)}. Each play stops for the rest of the year when its "
            "share is used up, so such a strategy is seen here only in part."
        )
    return says


def _shares(comparison: Comparison, names: list[str], share: pd.Series) -> str:
    """Name strategies with the share of the budget that their design costs."""
    return listing([f"{comparison.title(name)} ({share[name]:.0%})" for name in names])
