"""The trial to run first: arms, who is drawn, how many, how long, when to stop, and what it is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.analysis.trial import AT_END, FIRST_LOOK, POWER, Trial, trial_of
from sim.common.formatting import fixed, fixed_percent, listing, money
from sim.common.size import ENOUGH_FUTURES
from sim.common.style import paragraph
from sim.experiment.compare import BOUNDS
from sim.experiment.trial_design import pairs_of_places
from sim.report.names import mechanism_label
from sim.report.phrases import say
from sim.report.section import Section, Short

if TYPE_CHECKING:
    from sim.analysis.answers import Answers

#: Below this a chance is told with a digit after the point.
_SMALL = 0.1
#: A horizon of so many times a trial leaves as much time to use its result.
_ENOUGH = 2


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
    if trial.is_too_small:  # before what it costs, which is then no reason
        told = {k: one for k, one in numbers.items() if k != "price"}
        why = say(f"comparison.trial.too_small.{sized}", **told)
        if is_doubted:
            all_needed = fixed(2 * trial.needed)
            why = paragraph([why, say("comparison.trial.elsewhere", needed=all_needed)])
        heading = say("comparison.trial.heading.too_small", name=name)
        return Section("trial", heading, [why, *how], short=Short([why]), brief=Short([why]))
    money_said = _money(trial, currency, is_doubted)
    if trial.costs_too_much(is_doubted):
        heading, brief = say("comparison.trial.heading.dear", name=name), Short([money_said])
        return Section(
            "trial", heading, [money_said, *how], short=brief, brief=brief if is_doubted else None
        )
    if trial.by_place:  # which hold more customers than have to be drawn
        money_said = paragraph([money_said, say("comparison.trial.cost_of_places")])
    bullets = [
        say("comparison.trial.arms", name=name, needed=numbers["needed"]),
        _drawn(trial, name),
        say("comparison.trial.measured", **{k: numbers[k] for k in ("weeks", "price", "spread")}),
        _sized(sized, numbers["effect"]),
        say("comparison.trial.stop", first=fixed(FIRST_LOOK, 2), end=fixed(AT_END, 2)),
        money_said,
    ]
    if trial.by_place:
        few, many = (fixed(pairs) for pairs in pairs_of_places(trial.needed))
        how.insert(1, say("comparison.trial.places", few=few, many=many))
    heading = say("comparison.trial.heading.pays", name=name, weeks=numbers["weeks"])
    short = Short(bullets=bullets)
    return Section("trial", heading, how, bullets, short=short, brief=short)


def _money(trial: Trial, currency: str, is_doubted: bool) -> str:
    """Return what a trial costs and what its result is worth, or why that is not known."""
    cost = money(trial.cost, currency)
    if trial.worth is None:
        weeks, ahead = str(trial.weeks), str(trial.horizon)
        more = str(_ENOUGH * trial.weeks)
        return say("comparison.trial.no_time", cost=cost, weeks=weeks, horizon=ahead, more=more)
    amounts: dict[str, Any] = {"cost": cost, "worth": money(trial.worth, currency)}
    if trial.is_worth_it:
        return say("comparison.trial.pays", **amounts)
    if not trial.costs_too_much(is_doubted):
        chance = fixed_percent(trial.pays_from, 0 if trial.pays_from >= _SMALL else 1)
        return say("comparison.trial.doubted", **amounts, chance=chance)
    dear = say("comparison.trial.dear", **amounts)
    if not is_doubted:
        return dear
    more = str(min(_ENOUGH * max(trial.weeks, trial.horizon), BOUNDS["weeks"][1]))
    return paragraph([dear, say("comparison.trial.way_on", more=more)])


def _sized(sized: str, effect: str) -> str:
    """Return the smallest effect that the trial is sized for."""
    return say(f"comparison.trial.sized.{sized}", effect=effect, chance=fixed_percent(POWER))


def _drawn(trial: Trial, name: str) -> str:
    """Return who is drawn by lot: customers, or places where a lever acts on all who come."""
    if not trial.by_place:
        return say("comparison.trial.by_customer")
    levers = listing([mechanism_label(lever) for lever in trial.by_place])
    few, _ = pairs_of_places(trial.needed)
    told: dict[str, Any] = {"few": fixed(few), "places": fixed(2 * few)}
    return say("comparison.trial.by_place", name=name, levers=levers, **told)
