"""Goals with a deadline: reached by what people buy, and felt by those who made or missed them.

Serves: L3.4 I3.1
"""

from functools import cache

import numpy as np
import pytest
from scipy import stats

from sim.evidence.parameters import ParameterTable, load_parameters
from sim.levers.incentives.goals import asked_for
from sim.playbook.strategies import Play
from tests.worlds import BUILT, DO_NOTHING, FALSE_ALARM, assert_books_agree, strategy
from tests.worlds import unvalued_world as world

WITHIN = 13
GOAL = {"goal_stretch": 0.3, "goal_within": WITHIN, "goal_every": 520, "goal_rebate": 0.05}


def goal(**changed):
    return strategy(Play(lever="incentives", settings=GOAL | changed, owner="market"))


def parameters(**values: float) -> ParameterTable:
    return load_parameters().replace("incentives", **values)


@cache
def _life(seed: int, with_goal: bool = True, weeks: int = 2 * WITHIN, **values: float):
    """Trips, shape (weeks, people), what each person was asked for, and the model at its end."""
    plays = goal() if with_goal else DO_NOTHING
    table = parameters(**values)
    options = {"n": 3_000, "weeks": weeks, "seed": seed, "start": "posterior"}
    model = world(plays=plays, parameters=table, **options)
    columns = model.customers.columns
    trips, asked = [], None
    while model.week < weeks:
        before = columns["frequency"].copy()
        model.step()
        trips.append(np.maximum(columns["frequency"] - before, 0))
        if with_goal and model.week == 1:
            asked = columns["goal_trips"].copy()
    return np.array(trips), asked, model


def test_people_are_asked_for_more_than_is_on_record_of_them_in_whole_trips():
    found = asked_for(np.array([0.0, 10.0, 20.0, 40.0]), np.full(4, 100.0), 0.3, 13)
    np.testing.assert_array_equal(found, [1.0, 2.0, 4.0, 7.0])  # ceil of 0, 1.69, 3.38, 6.76
    usual = np.array([0.0, 1.3, 2.6, 5.2])
    assert np.all(found > usual)


def test_nobody_is_asked_whom_the_firm_has_not_known_for_as_long_as_the_goal_runs():
    fresh = world(plays=goal(), n=300, weeks=1, start="fresh").run()
    assert not fresh.customers.columns["goal_trips"].any()
    _, asked, _ = _life(1)
    assert (asked > 0).any()


def test_a_goal_is_reached_by_the_trips_that_are_made_and_by_nothing_else():
    """A share who reach it that is put in would not be those who bought as much."""
    trips, asked, model = _life(1, goal_gradient=0.0)
    made = trips[:WITHIN].sum(axis=0)
    feeling = model.customers.columns["goal_feeling"]
    had, reached = asked > 0, made >= asked
    stayed = model.customers.columns["kept"]
    assert np.all(feeling[had & reached & stayed] > 0)
    assert np.all(feeling[had & ~reached & stayed] < 0)
    assert np.all(feeling[~had] == 0)
    assert 0.02 < reached[had].mean() < 0.6


def test_a_goal_pulls_while_it_is_open():
    """With the pull, more is bought up to the deadline than without it, on the same luck."""
    gains = []
    for seed in range(6):
        pulled, asked, _ = _life(seed)
        alone, _, _ = _life(seed, goal_gradient=0.0)
        rows = asked > 0
        gains.append(pulled[:WITHIN, rows].sum() / alone[:WITHIN, rows].sum() - 1)
    error = np.std(gains, ddof=1) / np.sqrt(6)
    assert np.mean(gains) > stats.t.isf(FALSE_ALARM, 5) * error > 0


@pytest.mark.parametrize(("made_it", "sign"), [(True, 1), (False, -1)])
def test_who_made_it_buys_more_afterwards_and_who_missed_it_less(made_it, sign):
    """A goal that is forgotten at its deadline, or lifts all who had one, has one of the two wrong."""
    strong = {"goal_met_gain": 0.3, "goal_missed_loss": -0.3, "goal_gradient": 0.0}
    changes = []
    for seed in range(6):
        felt, asked, _ = _life(seed, **strong)
        unfelt, _, _ = _life(seed, **strong | {"goal_met_gain": 0.0, "goal_missed_loss": 0.0})
        rows = (asked > 0) & ((felt[:WITHIN].sum(axis=0) >= asked) == made_it)
        changes.append(felt[WITHIN:, rows].sum() / unfelt[WITHIN:, rows].sum() - 1)
        np.testing.assert_array_equal(felt[:WITHIN, rows], unfelt[:WITHIN, rows])
    error = np.std(changes, ddof=1) / np.sqrt(6)
    assert sign * np.mean(changes) > stats.t.isf(FALSE_ALARM, 5) * error > 0


def test_what_is_felt_halves_and_outlasts_the_play():
    table = parameters(status_half_life_weeks=WITHIN)
    play = Play(lever="incentives", settings=GOAL, owner="market", end_week=WITHIN + 1)
    options = {"n": 500, "start": "posterior", "parameters": table, "plays": strategy(play)}
    early, late = (
        world(weeks=weeks, **options).run().customers.columns
        for weeks in (WITHIN + 1, 2 * WITHIN + 1)
    )
    still = (early["goal_feeling"] != 0) & late["kept"]
    assert still.any()
    np.testing.assert_allclose(late["goal_feeling"][still], early["goal_feeling"][still] / 2)


def test_rewards_for_goals_are_paid_once_and_booked_to_the_cent():
    model = world(plays=goal(), n=800, weeks=2 * WITHIN, start="posterior").run()
    columns, ledger, market = model.customers.columns, model.ledger, model.market
    given = -ledger.balance("rewards_given")
    assert abs(ledger.balance("rewards_outstanding")) < 0.02
    assert abs(given) == pytest.approx(abs(ledger.balance("rewards_expense")), abs=0.02)
    worth = GOAL["goal_rebate"] * market.mean_trip_spend
    trips = abs(given) / worth
    assert trips == pytest.approx(round(trips), abs=0.02) and trips > 0
    assert columns["goal_trips"].max() == 0  # closed at the deadline
    assert_books_agree(model)


def test_a_goal_reached_by_everybody_costs_what_it_gives():
    """Of a goal that asks for one trip, all who buy within its weeks get the reward, and no more."""
    easy = goal(goal_stretch=1e-9, goal_within=2)
    model = world(plays=easy, n=800, weeks=6, start="posterior", **BUILT)
    model.step()
    asked = model.customers.columns["goal_trips"].copy()
    model.run()
    p = load_parameters().values("incentives")
    face = abs(model.ledger.balance("rewards_given"))
    started = sum(sum(one.built.values()) for one in model.state.firm.departments)
    paid = model.weekly["cost.incentives"].sum() - started
    assert 0 < face <= GOAL["goal_rebate"] * model.market.mean_trip_spend * asked.sum()
    assert paid == pytest.approx(face * p["redemption"] * p["reward_cost"], abs=0.01 * 6)
