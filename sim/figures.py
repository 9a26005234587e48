"""Figures of a comparison, in one house style; each states its finding in its title.

Blue is the strategy that leads, zero is doing nothing, thick lines are the interval of the mean and
thin lines or bands what one firm may see (both 90 %). Colours are those of Okabe & Ito (2008), which
remain apart for the colour blind.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.wording import (
    MEASURES,
    OUTCOMES,
    SEGMENTS,
    SYMBOLS,
    capital,
    change,
    futures,
    money,
    percent,
    plain,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.analysis import Comparison

INK, MUTED, RULE = "#1f2933", "#66727f", "#d5dbe1"
GOOD, BAD = "#0072b2", "#d55e00"
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f"]
WIDTH = 9.0
#: Fonts for Chinese, Japanese or Korean names, used where they are installed.
CJK = {"Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "WenQuanYi Micro Hei"}


@contextmanager
def house_style() -> Iterator[None]:
    """Set fonts, colours and rules for the figures made or saved inside."""
    installed = sorted(CJK & set(font_manager.get_font_names()))
    style = {
        "font.family": ["DejaVu Sans", *installed],
        "font.size": 9.5,
        "text.color": INK,
        "axes.labelcolor": MUTED,
        "axes.labelsize": 9,
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
    """Give a figure as a PNG file without anything that changes between runs."""
    buffer = io.BytesIO()
    with house_style():
        figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


def ranking(comparison: Comparison) -> list[str]:
    """Give the strategies by mean gain in customer equity, largest first."""
    gains = total_effects(comparison, "customer_equity")
    return list(gains.sort_values("difference", ascending=False, kind="stable").index)


def total_effects(comparison: Comparison, measure: str) -> pd.DataFrame:
    """Give the effects on one measure over all customers, central values, one row per strategy."""
    table = comparison.effects
    rows = table[
        (table["variant"] == "central")
        & (table["segment"] == "total")
        & (table["measure"] == measure)
    ]
    return rows.set_index("scenario").reindex(comparison.strategies)


def share_best(comparison: Comparison) -> pd.Series:
    """Give, per scenario, the share of draws in which it has the largest customer equity."""
    table = comparison.measures
    rows = table[
        (table["variant"] == "central")
        & (table["segment"] == "total")
        & (table["measure"] == "customer_equity")
    ]
    wide = rows.pivot(index="replication", columns="scenario", values="value")
    return wide.idxmax(axis=1).value_counts(normalize=True).reindex(wide.columns, fill_value=0.0)


def _colours(comparison: Comparison) -> dict[str, str]:
    """Give each strategy its colour: blue for the one that leads."""
    order = ranking(comparison)
    return {name: COLOURS[min(i, len(COLOURS) - 1)] for i, name in enumerate(order)}


def _title(figure: Figure, finding: str, note: str) -> None:
    """Write the finding above the figure and, smaller, how to read it."""
    width = int(figure.get_figwidth() * 10.5)
    finding = "\n".join(textwrap.wrap(finding, width))
    note = "\n".join(textwrap.wrap(note, int(width * 1.25)))
    lines_above, lines_note = finding.count("\n") + 1, note.count("\n") + 1
    height = figure.get_figheight()
    top = 0.06 + 0.22 * lines_above + 0.17 * lines_note
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - top / height))
    figure.text(0.008, 1 - 0.05 / height, finding, va="top", size=12.5, weight="bold")
    figure.text(
        0.008, 1 - (0.08 + 0.22 * lines_above) / height, note, va="top", size=9, color=MUTED
    )


def _money_axis(axis, currency: str, signed: bool = True) -> None:
    """Write the ticks of an axis as money."""

    def write(value: float, _position: int) -> str:
        return money(0.0 if abs(value) < 1e-9 else value, currency, signed)

    axis.set_major_formatter(FuncFormatter(write))


def gain_figure(comparison: Comparison) -> Figure:
    """Draw the gain in customer equity of each strategy over doing nothing.

    Parameters
    ----------
    comparison : Comparison
        A finished comparison.

    Returns
    -------
    Figure
        One row per strategy: dot = mean, thick line = 90 % interval of the mean, thin line = 90 % of
        what one firm may see.
    """
    order, currency = ranking(comparison), comparison.market.currency
    gains, best = total_effects(comparison, "customer_equity"), share_best(comparison)
    with house_style():
        figure = Figure(figsize=(WIDTH, 1.35 + 0.46 * len(order)), layout="constrained")
        axes = figure.subplots()
        for row, name in enumerate(reversed(order)):
            colour = GOOD if name == order[0] else MUTED
            gain = gains.loc[name]
            axes.plot([gain["low"], gain["high"]], [row, row], color=colour, lw=1.2)
            axes.plot([gain["ci_low"], gain["ci_high"]], [row, row], color=colour, lw=6, alpha=0.75)
            axes.plot(gain["difference"], row, "o", color=colour, ms=7, mec="white", mew=1.2)
            text = change(gain["difference"], "money", currency)
            text += f"   best in {futures(best[name])} futures"
            axes.text(
                1.02,
                row,
                text,
                transform=axes.get_yaxis_transform(),
                va="center",
                color=colour if name == order[0] else INK,
                weight="bold" if name == order[0] else "normal",
            )
        axes.axvline(0, color=INK, lw=1)
        axes.set_yticks(range(len(order)), [capital(plain(n)) for n in reversed(order)])
        axes.set_ylim(-0.6, len(order) - 0.4)
        axes.grid(axis="x")
        axes.set_axisbelow(True)
        axes.spines[["left", "bottom"]].set_visible(False)
        _money_axis(axes.xaxis, currency)
        axes.set_xlabel(f"gain in customer equity over doing nothing ({currency})")
        _title(
            figure,
            _gain_finding(comparison, order),
            "Dot: average. Thick: 90% interval of the average. "
            "Thin: what one firm may see, 9 times in 10. The black line is doing nothing.",
        )
    return figure


def _gain_finding(comparison: Comparison, order: list[str]) -> str:
    """Say what the gain figure shows."""
    gains = total_effects(comparison, "customer_equity")
    first = capital(plain(order[0]))
    if comparison.verdict.kind == "do_nothing":
        return "No strategy earns back its cost on average"
    if comparison.verdict.kind == "no_clear_winner":
        return f"{first} leads, but not clearly enough to be called the winner"
    amount = money(gains.loc[order[0], "difference"], comparison.market.currency)
    return f"{first} adds the most value: {amount} on average"


def _end_labels(axes: Axes, ends: list[tuple[float, str, str]], week: float) -> None:
    """Write each line's name at its right end, pushed apart so that no two overlap."""
    low, high = axes.get_ylim()
    gap, place = (high - low) * 0.062, -np.inf
    for value, name, colour in sorted(ends):
        place = max(value, place + gap)
        axes.annotate(
            name,
            (week, place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            size=8.5,
            color=colour,
            annotation_clip=False,
        )


PATHS = {
    "cum_profit": "Cumulative profit",
    "retention": "Customers kept (percentage points)",
    "satisfaction": "Satisfaction (standard deviations)",
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
        One panel per measure, one line per strategy; the band (leading strategy only, so that lines
        stay readable) is 90 % of what one firm may see.
    """
    order, colours = ranking(comparison), _colours(comparison)
    currency = comparison.market.currency
    with house_style():
        figure = Figure(figsize=(WIDTH, 6.4), layout="constrained")
        grid = figure.add_gridspec(2, 2, height_ratios=[1.15, 1])
        panels = [figure.add_subplot(grid[0, :]), *(figure.add_subplot(grid[1, i]) for i in (0, 1))]
        for axes, measure in zip(panels, PATHS, strict=True):
            scale = 100.0 if measure == "retention" else 1.0
            ends = []
            for name in reversed(order):
                path = _path(comparison, name, measure)
                line = path["difference"] * scale
                lead = name == order[0]
                if lead:
                    axes.fill_between(
                        path["week"],
                        path["low"] * scale,
                        path["high"] * scale,
                        color=colours[name],
                        alpha=0.13,
                        lw=0,
                    )
                axes.plot(path["week"], line, color=colours[name], lw=2.4 if lead else 1.4)
                ends.append((line.iloc[-1], capital(plain(name)), colours[name]))
            axes.axhline(0, color=INK, lw=1)
            axes.set_title(PATHS[measure])
            axes.set_xlim(path["week"].min(), path["week"].max())
            axes.grid(axis="y")
            axes.spines["left"].set_visible(False)
            axes.set_xlabel("week")
            if measure == "cum_profit":
                _money_axis(axes.yaxis, currency)
            _end_labels(axes, ends, path["week"].max())
        _title(
            figure,
            _paths_finding(comparison, order[0]),
            "Difference from doing nothing (the black line). Lines: averages. Band: what one firm "
            f"may see with {capital(plain(order[0]))}, 9 times in 10.",
        )
    return figure


def _path(comparison: Comparison, name: str, measure: str) -> pd.DataFrame:
    """Give one strategy's path of one measure, by week."""
    table = comparison.paths
    rows = table[(table["scenario"] == name) & (table["measure"] == measure)]
    return rows.sort_values("week")


def _paths_finding(comparison: Comparison, name: str) -> str:
    """Say what the leading strategy's cumulative profit does."""
    profit = _path(comparison, name, "cum_profit")
    title, line = capital(plain(name)), profit["difference"].to_numpy()
    if line[-1] <= 0:
        return f"{title} has not earned its cost back by week {int(profit['week'].iloc[-1])}"
    below = np.flatnonzero(line < 0)
    if len(below) == 0:
        return f"{title} pays its way from the first week on average"
    week = int(profit["week"].iloc[below[-1] + 1])
    return f"{title} costs more than it brings until about week {week}, and earns after that"


def why_figure(comparison: Comparison, strategy: str) -> Figure:
    """Draw what one strategy changes in people's behaviour, and through which mechanism.

    Parameters
    ----------
    comparison : Comparison
        A finished comparison.
    strategy : str
        The strategy to explain.

    Returns
    -------
    Figure
        One panel per outcome, one bar per mechanism: change in per cent of the odds (choosing us,
        recommending us), the hazard (leaving, joining) or the amount (spend), ``exp(term) - 1`` of
        the average term per person. Blue helps the firm, orange hurts it.
    """
    terms = contributions(comparison, strategy)
    outcomes = [name for name in OUTCOMES if name in terms.columns]
    with house_style():
        figure = Figure(figsize=(WIDTH, 1.6 + 0.34 * len(terms)), layout="constrained")
        panels = figure.subplots(1, len(outcomes), sharey=True, squeeze=False)[0]
        for axes, outcome in zip(panels, outcomes, strict=True):
            values = np.expm1(terms[outcome].to_numpy()[::-1]) * 100
            helps = values <= 0 if outcome == "churn" else values >= 0
            axes.barh(range(len(values)), values, color=np.where(helps, GOOD, BAD), height=0.62)
            axes.axvline(0, color=INK, lw=1)
            span = max(np.abs(values).max() * 1.0, 0.05)
            axes.set_xlim(min(values.min() - 0.75 * span, 0), max(values.max() + 0.75 * span, 0))
            for row, value in enumerate(values):
                if abs(value) >= 0.05:
                    axes.annotate(
                        percent(value / 100, signed=True),
                        (value, row),
                        xytext=(3 if value > 0 else -3, 0),
                        textcoords="offset points",
                        ha="left" if value > 0 else "right",
                        va="center",
                        size=8,
                    )
            axes.set_title(capital(OUTCOMES[outcome]))
            axes.set_xticks([])
            axes.spines[["left", "bottom"]].set_visible(False)
        panels[0].set_yticks(range(len(terms)), [capital(plain(n)) for n in terms.index[::-1]])
        _title(figure, why_finding(comparison, strategy), _WHY_NOTE)
    return figure


_WHY_NOTE = (
    "Average change per person in the odds of choosing or recommending us, in the risk of leaving, in "
    "the rate of joining and in spend per purchase. Blue helps, orange hurts."
)


def contributions(comparison: Comparison, strategy: str) -> pd.DataFrame:
    """Give the average terms of one strategy, mechanisms by outcomes, largest first.

    Mechanisms that change nothing by a two-thousandth are left out, as is the calibration offset, which
    is the same in all scenarios.
    """
    table = comparison.contributions
    rows = table[(table["scenario"] == strategy) & (table["segment"] == "total")]
    wide = rows.pivot(index="mechanism", columns="outcome", values="difference").fillna(0.0)
    wide = wide.drop(index="offset", errors="ignore")
    size = wide.abs().max(axis=1)
    order = size.sort_values(ascending=False, kind="stable").index
    return wide.loc[[name for name in order if size[name] >= 0.0005]]


def why_finding(comparison: Comparison, strategy: str) -> str:
    """Say which mechanism moves purchases and which moves leaving the most."""
    terms, title = contributions(comparison, strategy), capital(plain(strategy))
    if terms.empty:
        return f"{title} changes hardly anything in how customers behave"
    parts = []
    for outcome, verb in (("purchase", "wins purchases"), ("churn", "keeps customers")):
        if outcome in terms:
            good = -terms[outcome] if outcome == "churn" else terms[outcome]
            if good.max() >= 0.0005:
                parts.append(f"{verb} mostly through {plain(str(good.idxmax()))}")
    if not parts:
        return f"{title} neither wins purchases nor keeps customers to a degree that counts"
    return f"{title} " + " and ".join(parts)


def segment_figure(comparison: Comparison) -> Figure:
    """Draw what each strategy gains from each segment of customers.

    Parameters
    ----------
    comparison : Comparison
        A finished comparison.

    Returns
    -------
    Figure
        One panel per segment, one row per strategy: gain in customer equity with the 90 % interval of
        the mean (thick) and what one firm may see (thin).
    """
    order, currency = ranking(comparison), comparison.market.currency
    table = comparison.effects
    table = table[(table["variant"] == "central") & (table["measure"] == "customer_equity")]
    segments = [name for name in SEGMENTS if name != "total" and name in set(table["segment"])]
    with house_style():
        figure = Figure(figsize=(WIDTH, 1.6 + 0.36 * len(order)), layout="constrained")
        panels = figure.subplots(1, len(segments), sharey=True, sharex=True, squeeze=False)[0]
        for axes, segment in zip(panels, segments, strict=True):
            rows = table[table["segment"] == segment].set_index("scenario")
            for row, name in enumerate(reversed(order)):
                gain, colour = rows.loc[name], GOOD if name == order[0] else MUTED
                axes.plot([gain["low"], gain["high"]], [row, row], color=colour, lw=1.2)
                axes.plot(
                    [gain["ci_low"], gain["ci_high"]], [row, row], color=colour, lw=5, alpha=0.75
                )
                axes.plot(gain["difference"], row, "o", color=colour, ms=6, mec="white")
            axes.axvline(0, color=INK, lw=1)
            axes.set_title(capital(SEGMENTS[segment]))
            axes.grid(axis="x")
            axes.locator_params(axis="x", nbins=4)
            axes.spines[["left", "bottom"]].set_visible(False)
            _money_axis(axes.xaxis, currency)
        panels[0].set_yticks(range(len(order)), [capital(plain(n)) for n in reversed(order)])
        panels[len(panels) // 2].set_xlabel(f"gain in customer equity ({currency})")
        rows = table[table["scenario"] == order[0]].set_index("segment").loc[segments]
        where = SEGMENTS[str(rows["difference"].idxmax())]
        _title(
            figure,
            f"{capital(plain(order[0]))} gains most from {where}",
            "Dot: average. Thick: 90% interval of the average. Thin: what one firm may see.",
        )
    return figure
