"""What campaigns brought: a naive estimate beside a defensible one, each with its warning."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from sim.common.formatting import capital, fixed, fixed_percent, range_of
from sim.insight.campaigns.panel import AFTER, FIRST
from sim.insight.records import Campaigns, Effect, Insight
from sim.report.figure_style import GOOD, INK, MUTED, WIDTH, house_style, percent_axis, title
from sim.report.insight.words import by_day, no_day, sales
from sim.report.phrases import say
from sim.report.section import Picture, Section, Table

#: Designs in the order of the table.
_DESIGNS = ("naive", "fixed", "matched", "placebo")


def campaigns_section(found: Insight) -> Section:
    """Return what contacts brought, or what would be needed to say it."""
    label, made = say("insight.campaigns.label"), found.campaigns
    if not by_day(found):
        says = [no_day(found, "campaigns")]
        return Section("campaigns", say("insight.campaigns.no_days"), says, label=label)
    if made is None:
        says = [say("insight.campaigns.how_to_give")]
        return Section("campaigns", say("insight.campaigns.no_table"), says, label=label)
    if made.matched is None or made.naive is None:
        says = [say("insight.campaigns.why_none", before=FIRST, after=AFTER)]
        heading = say("insight.campaigns.none_compared", contacts=fixed(made.contacts))
        return Section("campaigns", heading, says, label=label)
    heading = say(
        f"insight.campaigns.heading.{_verdict(made)}",
        sales=sales(found),
        change=_change(made.matched.change),
        range=_range(made.matched),
        naive=_change(made.naive.change),
    )
    what_it_is = say("insight.campaigns.what_it_is", weeks=made.weeks, sales=sales(found))
    says = [*_before(made), what_it_is, *_whom(made)]
    if found.source == "complete-journey":
        says.append(say("insight.campaigns.disputed"))
    picture = Picture(_figure(found, made, heading), say("insight.campaigns.alt", heading=heading))
    return Section(
        "campaigns", heading, says, pictures=[picture], tables=[_table(found, made)], label=label
    )


def _verdict(made: Campaigns) -> str:
    """Return whether an effect is shown: clear after the contact, and none before it."""
    if made.matched is None or not made.matched.is_clear:
        return "not_clear"
    alike = made.placebo is not None and not made.placebo.is_clear
    return "clear" if alike else "chosen"


def _before(made: Campaigns) -> list[str]:
    """Return what the same comparison finds where there can be no effect."""
    if made.placebo is None:
        return []
    kind = "differ" if made.placebo.is_clear else "alike"
    return [
        say(
            f"insight.campaigns.before.{kind}",
            weeks=made.weeks,
            change=_change(made.placebo.change),
            range=_range(made.placebo),
        )
    ]


def _whom(made: Campaigns) -> list[str]:
    """Return of whom it is said."""
    return [
        say(
            "insight.campaigns.whom",
            compared=fixed(made.compared),
            contacts=fixed(made.contacts),
            waves=fixed(made.waves),
            weeks=made.weeks,
            others=fixed(made.others),
        )
    ]


def _table(found: Insight, made: Campaigns) -> Table:
    effects = {name: getattr(made, name) for name in _DESIGNS}
    rows = [
        {
            say("insight.campaigns.design"): say(f"insight.campaigns.name.{name}"),
            say("insight.campaigns.change", sales=sales(found)): _change(effect.change),
            say("column.range"): _range(effect),
            say("insight.campaigns.warning"): say(f"insight.campaigns.warns.{name}"),
        }
        for name, effect in effects.items()
        if effect is not None
    ]
    return Table(
        say("insight.campaigns.table", weeks=made.weeks, sales=sales(found)), pd.DataFrame(rows)
    )


def _change(share: float) -> str:
    return fixed_percent(share, 1, signed=True)


def _range(effect: Effect) -> str:
    return range_of(effect.low, effect.high, _change)


def _figure(found: Insight, made: Campaigns, finding: str) -> Figure:
    """Draw the difference between contacted and others by week from the contact on, with its interval."""
    with house_style():
        figure = Figure(figsize=(WIDTH, 3.2), layout="constrained")
        axes = figure.subplots()
        for one in made.study:
            colour = GOOD if one.week >= 0 else MUTED
            axes.plot(
                [one.week] * 2, [one.effect.low, one.effect.high], color=colour, lw=4, alpha=0.35
            )
            axes.plot(one.week, one.effect.change, "o", color=colour, ms=6)
        axes.axhline(0, color=INK, lw=0.8)
        axes.axvline(-0.5, color=INK, lw=0.8, ls=":")
        axes.set_xlabel(capital(say("insight.campaigns.weeks_from")))
        axes.grid(axis="y")
        axes.spines["left"].set_visible(False)
        percent_axis(axes.yaxis)
        note = say("insight.campaigns.figure_note", weeks=made.weeks, sales=sales(found))
        title(figure, finding, capital(note))
    return figure
