"""The weeks ahead: what is expected, the range, and what came."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from sim.report.figure_style import GOOD, INK, WIDTH, house_style, number_axis, title
from sim.report.phrases import say


def weeks_figure(weekly: pd.DataFrame) -> Figure:
    """Draw purchases by week: a band, a line, and dots for what came.

    Parameters
    ----------
    weekly : DataFrame
        ``week``, ``expected``, ``low``, ``high``, ``actual`` (missing where it is not known).
    """
    known = weekly[weekly["actual"].notna()]
    with house_style():
        figure = Figure(figsize=(WIDTH, 3.2), layout="constrained")
        axes = figure.subplots()
        axes.fill_between(
            weekly["week"], weekly["low"], weekly["high"], color=GOOD, alpha=0.18, lw=0
        )
        axes.plot(weekly["week"], weekly["expected"], color=GOOD, lw=2)
        if len(known):
            axes.plot(known["week"], known["actual"].astype(float), "o", color=INK, ms=4.5)
        axes.set_ylim(bottom=0)
        axes.set_xlabel(say("forecast.figure.week_after"))
        axes.locator_params(axis="x", integer=True)
        axes.grid(axis="y")
        axes.set_axisbelow(True)
        axes.spines["left"].set_visible(False)
        number_axis(axes.yaxis)
        came = say("forecast.figure.note_came") if len(known) else ""
        title(figure, say("forecast.figure.title"), say("forecast.figure.note") + came)
    return figure
