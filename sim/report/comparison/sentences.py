"""What the report says, in sentences for a strategist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.common.formatting import NEAR_BUDGET, budget_use, capital, futures, money, percent
from sim.playbook.strategies import BASELINE
from sim.report.comparison.doubts import most_often_best
from sim.report.comparison.findings import effect, is_clear, loyalty, segments

if TYPE_CHECKING:
    from sim.analysis.comparison import Comparison


def headline(comparison: Comparison) -> str:
    """Return which strategy, by how much, how sure, and why."""
    verdict, first = comparison.verdict, comparison.ranking[0]
    runs, best = comparison.replications, comparison.probability_best
    gain = effect(comparison, first, "customer_equity")
    name = comparison.title(first)
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
            f"{most_often_best(comparison, first)} in {futures(best.drop(first).max(), runs)}."
        )
    sure = f"Doing nothing is best in {futures(best[BASELINE], runs)} simulated futures."
    if gain["difference"] > 0:
        return (
            f"Do nothing: {_nobody(comparison, 'clearly earns back its cost')} adds {amount} to "
            f"customer equity, which may as well be a loss. {sure}"
        )
    return (
        f"Do nothing: {_nobody(comparison, 'earns back its cost')} changes customer equity by "
        f"{amount}: {reason(comparison)}. {sure}"
    )


def _nobody(comparison: Comparison, does: str) -> str:
    """Return that no strategy does something, and begin a sentence on the best of them."""
    name, count = comparison.title(comparison.ranking[0]), len(comparison.strategies)
    if count == 1:
        verb, _, rest = does.removeprefix("clearly ").partition(" ")
        how = "clearly " if does.startswith("clearly") else ""
        return f"{name} does not {how}{verb.removesuffix('s')} {rest}. It"
    return f"none of {count} strategies {does}. The best of them, {name},"


def _gain(comparison: Comparison, gain: pd.Series) -> str:
    """Write a gain with the interval of its mean."""
    currency = comparison.market.currency
    low, high = (money(gain[end], currency) for end in ("ci_low", "ci_high"))
    return f"{money(gain['difference'], currency)} (90% interval of the average: {low} to {high})"


def reason(comparison: Comparison) -> str:
    """Return in half a sentence why the leading strategy wins or loses."""
    first, currency = comparison.ranking[0], comparison.market.currency
    if comparison.verdict.kind == "do_nothing":
        margin = effect(comparison, first, "margin")["difference"]
        cost = effect(comparison, first, "cost")["difference"]
        if margin < 0:
            lost = money(-margin, currency)
            return f"it costs {money(cost, currency)} a year and loses {lost} of margin besides"
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
    """Return the three or four facts beside the headline."""
    first, currency = comparison.ranking[0], comparison.market.currency
    name, line = comparison.title(first), comparison.money.loc[first]
    gain = effect(comparison, first, "customer_equity")
    cost = f"Cost: {name} costs {money(line['actual_cost'], currency)} a year"
    off = " (more than 5% off plan)" if line["off_plan"] else ""
    cost += f", against {money(line['planned_cost'], currency)} planned{off}"
    if abs(line["design_cost"] / line["budget"] - 1) > NEAR_BUDGET:
        cost += f". The plan {budget_use(line['design_cost'], line['budget'])}"
    cost += f". {capital(back(comparison))}; {payback(comparison)}."
    low, high = (money(gain[end], currency, signed=True) for end in ("low", "high"))
    return [
        cost,
        f"Risk: 9 firms in 10 that choose it would see between {low} and {high}.",
        f"Loyalty: {loyalty(comparison, first)}",
        f"Customers: {segments(comparison)}.",
    ]


def back(comparison: Comparison) -> str:
    """Return what a unit of money spent on the leading strategy returns."""
    currency = comparison.market.currency
    rate = comparison.return_on_cost(comparison.ranking[0])
    unit = money(1, currency).replace(".00", "")
    if rate >= 0:
        return f"each {unit} spent comes back with {money(rate, currency)} on top"
    return f"each {unit} spent loses {money(-rate, currency)}"


def payback(comparison: Comparison) -> str:
    """Return in how many futures the leading strategy earns its cost back, and by when."""
    line = comparison.money.loc[comparison.ranking[0]]
    share, week = line["payback_share"], line["payback_week"]
    if not share > 0:
        return "it is not earned back within the horizon in any future"
    when = f" (in half of all futures within {week + 1:.0f} weeks)" if np.isfinite(week) else ""
    return f"it is earned back in {futures(share, comparison.replications)} futures{when}"
