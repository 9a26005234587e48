"""Money over time: customer equity, return on what was spent, and payback.

Customer equity is the objective: discounted profit in the horizon, plus what the remaining
customers are worth after it (worked out per customer by the model). Rewards are charged when they are
promised, so that those still outstanding count. A discount rate of delta per week turns money of
week w into exp(-delta w) of today's.
"""

import numpy as np

from sim.common.calendar import WEEKS_A_YEAR
from sim.measures.measure import ratio
from sim.measures.weekly import Columns


def equity(columns: Columns, discount: float, after: str = "residual_equity") -> float:
    """Return the customer equity of one segment, in the money of the simulated people (not scaled).

    Parameters
    ----------
    columns : mapping
        The segment's columns.
    discount : float
        Continuous discount rate delta per week.
    after : str
        Column that says, in the last week, what customers are worth after the horizon.

    Returns
    -------
    float
        sum_w exp(-delta w) profit_w + exp(-delta H) `after` of the last week, with H the number of
        weeks.
    """
    return discounted(columns, "profit", discount) + worth_after(columns, discount, after)


def worth_after(columns: Columns, discount: float, after: str = "residual_equity") -> float:
    """Return the part of `equity` that comes after the horizon, in today's money."""
    return float(np.exp(-discount * len(columns["week"])) * columns[after][-1])


def discounted(columns: Columns, flow: str, discount: float) -> float:
    """Return the sum of a weekly flow in today's money."""
    return float((np.exp(-discount * columns["week"]) * columns[flow]).sum())


def return_on_cost(columns: Columns, base: Columns, discount: float) -> float:
    """Return the gain in customer equity over the baseline per discounted cost, NaN if none is spent.

    With G the gain before costs and C the discounted cost this is (G - C) / C: 0 earns the cost
    back exactly.
    """
    gain = equity(columns, discount) - equity(base, discount)
    cost = discounted(columns, "cost", discount) - discounted(base, "cost", discount)
    return ratio(gain, cost)


def retention_cost(columns: Columns) -> float:
    """Return what levers cost a year per customer kept, in currency; NaN if none was."""
    return ratio(WEEKS_A_YEAR * columns["cost"].sum(), columns["n_kept"].sum())


def retention_to_acquisition(columns: Columns) -> float:
    """Return the yearly cost of keeping a customer over that of winning one; NaN if winning is free."""
    won = ratio(columns["acquisition_cost"].sum(), columns["new_joined"].sum())
    return ratio(retention_cost(columns), won)


def break_even_ratio(columns: Columns, base: Columns, discount: float) -> float:
    """Return the ratio of retention to acquisition cost at which a strategy just earns its cost back.

    The gain before costs is 1 + return times the discounted cost (see `return_on_cost`): what is spent
    could be that many times as much, if it brought the same.
    """
    times = 1.0 + return_on_cost(columns, base, discount)
    return times * retention_to_acquisition(columns)


def payback_week(difference: np.ndarray, week: np.ndarray) -> float:
    """Return the first week from which the running total of `difference` is never below zero again.

    Parameters
    ----------
    difference : ndarray, shape (weeks,)
        Profit less the baseline's profit in each week.
    week : ndarray, shape (weeks,)
        The weeks' numbers.

    Returns
    -------
    float
        A week, or infinity when the running total ends below zero.
    """
    below = np.flatnonzero(np.cumsum(difference) < 0)
    if not len(below):
        return float(week[0])
    return float(week[below[-1] + 1]) if below[-1] + 1 < len(week) else float("inf")
