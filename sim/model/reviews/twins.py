"""Runs beside a run in which one play reaches nobody: what would have been without it, on the same luck.

The play keeps its audience there, as it does from those held out in the run: nobody gets another play of
the lever in its stead.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from sim.levers import BY_NAME
from sim.model.reviews.changes import Change, carry_out, playing
from sim.model.scenario import Scenario
from sim.model.week.state import RunState, WeekState
from sim.playbook.strategies import Play, Strategy


class Model(Protocol):
    """A run that takes one week after the other."""

    setting: Scenario
    state: RunState
    last_week: WeekState | None

    def step(self) -> None:
        """Take a week."""


def can_be_held_out(play: Play) -> bool:
    """Return whether some customers can go without a play while others have it.

    Examples
    --------
    >>> [can_be_held_out(Play(lever=lever)) for lever in ("incentives", "organisation", "pricing")]
    [True, False, False]
    """
    mechanism = BY_NAME[play.lever]
    on_the_shelf = mechanism.on_the_shelf and play.audience == "everyone"
    return not mechanism.changes_the_firm(play.settings) and not on_the_shelf


def with_hold_out(strategy: Strategy) -> Strategy:
    """Return a strategy whose plays leave out those who are held out, where some can be."""
    reviews = strategy.reviews
    if reviews is None or reviews.judged_by != "held_out":
        return strategy
    plays = [
        play.model_copy(update={"reach": play.reach * (1.0 - reviews.hold_out)})
        if can_be_held_out(play)
        else play
        for play in strategy.plays
    ]
    return strategy.model_copy(update={"plays": plays})


def _idle(play: Play) -> Play:
    """Return a play that reaches nobody."""
    return play.model_copy(update={"reach": 0.0})


class Twins:
    """The runs in which one play each reaches nobody, which take the same weeks and the same decisions.

    Parameters
    ----------
    scenario : Scenario
        Of the run they stand beside, with those held out left out.
    open_run : callable
        Returns the run of a scenario from the common start.
    """

    def __init__(self, scenario: Scenario, open_run: Callable[[Scenario], Model]) -> None:
        self.runs: dict[str, Model] = {}
        plan = scenario.strategy.unreviewed
        for play in plan.plays:
            if can_be_held_out(play):
                plays = [one if one is not play else _idle(one) for one in plan.plays]
                without = plan.model_copy(update={"plays": plays})
                self.runs[play.key] = open_run(replace(scenario, strategy=without))

    def step(self, model: Model) -> None:
        """Take the week that a run is in, with its breaches where they are weighed."""
        for twin in self.runs.values():
            twin.state.first_breach = model.state.first_breach
            twin.step()

    def carry_out(self, change: Change, week: int) -> None:
        """Let a decision hold in all of them; the run without a play that stops is dropped."""
        for twin in self.runs.values():
            carry_out(twin.state, change, week)
        if change.key in self.runs and change.rule.do in ("stop", "retarget"):
            twin = self.runs.pop(change.key)
            if change.new_key and can_be_held_out(playing(twin.state)[change.new_key]):
                self.runs[change.new_key] = twin
