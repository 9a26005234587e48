"""The figure of a cohort of subscribers: who is left after each renewal, and what the law expects."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from sim.report.figure_style import BAD, GOOD, INK, WIDTH, house_style, percent_axis, title
from sim.report.phrases import say


def survival_figure(table: pd.DataFrame, seen: int, finding: str) -> Figure:
    """Draw survival and retention of a cohort, observed and expected.

    Parameters
    ----------
    table : DataFrame
        Indexed by renewals: ``left`` and ``expected`` (shares of the cohort; ``left`` nan beyond the
        data), ``retention`` and ``expected_retention`` (of those left before).
    seen : int
        Renewals that the law was fitted on.
    finding : str
        What the figure shows.

    Returns
    -------
    Figure
        Two panels over the renewals: bars of what was observed, a line of what the law expects.
    """
    panels = (
        ("left", "expected", say("purchase_log.survival_figure.left_of_those_who_joined")),
        ("retention", "expected_retention", say("column.renew_of_those_left")),
    )
    with house_style():
        figure = Figure(figsize=(WIDTH, 3.4), layout="constrained")
        for axes, (observed, expected, name) in zip(figure.subplots(1, 2), panels, strict=True):
            axes.bar(table.index, table[observed], color=GOOD, alpha=0.85, width=0.7)
            axes.plot(table.index, table[expected], "o-", color=INK, ms=4, lw=1.4)
            if seen < table.index[-1]:
                axes.axvline(seen + 0.5, color=BAD, lw=1, ls=":")
            axes.set_ylim(0, 1)
            percent_axis(axes.yaxis)
            axes.set_xlabel(say("purchase_log.survival_figure.renewals"))
            axes.set_title(name)
            axes.grid(axis="y")
            axes.set_axisbelow(True)
            axes.spines["left"].set_visible(False)
        note = say("purchase_log.survival_figure.blue_the_published_cohort_black")
        title(
            figure, finding, note + say("purchase_log.survival_figure.dotted_the_last_renewal_that")
        )
    return figure
