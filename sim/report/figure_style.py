"""House style of the figures.

Blue is the strategy that leads, zero is doing nothing, thick lines are the interval of the mean
and thin lines or bands what one firm may see (both 90 %). Colours are those of Okabe & Ito (2008),
which remain apart for the colour blind.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, ScalarFormatter

from sim.common.formatting import marked, money, percent
from sim.report.fonts import fonts_of_figures
from sim.report.letters import lines_within
from sim.report.wrapping import told_apart, width_of

INK, MUTED, RULE = "#1f2933", "#66727f", "#d5dbe1"
GOOD, BAD = "#0072b2", "#d55e00"
#: The first four are far apart for the colour blind too; with others they need another mark.
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#56b4e9", "#cc79a7", "#e69f00", "#7f7f7f"]
#: Lines that are told apart without their colours.
LINES = ["-", "--", "-.", (0, (1, 1.2)), (0, (6, 2, 1, 2, 1, 2)), (0, (8, 3)), "-"]
#: Inches: of a figure across a page, of one across a column, and of the key figure beside the facts.
#: A page shows the first at some 114 and the last at some 110 pixels an inch: 10 points are then
#: about the 16 pixels of its text.
WIDTH, NARROW, KEY = 9.0, 6.6, 5.6
#: So many rows are set wide apart; more than these are set closer.
FEW = 6
#: Letters of a line in which the name of a row stands: the longest of the playbook has 30.
_NAME = 32
#: Letters of an amount that leaves room for as many ticks as usual beneath a figure.
_SHORT_AMOUNT = 9
#: Width of a letter, and of the label that matplotlib leaves room for, in heights of the font.
_LETTER, _USUAL_LABEL = 0.56, 3.0
#: Points of a finding and of what says how to read the figure, and what part of its width they take.
_FINDING, _NOTE, _WITHIN, _POINTS_AN_INCH = 12.5, 9.5, 0.95, 72
#: Lines of a finding for which a figure has room; of a longer one it grows.
_LINES = 3

#: Shades in the palette of a PNG file, the most that one byte for a point tells apart.
_SHADES = 256


@contextmanager
def house_style() -> Iterator[None]:
    """Set fonts, colours and rules for the figures made or saved inside."""
    style: dict[Any, Any] = {
        "font.family": fonts_of_figures(),
        "font.size": 10,
        "text.color": INK,
        "text.parse_math": False,  # a dollar is a dollar
        "axes.labelcolor": MUTED,
        "axes.labelsize": 9.5,
        "axes.edgecolor": RULE,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": 10,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.unicode_minus": True,
        "xtick.color": MUTED,
        "ytick.color": INK,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "grid.color": "#e9edf1",
        "figure.facecolor": "white",
    }
    with mpl.rc_context(style):
        yield


def png(figure: Figure, dpi: int = 150) -> bytes:
    """Return a figure as a PNG file without anything that changes between runs.

    It has a palette, which takes about a third of the bytes: of the hundreds of shades that smoothed
    edges have, the nearest of 256 lie so close that no eye tells them apart.
    """
    from PIL import Image  # with which matplotlib itself writes PNG

    buffer, compact = io.BytesIO(), io.BytesIO()
    with house_style():
        plain = {"compress_level": 0}  # only read again
        figure.savefig(buffer, format="png", dpi=dpi, pil_kwargs=plain)
    method = Image.Quantize.MAXCOVERAGE
    drawn = Image.open(buffer).convert("RGB").quantize(_SHADES, method, dither=Image.Dither.NONE)
    drawn.save(compact, "PNG", dpi=(dpi, dpi), compress_level=9)
    return compact.getvalue()


def bar(good: bool) -> dict[str, Any]:
    """Return how a bar looks that helps or hurts: told by hatching as well as by colour."""
    if good:
        return {"color": GOOD}
    return {"color": BAD, "hatch": "///", "edgecolor": "white", "linewidth": 0}


def title(figure: Figure, finding: str, note: str) -> None:
    """Write the finding above the figure and, smaller, how to read it."""
    room = figure.get_figwidth() * _WITHIN * _POINTS_AN_INCH
    finding = "\n".join(lines_within(finding, room / _FINDING, bold=True))
    note = "\n".join(lines_within(note, room / _NOTE))
    lines_above, lines_note = finding.count("\n") + 1, note.count("\n") + 1
    height = figure.get_figheight() + 0.22 * max(lines_above - _LINES, 0)
    figure.set_figheight(height)
    top = 0.06 + 0.22 * lines_above + 0.17 * lines_note
    figure.set_layout_engine("constrained", rect=(0, 0, 1, 1 - top / height))
    figure.text(0.008, 1 - 0.05 / height, finding, va="top", size=_FINDING, weight="bold")
    figure.text(
        0.008, 1 - (0.08 + 0.22 * lines_above) / height, note, va="top", size=_NOTE, color=MUTED
    )


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Write the names of rows beside them, from the lowest up: a long one in two lines, or cut off."""
    told = told_apart(names, _NAME, 2)
    crowded = len(names) > FEW and any("\n" in name for name in told)
    small: dict[str, Any] = {"size": 8, "linespacing": 0.95} if crowded else {}
    axes.set_yticks(range(len(told)), told, **small)


class _FarApart(MaxNLocator):
    """Put ticks as far apart as their labels are long.

    Parameters
    ----------
    letters : int
        Of a label.
    """

    def __init__(self, letters: int) -> None:
        super().__init__(steps=[1, 2, 2.5, 5, 10])
        self._needs = (letters * _LETTER + 1.0) / _USUAL_LABEL

    def __call__(self) -> Any:
        """Return the places of the ticks."""
        assert self.axis is not None
        self.set_params(nbins=max(int(self.axis.get_tick_space() / self._needs), 1))
        return super().__call__()


def money_axis(axis, currency: str, signed: bool = True) -> None:
    """Write the ticks of an axis as money."""

    def write(value: float, _position: int) -> str:
        return money(0.0 if abs(value) < 1e-9 else value, currency, signed)

    axis.set_major_formatter(FuncFormatter(write))
    letters = width_of(money(-1.23e3, currency, signed))
    if axis.axis_name == "x" and letters > _SHORT_AMOUNT:
        axis.set_major_locator(_FarApart(letters))


def percent_axis(axis) -> None:
    """Write the ticks of an axis, shares, as percentages."""
    axis.set_major_formatter(FuncFormatter(lambda share, _position: percent(share)))


class _Marked(ScalarFormatter):
    """Write ticks with the marks of the language."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        return marked(super().__call__(x, pos))


def number_axis(axis) -> None:
    """Write the ticks of an axis as numbers of the language."""
    axis.set_major_formatter(_Marked())


def most_important(table: pd.DataFrame, most: int, rest: str) -> pd.DataFrame:
    """Return the first columns of a table that is ordered by weight, and the sum of the others.

    Parameters
    ----------
    table : DataFrame
    most : int
        Columns to keep; the others are added up only if there are at least two of them.
    rest : str
        Name of the column that holds their sum.
    """
    if table.shape[1] <= most + 1:
        return table
    return table.iloc[:, :most].assign(**{rest: table.iloc[:, most:].sum(axis=1)})


def end_labels(axes: Axes, ends: list[tuple[float, str, str]], week: float, gap: float) -> None:
    """Write each line's name at its right end, `gap` of the height apart so that no two overlap."""
    low, high = axes.get_ylim()
    gap, place = (high - low) * gap, -np.inf
    ends = sorted(ends)
    told = told_apart([name for _, name, _ in ends], _NAME, 1)
    for (value, _, colour), name in zip(ends, told, strict=True):
        place = max(value, place + gap)
        axes.annotate(
            name,
            (week, place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            size=9.5,
            color=colour,
            annotation_clip=False,
        )
