"""What is recommended holds no play that loses, and no plan is judged twice."""

import numpy as np
import pytest

from sim.advice.search.candidates import content_of, limits_of, preset_of, strategy_of
from sim.advice.search.optimise import _finalists
from sim.advice.search.prune import judge_pruned
from sim.advice.search.race import Race
from sim.advice.search.seek import Sought
from sim.advice.search.verdict import judge
from sim.playbook.strategies import BASELINE, Strategy

FUTURES, MATTERS = 30, 0.5
PAYS, LOSES, IDLE = map(
    preset_of, ("cocreation:votes_only", "segmentation:yearly_by_value", "pricing:open_prices")
)


class _Adding:
    """Trials in which each play adds its own amount, beside luck of the future that all plans share."""

    def __init__(self, **worth):
        self.worth, self.luck = worth, np.random.default_rng(1).normal(0, 3, FUTURES)

    def gains(self, plans, lot, futures):
        assert lot == "fresh"  # not those by which what a plan brings is told
        worth = [sum(self.worth[play.lever] for play in plan.plays) for plan in plans]
        return np.array(
            [
                [x + self.luck[k] * bool(plan.plays) for x, plan in zip(worth, plans, strict=True)]
                for k in futures
            ]
        )


def _judged(worth, plans, include=()):
    """Return what comes of plans as the search made them, judged and pruned."""
    trials, written = _Adding(**worth), {f"found_{i}": one for i, one in enumerate(plans, 1)}
    sized = {
        name: strategy_of(plays, name).model_copy(
            update={"budget": 1.0, "planned": {play.key: 0.1 for play in plays}}
        )
        for name, plays in written.items()
    }
    gains = trials.gains(list(sized.values()), "fresh", range(FUTURES))
    race = Race(dict(zip(sized, gains.T, strict=True)) | {BASELINE: np.zeros(FUTURES)})
    return judge_pruned(trials, race, sized, written, include, MATTERS)


@pytest.mark.parametrize(
    ("worth", "left"),
    [
        ({"cocreation": 9.0, "segmentation": -0.1, "pricing": 2.0}, {"cocreation", "pricing"}),
        ({"cocreation": 9.0, "segmentation": -5.0, "pricing": 0.2}, {"cocreation"}),
        ({"cocreation": 9.0, "segmentation": 0.6, "pricing": 0.6},
         {"cocreation", "segmentation", "pricing"}),
    ],
)  # fmt: skip
def test_a_play_stays_in_what_is_recommended_only_if_it_adds_what_matters(worth, left):
    judged = _judged(worth, [(PAYS, LOSES, IDLE)])
    plan = judged.plans[judged.verdict.recommended]
    assert {play.lever for play in plan.plays} == left
    assert judged.verdict.kind == "choose"
    written = judged.written[judged.verdict.recommended]
    assert [(one.lever, one.start_week) for one in written] == [
        (one.lever, one.start_week) for one in plan.plays
    ]
    assert set(plan.planned) == {play.key for play in plan.plays}


def test_a_play_that_every_plan_must_have_is_never_pruned():
    worth = {"cocreation": 9.0, "segmentation": -1.0}
    judged = _judged(worth, [(PAYS, LOSES)], include=(LOSES,))
    assert len(judged.plans[judged.verdict.recommended].plays) == 2


def test_a_plan_that_is_pruned_to_another_that_was_judged_is_that_plan():
    worth = {"cocreation": 9.0, "segmentation": -1.0}
    trials = _judged(worth, [(PAYS, LOSES), (PAYS,)])
    assert trials.verdict.recommended == "found_2"
    told = [content_of(plan) for plan in trials.plans.values()]
    assert len(set(told)) == len(told) == 2


def test_what_pruning_leaves_is_judged_where_nothing_was_recommended_of_the_whole():
    worth = {"cocreation": 9.0, "segmentation": -8.0}
    assert _judged(worth, [(PAYS, LOSES)]).verdict.recommended == "found_2"


def test_no_two_finalists_are_the_same_plan_by_whatever_presets_and_intensities():
    settings = strategy_of([PAYS.model_copy(update={"intensity": 2.0})]).plays[0].settings
    twice = (
        PAYS.model_copy(update={"intensity": 2.0}),
        PAYS.model_copy(update={"preset": None, "settings": settings}),
    )
    later = PAYS.model_copy(update={"start_week": 13})
    plans = {"a": (twice[0],), "b": (twice[1],), "c": (later,), "d": (LOSES, twice[1])}
    gains = {name: np.full(6, 4.0 - i) for i, name in enumerate(plans)}
    sought = Sought(None, limits_of(1.0, 4, [], [], {}, 1.0, 104), gains, plans)
    gains["e"], plans["e"] = np.full(6, 3.5), (twice[0], LOSES)  # as d, in another order
    found = [content_of(strategy_of(plays)) for plays in _finalists(sought).values()]
    assert len(set(found)) == len(found) > 1


def test_the_best_that_is_told_beside_doing_nothing_is_the_best_of_all_plans():
    """What is surely a little worse than doing nothing goes early; what is far worse but swings stays."""
    race = Race({"near": np.full(10, -0.1), "far": np.linspace(-60.0, 20.0, FUTURES)})
    race.gains[BASELINE] = np.zeros(FUTURES)
    verdict = judge(race, {name: Strategy(name=name) for name in ("near", "far")}, 0.5)
    assert (verdict.kind, verdict.leading) == ("do_nothing", "near")


def test_what_leaves_it_open_whether_to_do_nothing_is_a_plan_that_may_still_pay():
    """What left early is surely no gain: its range is not too wide to say that no plan pays."""
    race = Race({"near": np.full(10, -0.1), "open": np.linspace(-42.0, 38.0, FUTURES)})
    race.gains[BASELINE] = np.zeros(FUTURES)
    verdict = judge(race, {name: Strategy(name=name) for name in ("near", "open")}, 0.5)
    assert (verdict.kind, verdict.recommended, verdict.leading) == ("undecided", BASELINE, "open")
