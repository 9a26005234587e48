"""The tables on the quality of a client's data."""

from __future__ import annotations

import pandas as pd

from sim.common.few import FEWEST
from sim.common.formatting import capital, fixed, money, percent, range_of
from sim.common.style import day, style
from sim.intake.quality.drift import Figure
from sim.intake.quality.quality import Quality
from sim.intake.quality.rules import what_of
from sim.report.insight.words import events_of
from sim.report.phrases import say
from sim.report.section import Table

#: Letters of a pseudonym that tell customers apart.
_LETTERS = 12


def figure_label(figure: Figure, quality: Quality) -> str:
    """Return what a figure of a month is called."""
    if figure == "purchases":
        return events_of(quality.grain)
    return say(f"quality.tables.figure.{figure}")


def rules_table(quality: Quality) -> Table:
    """Return each rule with what it found."""
    rows = [
        {
            say("column.dimension"): say(f"quality.tables.dimension.{rule.dimension}"),
            say("column.looked_for"): capital(str(what_of(rule.rule))),
            say("column.lines"): fixed(rule.lines),
            say("column.share_of_lines"): percent(rule.share),
            say("column.share_of_sales"): percent(rule.share_of_sales),
            say("column.written_as"): style().comma.join(rule.examples),
        }
        for rule in quality.rules
    ]
    return Table(say("quality.tables.rules"), pd.DataFrame(rows))


def kind_of(what: str, quality: Quality) -> str:
    """Return what is looked at, where a purchase of a table of periods stands for a period."""
    return quality.grain if what == "purchase" and quality.grain != "day" else what


def outlier_tables(quality: Quality, letters: int | None = _LETTERS) -> list[Table]:
    """Return of each kind what is farthest from the usual; of whom by so many letters, or all."""
    currency, tables = _currency(quality), []
    for what, found in quality.outliers.items():
        rows = [
            {
                say("column.customer"): (one.who or "")[:letters],
                say("column.day"): day(one.day) if one.day else "",
                say("column.amount"): money(one.amount, currency),
                say("column.usual"): money(one.usual, currency),
                say("column.z"): fixed(one.z, 1, signed=True),
            }
            for one in found.farthest
        ]
        if not rows:
            continue
        frame = pd.DataFrame(rows)
        kept = [name for name in frame.columns if frame[name].ne("").any()]
        tables.append(Table(say(f"quality.tables.outliers.{kind_of(what, quality)}"), frame[kept]))
    return tables


def silence_table(quality: Quality) -> list[Table]:
    """Return the days on which next to nothing was sold."""
    rows = [
        {
            say("column.days"): style().span.format(day(one.first), day(one.last)),
            say("column.number"): fixed((one.last - one.first).days + 1),
            say("column.of_the_usual"): percent(one.share),
        }
        for one in quality.silences
    ]
    return [Table(say("quality.tables.silences"), pd.DataFrame(rows))] if rows else []


def drift_table(quality: Quality) -> list[Table]:
    """Return how each figure changed in the last whole month, beside what its own changes allow."""
    rows = [
        {
            say("column.figure"): capital(figure_label(one.figure, quality)),
            say("column.month_before"): _written(one.figure, one.before, quality),
            say("column.last_month"): _written(one.figure, one.now, quality),
            say("column.change"): percent(one.change - 1, signed=True),
            say("column.range"): range_of(
                one.low - 1, one.high - 1, lambda x: percent(x, signed=True)
            ),
            say("column.inside"): say("quality.tables.outside")
            if one.is_unusual
            else say("common.yes"),
        }
        for one in quality.drifts
        if not _few(quality, one.month)
    ]
    return [Table(say("quality.tables.drift"), pd.DataFrame(rows))] if rows else []


def restated_table(quality: Quality) -> list[Table]:
    """Return the months that the export before had otherwise."""
    rows = [
        {
            say("column.month"): one.month,
            say("column.before"): money(one.before, _currency(quality)),
            say("column.now"): money(one.now, _currency(quality)),
        }
        for one in quality.restated
        if not _few(quality, one.month)
    ]
    return [Table(say("quality.tables.restated"), pd.DataFrame(rows))] if rows else []


def personal_table(quality: Quality) -> list[Table]:
    """Return which columns hold what of persons, in how many lines."""
    rows = [
        {
            say("column.column"): one.column,
            say("column.holds"): say(f"quality.tables.personal.{one.kind}"),
            say("column.lines"): fixed(one.lines),
            say("column.share_of_lines"): percent(one.lines / one.of),
            say("column.what_is_kept"): say("quality.tables.kept.pseudonym")
            if one.role == "customer"
            else say("quality.tables.kept.nothing"),
        }
        for one in quality.personal
    ]
    return [Table(say("quality.tables.personal_data"), pd.DataFrame(rows))] if rows else []


def history_table(quality: Quality) -> Table:
    """Return what each intake found, the last one first."""
    rows = [
        {
            say("column.day"): day(one.day),
            say("column.lines"): fixed(one.lines),
            say("column.left_out"): percent(one.left_out),
            say("column.customers"): fixed(one.customers),
            capital(events_of(quality.grain)): fixed(one.purchases),
            say("column.sales"): money(one.sales, _currency(quality)),
            say("column.median_spend"): money(one.median_spend, _currency(quality)),
            say("column.last_day"): day(one.last_day),
        }
        for one in reversed(quality.history)
    ]
    return Table(say("quality.tables.history"), pd.DataFrame(rows))


def _few(quality: Quality, month: str) -> bool:
    """Return whether so few customers bought in a month, or before it, that its figures are not shown."""
    months = [one.month for one in quality.months]
    last = months.index(month) + 1
    return any(one.customers < FEWEST for one in quality.months[max(last - 2, 0) : last])


def _currency(quality: Quality) -> str:
    return quality.currency or "units"


def _written(figure: Figure, value: float, quality: Quality) -> str:
    if figure == "left_out":
        return percent(value)
    if figure in ("sales", "median_spend"):
        return money(value, _currency(quality))
    return fixed(value)
