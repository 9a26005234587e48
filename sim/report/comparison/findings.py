"""What the leading strategy changes: loyalty, segments, paths, behaviour, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.analysis.answers import VISIBLE
from sim.analysis.plausibility import DOUBTED
from sim.common.formatting import (
    capital,
    change,
    fixed,
    listing,
    money,
    points,
)
from sim.common.size import ENOUGH_FUTURES
from sim.common.style import bracketed, clauses, ended
from sim.report.comparison.budget import of_all
from sim.report.comparison.chosen import is_chosen, is_plan_chosen, rows_of
from sim.report.names import mean_change, measures_in, outcome_labels, segment_labels
from sim.report.phrases import say

if TYPE_CHECKING:
    from sim.analysis.answers import Answers


def effect(comparison: Answers, strategy: str, measure: str) -> pd.Series:
    """Return one row of the effects: all customers."""
    return comparison.effects_on(measure).loc[strategy]


def subject(comparison: Answers) -> str:
    """Return the leading strategy's title, with what it is in brackets if it is not chosen."""
    kind, name = comparison.verdict.kind, comparison.title(comparison.ranking[0])
    if kind == "winner":
        return (
            say("comparison.findings.best_written", name=name)
            if is_plan_chosen(comparison)
            else name
        )
    if comparison.pays_none:
        return say("comparison.findings.too_dear", name=name)
    if kind in DOUBTED:
        return say(f"comparison.findings.{kind}", name=name)
    if kind == "do_nothing":
        count = len(comparison.ranking)
        return say("comparison.findings.not_advised", count=count, name=name)
    return say("comparison.findings.best_so_far", name=name)


def how_many_gain(comparison: Answers) -> str:
    """Return how many strategies are clearly better than doing nothing, as the verdict has it.

    Of few futures nothing is clear yet, and that is said instead of a count of none.
    """
    if comparison.futures < ENOUGH_FUTURES:
        return say("comparison.findings.too_few_futures", futures=fixed(comparison.futures))
    return of_all(comparison, len(comparison.verdict.clearly_better), "better")


def is_clear(row: pd.Series) -> bool:
    """Return whether the 90 % interval of the mean excludes no change."""
    return bool(row["ci_low"] > 0 or row["ci_high"] < 0)


def tells_apart(comparison: Answers) -> bool:
    """Return whether the futures tell what a firm may expect from what it may see by luck.

    Of few futures hardly a part of the spread is surely luck, by those that were lived through twice
    (`sim.analysis.intervals`): then both intervals are one.
    """
    gains = [told.effects_on("customer_equity").loc[name] for told, name in rows_of(comparison)]
    return any(
        one["expected_low"] > one["low"] or one["expected_high"] < one["high"] for one in gains
    )


def loyalty(comparison: Answers, strategy: str) -> str:
    """Return what changes in retention, share of wallet and satisfaction."""
    currency, parts, flat = comparison.market.currency, [], []
    words = measures_in(comparison.market.is_contractual)
    for measure in (m for m in ("retention", "share_of_wallet", "nps") if m in words):
        row, word = effect(comparison, strategy, measure), words[measure]
        if is_clear(row):
            parts.append(f"{word.label} {change(row['difference'], word.kind, currency)}")
        else:
            flat.append(word.label)
    if flat:
        parts.append(say("comparison.findings.no_clear_change_in", names=listing(flat)))
    return ended(clauses(parts))


def segments(comparison: Answers) -> str:
    """Return which segment the leading strategy gains most from."""
    rows = comparison.gains_by_segment.loc[comparison.ranking[0]]
    named = segment_labels()
    best = rows["difference"].idxmax()
    gaps: dict[str, Any] = {
        "segment": named[str(best)],
        "amount": money(rows.loc[best, "difference"], comparison.market.currency, signed=True),
    }
    if rows["difference"].max() <= 0:
        return say("comparison.findings.no_segment_gains_lose_least", **gaps)
    if not (rows["ci_low"] > 0).any():
        return say("comparison.findings.no_segment_gains_clearly_fare", **gaps)
    most = rows["difference"].max() > rows["difference"].clip(lower=0).sum() / 2
    if rows["difference"].sum() <= 0:
        gaining = [named[str(name)] for name in rows.index[rows["ci_low"] > 0]]
        text = say("comparison.findings.only_gain", names=listing(gaining), amount=gaps["amount"])
    elif most:
        text = say("comparison.findings.most_of_the_gain_comes_from", **gaps)
    else:
        text = say("comparison.findings.the_largest_part_of_the_gain_comes_from", **gaps)
    losing = [named[str(name)] for name in rows.index[rows["ci_high"] < 0]]
    return text + (say("comparison.findings.lose_value", names=listing(losing)) if losing else "")


def of_subject(comparison: Answers, finding: str) -> str:
    """Begin a heading with the strategy that it is on, if it is not the chosen one."""
    if is_chosen(comparison):
        return capital(finding)
    return say("comparison.findings.of", name=subject(comparison), finding=finding)


def best_by_segment(comparison: Answers) -> list[str]:
    """Return for each segment which strategy gains most there."""
    table, says = comparison.gains_by_segment, []
    gains = table["difference"].unstack("segment").loc[comparison.ranking]
    for segment, label in segment_labels().items():
        if segment not in gains:
            continue
        name = str(gains[segment].idxmax())
        amount = money(gains.loc[name, segment], comparison.market.currency, signed=True)
        title = comparison.title(name)
        if not gains.loc[name, segment] > 0:
            text = say(
                "comparison.findings.doing_nothing_comes_closest_with", title=title, amount=amount
            )
        elif table.loc[(name, segment), "ci_low"] > 0:
            text = bracketed(title, amount)
        else:
            text = say(
                "comparison.findings.but_not_clearly_better_than", title=title, amount=amount
            )
        which = "best_for" if len(gains) > 1 else "gain_from"
        says.append(say(f"comparison.findings.{which}", segment=label, text=text))
    return says


def paths_finding(comparison: Answers) -> str:
    """Return how many more customers the leading strategy has kept at the end."""
    first, weeks = comparison.ranking[0], comparison.manifest.weeks
    kept = effect(comparison, first, "retention")
    name = subject(comparison)
    if not is_clear(kept):
        return say("comparison.findings.after_weeks_has_kept_about", weeks=weeks, name=name)
    more = "more" if kept["difference"] > 0 else "fewer"
    return say(
        f"comparison.findings.after_weeks_has_kept.{more}",
        weeks=weeks,
        name=name,
        amount=points(abs(kept["difference"]), signed=False),
    )


def behaviour_finding(comparison: Answers) -> str:
    """Return how much the leading strategy moves choosing us and leaving."""
    first = comparison.ranking[0]
    total = comparison.contributions_of(first).sum()
    said = outcome_labels(comparison.market.is_contractual)
    parts = [
        say(
            f"comparison.findings.moved.{outcome}",
            outcome=said[outcome],
            share=mean_change(total[outcome]),
        )
        for outcome in ("purchase", "churn")
        if abs(np.expm1(total.get(outcome, 0.0))) >= VISIBLE
    ]
    if not parts:
        return say(
            "comparison.findings.changes_hardly_anything_in_behaviour",
            strategy=subject(comparison),
        )
    return say("comparison.findings.changes", strategy=subject(comparison), names=listing(parts))
