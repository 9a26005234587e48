"""What speaks against believing the answer on a strategy, in words; it changes no number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.plausibility import MOST_RETURN, Flag, flags_of
from sim.common.formatting import compact, fixed, fixed_percent, listing, rough
from sim.common.style import clauses
from sim.levers.outcomes import outcome_labels
from sim.report.names import mechanism_label
from sim.report.phrases import say

if TYPE_CHECKING:
    from sim.analysis.answers import Answers


def cautions(comparison: Answers, *names: str) -> list[str]:
    """Return what speaks against believing the numbers of strategies: what holds of several, once."""
    held_by: dict[str, list[str]] = {}
    for name in names:
        for flag in flags_of(comparison, name):
            held_by.setdefault(_in_words(comparison, name, flag), []).append(name)
    reasons: dict[tuple[str, ...], list[str]] = {}
    for reason, doubted in held_by.items():
        reasons.setdefault(tuple(doubted), []).append(reason)
    return [
        say(
            "comparison.plausibility.look_twice",
            name=listing([comparison.title(name) for name in doubted]),
            reasons=clauses(parts),
        )
        for doubted, parts in reasons.items()
    ]


def not_believed(plan: str, amount: str, plays: list[str]) -> str:
    """Return that a plan is not to be believed before a trial, and because of which plays.

    Parameters
    ----------
    plan : str
        What it is called.
    amount : str
        What it would add, with its interval.
    plays : list of str
        Those that would return more than anybody should believe.
    """
    times = compact(MOST_RETURN)
    return say(
        "comparison.plausibility.not_believed",
        plan=plan,
        amount=amount,
        plays=listing(plays),
        times=times,
    )


def _in_words(comparison: Answers, name: str, flag: Flag) -> str:
    """Return one flag as a clause, with what was found."""
    share = fixed_percent(flag.value)
    if flag.kind == "return" and not np.isfinite(flag.value):
        way = "saved" if comparison.money.loc[name, "actual_cost"] < 0 else "for_nothing"
        return say(f"comparison.plausibility.{way}")
    if flag.kind == "return":
        return say("comparison.plausibility.reason.return", times=fixed(flag.value))
    if flag.kind == "desk":
        return say("comparison.plausibility.reason.desk", weeks=fixed(flag.value, 1))
    if flag.kind == "best_in_class":
        bound = fixed_percent(comparison.market["best_in_class"])
        return say("comparison.plausibility.reason.best_in_class", share=share, bound=bound)
    if flag.kind in ("in_part", "over_cap"):
        return say(f"comparison.plausibility.reason.{flag.kind}", share=share)
    if flag.kind == "too_small":
        lever, needed = mechanism_label(flag.what), rough(flag.value)
        return say("comparison.plausibility.reason.too_small", lever=lever, customers=needed)
    if flag.kind == "bound":
        lever = mechanism_label(flag.what)
        return say("comparison.plausibility.reason.bound", lever=lever, share=share)
    if flag.kind == "brought_forward":
        return say("comparison.plausibility.reason.brought_forward")
    lever, outcome = flag.what.split()
    return say(
        "comparison.plausibility.reason.cheap",
        lever=mechanism_label(lever),
        share=share,
        outcome=outcome_labels(comparison.market.is_contractual)[outcome],
    )
