"""Runs beside a run that lack one play each: what would have been without it, on the same luck."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from sim.levers import BY_NAME
from sim.model.reviews.changes import Change, carry_out
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
    return not mechanism.builds_capability and not on_the_shelf


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


class Twins:
    """The runs without one play each, which take the same weeks and the same decisions.

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
                others = [other for other in plan.plays if other is not play]
                without = plan.model_copy(update={"plays": others})
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
            if change.new_key:
                self.runs[change.new_key] = twin
