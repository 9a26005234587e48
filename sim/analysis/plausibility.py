"""Flags on answers that nobody should believe without a second look; they change no number.

Each rule is absolute, so that no strategy is spared because all of them are absurd:

- *return*: the expected gain is above `MOST_RETURN` times what it costs. Published returns of loyalty
  programmes, where there are any, are below it by far (from memory).
- *desk*: who asks waits longer than a week of opening hours.
- *best in class*: the margin per customer rises beyond what the best firms of the trade earn over the
  average (`best_in_class` of the market).
- *cheap*: a lever that takes less than `LITTLE` of the strategy's cost carries more than `MUCH` of what
  helps in an outcome, of those that are helped by a visible amount. What a lever does by way of
  satisfaction cannot be told apart and is not counted.
- *in part*: as written the strategy costs more than `IN_PART` times the budget, so that it reaches a
  part of those it is for; what is too dear for the firm at any rate stands apart and has no such flag.
- *over the cap*: what a strategy spends beside what it owed is above the budget by more than `OVER_CAP`.
- *too small*: the firm has fewer customers than a play needs, by its preset's own figures in this market
  (`sim.playbook.preset_verdict`).
- *bound*: in a future or more the strength of a lever stands at a bound of the model
  (`Mechanism.at_bound`), so that it does less than its evidence says.
- *brought forward*: of a gain in customer equity nothing is left where those who will be won after the
  horizon count as well. Customers are then won sooner and not more of them, or those to come are kept
  away.

An answer that rests on what nobody should believe is not to be acted on before a trial has shown it:
where half of a plan's gain or more comes from plays that return more than `MOST_RETURN` times their cost.
That rule (`is_doubtful`, `is_half_doubtful`) is one for strategies that are written down and plans
that a search found. Plan and plays are measured in the same futures, those in which plays were left out.
After a trial of the firm's own the answer is what that has shown (`sim.analysis.shown_by_trial`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.analysis.answers import VISIBLE
from sim.analysis.of_budget import share_of_budget
from sim.analysis.shown_by_trial import found_of
from sim.analysis.verdict import Verdict, has_leader
from sim.common.calendar import WEEKS_A_YEAR
from sim.playbook.preset_verdict import customers_needed
from sim.playbook.strategies import BASELINE

if TYPE_CHECKING:
    from sim.analysis.answers import Answers

Kind = Literal[
    "return",
    "desk",
    "best_in_class",
    "cheap",
    "in_part",
    "over_cap",
    "too_small",
    "bound",
    "brought_forward",
]
#: Gain over cost, share of the cost, share of the effect, and cost over budget at which flags are raised.
MOST_RETURN, LITTLE, MUCH, IN_PART, OVER_CAP = 10.0, 0.02, 0.25, 1.5, 1.05
#: Verdicts by which a plan that leads is not to be believed, before a trial or after one.
DOUBTED = ("too_good", "not_settled")
_MINUTES = 60
#: A saving to which nobody reacts is gained to the last digits, and no more.
_ROUNDING = 1.0 + 1e-9


@dataclass(frozen=True)
class Flag:
    """A reason for not believing what a comparison says of a strategy.

    Attributes
    ----------
    kind : str
    value : float
        What was found: gain over cost, weeks of wait, margin per customer over that of doing nothing,
        share of an effect, cost over budget, customers needed, share of futures, share of the gain that
        is lost among customers to come.
    what : str
        The lever and the outcome of a cheap one, divided by a space; the lever of a play that needs a
        larger firm, and one that stands at a bound.
    """

    kind: Kind
    value: float
    what: str = ""


def is_doubtful(adds: float, cost: float) -> bool:
    """Return whether a play adds more than `MOST_RETURN` times what it costs within the horizon.

    One that saves money, such as a smaller reward than is usual, may well add what it saves; it is
    doubtful where it adds more.
    """
    return adds > (MOST_RETURN * cost if cost > 0 else -cost * _ROUNDING)


def is_half_doubtful(gain: float, doubtful: Iterable[float]) -> bool:
    """Return whether half of a gain or more comes from plays that add more than should be believed.

    Parameters
    ----------
    gain : float
        Of the plan, in the futures in which it was measured what plays add.
    doubtful : iterable of float
        What each such play adds (`is_doubtful`).
    """
    added = sum(doubtful)
    return added > 0 and added >= gain / 2


def doubtful_plays(comparison: Answers) -> dict[str, float]:
    """Return the plays of the leading strategy that add more than should be believed, and what each adds.

    What a play adds is its worth (`sim.analysis.worth_of_plays`). What it costs is known for all plays of
    a lever together and over all futures, so that it is held against the same share of the gain in all.

    Returns
    -------
    dict
        Key of a play -> what it adds, in the futures that were looked at; empty where nobody looked what
        plays are worth.
    """
    worths, name = comparison.worths, comparison.ranking[0]
    if worths is None or worths.strategy.name != name or not worths.gain > 0:
        return {}
    gain = float(comparison.effects_on("customer_equity").loc[name, "difference"])
    adds, scale = {worths.key_of(one.player): one.mean for one in worths.values}, gain / worths.gain
    money, years = comparison.money.loc[name], comparison.manifest.weeks / WEEKS_A_YEAR
    levers: dict[str, list[str]] = {}
    for key in adds:
        levers.setdefault(key.partition(":")[0], []).append(key)
    return {
        key: adds[key]
        for lever, keys in levers.items()
        if is_doubtful(
            sum(adds[each] for each in keys) * scale, float(money.get(f"cost.{lever}", 0.0)) * years
        )
        for key in keys
    }


def doubted(comparison: Answers) -> Answers:
    """Return a comparison with the verdict that its leading strategy is too good, where it is.

    Of too few futures the verdict stays open, and where nothing is to be done nothing has to be believed.
    Where a trial was run already, the verdict says what that leaves of the doubt.
    """
    verdict, plays = comparison.verdict, doubtful_plays(comparison)
    if not plays or not has_leader(verdict, comparison.futures):
        return comparison
    assert comparison.worths is not None
    if not is_half_doubtful(comparison.worths.gain, plays.values()):
        return comparison
    of_plan = {play.key: play.settings for play in comparison.worths.strategy.plays}
    found = found_of(comparison.market, of_plan, plays)
    verdict = replace(verdict, doubtful=tuple(plays), found=found)
    if found is None:
        verdict = replace(verdict, kind="too_good")
    elif found.outcome == "open":
        verdict = replace(verdict, kind="not_settled")
    elif found.outcome == "nothing":
        verdict = _nothing(verdict)
    return replace(comparison, verdict=verdict)


def _nothing(verdict: Verdict) -> Verdict:
    """Return a verdict as it is where a trial has shown its strategy to do nothing."""
    probability, low, high = verdict.options.loc[BASELINE, ["probability", "low", "high"]]
    return replace(
        verdict,
        kind="do_nothing",
        strategy=None,
        probability=float(probability),
        probability_low=float(low),
        probability_high=float(high),
        runner_up=next(name for name in verdict.options.index if name != BASELINE),
    )


def flags_of(comparison: Answers, name: str) -> list[Flag]:
    """Return what speaks against believing the answer on a strategy, in the order of this module.

    Parameters
    ----------
    comparison : Answers
        Finished.
    name : str
        A strategy.

    Returns
    -------
    list of Flag
        Empty where nothing is out of bounds.
    """
    market = comparison.market
    wait = comparison.effects_on("response_minutes").loc[name, "mean"]
    found = [
        Flag("return", _gain_over_cost(comparison, name)),
        Flag("desk", float(wait) / (market["desk_hours"] * _MINUTES)),
        Flag("best_in_class", _margin_lift(comparison, name)),
        *_cheap(comparison, name),
        *_of_the_cap(comparison, name),
        *_too_small(comparison, name),
        *_at_bound(comparison, name),
        Flag("brought_forward", _brought_forward(comparison, name)),
    ]
    bounds = {
        "return": MOST_RETURN,
        "desk": 1.0,
        "best_in_class": market["best_in_class"],
        "cheap": MUCH,
        "in_part": IN_PART,
        "over_cap": OVER_CAP,
        "too_small": market["firm_customers"],
        "bound": 0.0,
        "brought_forward": 1.0,
    }
    return [flag for flag in found if flag.value > bounds[flag.kind]]


def _of_the_cap(comparison: Answers, name: str) -> list[Flag]:
    """Return what a strategy costs as written, and spends beside what it owed, over the budget."""
    money = comparison.money.loc[name]
    if name in comparison.unaffordable:
        return []
    spent = share_of_budget(money, "actual") - share_of_budget(money, "owed")
    return [Flag("in_part", share_of_budget(money, "design")), Flag("over_cap", spent)]


def _too_small(comparison: Answers, name: str) -> list[Flag]:
    """Return the customers that each play needs of those that a larger firm would do well with."""
    plays = comparison.manifest.strategies[name].sized.plays
    needed = {play.lever: customers_needed(play, comparison.market.name) for play in plays}
    return [Flag("too_small", most, lever) for lever, most in needed.items() if most is not None]


def _at_bound(comparison: Answers, name: str) -> list[Flag]:
    """Return the levers with a strength at a bound, each with the share of futures in which it is."""
    money = comparison.money.loc[name]
    shares = {x: float(money.get(f"bound.{x}", np.nan)) for x in comparison.levers_of(name)}
    return [Flag("bound", share, lever) for lever, share in shares.items() if np.isfinite(share)]


def _brought_forward(comparison: Answers, name: str) -> float:
    """Return the share of a gain that is lost again among customers to come; 0 where there is no gain."""
    gain, with_future = (
        float(comparison.effects_on(measure).loc[name, "difference"])
        for measure in ("customer_equity", "equity_with_future_customers")
    )
    return 1.0 - with_future / gain if gain > 0 else 0.0


def _gain_over_cost(comparison: Answers, name: str) -> float:
    """Return the expected gain over what it costs, both discounted.

    Infinite where it is for nothing, and where a strategy that saves money gains more than it saves.
    """
    rate = comparison.return_on_cost(name)
    if np.isfinite(rate):
        return rate
    gain, saved = (
        float((draws[one] - draws[other]).mean())
        for draws, one, other in (
            (comparison.draws_of("customer_equity"), name, BASELINE),
            (comparison.draws_of("discounted_cost"), BASELINE, name),
        )
    )
    return np.inf if gain > saved * _ROUNDING else 0.0


def _margin_lift(comparison: Answers, name: str) -> float:
    """Return the yearly margin for each customer at the end, over that of doing nothing."""
    margin, active = (comparison.draws_of(m).mean() for m in ("margin", "active_customers"))
    if not (active[name] > 0 and active[BASELINE] > 0 and margin[BASELINE] > 0):
        return 0.0  # nobody is left to whom a margin could be compared
    return float(margin[name] / active[name] / (margin[BASELINE] / active[BASELINE]))


def _cheap(comparison: Answers, name: str) -> list[Flag]:
    """Return the levers that cost next to nothing, each with the most of an outcome it carries."""
    money, terms = comparison.money.loc[name], comparison.contributions_of(name)
    total = sum(float(money.get(f"cost.{lever}", 0.0)) for lever in comparison.levers_of(name))
    found = []
    helps = terms.mul([-1.0 if outcome == "churn" else 1.0 for outcome in terms]).clip(lower=0.0)
    seen = helps.loc[:, helps.sum() >= VISIBLE]
    for lever in comparison.levers_of(name):
        spent = float(money.get(f"cost.{lever}", 0.0))
        if spent >= LITTLE * total or lever not in seen.index or seen.empty:
            continue
        parts = seen.loc[lever] / seen.sum()
        found.append(Flag("cheap", float(parts.max()), f"{lever} {parts.idxmax()}"))
    return found
