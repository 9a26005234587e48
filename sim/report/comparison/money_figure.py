"""What the strategies cost: planned and actual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from sim.common.formatting import money
from sim.report.comparison.budget import cost_or_saving
from sim.report.comparison.money_tables import low_of, miss
from sim.report.figure_style import FEW, INK, WIDTH, bar, house_style, money_axis, name_rows, title
from sim.report.phrases import say

if TYPE_CHECKING:
    from sim.analysis.answers import Answers


def money_figure(comparison: Answers) -> Figure:
    """Draw the yearly cost of each strategy, planned against actual.

    Parameters
    ----------
    comparison : Answers
        A finished comparison.

    Returns
    -------
    Figure
        One bar per strategy (actual), a tick (planned), a thin line (90 % of what one firm may see) and
        a dotted line for the budget, which is a cap. Each bar says its cost; where the plan is missed by
        more than 5 % also by how much, and it is orange and hatched.
    """
    order, currency, table = comparison.ranking, comparison.market.currency, comparison.money
    rows = list(reversed(order))
    with house_style():
        figure = Figure(
            figsize=(WIDTH, 1.5 + (0.4 if len(order) <= FEW else 0.29) * len(order)),
            layout="constrained",
        )
        axes = figure.subplots()
        for row, name in enumerate(rows):
            line, off = table.loc[name], bool(table.loc[name, "off_plan"])
            axes.barh(row, line["actual_cost"], height=0.5, **bar(not off))
            axes.plot([low_of(line), line["high"]], [row, row], color=INK, lw=1.1)
            axes.plot(line["planned_cost"], row, "|", color=INK, ms=13, mew=2.2)
            said = cost_or_saving(line["actual_cost"], currency)
            if off:
                said = say("comparison.money_figure.off_plan", amount=said, share=miss(line))
            axes.text(1.02, row, said, transform=axes.get_yaxis_transform(), va="center", color=INK)
        axes.axvline(table["budget"].max(), color=INK, lw=1.4, ls=":")
        name_rows(axes, [comparison.title(name) for name in rows])
        axes.set_ylim(-0.6, len(rows) - 0.4)
        axes.locator_params(axis="x", nbins=6)
        axes.grid(axis="x")
        axes.set_axisbelow(True)
        axes.spines[["left", "bottom"]].set_visible(False)
        money_axis(axes.xaxis, currency, signed=False)
        axes.set_xlabel(say("comparison.money_figure.per_year", currency=currency))
        title(figure, _finding(comparison, order), say("comparison.money_figure.how_to_read"))
    return figure


def _finding(comparison: Answers, order: list[str]) -> str:
    """Return which plans were missed, else what the leading strategy costs."""
    table, currency = comparison.money, comparison.market.currency
    off = [comparison.title(name) for name in order if table.loc[name, "off_plan"]]
    cost = float(table.loc[order[0], "actual_cost"])
    first = say(
        f"comparison.money_figure.{'saves' if cost < 0 else 'costs'}_a_year",
        strategy=comparison.title(order[0]),
        cost=money(abs(cost), currency),
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
