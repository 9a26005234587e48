"""The tables of a report: text cells with at most three digits, columns in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.comparison import LEADERS, VISIBLE
from sim.common.formatting import (
    capital,
    change,
    futures,
    money,
    percent,
    quantity,
    range_of,
)
from sim.levers.outcomes import outcome_labels
from sim.market.values import value_label
from sim.measures.definitions import measures_in
from sim.measures.weekly import SEGMENT_LABELS
from sim.model.ordinary_mechanisms import ORDINARY_MECHANISMS, mechanism_label
from sim.report.comparison.doubts import end_value, leader_at, said_of, verdict_name
from sim.report.comparison.findings import is_clear
from sim.report.section import Table

if TYPE_CHECKING:
    from sim.analysis.comparison import Comparison

#: Weeks at which a table shows the way: quarters and years.
MILESTONES = [13, 26, 52, *range(104, 521, 52)]


def ranking_table(comparison: Comparison) -> Table:
    """Return the strategies, best first, with gain, intervals, chance, cost and return."""
    currency, runs = comparison.market.currency, comparison.replications
    best, regret = comparison.probability_best, comparison.verdict.options["regret"]
    gains = comparison.effects_on("customer_equity")

    def signed(value: float) -> str:
        return money(value, currency, signed=True)

    rows = []
    for name in comparison.ranking:
        gain, line = gains.loc[name], comparison.money.loc[name]
        rows.append(
            {
                "Strategy": comparison.title(name),
                "Gain in customer equity": signed(gain["difference"]),
                "90% interval of the average": range_of(gain["ci_low"], gain["ci_high"], signed),
                "What one firm may see": range_of(gain["low"], gain["high"], signed),
                "Best in": futures(best[name], runs),
                "Average regret": money(regret[name], currency),
                "Cost a year": money(line["actual_cost"], currency),
                "Of the budget": f"{line['actual_cost'] / line['budget']:.0%}",
                "Return on cost": percent(comparison.return_on_cost(name), signed=True),
            }
        )
    nothing = dict.fromkeys(rows[0], "")
    nothing |= {
        "Strategy": "Doing nothing",
        "Gain in customer equity": signed(0.0),
        "Best in": futures(best["baseline"], runs),
        "Average regret": money(regret["baseline"], currency),
        "Cost a year": money(0.0, currency),
        "Of the budget": "0%",
    }
    return Table(
        "Strategies by what they add to customer equity",
        pd.DataFrame([*rows, nothing]),
        "Customer equity is discounted profit within the horizon plus what the customers then left "
        "will still bring, less all costs. Best in: number of simulated futures in which the "
        "strategy has the largest customer equity. Regret: what one loses on average against the "
        "best choice of each future.",
    )


def measures_table(comparison: Comparison) -> Table:
    """Return every measure under doing nothing, and what the leading strategies change."""
    currency, rows = comparison.market.currency, []
    for measure, word in measures_in(comparison.market.is_contractual, "report").items():
        effects = comparison.effects_on(measure)
        base = float(effects["baseline_mean"].iloc[0])
        row = {"Measure": capital(word.label), "Doing nothing": quantity(base, word.kind, currency)}
        for name in comparison.leaders:
            row[comparison.title(name)] = _clear_change(comparison, name, measure)
        rows.append(row)
    few = len(comparison.leaders) < len(comparison.strategies)
    what = f"the {LEADERS} leading strategies change" if few else "each strategy changes"
    return Table(
        f"What {what}, measure by measure",
        pd.DataFrame(rows),
        "No clear change: the 90% interval of the average change includes zero. Definitions of the "
        f"measures are in data/README.md.{_keeping(comparison)}",
    )


def _keeping(comparison: Comparison) -> str:
    """Return what keeping a customer costs against winning one, and where that breaks even, if known."""
    first = comparison.ranking[0]
    costs, even = (
        float(comparison.effects_on(name).loc[first, "mean"])
        for name in ("retention_to_acquisition", "break_even_ratio")
    )
    if not np.isfinite(costs + even):
        return ""
    return (
        f" Under {comparison.title(first)}, keeping a customer for a year costs "
        f"{percent(costs)} of what winning one costs; it breaks even at {percent(even)}."
    )


def others_tables(comparison: Comparison) -> list[Table]:
    """Return the main measures of the strategies that `measures_table` leaves out, if it does."""
    others = [name for name in comparison.ranking if name not in comparison.leaders]
    words = measures_in(comparison.market.is_contractual, "short")
    rows = [
        {"Strategy": comparison.title(name)}
        | {
            capital(word.label): _clear_change(comparison, name, measure)
            for measure, word in words.items()
        }
        for name in others
    ]
    return [Table("What the other strategies change", pd.DataFrame(rows))] if rows else []


def _clear_change(comparison: Comparison, name: str, measure: str) -> str:
    """Write the change of a measure, where its interval excludes none."""
    word = measures_in(comparison.market.is_contractual)[measure]
    row = comparison.effects_on(measure).loc[name]
    if not is_clear(row):
        return "no clear change"
    return change(row["difference"], word.kind, comparison.market.currency)


def paths_table(comparison: Comparison) -> Table:
    """Return the cumulative profit over doing nothing at a few weeks."""
    currency, rows = comparison.market.currency, []
    for name in comparison.ranking:
        line = comparison.path(name, "cumulative_profit")
        weeks = int(line["week"].max())
        row = {"Strategy": comparison.title(name)}
        for week in sorted({*(w for w in MILESTONES if w < weeks), weeks})[-4:]:
            at = line[line["week"] == week].iloc[0]
            low, high = money(at["low"], currency), money(at["high"], currency)
            row[f"After {week} weeks"] = (
                f"{money(at['difference'], currency, signed=True)} ({low} to {high})"
            )
        rows.append(row)
    return Table(
        "Cumulative profit over doing nothing",
        pd.DataFrame(rows),
        "In brackets: what one firm may see, 9 times in 10.",
    )


def why_table(comparison: Comparison) -> Table:
    """Return each strategy's total effect on each outcome, and the mechanism behind most of it."""
    rows, contract = [], comparison.market.is_contractual
    for name in comparison.ranking:
        terms, row = comparison.contributions_of(name), {"Strategy": comparison.title(name)}
        for outcome, words in outcome_labels(contract).items():
            cell = "no change"
            if outcome in terms and terms[outcome].abs().max() >= VISIBLE:
                total = terms[outcome].sum()
                first = str((terms[outcome] * np.sign(total)).idxmax())
                cell = f"{percent(np.expm1(total), signed=True)}: {mechanism_label(first)}"
            row[capital(words)] = cell
        rows.append(row)
    frame = pd.DataFrame(rows)
    frame = frame.loc[:, (frame != "no change").any()]
    return Table(
        "What each strategy changes in behaviour, and the main mechanism",
        frame,
        "Average change per person in the odds (choosing us, recommending us), the risk (leaving), "
        "the rate (joining) or the amount (spend per purchase)."
        if not contract
        else "Average change per person in the odds (using us, recommending us), the risk (leaving at "
        "renewal), the rate (joining) or the amount (the fee).",
    )


def meanings_table(comparison: Comparison) -> list[Table]:
    """Return what the mechanisms are that are no levers, as far as they move anything here."""
    moved = {
        name
        for strategy in comparison.ranking
        for name in comparison.contributions_of(strategy).index
    }
    rows = [
        {"Mechanism": capital(mechanism.label), "What it is": mechanism.meaning}
        for name, mechanism in ORDINARY_MECHANISMS.items()
        if name in moved and mechanism.meaning
    ]
    return [Table("Mechanisms that are not levers", pd.DataFrame(rows))] if rows else []


def segment_table(comparison: Comparison) -> Table:
    """Return the gain in customer equity and the change in retention by segment."""
    table, currency = comparison.effects, comparison.market.currency
    table = table[table["variant"] == "central"].set_index(["measure", "scenario", "segment"])
    table = table.sort_index()
    rows = []
    for name in comparison.ranking:
        row = {"Strategy": comparison.title(name)}
        for segment in [key for key in SEGMENT_LABELS if key != "total"]:
            equity = table.loc[("customer_equity", name, segment)]
            kept = table.loc[("retention", name, segment)]
            row[capital(SEGMENT_LABELS[segment])] = (
                f"{money(equity['difference'], currency, signed=True)}; "
                f"kept {change(kept['difference'], 'share', currency)}"
            )
        rows.append(row)
    return Table(
        "Gain in customer equity, and change in customers kept, by segment",
        pd.DataFrame(rows),
        "High-value: the fifth of customers with the largest expected margin at the start; "
        "potential: the next three tenths; ordinary: the rest.",
    )


def ends_table(comparison: Comparison) -> Table:
    """Return the verdict at both ends of each assumed value that the report must show."""
    currency, rows = comparison.market.currency, []
    for value, ends in comparison.verdict.ends.items():
        for end in ("low", "high"):
            other = ends[end]
            same = said_of(comparison, other) == said_of(comparison, comparison.verdict)
            low, high = (
                money(amount, currency, signed=True) for amount in (other.gain_low, other.gain_high)
            )
            rows.append(
                {
                    "Assumed value": capital(value_label(value, comparison.market.is_contractual)),
                    "End": end,
                    "Set to": end_value(comparison, value, end),
                    "Verdict there": verdict_name(comparison, other),
                    "Leads there": comparison.title(leader_at(other)),
                    "Its gain": money(other.gain, currency, signed=True),
                    "90% interval of the average": f"{low} to {high}",
                    "Same answer": "yes" if same else "no",
                }
            )
    reduced = any(part.reduced for part in comparison.manifest.variants.values())
    fewer = " These checks use fewer simulated customers or futures than the main comparison."
    fewer = fewer if reduced else ""
    columns = ["Assumed value", "End", "Set to", "Verdict there", "Leads there", "Its gain",
               "90% interval of the average", "Same answer"]  # fmt: skip
    return Table(
        "The verdict at both ends of what is assumed",
        pd.DataFrame(rows, columns=columns),
        "Each row changes one value and leaves the others as they are." + fewer,
    )
