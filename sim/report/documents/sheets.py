"""What a workbook holds: numbers as numbers, a sheet to a question."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.style import paragraph
from sim.report.comparison import unaffordable
from sim.report.comparison.assumptions import assumptions_table
from sim.report.comparison.chosen import rows_of, told_of
from sim.report.comparison.findings import tells_apart
from sim.report.comparison.licences import licences_table
from sim.report.comparison.provenance import studies_table
from sim.report.names import mechanism_label, segment_labels
from sim.report.phrases import say
from sim.report.section import Content, Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers

Kind = Literal["text", "money", "share", "count", "ratio"]
Chart = Literal["", "line", "bar", "stacked"]
#: A column of text that is longer than this is set wide and wraps.
TEXT: Kind = "text"
#: Sections whose numbers stand in sheets of their own.
_TOLD = ("answer", "comparison", "paths", "segments", "money", "likeness", "assumptions")
#: Letters of a tab at most, and marks that it may not hold.
_TAB, _NOT_IN_TABS = 31, re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True)
class Sheet:
    """One sheet: a table of numbers and text.

    Attributes
    ----------
    key : str
        Short name, stable over workbooks.
    title : str
        What its tab says.
    frame : DataFrame
        Numbers as numbers; columns as a reader sees them.
    kinds : list of str
        Of each column, how it is written.
    note : str
        How to read it, above the table.
    chart : str
        Which chart stands beside it: of its number columns over its first column, stacked where they
        are parts of a sum.
    unit : str
        What the numbers of its chart are in.
    """

    key: str
    title: str
    frame: pd.DataFrame
    kinds: list[Kind] = field(default_factory=list)
    note: str = ""
    chart: Chart = ""
    unit: str = ""


def build_sheets(comparison: Answers, content: Content) -> list[Sheet]:
    """Return the sheets of a workbook on a finished comparison, in their order."""
    return [
        _summary(content),
        _comparison(comparison),
        _years(comparison),
        _weekly(comparison),
        _segments(comparison),
        _costs(comparison),
        *(_of_table("unaffordable", table) for table in unaffordable.tables(comparison)),
        *_of_sections(content),
        _of_table("assumptions", assumptions_table(comparison)),
        _of_table("evidence", studies_table(comparison)),
        _of_table("licences", licences_table(comparison)),
    ]


def discounted_parts(comparison: Answers) -> pd.DataFrame:
    """Return of what each strategy's gain in customer equity consists, best first.

    Customer equity is discounted margin less discounted cost, so that gain = margin - cost: with all
    margins or all costs larger by a factor, and customers who do the same, the gain is linear in both.

    Returns
    -------
    DataFrame
        Index: title of the strategy. ``gain`` (mean), ``cost`` (mean discounted cost) and ``margin``
        (their sum).
    """
    rows, titles = rows_of(comparison), _titles(comparison)
    gain = pd.Series([float(one.gains.loc[name, "gain"]) for one, name in rows], index=titles)
    rate = pd.Series([one.return_on_cost(name) for one, name in rows], index=titles)
    cost = (gain / rate).where(rate.abs() > 0, 0.0).fillna(0.0)
    return pd.DataFrame({"gain": gain, "cost": cost, "margin": gain + cost})


def _sheet(
    key: str,
    columns: dict[str, tuple[Kind, list]],
    note: str = "",
    chart: Chart = "",
    unit: str = "",
) -> Sheet:
    """Return a sheet of columns: their names, kinds and cells."""
    frame = pd.DataFrame({name: pd.Series(cells) for name, (_, cells) in columns.items()})
    kinds = [kind for kind, _ in columns.values()]
    return Sheet(key, say(f"documents.sheets.tab.{key}"), frame, kinds, note, chart, unit)


def _charted(
    key: str, columns: dict[str, tuple[Kind, list]], comparison: Answers, chart: Chart
) -> Sheet:
    """Return a sheet of money with its chart."""
    currency = comparison.market.currency
    return _sheet(key, columns, say(f"documents.sheets.{key}_note"), chart, currency)


def _summary(content: Content) -> Sheet:
    first = next(iter(content.sections.values()))
    made = say("page.made_by", version=content.version)
    lines = [content.answer, *first.bullets, *first.sentences, content.meta, made]
    return _sheet("summary", {content.title: (TEXT, lines)})


def _comparison(comparison: Answers) -> Sheet:
    told = [(one.gains.loc[[name]], one.costs.loc[[name]]) for one, name in rows_of(comparison)]
    gains, costs = (pd.concat(frames) for frames in zip(*told, strict=True))
    if told_of(comparison) is not comparison:  # it met other futures
        gains.iloc[0, gains.columns.get_loc("probability")] = np.nan
    columns: dict[str, tuple[Kind, list]] = {
        say("column.strategy"): (TEXT, _titles(comparison)),
        say("column.gain_in_customer_equity"): ("money", list(gains["gain"])),
    }
    for end in ("expected_low", "expected_high", "low", "high"):
        columns[say(f"documents.sheets.{end}")] = ("money", list(gains[end]))
    columns |= {
        say("documents.sheets.best"): ("share", list(gains["probability"])),
        say("documents.sheets.loses"): ("share", list(gains["loses"])),
        say("column.planned_cost_a_year"): ("money", list(costs["planned"])),
        say("column.actual_cost_a_year"): ("money", list(costs["actual"])),
        say("column.return_on_cost"): ("share", list(costs["return_on_cost"])),
    }
    notes = [_money_note(comparison)]
    notes += [] if tells_apart(comparison) else [say("common.one_interval")]
    return _sheet("comparison", columns, paragraph(notes))


def _titles(comparison: Answers) -> list[str]:
    """Return what the strategies are called that a workbook tells of, in its order."""
    return [one.title(name) for one, name in rows_of(comparison)]


def _years(comparison: Answers) -> Sheet:
    """Return the profit over doing nothing of each year, and what comes after the horizon."""
    weeks = comparison.manifest.weeks
    ends = [min(start + WEEKS_A_YEAR, weeks) for start in range(0, weeks, WEEKS_A_YEAR)]
    columns: dict[str, tuple[Kind, list]] = {say("column.strategy"): (TEXT, _titles(comparison))}
    rows = rows_of(comparison)
    lines = [
        one.path(name, "cumulative_profit").set_index("week")["difference"].loc[ends]
        for one, name in rows
    ]
    for i, _end in enumerate(ends):
        name = say("documents.sheets.year", year=i + 1)
        cells = [float(line.iloc[i] - (line.iloc[i - 1] if i else 0.0)) for line in lines]
        columns[name] = ("money", cells)
    after = [float(one.effects_on("equity_after").loc[n, "difference"]) for one, n in rows]
    columns[say("documents.sheets.after", weeks=weeks)] = ("money", after)
    return _charted("years", columns, comparison, "bar")


def _weekly(comparison: Answers) -> Sheet:
    """Return the cumulative profit over doing nothing by week."""
    paths = {
        one.title(name): one.path(name, "cumulative_profit").set_index("week")["difference"]
        for one, name in rows_of(comparison)
    }
    first = next(iter(paths.values()))
    columns: dict[str, tuple[Kind, list]] = {say("column.week"): ("count", list(first.index))}
    columns |= {title: ("money", list(line)) for title, line in paths.items()}
    return _charted("weekly", columns, comparison, "line")


def _segments(comparison: Answers) -> Sheet:
    rows, labels = rows_of(comparison), segment_labels()
    names = list(dict.fromkeys(comparison.gains_by_segment.index.get_level_values("segment")))
    columns: dict[str, tuple[Kind, list]] = {say("column.strategy"): (TEXT, _titles(comparison))}
    for segment in names:
        cells = [float(one.gains_by_segment.loc[(s, segment), "difference"]) for one, s in rows]
        columns[labels[segment]] = ("money", cells)
    return _charted("segments", columns, comparison, "bar")


def _costs(comparison: Answers) -> Sheet:
    told = [one.lever_costs.loc[[name]] for one, name in rows_of(comparison)]
    costs = pd.concat(told).fillna(0.0)  # what one does not use costs it nothing
    columns: dict[str, tuple[Kind, list]] = {say("column.strategy"): (TEXT, _titles(comparison))}
    columns |= {mechanism_label(str(x)): ("money", list(costs[x])) for x in costs.columns}
    return _charted("costs", columns, comparison, "stacked")


def _of_table(key: str, table: Table) -> Sheet:
    """Return a sheet of a table of the report, as it is written there."""
    return Sheet(key, say(f"documents.sheets.tab.{key}"), *_written(table))


def _written(table: Table) -> tuple[pd.DataFrame, list[Kind], str]:
    """Return cells, kinds and note of a table as it is written in the report."""
    frame = table.frame.astype(str)
    return frame, [TEXT] * frame.shape[1], table.note or table.caption


def _of_sections(content: Content) -> list[Sheet]:
    """Return the first table of each section in the story of the page that no sheet above tells."""
    return [
        Sheet(key, _tab(section.label), *_written(section.tables[0]))
        for key, section in content.sections.items()
        if section.story and section.tables and key not in _TOLD
    ]


def _tab(label: str) -> str:
    """Return a label as a tab may be called: without some marks, and not longer than Excel takes."""
    return _NOT_IN_TABS.sub(" ", label)[:_TAB].strip()


def _money_note(comparison: Answers) -> str:
    return say("documents.sheets.money_note", currency=comparison.market.currency)
