"""What a search found, in words: the verdict, the plans that were judged, and the plan to carry out."""

from typing import Any

from sim.advice.search.read import CHOSEN, FOUND, is_a_look, is_half_doubted, kind_of, trial_in
from sim.analysis.plausibility import DOUBTED, MOST_RETURN
from sim.common.formatting import (
    capital,
    compact,
    fixed,
    fixed_percent,
    in_futures,
    listing,
    money,
    money_in,
    percent,
    range_of,
    some,
    spaced,
)
from sim.common.size import SEARCH_SIZE
from sim.common.style import bracketed, style
from sim.common.translated import translated
from sim.market.values import VALUES
from sim.playbook.audiences import AUDIENCES
from sim.playbook.strategies import BASELINE
from sim.report.comparison.assumptions import parameter_label
from sim.report.comparison.plausibility import is_shown, not_believed, shown
from sim.report.names import department_label, value_label
from sim.report.phrases import say

Answer = dict[str, Any]
#: Why presets may be left out of a search.
LEFT_OUT = ("idle", "too_dear", "refused")
#: The firm differs in size between futures if the mean is beside what is stated by more than this share.
_DIFFERS = 0.005


def title(answer: Answer) -> str:
    """Return what the table of plans shows."""
    budget = money(answer["budget"], answer["currency"])
    return say("comparison.plans_found.title", budget=budget, market=answer["market"])


def plan_name(answer: Answer, name: str) -> str:
    """Return what a plan is called."""
    if name == BASELINE:
        return say("comparison.plans_found.do_nothing")
    if name.startswith(FOUND):
        return say("comparison.plans_found.plan_number", number=name.removeprefix(FOUND))
    return translated(next(one["title"] for one in answer["options"] if one["name"] == name))


def plans_table(answer: Answer) -> list[tuple[str, ...]]:
    """Return a row for each plan that was judged, the largest mean gain first."""
    signed = money_in(currency := answer["currency"], signed=True)
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
            say("comparison.plans_found.column.plan"),
            say("comparison.plans_found.column.plays"),
            say("comparison.plans_found.column.gain"),
            say("comparison.plans_found.column.interval"),
            say("comparison.plans_found.column.worst"),
            say("comparison.plans_found.column.cost"),
            say("comparison.plans_found.column.futures"),
        ),
        *rows,
    ]


def plays_table(answer: Answer) -> list[tuple[str, ...]]:
    """Return a row for each play of the recommended plan; nothing if there is no such plan."""
    currency, is_tried = answer["currency"], is_shown(trial_in(answer))
    rows = [
        (
            capital(play_name(one)),
            _whom(one),
            str(one["start_week"] + 1),
            department_label(one["owner"]),
            money(one["cost"], currency),
            money(one["adds"], currency, signed=True),
            _earns(one, is_tried),
        )
        for one in answer["plays_of_plan"]
    ]
    head = (
        say("comparison.plans_found.column.play"),
        say("comparison.plans_found.column.whom"),
        say("comparison.plans_found.column.from"),
        say("comparison.plans_found.column.who"),
        say("comparison.plans_found.column.cost"),
        say("comparison.plans_found.column.adds"),
        say("comparison.plans_found.column.earns"),
    )
    return [head, *rows] if rows else []


def sentences(answer: Answer) -> list[str]:
    """Return the verdict, what the marks mean, and what was left out of the search."""
    screened = answer["screened"]
    found = [verdict(answer), *too_good(answer), *_loses(answer), *_first(answer)]
    found += [say("comparison.plans_found.frontier"), say("comparison.plans_found.intervals")]
    found += _size(answer)
    found.append(say("comparison.plans_found.screened", count=screened["presets"]))
    if over := [translated(one) for one in answer["over_budget"]]:
        found.append(say("comparison.plans_found.over_budget", count=len(over), names=some(over)))
    for what in LEFT_OUT:
        if names := screened[what]:
            said = [translated(spaced(name.partition(":")[2])) for name in names]
            left_out = say(
                f"comparison.plans_found.left_out.{what}", count=len(names), names=some(said)
            )
            found.append(left_out)
    return found


def _loses(answer: Answer) -> list[str]:
    """Return in how many of the futures kept apart a plan loses; nothing of doing nothing."""
    best = answer["told"]
    if best["name"] == BASELINE or "loses" not in best:
        return []
    n, name = best["futures"], plan_name(answer, best["name"])
    lost = in_futures(best["loses"], n)
    if round(best["loses"] * n) == 0:
        return [say("comparison.plans_found.never_loses", plan=name, futures=lost)]
    return [say("comparison.plans_found.loses", count=n, plan=name, futures=lost)]


def _first(answer: Answer) -> list[str]:
    """Return which plays are to be tried first, how sure each is, and what to do; nothing if all are.

    What trials have shown is not to be tried again, and nothing of what they have shown to do nothing.
    """
    if kind_of(answer) == "do_nothing":
        return []
    is_tried = is_shown(trial_in(answer))
    plays = [
        say(
            "comparison.plans_found.earns_in",
            play=_called(one),
            share=percent(one["earns"]),
            futures=one["futures"],
        )
        for one in answer["plays_of_plan"]
        if one["try_first"] and not (is_tried and one["look_twice"])
    ]
    if not plays:
        return []
    return [say("comparison.plans_found.first", count=len(plays), plays=style().clause.join(plays))]


def _size(answer: Answer) -> list[str]:
    """Return at which size of the firm money is told, where futures draw it."""
    size, currency = answer["size"], answer["currency"]
    if abs(size["drawn"] / size["known"] - 1) < _DIFFERS:
        return []
    return [
        say(
            "comparison.plans_found.size",
            drawn=fixed(size["drawn"]),
            known=fixed(size["known"]),
            budget=money(answer["budget"], currency),
            most=money(size["budget"], currency),
        )
    ]


def too_good(answer: Answer) -> list[str]:
    """Return which plays would add more than anybody should believe, if the plan is not doubted for it.

    Where half of its gain comes from them, it is what trials have shown of them.
    """
    plays, found = _doubtful(answer), trial_in(answer)
    if not plays or answer["told"]["gain"] <= 0 or kind_of(answer) in DOUBTED:
        return []
    if found is not None and is_half_doubted(answer):  # of what does nothing the verdict tells
        plan = plan_name(answer, answer["told"]["name"])
        return [shown(plan, found, answer["currency"])] if is_shown(found) else []
    return [
        say("comparison.plans_found.look_twice", plays=listing(plays), times=compact(MOST_RETURN))
    ]


def _doubtful(answer: Answer) -> list[str]:
    """Return the names of plays that would return more than `MOST_RETURN` times their cost."""
    return [_called(one) for one in answer["plays_of_plan"] if one["look_twice"]]


def _called(one: dict[str, Any]) -> str:
    """Return the name of a play as within a sentence, where it would else be read as a part of that."""
    return say("comparison.plans_found.called", play=play_name(one))


def verdict(answer: Answer) -> str:
    """Return what to do."""
    currency, best, kind = answer["currency"], answer["told"], kind_of(answer)
    amount, plan = _expected(answer), plan_name(answer, best["name"])
    tried = trial_in(answer)
    if kind in DOUBTED or (kind == "do_nothing" and answer["verdict"] != kind):
        doubtful = _doubtful(answer)
        return not_believed(_with_plays(answer, plan), amount, doubtful, tried, currency)
    if kind == "undecided" and best["gain"] <= 0:
        kind = "none_gains"
    elif kind == "undecided" and (is_a_look(answer) or answer["needed"] is None):
        kind = "few" if is_a_look(answer) else "open"
    elif kind == "do_nothing" and best["name"] == BASELINE:
        return say("comparison.plans_found.verdict.none_fits")
    more: dict[str, Any] = {"matters": money(answer["indifferent"], currency)}
    if kind in CHOSEN:
        plan, more = _with_plays(answer, plan), {"why": _why_this_one(answer)}
    if kind == "choose_unless":
        more |= {"turns": listing([_turn(one) for one in answer["unless"]])}
    elif kind in ("undecided", "few"):
        more["needed"] = SEARCH_SIZE["futures"] if kind == "few" else answer["needed"]
    return say(
        f"comparison.plans_found.verdict.{kind}",
        plan=plan,
        amount=amount,
        futures=best["futures"],
        **more,
    )


def _expected(answer: Answer) -> str:
    """Write what a plan brings, with the interval that strategies have: of the expected gain."""
    gain, low, high = (
        money(answer["told"][x], answer["currency"]) for x in ("gain", "low", "high")
    )
    return say("common.expected_gain", amount=gain, low=low, high=high)


def _with_plays(answer: Answer, plan: str) -> str:
    """Return the name of a plan with what it consists of: a number says nothing."""
    plays = [_called(one) for one in answer["plays_of_plan"]]
    return bracketed(plan, listing(plays)) if plays else plan


def _why_this_one(answer: Answer) -> str:
    """Return why this plan is chosen among several."""
    if answer["recommended"] == answer["leading"]:
        return say("comparison.plans_found.why.most")
    matters = money(answer["indifferent"], answer["currency"])
    return say("comparison.plans_found.why.fewest", matters=matters)


def _turn(one: dict[str, Any]) -> str:
    """Return where the answer turns."""
    owner, _, name = one["address"].partition(".")
    if owner == "market":
        what = value_label(name)
        share = VALUES[name].unit.startswith("share")
    else:
        what = parameter_label(owner, name)
        share = False
    at = fixed_percent(one["value"], 1) if share else compact(one["value"])
    if one["side"] == "below":
        return say("comparison.plans_found.below", what=what, at=at)
    return say("comparison.plans_found.above", what=what, at=at)


def _marked(answer: Answer, one: dict[str, Any]) -> str:
    """Return a plan's name, with a mark if it is on the frontier."""
    return plan_name(answer, one["name"]) + "*" * one["frontier"]


def play_name(one: dict[str, Any]) -> str:
    """Return what a play is called, with its intensity where it is not as written."""
    name = translated(spaced(one["preset"] or one["lever"]))
    if one["intensity"] == 1:
        return name
    return bracketed(name, say("comparison.plans_found.intensity", times=compact(one["intensity"])))


def _whom(one: dict[str, Any]) -> str:
    """Return for whom a play is, and how many of them it reaches."""
    whom = translated(AUDIENCES[one["audience"]])
    if one["reach"] >= 1:
        return whom
    return say("comparison.plans_found.part_of", part=percent(one["reach"]), whom=whom)


def _earns(one: dict[str, Any], is_tried: bool) -> str:
    """Return in which share of futures a play earns its cost, and whether to try it first."""
    share, doubted = percent(one["earns"]), one["look_twice"] and not is_tried
    first = one["try_first"] or doubted  # what is beyond belief, however often it earns
    return bracketed(share, say("comparison.plans_found.try_first")) if first else share
