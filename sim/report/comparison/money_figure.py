"""What the strategies cost: planned, actual, and lever by lever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from sim.common.formatting import brief_money, capital, money
from sim.report.figure_style import (
    BAD,
    FEW,
    GOOD,
    INK,
    MUTED,
    WIDTH,
    house_style,
    money_axis,
    most_important,
    title,
)
from sim.report.names import mechanism_label
from sim.report.phrases import say

if TYPE_CHECKING:
    from sim.analysis.answers import Answers

#: Levers with a column of their own.
_MOST = 9


def money_figure(comparison: Answers) -> Figure:
    """Draw the yearly cost of each strategy, planned against actual, and its cost by lever.

    Parameters
    ----------
    comparison : Answers
        A finished comparison.

    Returns
    -------
    Figure
        Left: one bar per strategy (actual), a tick (planned), a thin line (90 % of what one firm may
        see) and a dotted line for the budget, which is a cap; orange where the plan is missed by more
        than 5 %. Right: a table of strategies by levers, shaded by cost; the smallest are added up.
    """
    order, currency, table = comparison.ranking, comparison.market.currency, comparison.money
    rows = list(reversed(order))
    with house_style():
        figure = Figure(
            figsize=(WIDTH, 2.0 + (0.42 if len(order) <= FEW else 0.32) * len(order)),
            layout="constrained",
        )
        left, right = figure.subplots(1, 2, sharey=True, width_ratios=[1, 1.7])
        for row, name in enumerate(rows):
            line = table.loc[name]
            colour = BAD if line["off_plan"] else GOOD
            left.barh(row, line["actual_cost"], color=colour, height=0.5, alpha=0.85)
            left.plot([max(line["low"], 0.0), line["high"]], [row, row], color=INK, lw=1.1)
            left.plot(line["planned_cost"], row, "|", color=INK, ms=16, mew=2.2)
        left.axvline(table["budget"].max(), color=INK, lw=1.1, ls=":")
        left.set_yticks(range(len(rows)), [comparison.title(name) for name in rows])
        left.set_title(say("comparison.money_figure.cost_per_year"))
        left.locator_params(axis="x", nbins=4)
        left.grid(axis="x")
        left.set_axisbelow(True)
        left.spines[["left", "bottom"]].set_visible(False)
        money_axis(left.xaxis, currency, signed=False)
        left.set_xlabel(say("comparison.money_figure.per_year", currency=currency))
        _lever_table(right, comparison, rows)
        title(
            figure,
            _finding(comparison, order),
            say("comparison.money_figure.left_bar_actual_tick_planned", currency=currency),
        )
    return figure


def _lever_table(axes, comparison: Answers, rows: list[str]) -> None:
    """Write the cost of each lever into a grid, darker where it is larger."""
    costs = most_important(
        comparison.lever_costs, _MOST, say("comparison.money_figure.other_levers")
    ).loc[rows]
    values = costs.to_numpy(dtype=float)
    largest = max(float(np.nanmax(values, initial=0.0)), 1e-9)
    axes.imshow(values / largest, cmap="Blues", vmin=0, vmax=1.6, aspect="auto", origin="lower")
    for row, column in np.argwhere(np.abs(values) > 0):
        axes.text(
            column,
            row,
            brief_money(values[row, column], comparison.market.currency),
            ha="center",
            va="center",
            size=7.5,
        )
    labels = [capital(mechanism_label(str(name))).replace(" ", "\n") for name in costs.columns]
    axes.set_xticks(range(len(labels)), labels, size=7.5, rotation=40, ha="left", va="bottom")
    axes.tick_params(labelleft=False, labelbottom=False, labeltop=True, labelcolor=MUTED)
    axes.spines[["left", "bottom"]].set_visible(False)


def _finding(comparison: Answers, order: list[str]) -> str:
    """Return which plans were missed, else what the leading strategy costs."""
    table, currency = comparison.money, comparison.market.currency
    off = [comparison.title(name) for name in order if table.loc[name, "off_plan"]]
    cost = money(table.loc[order[0], "actual_cost"], currency)
    first = say(
        "comparison.money_figure.costs_a_year", strategy=comparison.title(order[0]), cost=cost
    )
    if not off:
        return say("comparison.money_figure.all_cost_what_was_planned", first=first)
    if len(off) == len(order):
        return say("comparison.money_figure.all_miss_the_planned_cost", first=first)
    return say(
        "comparison.money_figure.of_miss_the_planned_cost",
        first=first,
        off=len(off),
        order=len(order),
    )
