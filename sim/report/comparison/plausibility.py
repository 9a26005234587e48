"""What speaks against believing the answer on a strategy, in words; it changes no number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.plausibility import MOST_RETURN, Flag, flags_of
from sim.common.formatting import compact, fixed, fixed_percent, listing, money, rough
from sim.common.style import clauses
from sim.levers.outcomes import outcome_labels
from sim.report.names import mechanism_label
from sim.report.phrases import say

if TYPE_CHECKING:
    from sim.analysis.answers import Answers
    from sim.analysis.trial_finding import Finding


def cautions(comparison: Answers, *names: str) -> list[str]:
    """Return what speaks against believing the numbers of strategies: what holds of several, once.

    Where trials have shown the plays that would be doubted, that comes first, and what the plan returns
    is a figure.
    """
    held_by, lines = dict[str, list[str]](), list[str]()
    for name in names:
        flags = flags_of(comparison, name)
        if name == comparison.verdict.strategy and is_shown(comparison.verdict.found):
            lines += _shown_plan(comparison, name, [one for one in flags if one.kind == "return"])
            flags = [one for one in flags if one.kind != "return"]
        for flag in flags:
            held_by.setdefault(_in_words(comparison, name, flag), []).append(name)
    reasons: dict[tuple[str, ...], list[str]] = {}
    for reason, doubted in held_by.items():
        reasons.setdefault(tuple(doubted), []).append(reason)
    return lines + [
        say(
            "comparison.plausibility.look_twice",
            name=listing([comparison.title(name) for name in doubted]),
            reasons=clauses(parts),
        )
        for doubted, parts in reasons.items()
    ]


def is_shown(found: Finding | None) -> bool:
    """Return whether trials have shown all that would be doubted."""
    return found is not None and found.outcome == "shown"


def shown(name: str, found: Finding, currency: str) -> str:
    """Return what trials have shown of the plays of a plan that would be doubted."""
    return say("comparison.plausibility.shown", name=name, trial=_found(found, currency))


def _shown_plan(comparison: Answers, name: str, returns: list[Flag]) -> list[str]:
    """Return what trials have shown of the leading strategy, and how much it returns."""
    found, title = comparison.verdict.found, comparison.title(name)
    assert found is not None
    reasons = [_in_words(comparison, name, one) for one in returns]
    return [
        shown(title, found, comparison.market.currency),
        *(say("comparison.plausibility.returns", name=title, reason=one) for one in reasons),
    ]


def _found(found: Finding, currency: str) -> str:
    """Return what a trial measured, with its interval."""
    amounts: dict[str, Any] = {
        part: money(getattr(found, part), currency, signed=True)
        for part in ("difference", "low", "high")
    }
    return say("comparison.plausibility.trial", weeks=found.weeks, **amounts)


def not_believed(
    plan: str, amount: str, plays: list[str], found: Finding | None, currency: str
) -> str:
    """Return that a plan is not to be believed, or not done, and because of which plays.

    Parameters
    ----------
    plan : str
        What it is called.
    amount : str
        What it would add, with its interval.
    plays : list of str
        Those that would return more than anybody should believe.
    found : Finding or None
        What trials found of them, if that did not show them.
    currency : str
    """
    told: dict[str, Any] = {
        "plan": plan,
        "amount": amount,
        "plays": listing(plays),
        "times": compact(MOST_RETURN),
    }
    if found is None:
        return say("comparison.plausibility.not_believed", **told)
    kind = "not_settled" if found.outcome == "open" else "shown_nothing"
    return say(f"comparison.plausibility.{kind}", trial=_found(found, currency), **told)


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
