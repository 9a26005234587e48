"""Figures of a purchase log, before any simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.common.formatting import fixed, percent
from sim.report.figure_style import (
    BAD,
    GOOD,
    INK,
    MUTED,
    NARROW,
    RULE,
    WIDTH,
    house_style,
    number_axis,
    percent_axis,
    title,
)
from sim.report.phrases import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Months beyond which a table of cohorts is not drawn.
_MOST_MONTHS = 24


def cohort_figure(shares: pd.DataFrame, finding: str) -> Figure:
    """Draw which share of each month's new customers buy in the months after.

    Parameters
    ----------
    shares : DataFrame
        From `sim.calibration.describe_log.cohorts`.
    finding : str
        What the figure shows.

    Returns
    -------
    Figure
        A grid of cohorts by months since, darker where more buy.
    """
    shown = shares.drop(columns="customers").iloc[-_MOST_MONTHS:, :_MOST_MONTHS]
    values = shown.to_numpy(float)
    with house_style():
        figure = Figure(figsize=(WIDTH, 1.7 + 0.34 * len(shown)), layout="constrained")
        axes = figure.subplots()
        largest = max(float(np.nanmax(values, initial=0.0)), 1e-9)
        axes.imshow(values / largest, cmap="Blues", vmin=0, vmax=1.5, aspect="auto")
        for row, column in np.argwhere(np.isfinite(values)):
            text = f"{values[row, column] * 100:.0f}"
            axes.text(column, row, text, ha="center", va="center", size=7.5)
        names = [
            f"{month} ({fixed(count)})"
            for month, count in shares["customers"].iloc[-_MOST_MONTHS:].items()
        ]
        axes.set_yticks(range(len(names)), names)
        axes.set_xticks(range(values.shape[1]), [str(n) for n in shown.columns])
        axes.set_xlabel(say("purchase_log.figures.months_after_the_first_purchase"))
        axes.spines[["left", "bottom"]].set_visible(False)
        title(
            figure,
            finding,
            say("purchase_log.figures.per_cent_of_the_customers"),
        )
    return figure


def months_figure(table: pd.DataFrame, finding: str) -> Figure:
    """Draw the share of customers who buy each month, and of those the share who buy again.

    Parameters
    ----------
    table : DataFrame
        From `sim.calibration.describe_log.months`.
    finding : str
    """
    with house_style():
        figure = Figure(figsize=(NARROW, 3.0), layout="constrained")
        axes = figure.subplots()
        place = np.arange(len(table))
        for column, label, colour in (
            ("again", say("purchase_log.figures.buy_again_next_month"), MUTED),
            ("buying", say("purchase_log.figures.buy_this_month"), GOOD),
        ):
            axes.plot(place, table[column], color=colour, lw=2, marker="o", ms=4, label=label)
        every = -(-len(table) // 8)  # eight names fit
        axes.set_xticks(place[::every], [str(month) for month in table.index[::every]])
        axes.set_ylim(0, 1)
        axes.grid(axis="y")
        axes.spines["left"].set_visible(False)
        percent_axis(axes.yaxis)
        axes.legend(frameon=False, fontsize=8.5, loc="lower right")
        title(figure, finding, say("purchase_log.figures.share_of_all_customers_in"))
    return figure


def frequency_figure(table: pd.DataFrame, finding: str, what: str) -> Figure:
    """Draw how many customers bought how often, against the NBD.

    Parameters
    ----------
    table : DataFrame
        From `sim.calibration.describe_log.frequencies`.
    finding : str
    what : str
        What is counted: the label of the axis.
    """
    with house_style():
        figure = Figure(figsize=(WIDTH, 3.4), layout="constrained")
        axes = figure.subplots()
        place = np.arange(len(table))
        axes.bar(
            place,
            table["observed"],
            color=GOOD,
            alpha=0.85,
            width=0.75,
            label=say("purchase_log.figures.in_the_log"),
        )
        axes.plot(place, table["expected"], "o", color=INK, ms=6, label=say("column.nbd"))
        axes.set_xticks(place, group_names(table["low"], table["high"]), size=8)
        axes.set_xlabel(what)
        axes.grid(axis="y")
        axes.set_axisbelow(True)
        axes.spines["left"].set_visible(False)
        percent_axis(axes.yaxis)
        axes.legend(frameon=False, fontsize=8.5)
        title(figure, finding, say("purchase_log.figures.share_of_customers_bars_counted"))
    return figure


def group_names(low: pd.Series, high: pd.Series) -> list[str]:
    """Write groups of counts: 3, 5-6, 200+."""
    return [
        f"{fixed(first)}+"
        if np.isinf(last)
        else fixed(first)
        if first == last
        else f"{fixed(first)}\N{EN DASH}{fixed(last)}"
        for first, last in zip(low, high, strict=True)
    ]


def concentration_figure(
    curves: dict[str, tuple[np.ndarray, np.ndarray]], top: float, finding: str
) -> Figure:
    """Draw which share of purchases and of sales the best customers hold.

    Parameters
    ----------
    curves : dict of str to tuple of ndarray
        Name -> curve from `sim.calibration.describe_log.concentration`.
    top : float
        Share of customers that is marked.
    finding : str
    """
    with house_style():
        figure = Figure(figsize=(NARROW, 3.6), layout="constrained")
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color=RULE, lw=1)
        for (name, (people, share)), colour in zip(curves.items(), (GOOD, MUTED), strict=False):
            axes.plot(people, share, color=colour, lw=2, label=name)
            at = float(np.interp(top, people, share))
            axes.plot(top, at, "o", color=colour, ms=6)
            above = name == next(iter(curves))
            axes.annotate(
                percent(at), (top, at), xytext=(-6, 4) if above else (7, -10),
                textcoords="offset points", size=9, color=colour, ha="right" if above else "left",
            )  # fmt: skip
        axes.axvline(top, color=BAD, lw=0.9, ls=":")
        axes.set(
            xlim=(0, 1),
            ylim=(0, 1.02),
            xlabel=say("purchase_log.figures.share_of_customers_best_first"),
        )
        axes.set_ylabel(say("purchase_log.figures.share_of_the_total"))
        percent_axis(axes.xaxis)
        percent_axis(axes.yaxis)
        axes.grid()
        axes.legend(frameon=False, fontsize=8.5, loc="lower right")
        title(
            figure,
            finding,
            say("purchase_log.figures.dotted_the_best_of_customers", top=f"{top:.0%}"),
        )
    return figure


def segments_figure(
    grids: dict[str, pd.DataFrame], rows: list[str], columns: list[str], finding: str
) -> Figure:
    """Draw shares by how often and how recently customers bought, one grid per quantity.

    Parameters
    ----------
    grids : dict of str to DataFrame
        Title -> shares, frequency groups by recency groups; nan where there is nobody.
    rows, columns : list of str
        Names of the groups.
    finding : str
    """
    with house_style():
        figure = Figure(figsize=(WIDTH, 1.9 + 0.36 * len(rows)), layout="constrained")
        panels = figure.subplots(1, len(grids), sharey=True, squeeze=False)[0]
        for axes, (name, grid) in zip(panels, grids.items(), strict=True):
            _grid(axes, grid.to_numpy(float))
            axes.set_title(name)
            axes.set_xticks(range(len(columns)), columns, size=8)
            axes.set_xlabel(say("purchase_log.figures.weeks_since_the_last_purchase"))
            axes.spines[["left", "bottom"]].set_visible(False)
        panels[0].set_yticks(range(len(rows)), rows)
        panels[0].set_ylabel(say("purchase_log.figures.purchases_in_the_log"))
        title(figure, finding, say("purchase_log.figures.per_cent_of_the_whole"))
    return figure


def _grid(axes: Axes, values: np.ndarray) -> None:
    axes.imshow(values, cmap="Blues", vmin=0, vmax=0.7, aspect="auto")
    for row, column in np.argwhere(np.isfinite(values)):
        share = values[row, column] * 100
        text = "<1" if share < 0.5 else f"{share:.0f}"
        colour = "white" if values[row, column] > 0.4 else INK
        axes.text(column, row, text, ha="center", va="center", size=8, color=colour)


def foresight_figure(
    groups: pd.DataFrame, weekly: pd.DataFrame | None, half: int, finding: str
) -> Figure:
    """Draw what the law of the log's first half foresaw of the second.

    Parameters
    ----------
    groups : DataFrame
        From `sim.calibration.tracking.by_frequency`.
    weekly : DataFrame or None
        From `sim.calibration.tracking.weekly_tracking`, where there is one.
    half : int
        Last week that the law has seen.
    finding : str
    """
    tracked = weekly is not None and len(weekly) > 0
    with house_style():
        figure = Figure(figsize=(WIDTH if tracked else NARROW, 3.5), layout="constrained")
        panels = figure.subplots(1, 2 if tracked else 1, squeeze=False)[0]
        _by_frequency(panels[-1], groups)
        if weekly is not None and tracked:
            _week_by_week(panels[0], weekly, half)
        for axes in panels:
            axes.legend(frameon=False, fontsize=8.5)
            axes.grid(axis="y")
            axes.set_axisbelow(True)
            axes.spines["left"].set_visible(False)
            number_axis(axes.yaxis)
        note = say("purchase_log.figures.blue_what_came_black_what")
        title(
            figure,
            finding,
            note + (say("purchase_log.figures.dotted_the_end_of_that") if tracked else ""),
        )
    return figure


def _by_frequency(axes: Axes, groups: pd.DataFrame) -> None:
    """Draw the purchases that came, and were expected, by how often customers bought before."""
    place = np.arange(len(groups))
    came, expected = say("purchase_log.figures.came"), say("purchase_log.figures.expected")
    axes.bar(place, groups["actual"], color=GOOD, alpha=0.85, width=0.7, label=came)
    axes.plot(place, groups["expected"], "o", color=INK, ms=6, label=expected)
    axes.set_xticks(place, group_names(groups["low"], groups["high"]), size=8)
    axes.set_xlabel(say("purchase_log.figures.purchases_in_the_first_half"))
    axes.set_title(say("purchase_log.figures.purchases_per_customer_second_half"))


def _week_by_week(axes: Axes, weekly: pd.DataFrame, half: int) -> None:
    """Draw the repeat purchases that came, and were expected, over the weeks of the log."""
    came, expected = say("purchase_log.figures.came"), say("purchase_log.figures.expected")
    axes.plot(weekly["week"], weekly["actual"], color=GOOD, lw=1.6, label=came)
    axes.plot(weekly["week"], weekly["expected"], color=INK, lw=1.4, ls="--", label=expected)
    axes.axvline(half, color=BAD, lw=1, ls=":")
    axes.set_title(say("purchase_log.figures.repeat_purchases_week_by_week"))
    axes.set_xlabel(say("purchase_log.figures.week_of_the_log"))
    axes.set_ylim(bottom=0)
