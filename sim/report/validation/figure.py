"""What is known of a fact, as a band, and what the model shows, as a dot with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import numpy as np
from matplotlib.figure import Figure

from sim.checks.validation.statistic import Verdict
from sim.common.formatting import capital, compact, digits, listing, range_of
from sim.common.style import clauses, ended
from sim.report.figure_style import (
    BAD,
    GOOD,
    INK,
    MUTED,
    NARROW,
    RULE,
    house_style,
    number_axis,
    title,
)
from sim.report.phrases import say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_COLOURS = {"green": GOOD, "red": BAD, "undecided": MUTED}
_ROOM = 0.35  # beside band and interval, of their length


def fact_figure(rows: pd.DataFrame) -> Figure:
    """Draw the statistics of a fact, each against its band.

    Parameters
    ----------
    rows : DataFrame
        Rows of one fact, of the table that `sim.checks.validation.validate.table_of` gives.

    Returns
    -------
    Figure
        One axis per statistic, each with its own scale.
    """
    with house_style():
        figure = Figure(figsize=(NARROW, 1.0 + 0.95 * len(rows)), layout="constrained")
        panels = figure.subplots(len(rows), 1, squeeze=False)[:, 0]
        for axes, row in zip(panels, rows.itertuples(), strict=True):
            _draw(axes, row)
        title(
            figure,
            finding(rows),
            say("validation.figure.grey_the_band_in_which"),
        )
    return figure


def finding(rows: pd.DataFrame) -> str:
    """Return what the figure of a fact shows."""
    parts = []
    for verdict in get_args(Verdict):
        ids = list(rows.loc[rows["verdict"] == verdict, "id"])
        if ids:
            parts.append(say(f"validation.figure.lie.{verdict}", count=len(ids), ids=listing(ids)))
    return capital(listing(parts))


def _draw(axes: Axes, row: pd.core.frame.Series) -> None:
    ends = [row.band_low, row.band_high]
    tested = np.isfinite(row.value)
    if tested:
        ends += [row.value, *np.clip([row.low, row.high], *_reach(row))]
    room = _ROOM * (max(ends) - min(ends))
    axes.axvspan(row.band_low, row.band_high, color=RULE, lw=0)
    axes.set_title(capital(_short(row.statistic)), size=9, weight="normal", color=INK)
    text = say("validation.figure.untested_value")
    if tested:
        colour = _COLOURS[row.verdict]
        axes.plot([row.low, row.high], [0, 0], color=colour, lw=2)
        axes.plot(row.value, 0, "o", color=colour, ms=7)
        text = digits(row.value)
    axes.text(
        1.02, 0, text, transform=axes.get_yaxis_transform(), va="center", color=INK, weight="bold"
    )
    axes.set_xlim(min(ends) - room, max(ends) + room)
    axes.set_ylim(-1, 1)
    axes.set_yticks([])
    number_axis(axes.xaxis)
    axes.locator_params(axis="x", nbins=6)
    axes.spines["left"].set_visible(False)


def _reach(row: pd.core.frame.Series) -> tuple[float, float]:
    """Return how far an interval is drawn: one that says nothing would leave no room for the band."""
    width = row.band_high - row.band_low
    return min(row.band_low, row.value) - width, max(row.band_high, row.value) + width


def _short(text: str, most: int = 88) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + " …"


def words(rows: pd.DataFrame) -> str:
    """Describe the figure for those who cannot see it."""
    parts = [
        say(
            "validation.figure.band",
            id=row.id,
            band=range_of(row.band_low, row.band_high, compact),
            value=say("validation.figure.simulated", value=digits(row.value))
            if np.isfinite(row.value)
            else say("validation.figure.untested_value"),
        )
        for row in rows.itertuples()
    ]
    return ended(say("validation.figure.bands_and_simulated_values") + clauses(parts))


def bias_figure(table: pd.DataFrame) -> Figure:
    """Draw what members seem to be, and what they are made, for each offer of the bias test.

    Parameters
    ----------
    table : DataFrame
        As `sim.checks.validation.bias.bias_table` gives it.
    """
    with house_style():
        figure = Figure(figsize=(NARROW, 1.4 + 0.7 * len(table)), layout="constrained")
        axes = figure.subplots()
        for place, row in enumerate(table[::-1].itertuples()):
            sides = (
                (0.14, BAD, row.naive, row.naive_low, row.naive_high),
                (-0.14, GOOD, row.randomised, row.randomised_low, row.randomised_high),
            )
            for shift, colour, value, low, high in sides:
                axes.plot([low, high], [place + shift] * 2, color=colour, lw=2)
                axes.plot(value, place + shift, "o", color=colour, ms=6)
        axes.axvline(0, color=INK, lw=1)
        axes.set_yticks(range(len(table)), [capital(name) for name in table["offer"][::-1]])
        axes.set_ylim(-0.6, len(table) - 0.4)
        number_axis(axes.xaxis)
        axes.grid(axis="x")
        axes.set_axisbelow(True)
        axes.spines[["left", "bottom"]].set_visible(False)
        axes.set_xlabel(say("validation.figure.above_others_share_of_wallet"))
        title(
            figure,
            bias_finding(table),
            say("validation.figure.orange_members_against_others_blue"),
        )
    return figure


def bias_finding(table: pd.DataFrame) -> str:
    """Return for how many of the cases the records clearly show more than the experiment."""
    clear = int((table["naive_low"] > table["randomised_high"]).sum())
    return say("validation.figure.in_of_cases_customers_clearly", clear=clear, cases=len(table))


def bias_words(table: pd.DataFrame) -> str:
    """Describe that figure for those who cannot see it."""
    parts = [
        say(
            "validation.figure.observed_in_an_experiment",
            offer=row.offer,
            naive=digits(row.naive),
            randomised=digits(row.randomised),
        )
        for row in table.itertuples()
    ]
    return ended(say("validation.figure.what_members_seem_to_be") + clauses(parts))
