"""Who moved between the halves of a log, beside what luck alone moves."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.common.few import FEWEST
from sim.common.formatting import NONE, capital, digits, fixed, fixed_percent, percent
from sim.common.style import day, ended
from sim.insight.halves import (
    LEAST_CUSTOMERS,
    LEAST_DAYS,
    LOSS_GAPS,
    NOTHING,
    RISK_GAPS,
    STAGES,
    WORTH,
    WORTH_SHARES,
)
from sim.insight.records import Change, Insight, Move, Share
from sim.report.few import left_out
from sim.report.figure_style import GOOD, INK, WIDTH, house_style, percent_axis, title
from sim.report.insight.words import beside_luck, by_day, events, sales
from sim.report.phrases import say
from sim.report.section import Picture, Section, Table


def change_section(found: Insight) -> Section:
    """Return where the groups by worth of the first half went, and where luck alone would take them."""
    label, change = say("insight.change.label.worth"), found.change
    if change is None or not change.worth:
        return _too_short("change", label)
    best = change.worth[0]
    kept = best.to.get(best.group)
    if best.sales is None or not isinstance(kept, Share):
        return _too_short("change", label)
    heading, moved = _best(found, kept, best.sales)
    says = [
        moved,
        say(
            "insight.change.halves",
            middle=day(change.middle),
            weeks=fixed(change.weeks),
            sales=sales(found),
        ),
        *([say("insight.change.luck", sales=sales(found))] if by_day(found) else []),
    ]
    picture = Picture(_figure(found, change, heading), say("insight.change.alt", heading=heading))
    tables = [_worth_table(found, change)]
    return Section("change", heading, says, pictures=[picture], tables=tables, label=label)


def _best(found: Insight, kept: Share, brought: Share) -> tuple[str, str]:
    """Return how many stay among the best, and how their sales change, beside luck where it is told."""
    top, share = fixed_percent(WORTH_SHARES[0]), percent(kept.counted)
    change, what = percent(brought.counted - 1, signed=True), sales(found)
    if kept.steady is None or brought.steady is None:
        return (
            say("insight.change.best_stay_alone", top=top, share=share),
            say("insight.change.best_sales_alone", sales=what, change=change),
        )
    luck = percent(brought.steady - 1, signed=True)
    return (
        say("insight.change.best_stay", top=top, share=share, luck=percent(kept.steady)),
        say("insight.change.best_sales", sales=what, change=change, luck=luck),
    )


def stages_section(found: Insight) -> Section:
    """Return what became of the stages of life, and of the segments by worth and stage."""
    label, change = say("insight.change.label.stages"), found.change
    if change is None or not change.stages:
        return _too_short("stages", label)
    back = {move.group: move.to[STAGES[0]] for move in change.stages}
    heading = say("insight.change.stages_told", months=fixed(change.weeks))
    told = [
        say(f"insight.change.back.{name}", share=percent(share))
        for name in STAGES[1:]
        if isinstance(share := back.get(name), float)
    ]
    if told:
        heading = told[0]
    says = [
        *map(ended, told[1:]),
        say("insight.change.stages", risk=fixed(RISK_GAPS), lost=fixed(LOSS_GAPS)),
        say("insight.change.segments", sales=sales(found)),
    ]
    if change.hidden:
        says += left_out([FEWEST - 1])
    tables = [_segments_table(found, change), _stages_table(change)]
    return Section("stages", heading, says, tables=tables, label=label)


def _too_short(key: str, label: str) -> Section:
    says = say("insight.change.too_short", days=LEAST_DAYS, customers=LEAST_CUSTOMERS)
    return Section(key, says, label=label)


def worth_label(name: str) -> str:
    """Return what customers of a group by worth are called."""
    return say(f"insight.change.worth.{name}")


def stage_label(name: str) -> str:
    """Return what customers of a stage are called."""
    return say(f"insight.change.stage.{name}")


def _worth_table(found: Insight, change: Change) -> Table:
    """Return where each group by worth went, counted and by luck alone."""
    names = [
        name
        for name in (*WORTH, NOTHING)
        if any(
            not isinstance(to := move.to[name], Share) or to.counted > 0 for move in change.worth
        )
    ]
    rows = [_worth_row(found, move, names) for move in change.worth]
    if not by_day(found):
        return Table(say("insight.change.worth_table_alone"), pd.DataFrame(rows))
    note = say(f"insight.change.note.{beside_luck(found)}")
    return Table(say("insight.change.worth_table"), pd.DataFrame(rows), note)


def _worth_row(found: Insight, move: Move, names: list[str]) -> dict[str, str]:
    cells = {name: move.to[name] for name in names}
    row = {
        say("insight.change.first_half"): capital(worth_label(move.group)),
        say("column.customers"): fixed(move.customers),
    }
    for name, to in cells.items():
        row[say("insight.change.then", group=worth_label(name))] = with_luck(to)
    row[_sales_then(found)] = with_luck(move.sales)
    return row


def _sales_then(found: Insight) -> str:
    return capital(say("insight.change.sales_then", sales=sales(found)))


def with_luck(share: Share | float | None) -> str:
    """Write what was counted and, in brackets, what luck alone would give."""
    if not isinstance(share, Share):
        return NONE
    if share.steady is None:
        return percent(share.counted)
    return say("insight.change.cell", share=percent(share.counted), luck=percent(share.steady))


def told_or_nan(share: Share | float | None) -> float:
    """Return what luck alone would give, for a figure; NaN where that is not told."""
    told = share.steady if isinstance(share, Share) else None
    return np.nan if told is None else told


def _stages_table(change: Change) -> Table:
    rows = [
        {
            say("insight.change.at_the_middle"): capital(stage_label(move.group)),
            say("column.customers"): fixed(move.customers),
        }
        | {
            say("insight.change.then", group=stage_label(name)): NONE if share is None else percent(share)
            for name, share in move.to.items()
            if not isinstance(share, Share)
        }
        for move in change.stages
    ]  # fmt: skip
    return Table(say("insight.change.stages_table"), pd.DataFrame(rows))


def _segments_table(found: Insight, change: Change) -> Table:
    rows = [
        {
            say("insight.change.first_half"): capital(worth_label(one.worth)),
            say("insight.change.at_the_middle"): stage_label(one.stage),
            say("column.customers"): fixed(one.customers),
            say("insight.change.of", sales=sales(found)): percent(one.of_sales),
            capital(say("insight.change.purchases_each", events=events(found))): digits(
                one.purchases
            ),
            say("insight.change.bought_again"): percent(one.again),
            _sales_then(found): percent(one.kept),
        }
        for one in change.segments
    ]
    return Table(say("insight.change.segments_table", sales=sales(found)), pd.DataFrame(rows))


def _figure(found: Insight, change: Change, finding: str) -> Figure:
    """Draw where each group by worth went: bars counted, dots by luck alone."""
    names = (*WORTH, NOTHING)
    with house_style():
        figure = Figure(figsize=(WIDTH, 3.2), layout="constrained")
        panels = figure.subplots(1, len(change.worth), sharey=True, squeeze=False)[0]
        place = np.arange(len(names))
        for axes, move in zip(panels, change.worth, strict=True):
            shares = [move.to[name] for name in names]
            counted = [one.counted if isinstance(one, Share) else np.nan for one in shares]
            luck = [told_or_nan(one) for one in shares]
            axes.bar(place, counted, color=GOOD, alpha=0.85, width=0.7)
            axes.plot(place, luck, "o", color=INK, ms=6)
            axes.set_xticks(place, [say(f"insight.change.short.{name}") for name in names], size=8)
            axes.set_xlim(-0.6, len(names) - 0.4)
            axes.set_title(capital(worth_label(move.group)), size=9)
            axes.grid(axis="y")
            axes.set_axisbelow(True)
            axes.spines["left"].set_visible(False)
            percent_axis(axes.yaxis)
        kind = "luck" if by_day(found) else "alone"
        title(figure, finding, say(f"insight.change.figure_note.{kind}"))
    return figure
