"""A points programme that a firm runs already counts from there, and can be ended.

Serves: L3.4
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from sim.levers.incentives import programme
from sim.levers.incentives.settings import Settings
from sim.model.horizon import residual_equity
from sim.model.loyalty_model import LoyaltyModel
from sim.playbook.strategies import Play, Strategy
from sim.world.population import ACTIVE, PROSPECT
from tests.worlds import DO_NOTHING, Z_LIMIT, assert_books_agree, strategy, world

U, MEMBERS = 0.01, 0.7
SIZE = {"n": 600, "weeks": 20, "start": "posterior"}


def points(**settings: float) -> Strategy:
    return strategy(Play(lever="incentives", settings=settings, owner="market"))


END, DOUBLE, SAME = points(end_programme=1), points(rebate=2 * U), points(rebate=U)


def firm(plays: Strategy = DO_NOTHING, **options) -> LoyaltyModel:
    """A firm that runs a programme."""
    values = {"usual_rebate": U, "usual_enrolment": MEMBERS}
    return world(plays=plays, **(SIZE | values | options))


@cache
def lived(which: str) -> LoyaltyModel:
    plays = {"as it is": DO_NOTHING, "end": END, "double": DOUBLE, "same": SAME}[which]
    return firm(plays).run()


def lever(model: LoyaltyModel):
    return next(m for m in model.state.levers.all if m.name == "incentives")


def is_member(model: LoyaltyModel) -> np.ndarray:
    c = model.customers.columns
    return c["usual_member"] & (c["status"] == ACTIVE)


# -- as it is --------------------------------------------------------------------------------------
@pytest.mark.parametrize("market", ["grocery", "subscription"])
def test_the_programme_as_it_is_moves_nothing_and_is_paid_for(market: str) -> None:
    without = world(market, **SIZE).run().weekly
    model = firm(market=market).run()
    with_it = model.weekly
    worth = ["residual_equity", "sustained_equity", "future_customers_equity"]
    same = without.columns.drop(worth)
    pd.testing.assert_frame_equal(without[same], with_it[same], check_exact=True)
    p, c = lever(model).parameters, firm(market=market).customers.columns
    earned = model.ledger.balance("rewards_expense") - np.sum(c["points"] * c["point_value"])
    cost = earned * p.redemption * p.reward_cost  # of points earned, less those that expired
    assert with_it["cost.incentives"].sum() == pytest.approx(cost, abs=0.02)
    for name in ("residual_equity", "future_customers_equity"):
        assert with_it[name].sum() < without[name].sum(), name


@pytest.mark.parametrize("share", [0.1, 0.7])
def test_as_many_are_members_as_is_stated_and_rather_those_who_buy_often(share: float) -> None:
    model = firm(usual_enrolment=share, n=4_000, weeks=1)
    c = model.customers.columns
    start = model.state.baseline.start
    member = c["enrolled"][start]
    # a sum of unequal chances varies less than the binomial law
    allowed = Z_LIMIT * np.sqrt(share * (1 - share) / member.size)
    assert member.mean() == pytest.approx(share, abs=allowed)
    rate = np.log(c["category_rate"] * c["base_share"])[start]
    assert rate[member].mean() > rate[~member].mean() + 0.5


def test_cards_stand_at_their_steady_state_and_books_agree_to_the_cent() -> None:
    for which in ("as it is", "end", "double"):
        model = lived(which)
        c, outstanding = model.customers.columns, model.ledger.balance("rewards_outstanding")
        assert -outstanding == pytest.approx(
            float(np.sum(c["points"] * c["point_value"])), abs=0.02
        )
        assert_books_agree(model)
    model = firm()
    c = model.customers.columns
    goal = Settings().reward_trips * model.market.mean_trip_spend
    spent = (c["frequency"] * c["monetary_value"])[c["enrolled"]]
    assert c["points"][c["enrolled"]].max() < goal < spent.max()
    rewards = (spent - c["points"][c["enrolled"]]) / goal
    np.testing.assert_allclose(rewards, np.round(rewards), atol=1e-6)


def test_what_it_costs_goes_on_after_the_horizon() -> None:
    models = [firm(plays=DO_NOTHING, usual_rebate=u) for u in (0.0, U)]
    rows = np.flatnonzero(models[0].state.baseline.start)
    none, some = (residual_equity(m.state, m.kind, rows) for m in models)
    p, margin = lever(models[1]).parameters, models[1].market["gross_margin"]
    paid = U * p.redemption * p.reward_cost * is_member(models[1])[rows]
    np.testing.assert_allclose(some, none * (margin - paid) / margin, rtol=1e-12)


# -- another rate ----------------------------------------------------------------------------------
def test_points_at_the_usual_rate_change_nothing_and_cost_nothing_more() -> None:
    """A new programme beside the old one, the obvious version, enrols, lifts, builds and pays anew."""
    usual, same = lived("as it is"), lived("same")
    table = usual.weekly.columns
    pd.testing.assert_frame_equal(usual.weekly, same.weekly[table], rtol=1e-12)
    spent = sum(d.spent[key] for d in same.state.firm.departments for key in d.spent)
    assert spent == pytest.approx(0.0, abs=1e-6)
    new = world(plays=SAME, **SIZE).run()
    assert new.state.firm.departments[0].built[same.setting.strategy.plays[0].key] > 0
    assert new.weekly["term.purchase.incentives"].sum() > 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_points_at_the_usual_rate_change_nothing_in_any_future_either(seed: int) -> None:
    """Were the card as it is drawn, points of another card would be lost with those who leave."""
    usual, same = (
        firm(plays, seed=seed, drawn=True, weeks=40).run() for plays in (DO_NOTHING, SAME)
    )
    spent = sum(d.spent[key] for d in same.state.firm.departments for key in d.spent)
    assert spent == pytest.approx(0.0, abs=1e-6)
    for cost in ("cost.incentives", "residual_equity"):
        assert same.weekly[cost].sum() == pytest.approx(usual.weekly[cost].sum(), rel=1e-9)


def test_a_higher_rate_enrols_nobody_and_is_charged_for_what_is_more() -> None:
    usual, double = lived("as it is"), lived("double")
    old, new = (m.customers.columns for m in (usual, double))
    both = (old["status"] == ACTIVE) & (new["status"] == ACTIVE)
    np.testing.assert_array_equal(old["enrolled"][both], new["enrolled"][both])
    spent = sum(d.spent[key] for d in double.state.firm.departments for key in d.spent)
    whole = double.weekly["cost.incentives"].sum()
    assert 0.4 * whole < spent < 0.6 * whole


def test_the_news_of_a_higher_rate_is_the_step_from_the_old_one_and_fades() -> None:
    model = firm(DOUBLE, n=300)
    model.step()
    c, p = model.customers.columns, lever(model).parameters
    one, two = (programme.generosity(rate, p.reference_rebate) for rate in (U, 2 * U))
    reached = is_member(model) & model.last_week.plays["incentives"][0].reached
    assert reached.any()
    news = c["room_lift"] * (two - one)
    np.testing.assert_allclose(c["rebate_news"][reached], news[reached])
    for _ in range(9):
        model.step()
    stays = reached & (c["status"] == ACTIVE) & model.state.lever_view().customers
    left = 2 ** (-9 / p.half_life_weeks)
    np.testing.assert_allclose(c["rebate_news"][stays], left * news[stays])
    assert not c["rebate_missed"].any()


# -- the end ---------------------------------------------------------------------------------------
def test_an_end_saves_what_it_cost_and_members_buy_less() -> None:
    usual, end = lived("as it is"), lived("end")
    assert end.weekly["cost.incentives"].sum() < 0.02 * usual.weekly["cost.incentives"].sum()
    assert end.weekly["trips"].sum() < usual.weekly["trips"].sum()
    assert not end.customers.columns["enrolled"][is_member(end)].any()
    spent = sum(d.spent[key] for d in end.state.firm.departments for key in d.spent)
    assert spent < 0  # a saving


def test_members_miss_a_lost_rate_heavy_buyers_as_well_and_get_over_it() -> None:
    """With headroom in it, the obvious version, those who lose most would not mind."""
    model = firm(END, n=300)
    model.step()
    c, p = model.customers.columns, lever(model).parameters
    reached = model.last_week.plays["incentives"][0].reached
    member, other = is_member(model) & reached, ~c["usual_member"]
    full = (p.demotion_ratio - 1) * p.membership_lift * programme.generosity(U, p.reference_rebate)
    np.testing.assert_allclose(c["rebate_missed"][member], full)
    assert not c["rebate_missed"][other].any()
    week, plays = model.state.lever_view(), model.last_week.plays["incentives"]
    term = lever(model).effects(week, plays, model.state.own(lever(model)))["purchase"]
    term *= 1 - model.state.baseline.share_behind_a_trip
    assert (term[member] <= -full + 1e-12).all() and not term[other].any()
    left = lever(model).lasting_terms(week, c, p.half_life_weeks)["purchase"]
    left *= 1 - model.state.baseline.share_behind_a_trip
    np.testing.assert_allclose(left[member], -full / 2)


def test_who_joins_the_firm_after_the_end_misses_the_lift_of_joining_and_nothing_else() -> None:
    model = firm(END, n=1_500, weeks=12, inflow_per_year=1.0)
    prospects = model.customers.columns["status"] == PROSPECT
    model.run()
    c, p = model.customers.columns, lever(model).parameters
    new = prospects & is_member(model)
    assert new.any() and not c["rebate_missed"][new].any() and not c["enrolled"][new].any()
    week, plays = model.state.lever_view(), model.last_week.plays["incentives"]
    term = lever(model).effects(week, plays, model.state.own(lever(model)))["purchase"]
    fade = 2 ** (-c["tenure"][new] / p.half_life_weeks)
    goal = (
        Settings().reward_trips * model.market.mean_trip_spend / c["mean_spend"][new] / p.goal_weeks
    )
    room = programme.headroom((c["category_rate"] * c["base_share"])[new], goal)
    joining = c["room_lift"][new] * programme.generosity(U, p.reference_rebate)
    expected = -room * fade * (joining + p.goal_gradient / 2)
    behind = model.state.baseline.share_behind_a_trip
    reached = plays[0].reached[new]
    np.testing.assert_allclose(term[new][reached] * (1 - behind), expected[reached])


def test_in_a_firm_without_a_programme_there_is_nothing_to_end() -> None:
    none, end = (world(plays=plays, **SIZE).run().weekly for plays in (DO_NOTHING, END))
    pd.testing.assert_frame_equal(none, end[none.columns], check_exact=True)
    assert not end["cost.incentives"].any()


def test_a_plan_that_saves_money_takes_no_part_of_the_budget_from_others() -> None:
    end = Play(lever="incentives", settings={"end_programme": 1}, owner="market")
    other = Play(lever="service_quality", settings={"training_hours": 10}, owner="service")
    plan = strategy(end, other)
    keys = [play.key for play in plan.plays]
    costs = dict(zip(keys, (-5.0, 3.0), strict=True))
    sized = plan.model_copy(update={"budget": 4.0, "planned": costs, "as_written": -2.0})
    assert Strategy.model_validate(sized.model_dump()).as_written == -2.0
    assert sized.allowances() == {keys[0]: 0.0, keys[1]: 4.0}
