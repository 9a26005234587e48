"""Does a market look like its own log? What it foresaw of the log's last part, beside what came."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.common.formatting import (
    capital,
    compact,
    digits,
    fixed,
    fixed_percent,
    money,
    percent,
    range_of,
)
from sim.common.style import day
from sim.market.hold_out import Foreseen, HoldOut
from sim.market.market import Market
from sim.market.matters import follows_one_cohort, inflow_differs
from sim.report.figure_style import BAD, GOOD, INK, WIDTH, house_style, title
from sim.report.names import segment_labels
from sim.report.phrases import say
from sim.report.section import Picture, Section, Table
from sim.report.wrapping import wrapped
from sim.world.population import VALUE_SHARES

#: Figures drawn as far as this share of what was foreseen.
_MOST = 2.0
_TICKS = (0.5, 1.5)
#: Letters in a line of a panel's title.
_TITLE = 14


def likeness_section(market: Market, hold_out: HoldOut | None = None) -> Section:
    """Return what a market foresaw of its own log, and what came.

    Parameters
    ----------
    market : Market
    hold_out : HoldOut, optional
        What was foreseen, if not what stands in the market's file.
    """
    held = hold_out or market.hold_out
    if held is None or not held.figures:
        return _nothing(market, held)
    bullets = [_newcomers(market, held)]
    heading = headline(held)
    says = [
        say(
            "likeness.how_it_was_done",
            cut=day(held.cut),
            customers=fixed(held.customers),
            futures=fixed(held.futures),
            sure=fixed_percent(held.sure),
        ),
        say(
            "likeness.groups",
            cut=day(held.cut),
            first=fixed_percent(VALUE_SHARES[0]),
            second=fixed_percent(VALUE_SHARES[1]),
        ),
    ]
    if held.noticed is not None:
        less, more = map(fixed_percent, held.noticed)
        says.append(say("likeness.noticed", less=less, more=more))
    if held.rates_stay:
        says.append(say("likeness.rates_stay", cut=day(held.cut)))
    if held.outside:
        says.append(say("likeness.what_to_do"))
    return Section(
        "likeness",
        heading,
        says,
        bullets,
        [Picture(_figure(held, heading), say("likeness.figure_alt", heading=heading))],
        [_table(market, held)],
    )


def headline(held: HoldOut) -> str:
    """Return whether anything lies outside what was foreseen, or why nothing could be."""
    if not held.figures:
        return say("likeness.none.reason", reason=held.reason)
    count = sum(len(measures) for measures in held.figures.values())
    if not held.outside:
        return say("likeness.all_inside", count=count, weeks=held.weeks, cut=day(held.cut))
    return say(
        "likeness.some_outside",
        count=count,
        outside=fixed(len(held.outside)),
        weeks=held.weeks,
        cut=day(held.cut),
    )


def caution(market: Market) -> list[str]:
    """Return a warning for the first screen if a market is untried, or misses: what, and by how much."""
    held = market.hold_out
    if held is not None and not held.figures:
        return [say("likeness.caution_untried", reason=held.reason)]
    if held is None or not held.outside:
        return []
    group, measure = held.outside[0]
    figure, currency = held.figures[group][measure], market.currency
    said = say(
        "likeness.caution",
        cut=day(held.cut),
        weeks=held.weeks,
        measure=say(f"likeness.measure.{measure}"),
        group=segment_labels()[group],
        expected=_written(measure, figure.expected, currency),
        came=_written(measure, figure.came, currency),
        low=_written(measure, figure.low, currency),
        high=_written(measure, figure.high, currency),
    )
    others = len(held.outside) - 1
    return [said + (say("likeness.caution_others", count=others) if others else "")]


def _nothing(market: Market, held: HoldOut | None) -> Section:
    """Return why there is nothing to see, and what would change that."""
    if held is not None:
        heading, why = headline(held), say("likeness.none_why.reason")
    elif market.based_on:
        heading, why = say("likeness.none.case"), say("likeness.none_why.case")
    elif market.is_contractual:
        heading, why = say("likeness.none.contracts"), say("likeness.none_why.contracts")
    else:
        heading = say("likeness.none.untried")
        why = say("likeness.none_why.untried", command=market.data.command)
    return Section("likeness", heading, [why])


def _newcomers(market: Market, held: HoldOut) -> str:
    """Return what the log says of new customers, beside what is assumed; one cohort is named as such."""
    assumed = compact(market["inflow_per_year"])
    if follows_one_cohort(market, held):
        start = market.fit["share_acquired_at_the_start"]
        weeks = fixed(market.fit["weeks_of_acquisition_at_the_start"])
        return say("likeness.one_cohort", share=percent(start), weeks=weeks, assumed=assumed)
    value = market.values["inflow_per_year"]
    if value.status == "estimated":
        return say("likeness.newcomers_measured", came=digits(held.newcomers), active=assumed)
    said = say("likeness.newcomers", came=digits(held.newcomers), assumed=assumed)
    low, high = value.low, value.high
    if low is None or high is None or not inflow_differs(market, held):
        return said
    return said + say("likeness.newcomers_differ", low=compact(low), high=compact(high))


def _written(measure: str, value: float, currency: str) -> str:
    """Write a figure in its unit."""
    if measure in ("spend", "sales"):
        return money(value, currency)
    return digits(value) if measure == "frequency" else percent(value)


def _table(market: Market, held: HoldOut) -> Table:
    """Return every figure: foreseen, its range, what came, and whether that lies inside."""
    labels = segment_labels()
    rows = []
    for group, measures in held.figures.items():
        for measure, figure in measures.items():
            rows.append(
                {
                    say("column.customers"): capital(labels[group]),
                    say("column.figure"): capital(say(f"likeness.measure.{measure}")),
                    say("column.foreseen"): _written(measure, figure.expected, market.currency),
                    say("column.range"): _range(measure, figure, market.currency),
                    say("column.came"): _written(measure, figure.came, market.currency),
                    say("column.inside"): say("common.yes")
                    if figure.inside
                    else say("likeness.outside"),
                }
            )
    return Table(say("likeness.table"), pd.DataFrame(rows))


def _range(measure: str, figure: Foreseen, currency: str) -> str:
    return range_of(figure.low, figure.high, lambda value: _written(measure, value, currency))


def _figure(held: HoldOut, finding: str) -> Figure:
    """Draw each figure as a share of what was foreseen: a panel per group, a line per measure."""
    labels = segment_labels()
    with house_style():
        figure = Figure(figsize=(WIDTH, 3.6), layout="constrained")
        panels = figure.subplots(1, len(held.figures), sharex=True, sharey=True, squeeze=False)[0]
        names = list(dict.fromkeys(name for each in held.figures.values() for name in each))
        for axes, (group, measures) in zip(panels, held.figures.items(), strict=True):
            for name, each in measures.items():
                place, unit = -names.index(name), max(each.expected, 1e-12)
                colour = GOOD if each.inside else BAD
                ends = np.clip([each.low / unit, each.high / unit], 0, _MOST)
                axes.plot(
                    ends, [place, place], color=colour, lw=5, alpha=0.3, solid_capstyle="butt"
                )
                mark = "o" if each.inside else "X"  # told without colour as well
                axes.plot(min(each.came / unit, _MOST), place, mark, color=colour, ms=7)
            axes.axvline(1, color=INK, lw=0.8)
            axes.set_title("\n".join(wrapped(capital(labels[group]), _TITLE)), size=9)
            axes.spines["left"].set_visible(False)
            axes.set_xticks(_TICKS, [fixed_percent(tick) for tick in _TICKS])
        panels[0].set_yticks(
            [-place for place in range(len(names))],
            [capital(say(f"likeness.measure.{name}")) for name in names],
        )
        figure.supxlabel(say("likeness.came_over_foreseen"), size=9)
        title(figure, finding, say("likeness.figure_note"))
    return figure
