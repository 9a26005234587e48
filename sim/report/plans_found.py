"""What a search found, in words: the verdict, the plans that were judged, and the plan to carry out."""

from typing import Any

from sim.analysis.plausibility import MOST_RETURN
from sim.common.formatting import (
    capital,
    compact,
    fixed_percent,
    listing,
    money,
    percent,
    range_of,
    some,
    spaced,
)
from sim.common.style import bracketed
from sim.common.translated import told, translated
from sim.market.values import VALUES
from sim.playbook.audiences import AUDIENCES
from sim.playbook.strategies import BASELINE
from sim.report.names import mechanism_label, value_label
from sim.report.phrases import say

Answer = dict[str, Any]
#: What is told of presets that were left out of the search.
LEFT_OUT = {
    "idle": "{count} do nothing in this market: {names}.",
    "too_dear": "{count} cost more than the budget by themselves: {names}.",
    "refused": "{count} ask for what the market does not have: {names}.",
}
#: Name of a plan that the search made.
_FOUND = "found_"


def title(answer: Answer) -> str:
    """Return what the table of plans shows."""
    budget = money(answer["budget"], answer["currency"])
    says = "Plans for at most {budget} a year, {market}"
    return told(says, budget=budget, market=answer["market"])


def plan_name(answer: Answer, name: str) -> str:
    """Return what a plan is called."""
    if name == BASELINE:
        return translated("Do nothing new")
    if name.startswith(_FOUND):
        return told("Plan {number}", number=name.removeprefix(_FOUND))
    return translated(next(one["title"] for one in answer["options"] if one["name"] == name))


def plans_table(answer: Answer) -> list[tuple[str, ...]]:
    """Return a row for each plan that was judged, the largest mean gain first."""
    currency = answer["currency"]

    def signed(value: float) -> str:
        return money(value, currency, signed=True)

    rows = [
        (
            _marked(answer, one),
            str(one["plays"]),
            signed(one["gain"]),
            range_of(one["low"], one["high"], signed),
            signed(one["worst"]),
            money(one["cost"], currency),
            str(one["futures"]),
        )
        for one in answer["options"]
    ]
    return [
        (
            translated("plan"),
            translated("plays"),
            translated("expected gain"),
            translated("90 % interval"),
            translated("worst tenth"),
            translated("cost a year"),
            translated("futures"),
        ),
        *rows,
    ]


def plays_table(answer: Answer) -> list[tuple[str, ...]]:
    """Return a row for each play of the recommended plan; nothing if there is no such plan."""
    currency = answer["currency"]
    rows = [
        (
            capital(_play_name(one)),
            _whom(one),
            str(one["start_week"]),
            translated(capital(one["owner"]) + " department"),
            money(one["cost"], currency),
            money(one["adds"], currency, signed=True),
            _earns(one),
        )
        for one in answer["plays_of_plan"]
    ]
    head = (
        translated("play"),
        translated("for whom"),
        translated("from week"),
        translated("who"),
        translated("cost a year"),
        translated("adds"),
        translated("earns its cost"),
    )
    return [head, *rows] if rows else []


def sentences(answer: Answer) -> list[str]:
    """Return the verdict, what the marks mean, and what was left out of the search."""
    screened = answer["screened"]
    found = [verdict(answer), *too_good(answer), translated(FRONTIER)]
    found.append(told("{count} presets were screened.", count=screened["presets"]))
    if dear := [translated(one) for one in answer["over_budget"]]:
        found.append(told(_OVER_BUDGET, count=len(dear), names=some(dear)))
    for what, says in LEFT_OUT.items():
        if names := screened[what]:
            said = [translated(spaced(name.partition(":")[2])) for name in names]
            found.append(told(says, count=len(names), names=some(said)))
    return found


def too_good(answer: Answer) -> list[str]:
    """Return which plays would add more than anybody should believe, if any would."""
    plays = [_play_name(one) for one in answer["plays_of_plan"] if one["look_twice"]]
    return [told(_LOOK_TWICE, plays=listing(plays), times=compact(MOST_RETURN))] if plays else []


def verdict(answer: Answer) -> str:
    """Return what to do."""
    currency = answer["currency"]
    best = answer["told"]

    def signed(value: float) -> str:
        return money(value, currency, signed=True)

    gaps = {
        "plan": plan_name(answer, best["name"]),
        "gain": signed(best["gain"]),
        "range": range_of(best["low"], best["high"], signed),
        "futures": best["futures"],
        "matters": money(answer["indifferent"], currency),
    }
    if answer["verdict"] == "choose":
        return told(_CHOOSE, **gaps)
    if answer["verdict"] == "choose_unless":
        return told(_UNLESS, **gaps, turns=listing([_turn(one) for one in answer["unless"]]))
    if answer["verdict"] == "do_nothing":
        return told(_NOTHING, **gaps)
    if best["gain"] <= 0:
        return told(_NONE_GAINS, **gaps)
    if answer["needed"] is None:
        return told(_OPEN, **gaps)
    return told(_UNDECIDED, **gaps, needed=answer["needed"])


FRONTIER = (
    "* On the frontier: no plan has both a larger gain and a better worst tenth of futures. Gains in the "
    "table are those by which plans were chosen; what is said above comes from futures kept apart."
)
_OVER_BUDGET = "{count} named strategies cost more than the budget and stand apart: {names}."
_CHOOSE = (
    "Choose {plan}: it adds {gain} to customer equity on average ({range}, 9 times in 10, by {futures} "
    "fresh futures). Plans within {matters} of the best count as equal, and the one with the fewest "
    "plays is taken."
)
_UNLESS = (
    "Choose {plan} unless {turns}, where doing nothing is better: it adds {gain} to customer equity on "
    "average ({range}, 9 times in 10, by {futures} fresh futures)."
)
_NOTHING = (
    "Do nothing new: no plan surely brings as much as {matters}, which is what matters here. The best, "
    "{plan}, brings {gain} on average ({range}, 9 times in 10, by {futures} fresh futures)."
)
_UNDECIDED = (
    "Undecided. {plan} has the fewest plays of those within {matters} of the best, and brings {gain} on "
    "average ({range}, 9 times in 10, by {futures} fresh futures). Some {needed} futures or more may "
    "settle it: --futures {needed}."
)
_NONE_GAINS = (
    "Undecided: no plan gains on average. Nearest comes {plan} with {gain} ({range}, 9 times in 10, by "
    "{futures} fresh futures), too wide a range to say that none brings {matters}, which is what matters "
    "here. Until more is known, do nothing new."
)
_LOOK_TWICE = (
    "Look twice before you believe what {plays} would add: more than {times} times the cost, where "
    "published returns of loyalty programmes are far below that. Try it on some customers first."
)
_OPEN = (
    "Undecided. {plan} has the fewest plays of those within {matters} of the best, and brings {gain} on "
    "average ({range}, 9 times in 10, by {futures} fresh futures), and more futures would not settle it."
)


def _turn(one: dict[str, Any]) -> str:
    """Return where the answer turns."""
    owner, _, name = one["address"].partition(".")
    if owner == "market":
        what = value_label(name)
        share = VALUES[name].unit.startswith("share")
    else:
        called = translated(spaced(name))
        what = say("comparison.assumptions.of_lever", name=called, lever=mechanism_label(owner))
        share = False
    at = fixed_percent(one["value"], 1) if share else compact(one["value"])
    if one["side"] == "below":
        return told("{what} is below {at}", what=what, at=at)
    return told("{what} is above {at}", what=what, at=at)


def _marked(answer: Answer, one: dict[str, Any]) -> str:
    """Return a plan's name, with a mark if it is on the frontier."""
    return plan_name(answer, one["name"]) + "*" * one["frontier"]


def _play_name(one: dict[str, Any]) -> str:
    """Return what a play is called, with its intensity where it is not as written."""
    name = translated(spaced(one["preset"] or one["lever"]))
    if one["intensity"] == 1:
        return name
    return bracketed(name, told("intensity {times}", times=compact(one["intensity"])))


def _whom(one: dict[str, Any]) -> str:
    """Return for whom a play is, and how many of them it reaches."""
    whom = translated(AUDIENCES[one["audience"]])
    if one["reach"] >= 1:
        return whom
    return told("{part} of {whom}", part=percent(one["reach"]), whom=whom)


def _earns(one: dict[str, Any]) -> str:
    """Return in which share of futures a play earns its cost, and whether to try it first."""
    share = percent(one["earns"])
    return bracketed(share, translated("try first")) if one["try_first"] else share
