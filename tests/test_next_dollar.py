"""The next dollar of reach brings back what is stated of it, whatever a customer costs and is worth.

Serves: L1.1b
"""

import numpy as np
import pytest
from scipy import stats

from sim.evidence.parameters import load_parameters
from sim.model.future_customers import worth_of_a_newcomer
from sim.model.loyalty_model import LoyaltyModel
from sim.model.observers.diary import keep_diary
from sim.model.week.recruits import elasticity_of_reach
from sim.playbook.strategies import Play
from sim.world.population import PROSPECT
from tests.worlds import FALSE_ALARM, strategy, uncoupled, world

#: So little that returns do not fall.
NEXT = strategy(Play(lever="community", owner="brand", settings={"paid_reach": 1e-7}))


def _closed_worth(model: LoyaltyModel) -> float:
    """Return what a prospect is worth where attitudes move nothing and nobody returns, in closed form."""
    people, market = model.customers.columns, model.market
    rows = np.flatnonzero(people["status"] == PROSPECT)
    rate = people["category_rate"][rows] * people["base_share"][rows]
    margin = people["mean_spend"][rows] * market["gross_margin"]
    leaving = people["drop_out_rate"][rows] + market.weekly_discount
    return float((margin + margin * rate / leaving).mean())


@pytest.mark.parametrize("years", [0.05, 0.15, 1.0])
@pytest.mark.parametrize("returned", [0.3, 2.0])
def test_the_next_dollar_brings_back_what_is_stated_whatever_a_customer_costs(years, returned):
    """By the worth of a perpetuity, and by the customers whom a week's money wins."""
    table = uncoupled().replace("market_life", reach_return=returned)
    table = table.replace("community", advert_worth=1.0)
    values = {"acquisition_cost": years, "winback_per_year": 0.0, "talk_share_of_inflow": 0.0}
    values["execution"] = 1.0  # a plan that is carried out in part buys that part
    model = world("grocery", NEXT, 1_000, 1, start="posterior", parameters=table, **values)
    worth = _closed_worth(model)
    model.step()
    first = model.weekly.sum(numeric_only=True)
    hazard = float(model.state.baseline.path.joining_hazard[0])
    won = hazard * first["term.join.platform"]
    # steps of up to a quarter of a year in what is worked out, against the integral
    assert won * worth / first["cost.community"] == pytest.approx(returned, rel=0.02)


@pytest.mark.parametrize("market", ["grocery", "subscription"])
def test_a_newcomer_is_worth_what_newcomers_turn_out_to_bring(market):
    """Margin from joining to the horizon and what is left there, discounted to the week of joining.

    So many come that a version which forgets what is left there goes unnoticed with a chance of at most
    `FALSE_ALARM`, which is that of a right one to fail as well.
    """
    weeks = 26
    model = world(
        market, n=3_000, weeks=weeks, start="posterior",
        inflow_per_year=4.0, talk_share_of_inflow=0.0,
    )  # fmt: skip
    said = worth_of_a_newcomer(model.state, model.kind)
    diary = keep_diary(model.state, np.flatnonzero(model.customers.columns["status"] == PROSPECT))
    model.run()
    events = diary.events
    joined = events["new_joined"] > 0
    who = np.flatnonzero(joined.any(axis=0))
    since = np.arange(weeks)[:, None] - joined[:, who].argmax(axis=0)
    today = np.exp(-model.market.weekly_discount * since) * (since >= 0)
    watched = (today * events["margin"][:, who]).sum(axis=0)
    brought = watched + (today * events["residual_equity"][:, who]).sum(axis=0)
    luck = brought.std(ddof=1) / np.sqrt(who.size)
    error, unseen = stats.norm.isf(FALSE_ALARM / 2) * luck, stats.norm.isf(FALSE_ALARM) * luck
    assert said - watched.mean() > error + unseen
    assert brought.mean() == pytest.approx(said, abs=error)


def test_no_dollar_brings_back_more_than_usual_reach_does_on_average():
    assert elasticity_of_reach(2.0, 100.0, 150.0) == 1.0
    assert elasticity_of_reach(2.0, 100.0, 400.0) == 0.5
    assert elasticity_of_reach(2.0, 100.0, 0.0) == 0.0


def test_what_reach_brings_back_at_the_margin_is_the_same_in_all_strategies():
    plays = strategy(
        Play(lever="community", owner="brand", settings={"paid_reach": 0.1, "seeds": 0.1}),
        Play(lever="incentives", owner="market", settings={"rebate": 0.02, "referral_reward": 20}),
    )
    alone, busy = (
        world("grocery", chosen, 500, 1, start="posterior", usual_rebate=0.01)
        for chosen in (NEXT, plays)
    )
    found = [model.state.firm.platform.reach_elasticity for model in (alone, busy)]
    assert found[0] == found[1] > 0.0


def test_a_firm_without_prospects_has_nothing_to_reach():
    model = world("grocery", NEXT, 200, 2, prospects_per_customer=0.0, inflow_per_year=0.0).run()
    assert model.state.firm.platform.reach_elasticity == 0.0


def test_the_range_is_that_of_the_evidence():
    """Four in five brands lose at the margin; at most what the older meta-analysis leaves room for."""
    row = next(row for row in load_parameters().rows if row.parameter == "reach_return")
    width = row.high - row.low
    shapes = (1 + 4 * (row.value - row.low) / width, 1 + 4 * (row.high - row.value) / width)
    losing = stats.beta.cdf((1.0 - row.low) / width, *shapes)
    assert losing == pytest.approx(0.8, abs=0.05)
    assert row.high == pytest.approx(0.24 * 0.5 / 0.05, abs=0.15)
