"""Effects over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from sim.report.figure_style import (
    COLOURS,
    INK,
    RULE,
    WIDTH,
    end_labels,
    house_style,
    money_axis,
    title,
)
from sim.report.phrases import say

if TYPE_CHECKING:
    from sim.analysis.comparison import Comparison


def _colours(comparison: Comparison) -> dict[str, str]:
    """Return each strategy its colour: blue for the one that leads, grey for those told in short."""
    colours = dict(zip(comparison.leaders, COLOURS, strict=False))
    return {name: colours.get(name, RULE) for name in comparison.ranking}


PATHS = {
    "cumulative_profit": say("common.cumulative_profit"),
    "retention": say("common.customers_kept_percentage_points"),
    "satisfaction": say("common.satisfaction_standard_deviations"),
}


def paths_figure(comparison: Comparison) -> Figure:
    """Draw how profit, retention and satisfaction part from doing nothing, week by week.

    Parameters
    ----------
    comparison : Comparison
        A finished comparison.

    Returns
    -------
    Figure
        One panel per measure, one line per strategy, grey and unnamed but for the leading ones; the
        band (leading strategy only, so that lines stay readable) is 90 % of what one firm may see.
    """
    order, colours = comparison.ranking, _colours(comparison)
    currency, named = comparison.market.currency, comparison.leaders
    others = len(order) - len(named)
    grey = say("comparison.paths_figure.grey_the_other_strategies", others=others) if others else ""
    with house_style():
        figure = Figure(figsize=(WIDTH, 6.4), layout="constrained")
        grid = figure.add_gridspec(2, 2, height_ratios=[1.15, 1])
        panels = [figure.add_subplot(grid[0, :]), *(figure.add_subplot(grid[1, i]) for i in (0, 1))]
        for axes, measure in zip(panels, PATHS, strict=True):
            scale = 100.0 if measure == "retention" else 1.0
            ends = []
            for name in reversed(order):
                line_of = comparison.path(name, measure)
                line = line_of["difference"] * scale
                lead = name == order[0]
                if lead:
                    axes.fill_between(
                        line_of["week"],
                        line_of["low"] * scale,
                        line_of["high"] * scale,
                        color=colours[name],
                        alpha=0.13,
                        lw=0,
                    )
                axes.plot(line_of["week"], line, color=colours[name], lw=2.4 if lead else 1.4)
                if name in named:
                    ends.append((line.iloc[-1], comparison.title(name), colours[name]))
            axes.axhline(0, color=INK, lw=1)
            axes.set_title(PATHS[measure])
            axes.set_xlim(line_of["week"].min(), line_of["week"].max())
            axes.grid(axis="y")
            axes.spines["left"].set_visible(False)
            axes.set_xlabel("week")
            if measure == "cumulative_profit":
                money_axis(axes.yaxis, currency)
            end_labels(axes, ends, line_of["week"].max())
        title(
            figure,
            _paths_finding(comparison, order[0]),
            say(
                "comparison.paths_figure.difference_from_doing_nothing_the",
                strategy=comparison.title(order[0]),
                grey=grey,
            ),
        )
    return figure


def _paths_finding(comparison: Comparison, name: str) -> str:
    """Return what the leading strategy's cumulative profit does."""
    profit = comparison.path(name, "cumulative_profit")
    title, line = comparison.title(name), profit["difference"].to_numpy()
    if line[-1] <= 0:
        return say(
            "comparison.paths_figure.has_not_earned_its_cost",
            title=title,
            iloc=int(profit["week"].iloc[-1]),
        )
    below = np.flatnonzero(line < 0)
    if len(below) == 0:
        return say("comparison.paths_figure.pays_its_way_from_the", title=title)
    week = int(profit["week"].iloc[below[-1] + 1])
    return say("comparison.paths_figure.costs_more_than_it_brings", title=title, week=week)
