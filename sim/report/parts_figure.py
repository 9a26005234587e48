"""What each lever and each of its terms brings to a gain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from sim.common.composed import retold
from sim.common.formatting import capital, fixed, money
from sim.report.figure_style import INK, RULE, WIDTH, bar, house_style, money_axis, title
from sim.report.parts_words import part_label
from sim.report.phrases import say

if TYPE_CHECKING:
    from sim.analysis.made_of import Parts

#: Parts with a bar of their own.
_MOST = 12


def parts_figure(parts: Parts) -> Figure:
    """Draw what each part of a gain brings, with the 90 % interval of its mean.

    Parameters
    ----------
    parts : Parts

    Returns
    -------
    Figure
        One bar per lever and term, levers first. Blue brings money, orange and hatched costs it.
    """
    rows = parts.brings.head(_MOST)
    place, currency = np.arange(len(rows))[::-1], parts.market.currency
    value = rows["brings"].to_numpy()
    error = np.abs(rows[["brings_low", "brings_high"]].to_numpy().T - value)
    with house_style():
        figure = Figure(figsize=(WIDTH, 1.4 + 0.27 * max(len(rows), 3)), layout="constrained")
        axes = figure.subplots()
        for at, brought in zip(place, value, strict=True):
            axes.barh(at, brought, height=0.6, **bar(brought >= 0))
        axes.errorbar(value, place, xerr=error, fmt="none", ecolor=INK, elinewidth=1, capsize=2)
        axes.axvline(0, color=INK, lw=1)
        axes.set_yticks(place, [capital(part_label(what)) for what in rows["what"]])
        axes.grid(axis="x", color=RULE, lw=0.6)
        axes.set_axisbelow(True)
        money_axis(axes.xaxis, currency)
        title(figure, parts_finding(parts), say("parts_figure.how_to_read", **_size(parts)))
    return figure


def parts_finding(parts: Parts, name: str = "") -> str:
    """Return which part brings the most, of what gain; of the strategy's title or another name."""
    name = name or retold(parts.strategy.title)
    rows, currency = parts.brings, parts.market.currency
    if rows.empty:
        return say("parts_figure.nothing", name=name)
    terms, levers = (rows[rows["kind"] == kind] for kind in ("term", "lever"))
    first = (terms if len(terms) else rows).sort_values("brings", ascending=False).iloc[0]
    if len(levers) and 0 < parts.whole["gain"] < first["brings"]:
        # more than all there is, since others of its lever take most of it away: told net of them
        first = levers.sort_values("brings", ascending=False).iloc[0]
    told: dict[str, Any] = {
        "name": name,
        "gain": money(parts.whole["gain"], currency, signed=True),
        "futures": fixed(parts.futures),
    }
    sure = first["brings_low"] > 0
    if not sure and parts.whole["cost"] < 0 < parts.whole["gain"]:
        return say("parts_figure.saved", saved=money(-parts.whole["cost"], currency), **told)
    part, brings = part_label(first["what"]), money(first["brings"], currency, signed=True)
    return say(f"parts_figure.{'most' if sure else 'unsure'}", part=part, brings=brings, **told)


def _size(parts: Parts) -> dict[str, Any]:
    return {
        "futures": fixed(parts.futures),
        "customers": fixed(parts.customers),
        "weeks": str(parts.weeks),
    }
