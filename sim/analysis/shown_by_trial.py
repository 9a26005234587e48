"""What the firm's own trials found of plays whose gain is not to be believed before a trial.

The rule. A doubted play was tried where the market has learned a trial, by lot, of this very play (lever,
audience and settings are the same), and of no play that the plan has not; where several were, the one
with the smallest standard error per week tells. Of that one, the middle 90 % of the difference in spend
say what it found:

- *shown*: all of it lies above nil. Where this is so of each doubted play, the plan is told as any other,
  with what the trial found; how much it returns stays a figure beside it.
- *nothing*: none of it lies above nil, or the plan that was tried does nothing here with a chance of
  `SURE` or more, by all that was learned. Where this is so of each doubted play, nothing new is done.
- *open*: else. The trial did not settle it, and a longer or a larger one would.

A play of which no trial tells leaves the plan to be doubted as before any trial. Campaigns of a firm's
records are no trial: who was reached had been chosen. Which plays a trial was of stands in its design
(`sim.experiment.trial_design`), which is kept beside the market; one whose design is gone tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.analysis.trial_finding import Finding, Outcome
from sim.experiment.own_trials import NINETY
from sim.experiment.trial_design import trial_designs

if TYPE_CHECKING:
    from sim.market.learned import Learned, Tried
    from sim.market.market import Market

Settings = Mapping[str, float]
#: From this chance on that a plan does nothing, it was shown to do nothing.
SURE = 0.9


def found_of(
    market: Market, plays: Mapping[str, Settings], doubted: Iterable[str]
) -> Finding | None:
    """Return what trials found of the plays of a plan that are doubted.

    Parameters
    ----------
    market : Market
        With what it has learned.
    plays : mapping
        Key of each play of the plan -> its full settings.
    doubted : iterable of str
        Keys of those that would add more than should be believed.

    Returns
    -------
    Finding or None
        None where a play was not tried. Where trials of several plays differ, it is open, told by the
        first that did not show its play.
    """
    learned, found = market.learned, list[Finding]()
    if learned is None:
        return None
    tried = _plays_of_trials(market.name, learned)
    told = [
        (trial, of_it)
        for trial, of_it in zip(learned.trials, tried, strict=True)
        if trial.by_lot and of_it and all(plays.get(key) == of_it[key] for key in of_it)
    ]
    for key in doubted:
        of_play = [trial for trial, of_it in told if key in of_it]
        if not of_play:
            return None
        found.append(_of_trial(learned, min(of_play, key=lambda one: one.error / one.weeks)))
    if len({one.outcome for one in found}) < 2:
        return found[0] if found else None
    return replace(next(one for one in found if one.outcome != "shown"), outcome="open")


def _plays_of_trials(market: str, learned: Learned) -> list[dict[str, Settings]]:
    """Return the plays of each trial, with their settings; none of one whose design is gone."""
    designs = trial_designs(market)
    return [
        {play.key: play.settings for play in designs[trial.name].plan.plays}
        if trial.name in designs
        else {}
        for trial in learned.trials
    ]


def outcome_of(learned: Learned, trial: Tried) -> Outcome:
    """Return what one trial found of the plan that was tried."""
    low, high = _ends(trial)
    if low > 0:
        return "shown"
    if high <= 0 or learned.chance_of_nothing(trial.strategy) >= SURE:
        return "nothing"
    return "open"


def _of_trial(learned: Learned, trial: Tried) -> Finding:
    """Return it with the figures by which it is told."""
    return Finding(outcome_of(learned, trial), trial.difference, *_ends(trial), trial.weeks)


def _ends(trial: Tried) -> tuple[float, float]:
    """Return the middle 90 % of what a trial measured."""
    return trial.difference - NINETY * trial.error, trial.difference + NINETY * trial.error
