"""The trial to run first: arms, who is drawn, how many, how long, when to stop, and what it is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.analysis.trial import AT_END, FIRST_LOOK, POWER, Trial, trial_of
from sim.common.formatting import fixed, fixed_percent, listing, money
from sim.common.size import ENOUGH_FUTURES
from sim.common.style import paragraph
from sim.report.names import mechanism_label
from sim.report.phrases import say
from sim.report.section import Section, Short

if TYPE_CHECKING:
    from sim.analysis.answers import Answers

#: Below this a chance is told with a digit after the point.
_SMALL = 0.1


def trial_section(comparison: Answers, is_doubted: bool = False) -> Section | None:
    """Return the trial to run first, or why there is none; None where the firm can pay nothing.

    Parameters
    ----------
    comparison : Answers
    is_doubted : bool
        Whether its plan is not to be believed before a trial. Then nothing is done without one, and what
        it is worth is not to be read from futures that believe the plan.
    """
    if comparison.pays_none:
        return None
    trial = trial_of(comparison, is_doubted)
    if trial is None:
        none = say("comparison.trial.heading.none", least=ENOUGH_FUTURES)
        return Section("trial", none, appendix=True)
    name, currency = comparison.title(trial.strategy), comparison.market.currency
    numbers: dict[str, Any] = {
        "name": name,
        "needed": fixed(trial.needed),
        "there": fixed(trial.there),
        "weeks": str(trial.weeks),
        "effect": money(trial.effect, currency),
        "price": money(trial.price, currency),
        "spread": money(trial.spread, currency),
    }
    sized = "promise" if trial.of_promise else "twice"
    how = [say(f"comparison.trial.how.{sized}"), say("comparison.trial.limits")]
    amounts: dict[str, Any] = {x: money(getattr(trial, x), currency) for x in ("cost", "worth")}
    if is_doubted and not trial.is_worth_it and trial.pays_from < 1:
        chance = fixed_percent(trial.pays_from, 0 if trial.pays_from >= _SMALL else 1)
        money_said = say("comparison.trial.doubted", **amounts, chance=chance)
    elif trial.is_worth_it:
        money_said = say("comparison.trial.pays", **amounts)
    else:
        money_said = say("comparison.trial.dear", **amounts)
        heading = say("comparison.trial.heading.dear", name=name)
        return Section("trial", heading, [money_said, *how], short=Short([money_said]))
    if trial.is_too_small:
        told = {k: one for k, one in numbers.items() if k != "price"}
        why = say(f"comparison.trial.too_small.{sized}", **told)
        if is_doubted:
            why = paragraph([why, say("comparison.trial.elsewhere")])
        heading = say("comparison.trial.heading.too_small", name=name)
        return Section("trial", heading, [why, *how], short=Short([why]), brief=Short([why]))
    bullets = [
        say("comparison.trial.arms", name=name, needed=numbers["needed"]),
        _drawn(trial),
        say("comparison.trial.measured", **{k: numbers[k] for k in ("weeks", "price", "spread")}),
        _sized(sized, numbers["effect"]),
        say("comparison.trial.stop", first=fixed(FIRST_LOOK, 2), end=fixed(AT_END, 2)),
        money_said,
    ]
    heading = say("comparison.trial.heading.pays", name=name, weeks=numbers["weeks"])
    short = Short(bullets=bullets)
    return Section("trial", heading, how, bullets, short=short, brief=short)


def _sized(sized: str, effect: str) -> str:
    """Return the smallest effect that the trial is sized for."""
    return say(f"comparison.trial.sized.{sized}", effect=effect, chance=fixed_percent(POWER))


def _drawn(trial: Trial) -> str:
    """Return who is drawn by lot: customers, or places where a lever acts on all who come."""
    if not trial.by_place:
        return say("comparison.trial.by_customer")
    levers = listing([mechanism_label(lever) for lever in trial.by_place])
    return say("comparison.trial.by_place", levers=levers)
