"""The tables of a report: text cells with at most three digits, columns in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.answers import LEADERS, VISIBLE
from sim.common.calendar import WEEKS_A_QUARTER, WEEKS_A_YEAR
from sim.common.formatting import (
    Kind,
    capital,
    change,
    money,
    percent,
    quantity,
)
from sim.common.style import labelled
from sim.measures.weekly import TOTAL
from sim.report.comparison.findings import is_clear
from sim.report.names import (
    mean_change,
    measures_in,
    mechanism_label,
    mechanism_meanings,
    outcome_labels,
    segment_labels,
)
from sim.report.phrases import say
from sim.report.section import Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers

#: Weeks at which a table shows the way: quarters and years.
MILESTONES = [WEEKS_A_QUARTER, 2 * WEEKS_A_QUARTER, *range(WEEKS_A_YEAR, 521, WEEKS_A_YEAR)]


def measures_table(comparison: Answers) -> Table:
    """Return every measure under doing nothing, and what the leading strategies change."""
    currency, rows = comparison.market.currency, []
    for measure, word in measures_in(comparison.market.is_contractual, "report").items():
        effects = comparison.effects_on(measure)
        base = float(effects["baseline_mean"].iloc[0])
        row = {
            say("column.measure"): capital(word.label),
            say("column.doing_nothing"): quantity(base, word.kind, currency),
        }
        for name in comparison.leaders:
            row[comparison.title(name)] = _clear_change(comparison, name, measure, word.kind)
        rows.append(row)
    few = len(comparison.leaders) < len(comparison.ranking)
    what = (
        say("comparison.tables.the_leading_strategies_change", leaders=LEADERS)
        if few
        else say("comparison.tables.each_strategy_changes")
    )
    return Table(
        say("comparison.tables.what_measure_by_measure", what=what),
        pd.DataFrame(rows),
        say("comparison.tables.no_clear_change_the_90", keeping=_keeping(comparison)),
    )


def _keeping(comparison: Answers) -> str:
    """Return what keeping a customer costs against winning one, and where that breaks even, if known."""
    first = comparison.ranking[0]
    costs, even = (
        float(comparison.effects_on(name).loc[first, "mean"])
        for name in ("retention_to_acquisition", "break_even_ratio")
    )
    if not np.isfinite(costs + even):
        return ""
    return say(
        "comparison.tables.under_keeping_a_customer_for",
        strategy=comparison.title(first),
        share=percent(costs),
        share_2=percent(even),
    )


def others_tables(comparison: Answers) -> list[Table]:
    """Return the main measures of the strategies that `measures_table` leaves out, if it does."""
    others = [name for name in comparison.ranking if name not in comparison.leaders]
    words = measures_in(comparison.market.is_contractual, "short")
    rows = [
        {say("column.strategy"): comparison.title(name)}
        | {
            capital(word.label): _clear_change(comparison, name, measure, word.kind)
            for measure, word in words.items()
        }
        for name in others
    ]
    return (
        [Table(say("comparison.tables.what_the_other_strategies_change"), pd.DataFrame(rows))]
        if rows
        else []
    )


def _clear_change(comparison: Answers, name: str, measure: str, kind: Kind) -> str:
    """Write the change of a measure, where its interval excludes none."""
    row = comparison.effects_on(measure).loc[name]
    if not is_clear(row):
        return say("common.no_clear_change")
    return change(row["difference"], kind, comparison.market.currency)


def paths_table(comparison: Answers) -> Table:
    """Return the cumulative profit over doing nothing at a few weeks."""
    currency, rows = comparison.market.currency, []
    for name in comparison.ranking:
        line = comparison.path(name, "cumulative_profit")
        weeks = int(line["week"].max())
        row = {say("column.strategy"): comparison.title(name)}
        for week in sorted({*(w for w in MILESTONES if w < weeks), weeks})[-4:]:
            at = line[line["week"] == week].iloc[0]
            low, high = money(at["low"], currency), money(at["high"], currency)
            row[say("comparison.tables.after_weeks", week=week)] = say(
                "comparison.tables.to",
                amount=money(at["difference"], currency, signed=True),
                low=low,
                high=high,
            )
        rows.append(row)
    return Table(
        say("comparison.tables.cumulative_profit_over_doing_nothing"),
        pd.DataFrame(rows),
        say("comparison.tables.in_brackets_what_one_firm"),
    )


def why_table(comparison: Answers) -> Table:
    """Return each strategy's total effect on each outcome, and the mechanism behind most of it."""
    rows, contract = [], comparison.market.is_contractual
    for name in comparison.ranking:
        terms, row = (
            comparison.contributions_of(name),
            {say("column.strategy"): comparison.title(name)},
        )
        for outcome, words in outcome_labels(contract).items():
            cell = say("common.no_change")
            if outcome in terms and terms[outcome].abs().max() >= VISIBLE:
                total = terms[outcome].sum()
                first = str((terms[outcome] * np.sign(total)).idxmax())
                cell = labelled(mean_change(total), mechanism_label(first))
            row[capital(words)] = cell
        rows.append(row)
    frame = pd.DataFrame(rows)
    frame = frame.loc[:, (frame != say("common.no_change")).any()]
    return Table(
        say("comparison.tables.what_each_strategy_changes_in"),
        frame,
        say("comparison.tables.average_change_per_person_in")
        if not contract
        else say("comparison.tables.average_change_per_person_in_2"),
    )


def meanings_table(comparison: Answers) -> list[Table]:
    """Return what the mechanisms are that are no levers, as far as they move anything here."""
    moved = {
        name
        for strategy in comparison.ranking
        for name in comparison.contributions_of(strategy).index
    }
    rows = [
        {
            say("column.mechanism"): capital(mechanism_label(name)),
            say("column.what_it_is"): meaning,
        }
        for name, meaning in mechanism_meanings().items()
        if name in moved
    ]
    return (
        [Table(say("comparison.tables.mechanisms_that_are_not_levers"), pd.DataFrame(rows))]
        if rows
        else []
    )


def segment_table(comparison: Answers) -> Table:
    """Return the gain in customer equity and the change in retention by segment."""
    table, currency = comparison.effects, comparison.market.currency
    table = table.set_index(["measure", "scenario", "segment"]).sort_index()
    rows = []
    for name in comparison.ranking:
        row = {say("column.strategy"): comparison.title(name)}
        for segment, label in segment_labels().items():
            if segment == TOTAL:
                continue
            equity = table.loc[("customer_equity", name, segment)]
            kept = table.loc[("retention", name, segment)]
            row[capital(label)] = say(
                "comparison.tables.kept",
                amount=money(equity["difference"], currency, signed=True),
                amount_2=change(kept["difference"], "share", currency),
            )
        rows.append(row)
    return Table(
        say("comparison.tables.gain_in_customer_equity_and"),
        pd.DataFrame(rows),
        say("comparison.tables.high_value_the_fifth_of"),
    )
