"""Figures of one scenario: the life of a customer week by week, and the market against doing nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.common.calendar import WEEKS_A_YEAR
from sim.measures.weekly import TOTAL, columns_by_segment, weekly_paths
from sim.report.figure_style import (
    BAD,
    GOOD,
    INK,
    RULE,
    WIDTH,
    house_style,
    money_axis,
    number_axis,
    percent_axis,
    title,
)
from sim.report.names import segment_labels
from sim.report.phrases import say
from sim.report.weekly_panels import weekly_panels

if TYPE_CHECKING:
    from sim.experiment.customer_stories import Life
    from sim.experiment.run_once import RunPair

#: Things that happen to a customer: column of the diary, colour.
EVENTS = {
    "n_failures": BAD,
    "n_contacts": INK,
    "reward_face": GOOD,
    "n_positive_talk": GOOD,
    "n_negative_talk": BAD,
}
#: What happens besides under a contract.
PAID = {"spend": INK}


def life_figure(life: Life, strategy: str, finding: str) -> Figure:
    """Draw a customer's weeks: what happened, what they felt, why they bought or left.

    Parameters
    ----------
    life : Life
    strategy : str
        Title of the strategy.
    finding : str
        What the figure shows.

    Returns
    -------
    Figure
        Purchases here and elsewhere; events; satisfaction; and the chance that a purchase comes to
        the firm beside the yearly risk of leaving. Blue: under the strategy; dark, dashed: under doing
        nothing. A line marks the week of leaving.
    """
    with house_style():
        figure = Figure(figsize=(WIDTH, 7.6), layout="constrained")
        grid = figure.add_gridspec(4, 2, height_ratios=[1.35, 0.95, 1.1, 1.1])
        wide = [figure.add_subplot(grid[row, :]) for row in range(3)]
        halves = [figure.add_subplot(grid[3, column]) for column in range(2)]
        kind = "use" if life.contract else "purchase"
        _purchases(wide[0], life.diary, say(f"one_scenario.figures.a_week.{kind}"))
        _events(wide[1], life.diary, PAID | EVENTS if life.contract else EVENTS)
        _pair(wide[2], life, "satisfaction")
        wide[2].set_title(say("one_scenario.figures.satisfaction_standard_deviations_0_average"))
        wide[2].axhline(0, color=RULE, lw=1, zorder=0)
        number_axis(wide[2].yaxis)
        _pair(halves[0], life, "share")
        halves[0].set_title(say(f"one_scenario.figures.chance_to_choose_us.{kind}"))
        _pair(halves[1], life, "hazard")
        halves[1].set_title(say(f"one_scenario.figures.risk_of_leaving.{kind}"))
        for axes in (*wide, *halves):
            axes.set_xlim(0, len(life.diary) + 1)
            axes.spines["left"].set_visible(False)
            for diary, style in ((life.baseline, ":"), (life.diary, "-")):
                for week in diary.index[diary["new_dropped_out"] > 0]:
                    axes.axvline(week + 1, color=BAD, lw=1.2, ls=style)
        for axes in (wide[2], *halves):
            axes.set_xlabel(say("common.week"))
            axes.grid(axis="y")
        title(
            figure,
            finding,
            say("one_scenario.figures.blue_under_dark_dashed_the", strategy=strategy),
        )
    return figure


def _purchases(axes: Axes, diary: pd.DataFrame, name: str) -> None:
    """Draw purchases here upwards and elsewhere downwards."""
    week = diary.index + 1
    axes.bar(week, diary["trips"], color=GOOD, width=0.8)
    axes.bar(week, -diary["rival_trips"], color=RULE, width=0.8)
    axes.axhline(0, color=INK, lw=0.8)
    most = int(max(diary["trips"].max(), diary["rival_trips"].max(), 1))
    ticks = np.unique(np.linspace(-most, most, 5).round().astype(int))
    axes.set_yticks(ticks, [str(abs(tick)) for tick in ticks])
    axes.set_title(name)


def _events(axes: Axes, diary: pd.DataFrame, events: dict[str, str]) -> None:
    """Mark the weeks in which something happened, one row per kind."""
    names = []
    for row, (column, colour) in enumerate(reversed(events.items())):
        times = diary[column] if column in diary else pd.Series(0.0, index=diary.index)
        weeks = times.index[times > 0]
        axes.scatter(weeks + 1, np.full(len(weeks), row), color=colour, s=26)
        names.append(say(f"one_scenario.figures.event.{column}"))
    axes.set_yticks(range(len(names)), names, size=8.5)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    axes.set_title(say("column.what_happened"))


def _pair(axes: Axes, life: Life, column: str) -> None:
    """Draw a column under the strategy and under doing nothing, for the weeks as a customer."""
    for diary, colour, style, width in (
        (life.diary, GOOD, "-", 2.2),
        (life.baseline, INK, (0, (4, 3)), 1.0),
    ):
        line = diary[column][diary["exposed.churn"] > 0]
        if column == "hazard":
            line = 1.0 - np.exp(-line * (1 if life.contract else WEEKS_A_YEAR))
        axes.plot(line.index + 1, line, color=colour, ls=style, lw=width)
    if column != "satisfaction":
        axes.set_ylim(bottom=0)
        percent_axis(axes.yaxis)
        axes.locator_params(axis="y", nbins=4)


def market_figure(story: RunPair, finding: str) -> Figure:
    """Draw how the whole market parts from doing nothing, week by week, in this one run.

    Parameters
    ----------
    story : RunPair
    finding : str
        What the figure shows.

    Returns
    -------
    Figure
        Cumulative profit (the firm's money), customers kept and satisfaction: differences from the
        baseline by value segment for the last two, for all customers in black.
    """
    paths = [
        {
            name: weekly_paths(columns, story.scale)
            for name, columns in columns_by_segment(t).items()
        }
        for t in (story.weekly, story.baseline)
    ]
    colours = {TOTAL: INK, "high_value": GOOD, "potential": "#009e73", "ordinary": "#cc79a7"}
    named = segment_labels()
    with house_style():
        figure = Figure(figsize=(WIDTH, 3.6), layout="constrained")
        panels = figure.subplots(1, len(weekly_panels()))
        for axes, panel in zip(panels, weekly_panels(), strict=True):
            for segment, colour in colours.items():
                after, before = (part[segment][panel.measure] for part in paths)
                line = (after - before) * panel.factor
                width = 2.2 if segment == TOTAL else 1.1
                weeks = range(1, len(line) + 1)
                axes.plot(weeks, line, color=colour, lw=width, label=named[segment])
            axes.axhline(0, color=INK, lw=0.8)
            axes.set_title(panel.title, size=9.5)
            axes.set_ylabel(panel.unit)
            axes.grid(axis="y")
            axes.spines["left"].set_visible(False)
            axes.set_xlabel(say("common.week"))
            if panel.unit:
                number_axis(axes.yaxis)
            else:
                money_axis(axes.yaxis, story.market.currency)
        handles, names = panels[0].get_legend_handles_labels()
        figure.legend(
            handles,
            names,
            loc="outside lower center",
            ncols=4,
            frameon=False,
            fontsize=8.5,
        )
        title(
            figure,
            finding,
            say("one_scenario.figures.difference_from_doing_nothing_in"),
        )
    return figure
