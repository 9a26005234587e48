"""Prune what is recommended: a play stays in a plan only if leaving it out would cost what matters.

A plan is built up in few futures, where a play may look good by luck. So the play that adds least, by
paired differences in the futures in which plans are judged, is left out, and again of what is left, until
each adds more than the indifference amount. What comes of that is judged beside all other plans in the
same futures (`sim.advice.search.verdict.judge`), which takes the fewest plays among those that are as
good as the best. A play that loses is never kept: without it the plan has fewer plays and gains more.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from sim.advice.search.candidates import content_of
from sim.advice.search.race import Race
from sim.advice.search.read import FOUND
from sim.advice.search.seek import Plays, preset_name
from sim.advice.search.trials import Trials
from sim.advice.search.verdict import Verdict, judge
from sim.playbook.strategies import BASELINE, DO_NOTHING, Play, Strategy


@dataclass(frozen=True)
class Judged:
    """Plans that were judged, those that pruning made among them.

    Attributes
    ----------
    plans : dict of str to Strategy
        Sized, by name; those that may be recommended.
    written : dict of str to tuple of Play
        Plays of those that the search made, with presets and intensities.
    race : Race
    verdict : Verdict
    """

    plans: dict[str, Strategy]
    written: dict[str, Plays]
    race: Race
    verdict: Verdict


def judge_pruned(
    trials: Trials,
    race: Race,
    plans: dict[str, Strategy],
    written: dict[str, Plays],
    include: Collection[Play],
    indifferent: float,
) -> Judged:
    """Judge plans, prune what is recommended and judge again, until it has been pruned.

    Parameters
    ----------
    trials : Trials
    race : Race
    plans, written : dict
        As in `Judged`.
    include : collection of Play
        That every plan must have.
    indifferent : float
        Gain that does not matter, money of the firm.
    """
    must = {preset_name(play) for play in include}
    judged, pruned = Judged(plans, written, race, judge(race, plans, indifferent)), set[str]()
    while (name := judged.verdict.recommended) not in pruned | {BASELINE}:
        pruned.add(name)
        judged = _pruned(trials, judged, name, must, indifferent)
    return judged


def without(plan: Strategy, play: Play) -> Strategy:
    """Return a sized plan without one of its plays; the others keep what they may spend."""
    rest = [one for one in plan.plays if one is not play]
    if not rest:
        return DO_NOTHING
    planned = {one.key: plan.planned[one.key] for one in rest}
    allowed = plan.allowances() or {}
    budget = sum(allowed[one.key] for one in rest)
    return plan.model_copy(update={"plays": rest, "planned": planned, "budget": budget})


def _pruned(
    trials: Trials, judged: Judged, name: str, must: Collection[str], indifferent: float
) -> Judged:
    """Return what was judged with all that a plan becomes when it is pruned play by play."""
    n = len(judged.race.gains[name])
    while (i := _weakest(trials, judged, name, must, indifferent)) is not None:
        plan, plays = judged.plans[name], judged.written.get(name)
        shorter = without(plan, plan.plays[i])
        rest = plays[:i] + plays[i + 1 :] if plays else None
        name, judged = _named(judged, shorter, rest)
        gains = trials.gains([judged.plans[name]], "fresh", range(n))[:, 0]
        race = Race(judged.race.gains | {name: gains}, dict(judged.race.out))
        race.out.pop(name, None)  # another plan of the same plays was taken out sooner
        judged = replace(judged, race=race)
    return replace(judged, verdict=judge(judged.race, judged.plans, indifferent))


def _weakest(
    trials: Trials, judged: Judged, name: str, must: Collection[str], indifferent: float
) -> int | None:
    """Return which play of a plan adds least, None if that is more than what does not matter."""
    plan, plays = judged.plans[name], judged.written.get(name)
    free = [i for i in range(len(plan.plays)) if not plays or preset_name(plays[i]) not in must]
    if len(plan.plays) < 2 or not free:
        return None
    rest = [without(plan, plan.plays[i]) for i in free]
    gains = trials.gains([plan, *rest], "fresh", range(len(judged.race.gains[name])))
    added = np.mean(gains[:, :1] - gains[:, 1:], axis=0)
    least = int(np.argmin(added))
    return free[least] if added[least] <= indifferent else None


def _named(judged: Judged, plan: Strategy, plays: Plays | None) -> tuple[str, Judged]:
    """Return the name of a plan, and what was judged with it; one of the same plays stands for it."""
    for name, other in judged.plans.items():
        if content_of(other) == content_of(plan):
            return name, judged
    number = 1 + sum(one.startswith(FOUND) for one in judged.plans)
    name = f"{FOUND}{number}"
    plan = plan.model_copy(update={"name": name, "title": f"Plan {number}"})
    written = {**judged.written, name: plays} if plays else judged.written
    return name, replace(judged, plans={**judged.plans, name: plan}, written=written)
