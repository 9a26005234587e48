"""Effects over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.common.style import bracketed
from sim.report.figure_style import (
    COLOURS,
    GOOD,
    INK,
    LINES,
    RULE,
    WIDTH,
    end_labels,
    house_style,
    money_axis,
    number_axis,
    title,
)
from sim.report.phrases import say
from sim.report.weekly_panels import WeeklyPanel, weekly_panels

if TYPE_CHECKING:
    from sim.analysis.answers import Answers


#: Between names at the ends of lines, as a share of the height of each panel.
_GAPS = (0.11, 0.14, 0.14)


def _colours(comparison: Answers) -> dict[str, str]:
    """Return each strategy its colour: blue for the one that leads, grey for those told in short."""
    colours = dict(zip(comparison.leaders, COLOURS, strict=False))
    return {name: colours.get(name, RULE) for name in comparison.ranking}


def paths_figure(comparison: Answers) -> Figure:
    """Draw how profit, retention and satisfaction part from doing nothing, week by week.

    Parameters
    ----------
    comparison : Answers
        A finished comparison.

    Returns
    -------
    Figure
        One panel per measure, one line per strategy, grey and unnamed but for the leading ones; the
        band (leading strategy only, so that lines stay readable) is 90 % of what one firm may see.
    """
    order, others = comparison.ranking, len(comparison.ranking) - len(comparison.leaders)
    grey = say("comparison.paths_figure.grey_the_other_strategies", others=others) if others else ""
    with house_style():
        figure = Figure(figsize=(WIDTH, 5.2), layout="constrained")
        grid = figure.add_gridspec(2, 2, height_ratios=[1.15, 1])
        panels = [figure.add_subplot(grid[0, :]), *(figure.add_subplot(grid[1, i]) for i in (0, 1))]
        for axes, panel, gap in zip(panels, weekly_panels(), _GAPS, strict=True):
            _draw(axes, comparison, panel, gap)
        title(
            figure,
            money_over_time(comparison),
            say(
                "comparison.paths_figure.difference_from_doing_nothing_the",
                strategy=comparison.title(order[0]),
                grey=grey,
            ),
        )
    return figure


def _draw(axes: Axes, comparison: Answers, panel: WeeklyPanel, gap: float) -> None:
    """Draw one measure of all strategies, the leading one last, over the others."""
    colours, ends = _colours(comparison), []
    for name in reversed(comparison.ranking):
        path = comparison.path(name, panel.measure)
        line = path["difference"] * panel.factor
        lead = name == comparison.ranking[0]
        if lead:
            low, high = path["low"] * panel.factor, path["high"] * panel.factor
            axes.fill_between(path["week"], low, high, color=colours[name], alpha=0.13, lw=0)
        told = name in comparison.leaders
        dashes = LINES[comparison.leaders.index(name) % len(LINES)] if told else "-"
        axes.plot(path["week"], line, color=colours[name], lw=2.4 if lead else 1.4, ls=dashes)
        if told:
            ends.append((line.iloc[-1], comparison.title(name), GOOD if lead else INK))
    axes.axhline(0, color=INK, lw=1)
    axes.set_title(bracketed(panel.title, panel.unit) if panel.unit else panel.title)
    axes.set_xlim(path["week"].min(), path["week"].max())
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(say("common.week"))
    if panel.unit:
        number_axis(axes.yaxis)
    else:
        money_axis(axes.yaxis, comparison.market.currency)
    end_labels(axes, ends, path["week"].max(), gap)


def money_over_time(comparison: Answers) -> str:
    """Return what the leading strategy's cumulative profit does."""
    name = comparison.ranking[0]
    profit = comparison.path(name, "cumulative_profit")
    title, line = comparison.title(name), profit["difference"].to_numpy()
    if line[-1] <= 0:
        week = int(profit["week"].iloc[-1])
        return say("comparison.paths_figure.has_not_earned_its_cost", title=title, week=week)
    below = np.flatnonzero(line < 0)
    if len(below) == 0:
        return say("comparison.paths_figure.pays_its_way_from_the", title=title)
    week = int(profit["week"].iloc[below[-1] + 1])
    return say("comparison.paths_figure.costs_more_than_it_brings", title=title, week=week)
