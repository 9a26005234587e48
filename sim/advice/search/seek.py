"""Seek plans: screen every preset, build plans up play by play, refine the best of them.

1. *Screening.* Every preset alone, in two futures; the best quarter in all futures in which plans are
   sought (successive halving: Jamieson & Talwalkar 2016). The best are tried for other audiences, at
   other intensities and from other weeks.
2. *Building up.* Greedy by marginal gain. A play's gain alone stands for its marginal gain until that is
   measured, since levers that act together win less than their sum (lazy greedy: Minoux 1978); so only
   the head of the queue is tried. Then each play is dropped, and exchanged for what stood next.
3. *Refining* by Optuna (`sim.advice.search.refine`).

All of it on the same futures and luck. What was best here was best by luck as well, so that nothing of it
is told: plans are judged on other futures (`sim.advice.search.race`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.advice.search.candidates import (
    Limits,
    all_presets,
    strategy_of,
    told_apart,
    variants_of,
)
from sim.advice.search.trials import Trials
from sim.common.random_numbers import Floats
from sim.playbook.strategies import Play

#: Futures in which plans are sought, and those of the first look at a preset.
FUTURES, FIRST = 6, 2
#: One preset in so many goes on from it.
_ONE_IN = 4
#: Presets that are varied, and variants of each that go on from the first look.
_VARIED, _VARIANTS_ON = 4, 2
#: Plays at the head of the queue that are tried at a time, and how often before the best is taken.
_AT_A_TIME, _MOST_LOOKS = 4, 2
#: Plays that stand next, for which each of a plan's is exchanged.
_NEXT = 2

Plays = tuple[Play, ...]


@dataclass
class Sought:
    """What was found of plans in the futures in which they are sought.

    Attributes
    ----------
    trials : Trials
    limits : Limits
    gains : dict
        Name of a plan -> gains, shape (futures,), of plans that keep to all limits.
    plays : dict
        Name of a plan -> its plays.
    """

    trials: Trials
    limits: Limits
    gains: dict[str, Floats] = field(default_factory=dict)
    plays: dict[str, Plays] = field(default_factory=dict)

    def play(self, plans: Sequence[Plays], futures: int = FUTURES) -> list[tuple[float, float]]:
        """Return mean gain and yearly cost per known customer of plans; NaN of one that is refused."""
        if not plans:
            return []
        strategies, seen = [strategy_of(plays) for plays in plans], range(futures)
        gains, found = self.trials.gains(strategies, "search", seen), []
        for plays, strategy, each in zip(plans, strategies, gains.T, strict=True):
            cost = sum(self.trials.costs(strategy, "search", seen).values())
            found.append((float(each.mean()), cost))
            if futures == FUTURES and np.isfinite(each).all() and self.affordable(plays, cost):
                self.gains[name_of(plays)], self.plays[name_of(plays)] = each, plays
        return found

    def affordable(self, plays: Plays, cost: float) -> bool:
        """Return whether a plan keeps to all limits."""
        return cost <= self.limits.budget and self.limits.allow(plays)

    def best(self) -> Plays:
        """Return the plan with the largest mean gain so far; with no play if none has any."""
        means = {name: float(each.mean()) for name, each in self.gains.items()}
        name = max(sorted(means), key=lambda one: means[one], default=None)
        return self.plays[name] if name is not None and means[name] > 0 else ()


@dataclass(frozen=True)
class Screened:
    """What screening left.

    Attributes
    ----------
    queue : list of (float, Play)
        Mean gain alone, the largest first: of those that one alone can afford.
    tried : int
        Presets.
    idle, too_dear, refused : tuple of str
        ``LEVER:PRESET`` of those that do nothing in this market, cost more than the budget for whomever
        they were tried, or ask for what the market does not have.
    """

    queue: list[tuple[float, Play]]
    tried: int
    idle: tuple[str, ...]
    too_dear: tuple[str, ...]
    refused: tuple[str, ...]


def name_of(plays: Plays) -> str:
    """Return what tells a plan from all others."""
    return " ".join(sorted(told_apart(play) for play in plays))


def screen(sought: Sought) -> Screened:
    """Return plays by what each gains beside those that every plan has."""
    base = sought.limits.include
    presets = [p for p in all_presets(sought.limits) if sought.limits.allow((*base, p))]
    first = sought.play([(*base, play) for play in presets], FIRST)
    without = sought.play([base], FIRST)[0] if base else (0.0, 0.0)
    refused = [p for p, (gain, _) in zip(presets, first, strict=True) if not np.isfinite(gain)]
    idle = [p for p, one in zip(presets, first, strict=True) if one == without]
    left = [p for p in presets if p not in idle and p not in refused]
    gains = {told_apart(p): gain for p, (gain, _) in zip(presets, first, strict=True)}
    kept = _best_part(left, gains)
    measured = _measured(sought, base, kept)
    best = sorted(measured, key=lambda one: -one[0])[:_VARIED]
    for _, _, play in best:
        variants = [one for one in variants_of(play) if sought.limits.allow((*base, one))]
        looks = sought.play([(*base, one) for one in variants], FIRST)
        order = sorted(range(len(variants)), key=lambda i: (-_number(looks[i][0]), i))
        measured += _measured(sought, base, [variants[i] for i in order[:_VARIANTS_ON]])
    queue = [(gain, play) for gain, cost, play in measured if cost <= sought.limits.budget]
    there = {preset_name(play) for _, play in queue}
    costs = {told_apart(p): cost for p, (_, cost) in zip(presets, first, strict=True)}
    over_budget = [
        p
        for p in left
        if costs[told_apart(p)] > sought.limits.budget and preset_name(p) not in there
    ]
    return Screened(
        sorted(queue, key=lambda one: (-one[0], told_apart(one[1]))),
        len(presets),
        *(tuple(map(preset_name, some)) for some in (idle, over_budget, refused)),
    )


def build_up(sought: Sought, queue: Sequence[tuple[float, Play]]) -> Plays:
    """Return a plan that grows by the play with the largest marginal gain, then exchanged and pruned."""
    plan, waiting = sought.limits.include, list(queue)
    value = sought.play([plan])[0][0] if plan else 0.0
    while len(plan) < sought.limits.most_plays and waiting:
        waiting = [one for one in waiting if sought.limits.allow((*plan, one[1]))]
        taken = _next(sought, plan, value, waiting)
        if taken is None:
            break
        value, play = taken
        plan = (*plan, play)
    return _exchanged(sought, plan, value, [play for _, play in waiting])


def preset_name(play: Play) -> str:
    """Return ``LEVER:PRESET`` of a play."""
    return f"{play.lever}:{play.preset}"


def _next(
    sought: Sought, plan: Plays, value: float, waiting: list[tuple[float, Play]]
) -> tuple[float, Play] | None:
    """Return the play that adds most, with the plan's gain then; the queue is put in order in place."""
    measured: dict[str, tuple[float, Play]] = {}
    for _ in range(_MOST_LOOKS):
        head = [one for one in waiting if told_apart(one[1]) not in measured][:_AT_A_TIME]
        if not head:
            break
        found = sought.play([(*plan, play) for _, play in head])
        for (_, play), (gain, cost) in zip(head, found, strict=True):
            fits = cost <= sought.limits.budget and np.isfinite(gain)
            measured[told_apart(play)] = (gain - value if fits else -np.inf, play)
        waiting[:] = sorted(
            (measured.get(told_apart(play), (bound, play)) for bound, play in waiting),
            key=lambda one: (-one[0], told_apart(one[1])),
        )
        if told_apart(waiting[0][1]) in measured:  # no bound of another is larger
            break
    if not measured:
        return None
    added, play = max(measured.values(), key=lambda one: one[0])
    if not added > 0:
        return None
    waiting[:] = [one for one in waiting if one[1] is not play]
    return value + added, play


def _exchanged(sought: Sought, plan: Plays, value: float, waiting: list[Play]) -> Plays:
    """Return a plan with one play dropped, or exchanged for one of the next, where that gains."""
    tries = []
    for play in plan:
        if _in(play, sought.limits.include):
            continue
        rest = tuple(one for one in plan if one is not play)
        tries += [rest] if rest else []
        tries += [(*rest, one) for one in waiting[:_NEXT] if sought.limits.allow((*rest, one))]
    found = sought.play(tries)
    better = [
        (gain, i)
        for i, (gain, cost) in enumerate(found)
        if gain > value and cost <= sought.limits.budget
    ]
    return tries[max(better)[1]] if better else plan


def _measured(sought: Sought, base: Plays, plays: list[Play]) -> list[tuple[float, float, Play]]:
    """Return marginal gain, cost and play, from all futures in which plans are sought."""
    found = sought.play([(*base, play) for play in plays])
    usual = sought.play([base])[0][0] if base else 0.0
    return [
        (gain - usual, cost, play)
        for play, (gain, cost) in zip(plays, found, strict=True)
        if np.isfinite(gain)
    ]


def _best_part(plays: list[Play], gains: dict[str, float]) -> list[Play]:
    """Return the part of some plays that gained most, in their order."""
    order = sorted(plays, key=lambda one: (-gains[told_apart(one)], told_apart(one)))
    kept = {told_apart(one) for one in order[: -(-len(plays) // _ONE_IN)]}
    return [one for one in plays if told_apart(one) in kept]


def _number(gain: float) -> float:
    """Return a gain, the least of all if it is none."""
    return gain if np.isfinite(gain) else -np.inf


def _in(play: Play, plays: Sequence[Play]) -> bool:
    """Return whether a preset is among those of some plays."""
    return any((play.lever, play.preset) == (one.lever, one.preset) for one in plays)
