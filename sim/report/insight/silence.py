"""Who falls silent, by segment, and how often that is chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.common.formatting import capital, fixed, percent, range_of
from sim.insight.halves import LEAST_CUSTOMERS, LEAST_DAYS, RISK_GAPS, RISK_WEEKS
from sim.insight.records import Insight, Share, Silence
from sim.insight.silence import BESIDE
from sim.report.figure_style import COLOURS, WIDTH, house_style, percent_axis, title
from sim.report.insight.change import told_or_nan, with_luck, worth_label
from sim.report.phrases import say
from sim.report.section import Picture, Section, Table


def silence_section(found: Insight) -> Section:
    """Return the survival of active customers until they fall silent."""
    label, silence = say("insight.silence.label"), found.silence
    if silence is None:
        short = say("insight.silence.too_short", days=LEAST_DAYS, customers=LEAST_CUSTOMERS)
        return Section("silence", short, label=label)
    share, people = percent(silence.fell.counted), fixed(silence.customers)
    heading = (
        say("insight.silence.heading_alone", share=share, customers=people)
        if (luck := silence.fell.steady) is None
        else say("insight.silence.heading", share=share, luck=percent(luck), customers=people)
    )
    gaps, weeks = fixed(RISK_GAPS), fixed(RISK_WEEKS)
    says = [
        say("insight.silence.event", gaps=gaps, weeks=weeks),
        say("insight.silence.not_leaving"),
    ]
    if silence.came_back is not None:
        says.insert(0, say("insight.silence.came_back", share=percent(silence.came_back)))
    says += _ratios_mean(silence)
    picture = Picture(_figure(silence, heading), say("insight.silence.alt", heading=heading))
    tables = [_curves_table(silence), *_ratios_table(silence)]
    return Section("silence", heading, says, pictures=[picture], tables=tables, label=label)


def _ratios_mean(silence: Silence) -> list[str]:
    """Return how ratios are read, or that there are none."""
    if not silence.hazards:
        return [say("insight.silence.no_ratios")]
    kept = "constant" if silence.constant else "changing"
    return [say("insight.silence.ratios"), say(f"insight.silence.ratios_keep.{kept}")]


def _curves_table(silence: Silence) -> Table:
    rows = [
        {
            say("column.customers"): capital(worth_label(curve.group)),
            say("insight.silence.number"): fixed(curve.customers),
        }
        | {
            say("insight.silence.after", weeks=fixed(week)): with_luck(share)
            for week, share in zip(silence.weeks, curve.left, strict=True)
        }
        for curve in silence.curves
    ]
    kind = "alone" if silence.fell.steady is None else "luck"
    return Table(say(f"insight.silence.table.{kind}"), pd.DataFrame(rows))


def _ratios_table(silence: Silence) -> list[Table]:
    rows = [
        {
            say("column.customers"): capital(worth_label(one.group)),
            say("insight.silence.ratio"): fixed(one.ratio, 2),
            say("column.range"): range_of(one.low, one.high, lambda value: fixed(value, 2)),
        }
        for one in silence.hazards
    ]
    beside = worth_label(BESIDE)
    return (
        [Table(say("insight.silence.ratio_table", beside=beside), pd.DataFrame(rows))]
        if rows
        else []
    )


def _figure(silence: Silence, finding: str) -> Figure:
    """Draw the share of each group who have not fallen silent: lines counted, dashed by luck alone."""
    with house_style():
        figure = Figure(figsize=(WIDTH, 3.2), layout="constrained")
        axes = figure.subplots()
        weeks = [0, *silence.weeks]
        for curve, colour in zip(silence.curves, COLOURS, strict=False):
            parts = [one if isinstance(one, Share) else None for one in curve.left]
            counted = [1.0, *(np.nan if one is None else one.counted for one in parts)]
            luck = [1.0, *map(told_or_nan, parts)]
            name = capital(worth_label(curve.group))
            axes.plot(weeks, counted, color=colour, lw=2, marker="o", ms=4, label=name)
            if silence.fell.steady is not None:
                axes.plot(weeks, luck, color=colour, lw=1.2, ls="--")
        axes.set_ylim(0, 1.02)
        axes.set_xlabel(say("insight.silence.weeks"))
        axes.grid(axis="y")
        percent_axis(axes.yaxis)
        axes.legend(frameon=False, fontsize=8.5, loc="lower left")
        kind = "alone" if silence.fell.steady is None else "luck"
        title(figure, finding, say(f"insight.silence.figure_note.{kind}"))
    return figure
