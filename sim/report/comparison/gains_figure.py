"""What each strategy gains over doing nothing, for all customers and by segment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.of_budget import share_of_budget
from sim.analysis.plausibility import DOUBTED
from sim.common.formatting import (
    NEAR_BUDGET,
    capital,
    change,
    fixed,
    fixed_percent,
    listing,
    money,
)
from sim.common.style import ended, paragraph
from sim.measures.weekly import SEGMENT_LABELS, TOTAL
from sim.report.comparison.chosen import is_plan_chosen, rows_of
from sim.report.comparison.findings import tells_apart
from sim.report.comparison.unaffordable import best_in
from sim.report.figure_style import (
    BAD,
    FEW,
    GOOD,
    INK,
    KEY,
    MUTED,
    WIDTH,
    house_style,
    money_axis,
    name_rows,
    title,
)
from sim.report.names import segment_labels
from sim.report.phrases import say

if TYPE_CHECKING:
    from sim.analysis.answers import Answers

#: Inches of a row among many: where a page has to hold more than the figure, and where it does not.
_OF_MANY = 0.3, 0.34
#: Inches of a row at least where something is marked beneath a number, and from the middle of the row to
#: both: two lines of the body's size.
_MARKED, _APART = 0.36, 0.085
#: First figures of a tick, and the part of the axis that its label takes beside that of zero.
_ROUND, _ROOM = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0), 0.25


def gain_figure(comparison: Answers, width: float = KEY) -> Figure:
    """Draw the gain in customer equity of each strategy over doing nothing.

    Parameters
    ----------
    comparison : Answers
        A finished comparison.
    width : float
        Inches; text grows as a narrow figure is shown wide.

    Returns
    -------
    Figure
        One row per strategy: dot = mean, thick line = 90 % interval of the expected gain, thin
        line = 90 % of what one firm may see.
    """
    order, currency = rows_of(comparison), comparison.market.currency
    marks = [_not_as_written(told, name) for told, name in order]
    each = 0.5 if len(order) <= FEW else _OF_MANY[width == KEY]
    each = max(each, _MARKED) if any(marks) else each
    with house_style():
        figure = Figure(
            figsize=(width, 1.5 + each * len(order)),
            layout="constrained",
        )
        axes = figure.subplots()
        for row, (told, name) in enumerate(reversed(order)):
            leads = row == len(order) - 1 and not comparison.pays_none
            colour = GOOD if leads else MUTED
            gain = told.effects_on("customer_equity").loc[name]
            axes.plot([gain["low"], gain["high"]], [row, row], color=colour, lw=1.2)
            expected = [gain["expected_low"], gain["expected_high"]]
            axes.plot(expected, [row, row], color=colour, lw=5.5, alpha=0.6)
            axes.plot(gain["difference"], row, "o", color=colour, ms=7)
            text = change(gain["difference"], "money", currency)
            if told is comparison:  # a plan that was found met other futures
                text = say(
                    "comparison.gains_figure.best_in", amount=text, futures=best_in(told, name)
                )
            strong: dict[str, Any] = {"color": colour, "weight": "bold"} if leads else {}
            mark = marks[len(order) - 1 - row]
            apart = _APART / each if mark else 0.0
            _beside(axes, row + apart, text, **strong)
            _beside(axes, row - apart, mark, color=BAD)
        axes.axvline(0, color=INK, lw=1)
        name_rows(axes, [told.title(n) for told, n in reversed(order)])
        _beside(
            axes, len(order) - 0.35, say("comparison.gains_figure.average_best_in"), color=MUTED
        )
        axes.set_ylim(-0.6, len(order))
        axes.grid(axis="x")
        axes.locator_params(axis="x", nbins=3)
        axes.set_axisbelow(True)
        axes.spines[["left", "bottom"]].set_visible(False)
        money_axis(axes.xaxis, currency)
        _mark_both_sides(axes)
        axes.set_xlabel(
            say("comparison.gains_figure.gain_in_customer_equity_over", currency=currency)
        )
        title(figure, _gain_finding(comparison), _how_to_read(comparison))
    return figure


def gain_alt(comparison: Answers) -> str:
    """Return what `gain_figure` shows, for those who cannot see it."""
    gains = [
        (told.title(name), told.effects_on("customer_equity").loc[name, "difference"])
        for told, name in rows_of(comparison)
    ]
    currency = comparison.market.currency
    parts = [f"{name} {money(gain, currency, signed=True)}" for name, gain in gains]
    return ended(say("comparison.gains_figure.alt") + listing(parts))


def _how_to_read(comparison: Answers) -> str:
    """Return what dots and lines are, and of whom it is said how often they are best."""
    intervals = say(
        f"comparison.gains_figure.{'two' if tells_apart(comparison) else 'one'}_intervals"
    )
    among = "written" if is_plan_chosen(comparison) else "all"
    return paragraph([intervals, say(f"comparison.gains_figure.best_in_of.{among}")])


def _not_as_written(told: Answers, name: str) -> str:
    """Return that a strategy costs more than the budget as written, if so.

    Such a plan did not run as written, and a figure may be all that is read. Of what the firm cannot pay
    it is said beside the amount.
    """
    share = share_of_budget(told.money.loc[name], "design")
    if name in told.unaffordable or not share > 1 + NEAR_BUDGET:
        return ""
    return say("comparison.gains_figure.not_as_written", share=fixed_percent(share))


def _mark_both_sides(axes: Axes) -> None:
    """Put a tick on either side of zero where gains lie on both and its label has room."""
    low, high = axes.get_xlim()
    if low >= 0 or high <= 0:
        return
    ticks = [-_round_within(-low), 0.0, _round_within(high)]
    axes.set_xticks([x for x in ticks if not x or abs(x) >= _ROOM * (high - low)])


def _round_within(end: float) -> float:
    """Return the largest round number up to an end above zero."""
    size = 10.0 ** np.floor(np.log10(end))
    return float(size * max(first for first in _ROUND if first * size <= end * (1 + 1e-9)))


def _beside(axes: Axes, row: float, text: str, **how: Any) -> None:
    """Write what belongs to a row to its right."""
    axes.text(1.02, row, text, transform=axes.get_yaxis_transform(), va="center", **how)


def _gain_finding(comparison: Answers) -> str:
    """Return what the gain figure shows: of the plan that the report is on."""
    told, name = rows_of(comparison)[0]
    first, gain = told.title(name), told.effects_on("customer_equity").loc[name, "difference"]
    amount = money(gain, comparison.market.currency)
    if is_plan_chosen(comparison):
        found = "written" if told is comparison else "found"
        return say(f"comparison.gains_figure.plan_chosen.{found}", first=first, amount=amount)
    if comparison.pays_none:
        return say("comparison.gains_figure.all_too_dear")
    if comparison.verdict.kind == "do_nothing":
        return say("comparison.gains_figure.no_strategy_clearly_earns_back")
    if comparison.verdict.kind == "no_clear_winner":
        return say("comparison.gains_figure.leads_but_not_clearly_enough", first=first)
    if comparison.verdict.kind == "undecided":
        runs, leads = fixed(comparison.futures), comparison.verdict.strategy is not None
        if not leads and gain > 0:
            return say("comparison.gains_figure.none_adds_enough_so_far", futures=runs)
        first = first if leads else say("common.doing_nothing")
        return say("comparison.gains_figure.too_few_to_tell", first=capital(first), futures=runs)
    if comparison.verdict.kind in DOUBTED:  # of the leader itself, not of a plan that was found
        kind = comparison.verdict.kind
        return say(f"comparison.gains_figure.{kind}", first=first, amount=amount)
    return say("comparison.gains_figure.adds_the_most_value_on", first=first, amount=amount)


def segment_figure(comparison: Answers) -> Figure:
    """Draw what each strategy gains from each segment of customers.

    Parameters
    ----------
    comparison : Answers
        A finished comparison.

    Returns
    -------
    Figure
        One panel per segment, one row per strategy: gain in customer equity with the 90 % interval
        of the expected gain (thick) and what one firm may see (thin).
    """
    order, currency = comparison.ranking, comparison.market.currency
    titles = [comparison.title(name) for name in order]
    table = comparison.effects
    table = table[table["measure"] == "customer_equity"]
    present = set(table["segment"]) - {TOTAL}
    segments = [name for name in SEGMENT_LABELS if name in present]
    with house_style():
        figure = Figure(
            figsize=(WIDTH, 1.6 + (0.36 if len(order) <= FEW else 0.28) * len(order)),
            layout="constrained",
        )
        panels = figure.subplots(1, len(segments), sharey=True, sharex=True, squeeze=False)[0]
        for axes, segment in zip(panels, segments, strict=True):
            rows = table[table["segment"] == segment].set_index("scenario")
            for row, name in enumerate(reversed(order)):
                gain, colour = rows.loc[name], GOOD if name == order[0] else MUTED
                axes.plot([gain["low"], gain["high"]], [row, row], color=colour, lw=1.2)
                expected = [gain["expected_low"], gain["expected_high"]]
                axes.plot(expected, [row, row], color=colour, lw=5, alpha=0.75)
                axes.plot(gain["difference"], row, "o", color=colour, ms=6)
            axes.axvline(0, color=INK, lw=1)
            axes.set_title(capital(segment_labels()[segment]))
            axes.grid(axis="x")
            axes.locator_params(axis="x", nbins=4)
            axes.spines[["left", "bottom"]].set_visible(False)
            money_axis(axes.xaxis, currency)
        name_rows(panels[0], titles[::-1])
        panels[0].set_ylim(-0.6, len(order) - 0.4)
        panels[len(panels) // 2].set_xlabel(
            say("comparison.gains_figure.gain_in_customer_equity", currency=currency)
        )
        rows = table[table["scenario"] == order[0]].set_index("segment").loc[segments]
        sure = int((rows["ci_low"] > 0).sum())
        title(
            figure,
            _segments_finding(titles[0], sure, len(segments)),
            say(f"comparison.gains_figure.{'two' if tells_apart(comparison) else 'one'}_intervals"),
        )
    return figure


def _segments_finding(title: str, sure: int, segments: int) -> str:
    """Return in how many segments the leading strategy clearly gains."""
    if not sure:
        return say("comparison.gains_figure.clearly_gains_in_none", title=title, segments=segments)
    return say(
        "comparison.gains_figure.clearly_gains_in", title=title, number=sure, segments=segments
    )
