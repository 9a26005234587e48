"""What the report says, in sentences for a strategist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.experiment.results import BASELINE
from sim.figures.select import (
    ranking,
    replications,
    return_on_cost,
    share_best,
    strategy_title,
)
from sim.report.findings import effect, is_clear, loyalty, segments
from sim.wording import compact, futures, listing, money, percent, plain

if TYPE_CHECKING:
    from sim.analysis.comparison import Comparison, Verdict

VERDICTS = {"no_clear_winner": "No clear winner", "do_nothing": "Do nothing"}


def verdict_name(comparison: Comparison, verdict: Verdict) -> str:
    """Give a verdict in words: the winner's title, `No clear winner` or `Do nothing`."""
    if verdict.kind == "winner":
        return strategy_title(comparison, str(verdict.strategy))
    return VERDICTS[verdict.kind]


def report_title(market_title: str) -> str:
    """Give the title of the report."""
    return f"{market_title}: which loyalty strategy?"


def headline(comparison: Comparison) -> str:
    """Say which strategy, by how much, how sure, and why."""
    verdict, first = comparison.verdict, ranking(comparison)[0]
    runs, best = replications(comparison), share_best(comparison)
    gain = effect(comparison, first, "customer_equity")
    name = strategy_title(comparison, first)
    amount = _gain(comparison, gain)
    if verdict.kind == "winner":
        return (
            f"Choose {name}: it adds {amount} to customer equity and comes out best in "
            f"{futures(best[first], runs)} simulated futures, mostly because {reason(comparison)}."
        )
    if verdict.kind == "no_clear_winner":
        verb = "adds" if gain["difference"] > 0 else "loses"
        return (
            f"No clear winner: {name} leads and {verb} {amount} of customer equity on average; it "
            f"comes out best in {futures(best[first], runs)} simulated futures, "
            f"{_rivalling(comparison, first)} in {futures(best.drop(first).max(), runs)}."
        )
    count = len(comparison.strategies)
    sure = f"Doing nothing is best in {futures(best[BASELINE], runs)} simulated futures."
    if gain["difference"] > 0:
        return (
            f"Do nothing: none of {count} strategies clearly earns back its cost. The best of "
            f"them, {name}, adds {amount} to customer equity, which may as well be a loss. {sure}"
        )
    return (
        f"Do nothing: none of {count} strategies earns back its cost. Even the best of them, "
        f"{name}, changes customer equity by {amount}: {reason(comparison)}. {sure}"
    )


def _gain(comparison: Comparison, gain: pd.Series) -> str:
    """Write a gain with the interval of its mean."""
    currency = comparison.market.currency
    low, high = (money(gain[end], currency) for end in ("ci_low", "ci_high"))
    return f"{money(gain['difference'], currency)} (90% interval of the average: {low} to {high})"


def _rivalling(comparison: Comparison, first: str) -> str:
    """Give the scenario that is best most often but for the leading one."""
    name = str(share_best(comparison).drop(first).idxmax())
    title = strategy_title(comparison, name)
    return "doing nothing" if name == BASELINE else title


def reason(comparison: Comparison) -> str:
    """Say in half a sentence why the leading strategy wins or loses."""
    first, currency = ranking(comparison)[0], comparison.market.currency
    if comparison.verdict.kind == "do_nothing":
        margin = effect(comparison, first, "margin")["difference"]
        cost = effect(comparison, first, "cost")["difference"]
        return (
            f"it costs {money(cost, currency)} a year and brings "
            f"{money(margin, currency)} a year in extra margin"
        )
    causes = {}
    ways = {"active_customers": "more customers stay or join"}
    if not comparison.market.is_contractual:  # a use brings no money
        ways = {"trips": "customers buy more often"} | ways
    for measure, words in ways.items():
        row = effect(comparison, first, measure)
        if is_clear(row) and row["difference"] > 0 and row["baseline_mean"] > 0:
            causes[words] = row["difference"] / row["baseline_mean"]
    if not causes:
        return "it brings more margin than it costs"
    words = max(causes, key=lambda name: causes[name])
    return f"{words} ({percent(causes[words], signed=True)} at the end)"


def facts(comparison: Comparison) -> list[str]:
    """Give the three or four facts beside the headline."""
    first, currency = ranking(comparison)[0], comparison.market.currency
    name, line = strategy_title(comparison, first), comparison.money.loc[first]
    gain = effect(comparison, first, "customer_equity")
    cost = f"Cost: {name} costs {money(line['actual_cost'], currency)} a year"
    off = " (more than 5% off plan)" if line["off_plan"] else ""
    cost += f", against {money(line['planned_cost'], currency)} planned{off}"
    cost += f"; {back(comparison)}; {payback(comparison)}."
    low, high = (money(gain[end], currency, signed=True) for end in ("low", "high"))
    return [
        cost,
        f"Risk: 9 firms in 10 that choose it would see between {low} and {high}.",
        f"Loyalty: {loyalty(comparison, first)}",
        f"Customers: {segments(comparison)}.",
    ]


def back(comparison: Comparison) -> str:
    """Say what a unit of money spent on the leading strategy returns."""
    currency = comparison.market.currency
    rate = return_on_cost(comparison, ranking(comparison)[0])
    unit = money(1, currency).replace(".00", "")
    if rate >= 0:
        return f"each {unit} spent comes back with {money(rate, currency)} on top"
    return f"each {unit} spent loses {money(-rate, currency)}"


def payback(comparison: Comparison) -> str:
    """Say in how many futures the leading strategy earns its cost back, and by when."""
    line = comparison.money.loc[ranking(comparison)[0]]
    share, week = line["payback_share"], line["payback_week"]
    if not share > 0:
        return "it is not earned back within the horizon in any future"
    when = f" (in half of all futures within {week + 1:.0f} weeks)" if np.isfinite(week) else ""
    return f"it is earned back in {futures(share, replications(comparison))} futures{when}"


def changed_ends(comparison: Comparison) -> tuple[list[tuple[str, str]], int]:
    """Give the ends (value, ``low`` or ``high``) at which the verdict changes; and count all."""
    verdict, changed, count = comparison.verdict, [], 0
    for value, ends in verdict.ends.items():
        for end in ("low", "high"):
            other = ends[end]
            count += 1
            if (other.kind, verdict_name(comparison, other)) != (
                verdict.kind,
                verdict_name(comparison, verdict),
            ):
                changed.append((value, end))
    return changed, count


def end_value(comparison: Comparison, value: str, end: str) -> str:
    """Write the low or high end of a value of the market."""
    number = comparison.market.values[value]
    amount = getattr(number, end)
    return _input(amount, number.unit)


def assumption(comparison: Comparison) -> str:
    """Name the assumption the answer leans on most."""
    changed, count = changed_ends(comparison)
    if not count:
        return (
            "Main assumption: people respond here as in the published studies behind the playbook."
        )
    if not changed:
        contract = comparison.market.is_contractual
        names = listing([plain(name, contract) for name in comparison.verdict.ends])
        return (
            f"Main assumptions: {names}, which this firm's data do not show. The answer stays the "
            f"same at all {count} ends of their ranges."
        )
    value, end = changed[0]
    other = verdict_name(comparison, comparison.verdict.ends[value][end])
    name = plain(value, comparison.market.is_contractual)
    return (
        f"Main assumption: {name} of {_central(comparison, value)}, which this firm's data "
        f"do not show. At {end_value(comparison, value, end)} the answer becomes "
        f"\N{LEFT DOUBLE QUOTATION MARK}{other}\N{RIGHT DOUBLE QUOTATION MARK}. "
        f"The answer holds at {count - len(changed)} of {count} ends tried."
    )


def _central(comparison: Comparison, value: str) -> str:
    """Write the central value of a number of the market."""
    number = comparison.market.values[value]
    return _input(number.value, number.unit)


def _input(value: float, unit: str) -> str:
    """Write a number that goes in as a person would have written it."""
    return compact(value * 100) + "%" if unit.startswith("share") else compact(value)
