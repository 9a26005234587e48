"""Customers won beyond the usual leave what reach costs as it is, partly came anyway, and bring less.

Serves: L1.1b L1.1c
"""

import numpy as np
import pytest
from scipy import stats

from sim.evidence.parameters import load_parameters
from sim.model.loyalty_model import LoyaltyModel
from sim.model.week import joining
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


def _won(lift: float, half: bool = False, good_name: float = 0.0) -> tuple[LoyaltyModel, float]:
    """Let some 20,000 prospects join in a week in which a lever lifts all of them, or every other.

    Returns
    -------
    tuple of LoyaltyModel, and float
        And the chance of each to join without that.
    """
    model = world(n=20_000, weeks=2, inflow_per_year=5.0, talk_share_of_inflow=0.0)
    life = {"reputation_half_life_weeks": np.inf, "reputation_on_joining": 1.0}
    model.state.firm.reputation.life = model.state.life.model_copy(update=life)
    model.state.firm.reputation.own = good_name
    state = WeekState(model.state, model.state.lever_view())
    if lift:
        term = np.full(model.state.size, lift)
        term[:: 2 if half else model.state.size] = 0.0
        state.terms["join"]["incentives"] = term
    chance = -np.expm1(-float(model.state.baseline.path.joining_hazard[0]))
    joining.join_and_return(state, np.zeros(model.state.size))
    return model, chance


@pytest.mark.parametrize("lift", [np.log(2.0), -np.log(2.0)])
def test_what_wins_more_of_those_reached_leaves_what_reach_costs_as_it_is(lift: float) -> None:
    """Were each paid for as usual, or dearer the more come, the cost would be far from the usual."""
    model, chance = _won(lift, half=True)
    market, record = model.market, model.state.recorder
    prospects = int(np.sum(~model.state.baseline.start))
    lifted = 1.0 - (1.0 - chance) ** np.exp(lift)
    won = prospects * (chance + lifted) / 2
    luck = np.sqrt(prospects * (chance * (1 - chance) + lifted * (1 - lifted)) / 2) / won
    usual = market.acquisition_cost * prospects * chance
    error = stats.norm.isf(FALSE_ALARM / 2) * luck
    assert abs(record.total("acquisition_cost") / usual - 1.0) < error
    as_usual = record.total("new_joined") * market.acquisition_cost
    assert abs(as_usual / usual - 1.0) > 2 * error
    more = max(won / (prospects * chance), 1.0)  # the obvious version: dearer by its power
    assert lift < 0 or as_usual / usual * more ** (1 / 0.24 - 1.0) > 1.0 + 2 * error


def test_no_more_are_won_than_there_are_and_they_cost_what_reach_does() -> None:
    model, chance = _won(20.0)
    prospects = int(np.sum(~model.state.baseline.start))
    record = model.state.recorder
    assert prospects - 1 <= record.total("new_joined") <= prospects
    usual = model.market.acquisition_cost * prospects * chance
    assert record.total("acquisition_cost") == pytest.approx(usual, rel=2 / prospects)


def test_a_good_name_costs_as_a_lever_that_wins_as_many() -> None:
    by_name, by_lever = (model.state.recorder for model, _ in (_won(0.0, good_name=0.5), _won(0.5)))
    for name in ("new_joined", "acquisition_cost"):
        assert by_name.total(name) == pytest.approx(by_lever.total(name), rel=1e-3)


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


def test_who_came_early_saves_no_spend_on_reach():
    """Fewer are left to be won, and the same spend on reach is spread over them."""
    model = world(n=20_000, weeks=2, inflow_per_year=5.0, talk_share_of_inflow=0.0)
    people, record = model.customers.columns, model.state.recorder
    prospects = int(np.sum(people["status"] == PROSPECT))
    usual = -np.expm1(-float(model.state.baseline.path.joining_hazard[0])) * prospects
    model.state.owed_joins = 52 * usual / 2  # half of the week's joins have come already
    joining.join_and_return(
        WeekState(model.state, model.state.lever_view()), np.zeros(model.state.size)
    )
    error = stats.norm.isf(FALSE_ALARM / 2) * np.sqrt(2 / usual)
    due = usual * model.market.acquisition_cost
    assert record.total("new_joined") == pytest.approx(usual / 2, rel=error)
    assert record.total("acquisition_cost") == pytest.approx(due, rel=error)
    assert error < 0.25  # the obvious version pays for half of it


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
    model = world(
        "grocery", n=2_000, weeks=1, start="posterior", parameters=uncoupled(), winback_per_year=0.0
    ).run()
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
