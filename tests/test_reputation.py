"""The firm's reputation moves slowly, remembers, and acts on prospects alone; it is paid for once.

Serves: L1.2d L2.3 L2.3b I2.2 C3.4
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import stats

from sim.evidence.parameters import load_parameters
from sim.measures.of_run import horizon_measures
from sim.measures.weekly import TOTAL
from sim.model.loyalty_model import LoyaltyModel
from sim.model.observers.diary import keep_diary
from sim.model.reviews.goals import GoalRecords
from sim.model.reviews.seen import Margins
from sim.playbook.reviews import Goal, Reviews
from sim.playbook.strategies import Play, Strategy
from sim.world.population import PROSPECT
from sim.world.reputation import Reputation
from sim.world.staffing import work
from tests.worlds import DO_NOTHING, FALSE_ALARM, Z_LIMIT, assert_books_agree, strategy, world

WEEKS = 20
LIFE = load_parameters().values("market_life")
HALF_LIFE = LIFE["reputation_half_life_weeks"]
CONDUCT = Play(lever="emotional_connection", owner="brand", settings={"responsibility": 0.02})
SPEAKING = Play(lever="organisation", owner="service", settings={"ambassadors": 0.5})


def run_of(
    plays: Strategy, market: str = "grocery", weeks: int = WEEKS, **values: float
) -> LoyaltyModel:
    return world(market, plays, 500, weeks, start="posterior", shared=True, **values)


@cache
def _at_rest() -> LoyaltyModel:
    return run_of(DO_NOTHING).run()


def a_reputation(notice: float = 1.0, **changes: float) -> Reputation:
    """One alone, of a firm with other laws than the usual."""
    life = _at_rest().state.life.model_copy(update=changes)
    return Reputation(_at_rest(), life, notice)


def of_weeks(
    reputation: Reputation, n: float, aim: float = 0.0, damage: float = 0.0, odds: float = 1.0
) -> float:
    for _ in range(round(n)):
        reputation.move(aim, damage, odds)
    return reputation.value


# -- what moves it -----------------------------------------------------------------------------------
def test_reputation_is_an_agent_at_rest_where_nothing_moves_it():
    model = _at_rest()
    assert model.agents.select(agent_type=Reputation).get("value") == [0.0]
    assert not {"reputation", "term.join.reputation"} & set(model.weekly)
    table = horizon_measures(model.weekly, model.market, 1.0).set_index(["segment", "measure"])
    assert table.loc[(TOTAL, "reputation"), "value"] == 0.0


def test_talk_as_usual_leaves_it_where_it_is():
    assert of_weeks(a_reputation(), 100) == 0.0


def test_half_of_what_was_done_is_remembered_after_the_half_life():
    reputation = a_reputation()
    assert of_weeks(reputation, HALF_LIFE, aim=0.4) == pytest.approx(0.2)
    assert of_weeks(reputation, HALF_LIFE) == pytest.approx(0.1)


def test_praise_that_lasts_brings_it_to_the_log_odds_and_blame_as_far_down():
    for odds in (3.0, 1.0 / 3.0):
        reputation = a_reputation(talk_on_reputation=0.8)
        lasting = 0.8 * np.log(odds)
        assert of_weeks(reputation, HALF_LIFE, odds=odds) == pytest.approx(lasting / 2)
        assert of_weeks(reputation, 40 * HALF_LIFE, odds=odds) == pytest.approx(lasting)


def test_a_breach_is_felt_at_once_and_half_is_forgotten_after_the_half_life():
    reputation = a_reputation(breach_on_reputation=0.6)
    assert of_weeks(reputation, 1, damage=0.5) == pytest.approx(-0.3)
    assert of_weeks(reputation, HALF_LIFE) == pytest.approx(-0.15)


def test_what_nobody_hears_of_moves_nothing_and_half_as_much_if_half_do():
    heard = [
        of_weeks(a_reputation(notice), 5, damage=1.0, odds=3.0, aim=0.0)
        for notice in (0.0, 0.5, 1.0)
    ]
    assert heard[0] == 0.0 and heard[1] == pytest.approx(heard[2] / 2) and heard[2] < 0.0
    assert of_weeks(a_reputation(0.0), HALF_LIFE, aim=0.2) == pytest.approx(0.1)


def test_a_breach_costs_reputation_where_breaches_are_public():
    table = run_of(DO_NOTHING, weeks=8, breaches_per_year=50.0, public_notice=1.0).run().weekly
    assert table["reputation"].sum() < 0.0
    assert table["term.join.reputation"].sum() < 0.0


HEARD_OF = {"public_notice": 1.0, "breaches_per_year": 0.0, "expectation_drift": 0.05}


@pytest.mark.parametrize("market", ["grocery", "music_shop", "subscription"])
def test_without_plays_the_name_stays_whoever_comes_and_goes_and_whatever_fails(market: str):
    model = run_of(DO_NOTHING, market, 52, inflow_per_year=0.5, **HEARD_OF)
    state = model.state
    without_waits = state.life.model_copy(update={"wait_effect": 0.0})
    state.experience = replace(state.experience, life=without_waits)
    model.run()
    assert model.weekly["new_joined"].sum() > 0 and model.weekly["n_negative_talk"].sum() > 0
    assert state.firm.reputation.value == pytest.approx(0.0, abs=1e-12)


def test_waits_at_the_desk_as_usual_move_it_by_less_than_a_hundredth():
    model = run_of(DO_NOTHING, "subscription", 52, **HEARD_OF).run()
    assert abs(model.state.firm.reputation.value) < 0.01


def test_what_levers_do_for_customers_becomes_its_name():
    care = Play(lever="service_quality", owner="service", settings={"training_hours": 100.0})
    without = run_of(DO_NOTHING, weeks=26, **HEARD_OF).run().state.firm.reputation.value
    assert run_of(strategy(care), weeks=26, **HEARD_OF).run().state.firm.reputation.value > without


# -- what the firm does for it, and what that costs ---------------------------------------------------
@pytest.mark.parametrize("play", [CONDUCT, SPEAKING])
def test_the_firms_own_doing_brings_the_standing_of_its_parameters(play: Play):
    model = run_of(strategy(play)).run()
    if play is CONDUCT:
        p = load_parameters().values("emotional_connection")
        aim = p["responsible_reputation"] * 0.02 / (0.02 + p["half_responsibility"])
        aim *= model.state.firm.capability.execution
    else:  # what builds the organisation is carried out by whom it is for
        aim = load_parameters().values("organisation")["ambassador_reputation"] * 0.5
    grown = 1.0 - 2.0 ** (-WEEKS / HALF_LIFE)
    assert model.state.firm.reputation.value == pytest.approx(aim * grown)


def test_conduct_for_a_part_of_the_customers_is_a_part_of_it_for_a_part_of_the_money():
    half = CONDUCT.model_copy(update={"reach": 0.5})
    found = []
    for play in (half, CONDUCT):
        model = run_of(strategy(play), weeks=1).run()
        found.append((model.weekly["cost.emotional_connection"].sum(), model))
    cost = found[0][0] / found[1][0]
    moved = [model.state.firm.reputation.value for _, model in found]
    assert moved[0] / moved[1] == pytest.approx(cost, rel=0.01)  # one of sales, which it moves
    assert stats.binomtest(round(500 * cost), 500, 0.5).pvalue > FALSE_ALARM


def test_neither_is_free():
    for market in ("music_shop", "subscription"):  # half of the one's known customers have left
        conduct = run_of(strategy(CONDUCT), market).run()
        due = 0.02 * conduct.weekly["margin"].sum()
        assert conduct.weekly["cost.emotional_connection"].sum() == pytest.approx(due)
    spoken = run_of(strategy(SPEAKING), weeks=1)
    spoken.run()
    hours = load_parameters().values("organisation")["ambassador_hours"]
    market = spoken.market
    per_customer = market["staff_per_1000_customers"] / 1000 * 0.5 * hours * market["wage_per_hour"]
    served = spoken.last_week.plays["organisation"][0].rows.size
    paid = spoken.weekly["cost.organisation"].sum()
    assert paid == pytest.approx(per_customer * served)


def test_responsible_conduct_moves_own_sales_by_its_lift_and_no_more():
    model = run_of(strategy(CONDUCT), weeks=1)
    model.step()
    p = load_parameters().values("emotional_connection")
    term = model.last_week.terms["purchase"]["emotional_connection"]
    reached = model.last_week.plays["emotional_connection"][0].rows
    own = model.market["execution"] * p["responsible_lift"] / 2.0
    lifted = own / (1.0 - model.state.baseline.share_behind_a_trip)
    np.testing.assert_allclose(term[reached], lifted, rtol=1e-12)
    assert np.count_nonzero(term) == reached.size


# -- who comes, and what it costs --------------------------------------------------------------------
def known_for(value: float, market: str = "grocery", **values: float) -> LoyaltyModel:
    """A firm of a reputation, so many SDs beyond the usual, that stays."""
    model = run_of(DO_NOTHING, market, inflow_per_year=2.0, **values)
    life = model.state.life.model_copy(
        update={"reputation_half_life_weeks": np.inf, "reputation_on_joining": 0.5}
    )
    model.state.firm.reputation.life = life
    model.state.firm.reputation.own = value
    return model


@pytest.mark.parametrize("value", [-0.8, 0.8])
def test_it_lifts_whom_no_talk_brings_and_leaves_talk_as_it_is(value: float):
    model = known_for(value)
    model.step()
    first = model.weekly.sum(numeric_only=True)
    untold = first["term.join.reputation"] / first["exposed.join"] / np.expm1(0.5 * value)
    told = model.market["talk_share_of_inflow"]  # on average, of the hazard as usual
    assert 0.0 < 1.0 - untold < 2.0 * told
    by_talk = [m.run().weekly["new_by_talk"].sum() for m in (model, known_for(0.0))]
    assert stats.binomtest(int(by_talk[0]), int(sum(by_talk)), 0.5).pvalue > FALSE_ALARM


def test_a_good_name_wins_more_and_a_bad_one_fewer():
    bad, usual, good = (known_for(value).run().weekly["new_joined"].sum() for value in (-1, 0, 1))
    assert bad < usual < good


@pytest.mark.parametrize("market", ["grocery", "subscription"])
def test_reach_costs_what_it_did_whether_a_good_name_wins_more_by_it(market: str):
    model = known_for(0.8, market)
    diary = keep_diary(model.state, range(len(model.customers)))
    model.run()
    joined, told = diary.events["new_joined"] > 0, diary.events["new_by_talk"] > 0
    won = joined & ~told
    each = diary.events["acquisition_cost"][won] / model.market.acquisition_cost
    assert won.any() and not diary.events["acquisition_cost"][~won].any()
    most = 2.0 * model.state.baseline.path.joining_hazard.max()  # of h e^.4 what saturates is less
    assert np.all((each >= np.exp(-0.4)) & (each <= np.exp(-0.4) + most))
    assert_books_agree(model)


# -- what the firm sees of it -------------------------------------------------------------------------
def test_a_goal_of_reputation_is_seen_with_the_error_of_a_survey():
    found = []
    for seed in range(60):
        plays = Strategy(
            name="trial",
            title="",
            summary="",
            plays=[CONDUCT],
            goals=[Goal(measure="reputation", target=0.1, by_week=4)],
            reviews=Reviews(every_weeks=13, judged_by="members"),
        )
        model = world("grocery", plays, 20, 2, seed=seed, shared=False)
        model.state.firm.reputation.own = 0.3
        model.state.firm.reputation.life = model.state.life.model_copy(
            update={"reputation_half_life_weeks": np.inf}
        )
        model.step()
        seen = model.reviewer.goals.values(model.reviewer.margins)["reputation"]
        found.append((seen - 0.3) / LIFE["brand_survey_error"])
    assert abs(np.mean(found)) < Z_LIMIT / np.sqrt(60)
    low, high = stats.chi2.ppf([FALSE_ALARM / 2, 1 - FALSE_ALARM / 2], 59) / 59
    assert low < np.var(found, ddof=1) < high


def found_at(seen: float, confidence: float) -> set[str]:
    """What a review finds of a goal of .05 SD that is due, where a survey with error .1 says so much."""
    records = GoalRecords([Goal(measure="reputation", target=0.05, by_week=4)])
    records.reputation, records.survey_error = seen, 0.1
    return {finding for finding, _ in records.findings(4, Margins(np.zeros(3)), confidence)}


def test_a_goal_of_reputation_is_met_or_missed_only_as_surely_as_asked_for():
    beyond = 0.1 * stats.norm.ppf(0.9)
    assert found_at(0.05 + beyond + 1e-9, 0.9) == {"goal_met"}
    assert found_at(0.05 - beyond - 1e-9, 0.9) == {"goal_missed"}
    for unsure in (0.05 + 0.9 * beyond, 0.05, 0.05 - 0.9 * beyond):
        assert not found_at(unsure, 0.9)
    assert found_at(0.04, 0.5) == {"goal_missed"} and found_at(0.06, 0.5) == {"goal_met"}


def reviewed(asked: int | None, customers: float = 1e5, minutes: float = 20.0) -> LoyaltyModel:
    """A firm of so many customers that asks for its reputation, after its first review."""
    plan = Strategy(
        name="trial",
        plays=[CONDUCT],
        goals=[Goal(measure="reputation", target=0.1, by_week=4, asked=asked)],
        reviews=Reviews(every_weeks=4, hours=0.0, answer_minutes=minutes),
    )
    model = world("grocery", plan, 50, 6, firm_customers=customers)
    while model.week < 4:
        model.step()
    return model


def test_more_asked_tell_more_and_nobody_asks_more_than_there_are():
    usual, many = (reviewed(asked).reviewer.goals for asked in (None, 1600))
    assert usual.survey_error == LIFE["brand_survey_error"] == 2.0 * many.survey_error
    small = reviewed(None, customers=100.0)
    prospects = np.count_nonzero(small.customers.columns["status"] == PROSPECT) * small.scale
    assert 0 < prospects < 400
    assert small.reviewer.goals.asked == pytest.approx(prospects, rel=0.1)
    assert small.reviewer.goals.survey_error > LIFE["brand_survey_error"]


def test_those_who_are_asked_are_paid_for_at_each_review():
    paid, free = (reviewed(None, minutes=minutes) for minutes in (20.0, 0.0))
    costs = [m.weekly["cost.emotional_connection"].sum() for m in (paid, free)]
    assert paid.reviewer.goals.asked == 400
    due = work(paid.state, 400 * 20 / 60)
    assert costs[0] - costs[1] == pytest.approx(due) and due > 0
    with pytest.raises(ValueError, match="has no use for it"):
        Goal(measure="csat", target=0.5, by_week=4, asked=400)
