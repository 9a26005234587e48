"""The firm that reviews its plan: it keeps watch week by week, and decides when a review is due."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.common.random_numbers import Floats, Ints, normal
from sim.levers import BY_NAME
from sim.model.common_start import CommonStart, prepare
from sim.model.observers.recorder import REVIEW
from sim.model.reviews import changes
from sim.model.reviews.changes import Change
from sim.model.reviews.goals import GoalRecords
from sim.model.reviews.seen import (
    Judgement,
    Margins,
    judge_held_out,
    judge_members,
    margins_of,
    spend_on_record,
)
from sim.model.reviews.twins import Model, Twins, with_hold_out
from sim.model.scenario import Scenario
from sim.model.week.state import RunState, WeekState
from sim.playbook.reviews import Reviews, Rule
from sim.world.population import PROSPECT
from sim.world.staffing import work


def prepare_reviews(
    scenario: Scenario, start: CommonStart | None, seed: int
) -> tuple[Scenario, CommonStart | None]:
    """Return a scenario whose plays leave out who is held out, with the start that its twins share."""
    if scenario.strategy.reviews is None:
        return scenario, start
    held = replace(scenario, strategy=with_hold_out(scenario.strategy))
    return held, start or prepare(scenario, seed)


class Reviewer:
    """Reviews a run.

    Parameters
    ----------
    model : Model
        Before its first week.
    reviews : Reviews
    open_twin : callable
        Returns the run of another scenario from the same start.
    """

    def __init__(
        self, model: Model, reviews: Reviews, open_twin: Callable[[Scenario], Model]
    ) -> None:
        run, scenario = model.state, model.setting
        self.reviews = reviews
        self.twins: Twins | None = None
        if reviews.judged_by == "held_out":
            self.twins = Twins(scenario, open_twin)
        self.margins = Margins(np.zeros(run.size))
        self.without = {key: np.zeros(run.size) for key in self._twin_keys()}
        self.expected = spend_on_record(run.people)
        self.spent = changes.spent_running(run)
        #: Key of a play that turned to others -> what it was called first, by which rules name it.
        self.first_keys: dict[str, str] = {}
        self.goals = GoalRecords(scenario.strategy.goals)

    def _twin_keys(self) -> list[str]:
        return list(self.twins.runs) if self.twins else []

    def after(self, model: Model, week: WeekState) -> None:
        """Look at a week that has been paid for, and hold a review where one is due.

        Parameters
        ----------
        model : Model
        week : WeekState
            Recorder, ledger and departments are written, and at a review the plan.
        """
        self.margins.add(week)
        self.goals.add(week)
        if self.twins:
            self.twins.step(model)
            for key, twin in self.twins.runs.items():
                assert twin.last_week is not None
                self.without[key] += margins_of(twin.last_week)
        if (
            self.margins.weeks == self.reviews.every_weeks
            and week.run.week + 1 < model.setting.weeks
        ):
            self._review(week)

    def _review(self, week: WeekState) -> None:
        """Find out what each play and goal has come to, and follow the rules."""
        run, following = week.run, week.run.week + 1
        on_goals = self.goals.findings(following, self.margins, self.reviews.confidence)
        for finding, measure in on_goals:
            _note(week, f"{finding}.{measure}")
        keys = [key for key in changes.playing(run) if changes.running(run, key, run.week)]
        found = {key: self._judge(week, key) for key in keys}
        self._pay(week, keys)
        decided: list[tuple[str, Rule]] = []
        for key in keys:
            findings: set[tuple[str, str | None]] = set(on_goals)
            judgement = found[key]
            if judgement is not None:
                verdict = judgement.verdict(self.reviews.confidence)
                findings.add((verdict, None))
                _note(week, f"{verdict}.{key}")
                _note(week, f"gain.{key}", judgement.gain)
            rule = self.reviews.rule_for(self.first_keys.get(key, key), findings)
            if rule is None or not changes.fits(run, key, rule, following):
                continue
            if rule.do != "go_on":
                decided.append((key, rule))
        costs = self._costs(run)
        for key, rule in decided:
            self._decide(week, _change(run, key, rule, costs, following), following)
        self._begin_anew(run)

    def _judge(self, week: WeekState, key: str) -> Judgement | None:
        """Return what the firm finds of a play; None where it cannot tell."""
        run = week.run
        cost = self._costs(run).get(key, 0.0)
        if self.twins is None:
            members, others = _members(week, key, self.margins)
            return judge_members(self.margins, members, others, cost, run.scale)
        if key not in self.twins.runs:
            return None
        luck = float(normal(run.draws.uniform(f"firm: review of {key}", run.week, size=1))[0])
        return judge_held_out(
            self.margins,
            self.without[key],
            self.expected,
            key,
            cost,
            self.reviews.hold_out,
            run.scale,
            luck,
            self._comparable(key, run),
        )

    def _comparable(self, key: str, run: RunState) -> NDArray[np.bool_]:
        """Return whom a trial of a play can compare: who is a customer without it, or all prospects.

        Whoever came because others were served, on their recommendation, comes to both arms of a trial.
        """
        if changes.playing(run)[key].audience == "prospect" or self.twins is None:
            return np.ones(run.size, dtype=bool)
        return np.asarray(self.twins.runs[key].state.people["status"] != PROSPECT)

    def _costs(self, run: RunState) -> dict[str, float]:
        """Return what each play has cost since the last review, without one-off work."""
        now = changes.spent_running(run)
        return {key: spent - self.spent.get(key, 0.0) for key, spent in now.items()}

    def _pay(self, week: WeekState, keys: list[str]) -> None:
        """Pay the work of a review, told with the plays that it looks at; it is no part of their cost."""
        run = week.run
        paid = work(run, self.reviews.hours, "analyst")
        if self.goals.asked:
            paid += work(run, self.goals.asked * self.reviews.answer_minutes / 60)
        each = paid / max(len(keys), 1)
        for key in keys:
            lever = changes.playing(run)[key].lever
            run.recorder.add(f"cost.{lever}", each / run.size)
            run.ledger.post(f"cost.{lever}", "cash", each)

    def _decide(self, week: WeekState, change: Change, following: int) -> None:
        """Carry a decision out, in the run and in those beside it, and note it."""
        _note(week, f"{change.rule.do}.{change.key}")
        changes.carry_out(week.run, change, following)
        if change.new_key:
            self.first_keys[change.new_key] = self.first_keys.get(change.key, change.key)
        if self.twins:
            self.twins.carry_out(change, following)

    def _begin_anew(self, run: RunState) -> None:
        """Forget what was before the review."""
        self.margins.begin_anew()
        self.goals.begin_anew()
        self.without = {key: np.zeros(run.size) for key in self._twin_keys()}
        self.spent = changes.spent_running(run)


def _change(run: RunState, key: str, rule: Rule, costs: dict[str, float], following: int) -> Change:
    """Return a decision with what it does to the play that gets money, and to its own name."""
    if rule.do == "move_budget" and rule.to is not None:
        own = costs.get(rule.to, 0.0)
        more = rule.factor * max(costs.get(key, 0.0), 0.0) / own if own > 0 else 0.0
        return Change(key, rule, stretch=1.0 + more)
    if rule.do == "retarget":
        play = changes.playing(run)[key]
        return Change(key, rule, new_key=changes.retargeted(play, rule.audience, following).key)
    return Change(key, rule)


def _members(week: WeekState, key: str, margins: Margins) -> tuple[Ints, Ints]:
    """Return the rows of those who take part in a play, and of all other customers."""
    run, play = week.run, changes.playing(week.run)[key]
    column = BY_NAME[play.lever].member_column
    takes_part = np.asarray(
        run.people[column] if column else margins.served.get(key, np.zeros(run.size, dtype=bool))
    )
    customers = week.view.customers
    return np.flatnonzero(takes_part & customers), np.flatnonzero(~takes_part & customers)


def _note(week: WeekState, what: str, value: Floats | float = 1.0) -> None:
    """Record something about a review in its week."""
    week.run.recorder.add(REVIEW + what, value, np.zeros(1, dtype=np.int64))
