"""Customers won beyond the usual are dearer, partly came anyway, and bring less.

Serves: L1.1b L1.1c
"""

import numpy as np
import pytest
from scipy import stats

from sim.evidence.parameters import load_parameters
from sim.model.loyalty_model import LoyaltyModel
from sim.model.week import joining, recruits
from sim.model.week.state import WeekState
from sim.world.population import ACTIVE, PROSPECT
from sim.world.social_network import Ties
from tests.worlds import FALSE_ALARM, assert_share, uncoupled, world


def _recommended_by_all(n: int, **life: float) -> tuple[LoyaltyModel, np.ndarray]:
    """Let every customer recommend once, each to a prospect of their own."""
    table = load_parameters().replace("market_life", referral_conversion=1.0, **life)
    model = world(n=n, weeks=80, parameters=table, talk_share_of_inflow=0.0, inflow_per_year=0.5)
    people = model.customers.columns
    prospects = np.flatnonzero(people["status"] == PROSPECT)
    half = n // 2
    starts = np.minimum(np.arange(model.state.size + 1), half)
    model.state.ties = Ties(starts, prospects[:half].astype(np.int32))
    sure = np.zeros(model.state.size)
    sure[:half] = 1.0
    joining.join_and_return(WeekState(model.state, model.state.lever_view()), sure)
    model.state.week += 1
    return model, prospects[half:]


def test_twice_the_customers_won_by_reach_cost_by_the_power_of_its_elasticity() -> None:
    by_reach = np.array([0.01, 0.03])
    assert recruits.price_of_reach(np.ones(2), by_reach, 0.24) == 1.0
    doubled = recruits.price_of_reach(np.full(2, 2.0), by_reach, 0.24)
    # all of them cost 2^(1 / .24) times as much as half as many
    assert 2 * doubled == pytest.approx(2.0 ** (1 / 0.24))
    assert recruits.price_of_reach(np.ones(2), np.zeros(2), 0.24) == 1.0
    # whoever keeps people away makes those who still come no cheaper
    assert recruits.price_of_reach(np.full(2, 0.5), by_reach, 0.24) == 1.0


def test_in_a_baseline_each_customer_won_by_reach_costs_the_usual() -> None:
    model = world("grocery", n=1_000, weeks=20, start="posterior", inflow_per_year=0.5).run()
    weekly = model.weekly.groupby("week").sum(numeric_only=True)
    paid = (weekly["new_joined"] - weekly["new_by_talk"]) * model.market.acquisition_cost
    np.testing.assert_allclose(weekly["acquisition_cost"], paid, rtol=1e-12)
    assert paid.sum() > 0


def _pass_a_week(model: LoyaltyModel) -> None:
    """Let people join, on nobody's recommendation."""
    state = WeekState(model.state, model.state.lever_view())
    joining.join_and_return(state, np.zeros(model.state.size))
    model.state.week += 1


def _expected_joins(model: LoyaltyModel, prospects: int, weeks: int) -> float:
    """Return how many of some prospects should join, by the recursion of the module's docstring."""
    owed, left = model.state.owed_joins, float(prospects)
    for hazard in model.state.baseline.path.joining_hazard[1:weeks]:
        due = -np.expm1(-float(hazard)) * left
        early = min(owed / 52, due)
        owed, left = owed - early, left - due + early
    return prospects - left


@pytest.mark.parametrize("displaced", [0.0, 0.6])
def test_whoever_came_early_on_a_recommendation_is_missing_later(displaced: float) -> None:
    n, weeks = 4_000, 78
    model, others = _recommended_by_all(n, displaced_share=displaced)
    status = model.customers.columns["status"]
    won, start = int(model.customers.columns["referred"].sum()), int(np.sum(status[others] == 0))
    assert model.state.owed_joins == pytest.approx(displaced * won)
    all_the_same = _expected_joins(model, start, weeks)
    for _ in range(1, weeks):
        status[:n] = ACTIVE  # nobody leaves, so that none is won anew
        _pass_a_week(model)
    joined = start - int(np.sum(status[others] == PROSPECT))
    assert_share(joined, start, all_the_same / start, "prospects who join")
    if displaced:  # the obvious version, in which nobody is displaced, brings clearly more
        model.state.owed_joins = 0.0
        freely = _expected_joins(model, start, weeks)
        assert joined < freely - stats.norm.isf(FALSE_ALARM / 2) * np.sqrt(freely)


def test_whoever_is_won_by_an_offer_buys_by_the_published_share() -> None:
    n, worth = 1_000, 0.5
    table = load_parameters().replace("market_life", promoted_worth=worth)
    model = world("music_shop", n=n, weeks=1, parameters=table)
    model.customers.columns["promoted"][:n] = True
    weekly = model.run().weekly
    felt = weekly["term.purchase.offer"].sum() / weekly["exposed.purchase"].sum()
    # on the logit, ln w / (1 - S) is ln w of the trips where the share is the usual one
    assert felt == pytest.approx(np.log(worth) / (1 - model.state.baseline.share_behind_a_trip))
    contracts = world("subscription", n=n, weeks=1, parameters=table)
    contracts.customers.columns["promoted"][:n] = True
    weekly = contracts.run().weekly
    assert "term.purchase.offer" not in weekly
    felt = weekly["term.churn.offer"].sum() / weekly["exposed.churn"].sum()
    assert felt == pytest.approx(-np.log(worth))


def test_only_whom_a_lever_brought_counts_as_won_by_an_offer() -> None:
    n = 20_000
    model = world(n=n, weeks=2, inflow_per_year=5.0)
    state = WeekState(model.state, model.state.lever_view())
    lift = np.log(2.0)
    state.terms["join"]["emotional_connection"] = np.full(model.state.size, lift)
    joining.join_and_return(state, np.zeros(model.state.size))
    people = model.customers.columns
    joined = model.state.recorder.total("new_joined")
    assert_share(int(people["promoted"].sum()), int(joined), 0.5, "those whom a lever brought")
    plain = world(n=n, weeks=2, inflow_per_year=5.0)
    _pass_a_week(plain)
    assert not plain.customers.columns["promoted"].any()


def test_a_friend_who_is_recommended_was_offered_nothing() -> None:
    """The reward is the referrer's: what a first discount does to its takers is not done to friends."""
    model, _ = _recommended_by_all(1_000)
    people = model.customers.columns
    referred = people["referred"]
    assert referred.sum() > 100 and not people["promoted"][referred].any()


def test_whoever_was_won_by_an_offer_and_comes_back_on_a_word_is_no_longer_so() -> None:
    model, _ = _recommended_by_all(1_000)
    people = model.customers.columns
    again = np.flatnonzero(people["referred"])
    people["promoted"][again] = True
    people["referred"][again] = False
    people["status"][again] = PROSPECT
    sure = np.zeros(model.state.size)
    sure[:500] = 1.0
    joining.join_and_return(WeekState(model.state, model.state.lever_view()), sure)
    back = again[people["referred"][again]]
    assert back.size > 0 and not people["promoted"][back].any()


def test_future_customers_are_worth_the_perpetuity_of_a_weeks_newcomers() -> None:
    """Where attitudes move nothing, by the closed form of each prospect's own rates."""
    model = world("grocery", n=2_000, weeks=1, start="posterior", parameters=uncoupled()).run()
    market, people = model.market, model.customers.columns
    pool = int(np.sum(people["status"] == PROSPECT))
    rows = np.flatnonzero(~model.state.baseline.start)
    rate = people["category_rate"][rows] * people["base_share"][rows]
    margin, delta = people["mean_spend"][rows] * market["gross_margin"], market.weekly_discount
    worth = margin + rate * margin / (people["drop_out_rate"][rows] + delta)
    cost = (1 - market["talk_share_of_inflow"]) * market.acquisition_cost
    joins = market["inflow_per_year"] * int(model.state.baseline.start.sum()) / 52
    hazard = float(model.state.baseline.path.joining_hazard[0])
    flow = joins / delta + (hazard * pool - joins) / (delta + hazard)
    found = float(model.weekly["future_customers_equity"].sum())
    # steps of up to a quarter of a year, with trips at the start of each, against the integral
    assert found == pytest.approx((worth.mean() - cost) * flow, rel=0.02)
