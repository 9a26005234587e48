"""How many come back, how often they buy and who brings the sales: each finding with its warning."""

from __future__ import annotations

import pandas as pd

from sim.common.formatting import capital, fixed, fixed_percent, percent, points
from sim.insight.look import TOP
from sim.insight.records import Count, Frequency, Insight, Share
from sim.report.insight.words import beside_luck, by_day, events, repeats, sales
from sim.report.phrases import say
from sim.report.purchase_log.figures import group_names
from sim.report.section import Section, Table

#: Share of the customers by which the NBD is off at most where it is said to fit; or, in a small log, so
#: many standard errors (one false alarm in a thousand over a dozen groups).
_FITS, _CHANCE = 0.03, 4.0


def retention_section(found: Insight) -> Section:
    """Return how many come back, or that it cannot be known."""
    label, kept = say("insight.custom.label.retention"), found.retention
    if not kept.cohort:
        again = percent(kept.again) if kept.again is not None else None
        says = [] if again is None else [say("insight.custom.again", share=again)]
        old = percent(kept.long_standing)
        heading = say("insight.custom.not_known", share=old)
        return Section("retention", heading, [*says, say("insight.custom.why_not")], label=label)
    if not kept.months:
        return Section("retention", say("insight.custom.too_few_new"), label=label)
    first, last = min(kept.months), max(kept.months)
    heading = say("insight.custom.new_come_back", share=percent(kept.months[first]), month=first)
    if last > first:
        heading += say("insight.custom.and_later", share=percent(kept.months[last]), month=last)
    rows = [
        {say("column.month"): fixed(month), say("column.buy"): percent(share)}
        for month, share in kept.months.items()
    ]
    table = Table(say("insight.custom.by_age"), pd.DataFrame(rows))
    says = [say("insight.custom.gone_or_waiting")]
    return Section("retention", heading, says, tables=[table], label=label)


def frequency_section(found: Insight) -> Section:
    """Return how often customers buy, beside the law of steady rates."""
    often = found.frequency
    kind = "repeats" if often.repeats else "purchases"
    counted = repeats(found) if often.repeats else events(found)
    label = say("insight.custom.label.frequency")
    if not by_day(found):
        says = [
            say(f"insight.custom.what_is_counted.{kind}", weeks=fixed(often.weeks), events=counted)
        ]
        tables = [_counts(often, counted)]
        return Section(
            "frequency", say("insight.custom.how_often"), says, tables=tables, label=label
        )
    miss = points(often.largest_miss, signed=False)
    fits = all(_is_near(one, found.customers) for one in often.groups)
    heading = say(
        f"insight.custom.{'nbd' if fits else 'nbd_misses'}", miss=miss, events=events(found)
    )
    return Section(
        "frequency",
        heading,
        [
            say(f"insight.custom.what_is_counted.{kind}", weeks=fixed(often.weeks), events=counted),
            say("insight.custom.nbd_means"),
        ],
        tables=[_counts(often, counted)],
        label=label,
    )


def _is_near(one: Count, customers: int) -> bool:
    """Return whether a group is as large as expected, but for little or for chance."""
    expected = one.expected or 0.0
    chance = _CHANCE * (expected * (1.0 - expected) / customers) ** 0.5
    return abs(one.counted - expected) <= max(_FITS, chance)


def _counts(often: Frequency, counted: str) -> Table:
    """Return the customers of each group by what is counted, in the log and as the law expects them."""
    low = pd.Series([one.low for one in often.groups])
    high = pd.Series([float("inf") if one.high is None else one.high for one in often.groups])
    rows = [
        {
            capital(counted): name,
            say("column.in_the_log"): percent(one.counted),
        }
        | _expected(one)
        for name, one in zip(group_names(low, high), often.groups, strict=True)
    ]
    beside = "luck" if all(one.expected is not None for one in often.groups) else "alone"
    caption = say(f"insight.custom.table_of_counts.{beside}", events=counted)
    return Table(caption, pd.DataFrame(rows))


def _expected(one: Count) -> dict[str, str]:
    """Return what the law expects of a group, and by how much it is more or less; nothing without one."""
    if one.expected is None:
        return {}
    return {
        say("column.nbd"): percent(one.expected),
        say("insight.custom.over"): fixed(one.counted / one.expected, 2),
    }


def concentration_section(found: Insight) -> Section:
    """Return what the best fifth of customers bring, and would bring if customers stayed as they are."""
    held = found.concentration
    top = fixed_percent(TOP)
    share, what = percent(held.sales.counted), sales(found)
    if held.sales.steady is None:
        heading = say("insight.custom.best_bring_alone", top=top, sales=what, share=share)
    else:
        heading = say(
            f"insight.custom.best_bring.{beside_luck(found)}",
            top=top,
            sales=what,
            share=share,
            steady=percent(held.sales.steady),
        )
    return Section(
        "concentration",
        heading,
        [say("insight.custom.best_are_lucky", top=top, sales=sales(found))],
        tables=[_top_table(found, top)],
        label=say("insight.custom.label.concentration", sales=sales(found)),
    )


def _top_table(found: Insight, top: str) -> Table:
    def row(name: str, share: Share) -> dict[str, str]:
        return {
            say("insight.custom.part_of"): name,
            say("column.in_the_log"): percent(share.counted),
        } | ({} if share.steady is None else {say("column.nbd"): percent(share.steady)})

    held = found.concentration
    rows = [row(capital(sales(found)), held.sales)] if found.amounts else []
    rows.append(row(capital(events(found)), held.purchases))
    beside = "luck" if by_day(found) else "alone"
    return Table(say(f"insight.custom.table_of_best.{beside}", top=top), pd.DataFrame(rows))
