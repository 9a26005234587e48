"""What the best plan of each market adds, as a share of what its customers are worth anyway."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from sim.common.formatting import percent
from sim.report.figure_style import (
    FEW,
    GOOD,
    INK,
    KEY,
    MUTED,
    house_style,
    name_rows,
    percent_axis,
    title,
)
from sim.report.phrases import say

#: Title of a market, gain and both ends of its interval as shares, and whether the plan is chosen.
Bar = tuple[str, float, float, float, bool]


def shares_figure(bars: Sequence[Bar]) -> Figure:
    """Draw gains as shares, the first at the top: dot = mean, line = where the expected gain lies.

    Parameters
    ----------
    bars : sequence of Bar
        At least one.
    """
    with house_style():
        height = 1.6 + (0.5 if len(bars) <= FEW else 0.34) * len(bars)
        figure = Figure(figsize=(KEY, height), layout="constrained")
        axes = figure.subplots()
        for row, (_, gain, low, high, chosen) in enumerate(reversed(bars)):
            colour = GOOD if chosen else MUTED
            axes.plot([low, high], [row, row], color=colour, lw=5.5, alpha=0.6)
            axes.plot(gain, row, "o" if chosen else "D", color=colour, ms=7)
            axes.annotate(
                percent(gain, signed=True),
                (1.02, row),
                xycoords=axes.get_yaxis_transform(),  # beside the axes: no line runs through it
                va="center",
                size=9.5,
                color=colour,
                weight="bold" if chosen else "normal",
                annotation_clip=False,
            )
        axes.axvline(0, color=INK, lw=1)
        name_rows(axes, [bar[0] for bar in reversed(bars)])
        axes.set_ylim(-0.6, len(bars) - 0.4)
        axes.grid(axis="x")
        axes.locator_params(axis="x", nbins=4)
        axes.set_axisbelow(True)
        axes.spines[["left", "bottom"]].set_visible(False)
        percent_axis(axes.xaxis)
        axes.set_xlabel(say("portfolio.figure.axis"))
        title(figure, say("portfolio.figure.title", count=len(bars)), say("portfolio.figure.note"))
    return figure
