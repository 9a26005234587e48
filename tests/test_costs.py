"""What a lever costs is what its settings, the market's prices and this week's events say.

Serves: L1.1b C3.1
"""

import numpy as np
import pytest
from worlds import strategy, world

from sim.common.calendar import WEEKS_A_YEAR
from sim.levers.base import ActivePlay, Cost
from sim.model.observers.diary import keep_diary
from sim.model.week import plays
from sim.playbook.pages import load_page
from sim.playbook.strategies import Play

_HOURS_A_WEEK = 40
DISCOUNT = {"discount": 0.25, "basket_share": 0.4}


def _run(lever: str, settings: dict, **values: float):
    owner = load_page(lever).owner
    plan = strategy(Play(lever=lever, settings=settings, owner=owner, budget_share=1))
    return world(plays=plan, n=500, weeks=5, **{"execution": 1.0, **values}).run()


def _weekly(model, column: str) -> np.ndarray:
    return model.weekly.groupby("week")[column].sum().to_numpy()


def test_analysts_are_paid_by_the_firm_once_per_scoring():
    model = _run("segmentation", {"rescore_weeks": 2})
    hours = next(
        m for m in model.state.levers.all if m.name == "segmentation"
    ).parameters.scoring_hours
    paid = _weekly(model, "cost.segmentation") * model.scale
    due = np.array([1, 0, 1, 0, 1])
    assert paid == pytest.approx(due * hours * model.market["wage_per_hour"])


@pytest.mark.parametrize(("staff", "hours"), [(0.2, 0.0), (0.0, 26.0), (0.1, 13.0)])
def test_staff_and_training_are_paid_by_the_hour_for_each_customer_served(staff, hours):
    """Those served in a week are those active at its start and at its end."""
    model = _run("service_quality", {"staff": staff, "training_hours": hours})
    work = staff * _HOURS_A_WEEK + hours / WEEKS_A_YEAR
    employees = model.market["staff_per_1000_customers"] / 1000
    joined, back = _weekly(model, "new_joined"), _weekly(model, "new_won_back")
    served = _weekly(model, "n_active") - joined - back
    paid = _weekly(model, "cost.service_quality")
    assert paid == pytest.approx(served * employees * work * model.market["wage_per_hour"])


def test_a_discount_costs_its_part_of_the_basket_of_everyone_who_was_a_customer():
    """Those who come for the first time pay the list price: they were in no audience yet."""
    model = _run("incentives", DISCOUNT, inflow_per_year=0.0, winback_per_year=0.0)
    paid, spend = _weekly(model, "cost.incentives"), _weekly(model, "spend")
    assert paid == pytest.approx(0.25 * 0.4 * spend)


@pytest.mark.parametrize("fixed", [0.0, 8.0])
def test_what_is_fixed_is_shared_by_those_served_beside_what_each_costs_and_what_happens(fixed):
    model = world(n=4, weeks=2)
    diary = keep_diary(model.state, range(4))
    reached = np.zeros(len(model.customers), dtype=bool)
    reached[:2] = True
    play, event = ActivePlay(0, None, reached, 0.5, 1.0), np.array([0.0, 3.0])
    cost = Cost(fixed, np.ones(2), event, play.rows)
    paid = plays.charge(model.state.recorder, "cost.some", cost, play)
    assert diary.events["cost.some"][0].tolist() == [1.0 + fixed / 2, 4.0 + fixed / 2, 0.0, 0.0]
    assert paid == 5.0 + fixed
    everybody = np.zeros(reached.size)
    everybody[:2] = event
    plays.charge(model.state.recorder, "cost.other", Cost(fixed, reached * 1.0, everybody), play)
    assert (diary.events["cost.other"][0] == diary.events["cost.some"][0]).all()


def test_a_discount_moves_the_share_by_its_part_of_the_basket():
    model = _run("incentives", DISCOUNT)
    parameters = next(m for m in model.state.levers.all if m.name == "incentives").parameters
    cut = -0.4 * np.log(1 - 0.25)
    term = -parameters.price_elasticity * cut / (1 - model.market.share_behind_a_trip)
    total = _weekly(model, "term.purchase.incentives_price")
    assert total == pytest.approx(term * _weekly(model, "exposed.purchase"))
