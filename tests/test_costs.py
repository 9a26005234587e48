"""What a lever costs is what its settings, the market's prices and this week's events say.

Serves: L1.1b C3.1
"""

import numpy as np
import pytest
from worlds import BUILT, strategy
from worlds import unvalued_world as world

from sim.common.calendar import WEEKS_A_YEAR
from sim.evidence.parameters import load_parameters
from sim.levers.base import ActivePlay, Cost
from sim.model.firm import Department
from sim.model.observers.diary import keep_diary
from sim.model.week import plays
from sim.playbook.pages import load_page
from sim.playbook.strategies import Play
from sim.world.staffing import HALF_POST, paid_hours
from tests.benchmark.plain_rules import bill

_HOURS_A_WEEK = 40
DISCOUNT = {"discount": 0.25, "basket_share": 0.4}


def _run(lever: str, settings: dict, **values: float):
    owner = load_page(lever).owner
    plan = strategy(Play(lever=lever, settings=settings, owner=owner))
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
    assert paid == pytest.approx(due * bill(hours, model.market, "analyst"))


@pytest.mark.parametrize(("staff", "hours"), [(0.2, 0.0), (0.0, 26.0), (0.1, 13.0)])
def test_staff_are_hired_for_the_customers_served_and_training_is_paid_by_the_hour(staff, hours):
    """Those served in a week are all whom the firm takes for its customers."""
    settings = {"staff": staff, "training_hours": hours}
    plan = Play(lever="service_quality", settings=settings, owner="service")
    model, seen = world(plays=strategy(plan), n=500, weeks=5, execution=1.0), []
    while model.running:
        model.step()
        seen.append(model.last_week.view.customers.sum())
    employees, served = model.market["staff_per_1000_customers"] / 1000, np.array(seen)
    paid = _weekly(model, "cost.service_quality") * model.scale
    trained = (
        served * model.scale * employees * hours / WEEKS_A_YEAR * model.market["wage_per_hour"]
    )
    hired = served * model.scale * employees * staff * _HOURS_A_WEEK
    assert paid == pytest.approx(trained + [bill(one, model.market) for one in hired])


@pytest.mark.parametrize("agency", [1.0, 1.6, 5.0])
@pytest.mark.parametrize("hours", [0.0, 0.1, 12.4, 12.6, 19.9, 20.0, 20.1, 155.0])
def test_hours_cost_no_less_than_they_are_no_more_than_whole_posts_and_more_hours_never_less(
    hours, agency
):
    """Fractions of people at a plain wage, or a post for any hour, would fail one of the two."""
    paid = paid_hours(hours, agency)
    assert hours <= paid * (1 + 1e-12)
    assert paid <= min(agency * hours, np.ceil(hours / HALF_POST) * HALF_POST) * (1 + 1e-12)
    assert paid <= paid_hours(hours + 0.1, agency) + 1e-9
    assert paid == pytest.approx(bill(hours, {"wage_per_hour": 1, "agency_wage_ratio": agency}))


def _table(lever: str, parameter: str, value: float):
    return load_parameters().replace(lever, **{parameter: value})


@pytest.mark.parametrize(
    ("lever", "settings", "role", "hours"),
    [
        ("personalisation", {"matching": 0.6}, "engineer", "platform_build_hours"),
        ("omnichannel", {"preferred": 0.6}, "engineer", "integration_build_hours"),
        ("community", {"events": 12}, "engineer", "community_build_hours"),
        ("incentives", {"rebate": 0.01}, "engineer", "programme_build_hours"),
        ("incentives", {"referral_reward": 10}, "engineer", "referral_build_hours"),
    ],
)
def test_what_is_built_is_paid_over_the_ramp_and_never_again(lever, settings, role, hours):
    play = Play(lever=lever, settings=settings, owner="market", ramp_weeks=4)
    models = [
        world(
            plays=strategy(play), n=300, weeks=6, parameters=_table(lever, hours, h), **BUILT
        ).run()
        for h in (2_000.0, 0.0)
    ]
    built = [_weekly(m, f"cost.{lever}") * m.scale for m in models]
    part = 0.2 if lever == "omnichannel" else 1.0  # one of three things that join the channels
    due = bill(part * 2_000.0 / 4, models[0].market, role)
    assert built[0] - built[1] == pytest.approx(np.array([due] * 4 + [0.0] * 2), abs=due * 1e-6)


def test_a_start_that_costs_much_is_written_off_over_the_plan_and_stops_no_play():
    """Charged in full to its first year, a third of the plan's money would be gone by then."""
    play = Play(lever="incentives", settings={"rebate": 0.01}, owner="market")
    firm = world(n=100, weeks=156)
    department = Department(firm, "market", [play], {play.key: 1.0}, 156)
    department.book(play.key, 1.5, 1.5)
    department.step()
    assert department.effort[play.key] == 1.0
    department.book(play.key, 0.6, 0.0)
    department.step()
    assert department.effort[play.key] == 0.0


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
    term = -parameters.price_elasticity * cut / (1 - model.state.baseline.share_behind_a_trip)
    total = _weekly(model, "term.purchase.incentives_price")
    assert total == pytest.approx(term * _weekly(model, "exposed.purchase"))
