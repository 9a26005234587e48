"""Joining, win-back, referral, contagion of churn and rising expectations.

Serves: L1.1b L1.1c L1.2b C1.1
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from sim.common.errors import InputError
from sim.evidence.parameters import load_parameters
from sim.model.week import churn_contagion, joining
from sim.model.week.baseline import BaselinePath
from sim.model.week.satisfaction import expected_value, usual_encounters
from sim.model.week.state import WeekState
from sim.world.population import ACTIVE, LAPSED, PROSPECT
from sim.world.social_network import Ties
from tests.worlds import FALSE_ALARM, assert_mean, assert_share, uncoupled
from tests.worlds import unvalued_world as world


def test_word_of_mouth_brings_its_share_of_the_usual_inflow() -> None:
    joined = told = 0.0
    for seed in range(10):
        table = world(n=2_000, weeks=26, seed=seed, talk_share_of_inflow=0.3).run().weekly
        joined, told = joined + table["new_joined"].sum(), told + table["new_by_talk"].sum()
    assert_share(int(told), int(joined), 0.3, "new customers whom talk brought")


def test_the_lapsed_come_back_at_the_markets_rate_and_rest_after_a_year() -> None:
    n, rate = 4_000, 0.4
    model = world(n=n, weeks=1, winback_per_year=rate, yearly_attrition=1e-9)
    people = model.customers.columns
    people["status"][:n], people["week_lapsed"][:n] = LAPSED, -1
    model.setting.__dict__["weeks"] = 60
    for _ in range(51):
        week = model.state.lever_view()
        joining.join_and_return(WeekState(model.state, week), np.zeros(len(model.customers)))
        model.state.week += 1
        path = BaselinePath(*(np.zeros(60) for _ in range(4)))
        model.state.baseline = replace(model.state.baseline, path=path)
    back = int((people["status"][:n] == ACTIVE).sum())
    gone = 1 - np.exp(-model.market.winback_hazard * 51)
    assert_share(back, n, gone, "won back in 51 weeks")
    week = WeekState(model.state, model.state.lever_view())
    joining.join_and_return(week, np.zeros(len(model.customers)))
    assert not (people["status"][:n] == LAPSED).any()
    assert (people["status"][:n] == PROSPECT).any()


def test_recommendations_win_prospects_at_the_published_rate() -> None:
    n = 4_000
    model = world(n=n, weeks=2, inflow_per_year=0.0, winback_per_year=0.0, talk_spread=0.0)
    people = model.customers.columns
    prospects = np.flatnonzero(people["status"] == PROSPECT)
    # Everybody has one listener, a prospect of their own.
    model.state.ties = Ties(
        np.minimum(np.arange(model.state.size + 1), n), prospects[:n].astype(np.int32)
    )
    week, sure = model.state.lever_view(), np.zeros(model.state.size)
    sure[:n] = 1.0
    joining.join_and_return(WeekState(model.state, week), sure)
    won = int(people["referred"].sum())
    assert_share(won, n, model.state.life.referral_conversion, "friends who joined")
    assert week.referred_by.sum() == won
    assert (people["status"][people["referred"]] == ACTIVE).all()


def test_churn_is_contagious_along_outgoing_ties_for_some_weeks_only() -> None:
    starts = np.array([0, 2, 3, 3, 3])  # 0 talks to 1 and 2, 1 talks to 2, the others to nobody
    ties = Ties(starts, np.array([1, 2, 2], dtype=np.int32))
    lost = np.array([False, False, True, False])
    assert churn_contagion.lost_ties(ties, lost).tolist() == [1.0, 1.0, 0.0, 0.0]
    # Along incoming ties it would be person 2's friends who count, and nobody would be moved.
    model = world(n=200, weeks=30, defection_visible=1.0)
    people, window = model.customers.columns, int(round(model.state.life.contagion_weeks))
    speaker = int(np.flatnonzero(np.diff(model.state.ties.starts))[0])
    friend = int(model.state.ties.listeners[model.state.ties.starts[speaker]])
    people["status"][friend] = LAPSED
    felt = []
    for age in range(window + 3):
        people["week_lapsed"][friend] = 20 - age
        model.state.week = 20
        felt.append(churn_contagion.term(model.state)[speaker])
    assert felt[0] == felt[-1] < felt[1] == felt[window]


def test_everybody_hears_all_who_talk_to_them_and_each_as_loud_as_they_are() -> None:
    ties = Ties(np.array([0, 2, 3, 3]), np.array([1, 2, 2], dtype=np.int32))
    heard = ties.heard_from(np.array([0, 1]), np.array([1.0, 0.5]))
    assert heard.tolist() == [0.0, 1.0, 1.5]


def test_contagion_leaves_the_usual_number_of_losses() -> None:
    """Without the expected number taken off, losses as usual would breed more losses."""
    n, weeks, seeds = 1_500, 52, 10
    lost = {}
    for visible in (0.0, 1.0):
        lost[visible] = np.array(
            [
                world(n=n, weeks=weeks, seed=s, defection_visible=visible, parameters=uncoupled())
                .run()
                .weekly["new_dropped_out"]
                .sum()
                for s in range(seeds)
            ]
        )
    difference = lost[1.0] - lost[0.0]
    # Convexity of the exponential leaves a gap of second order: half the variance of the term.
    model = world(n=n, weeks=1, parameters=uncoupled(), defection_visible=1.0)
    second_order = 0.5 * model.state.life.contagion_ratio**2 * model.reproduction * lost[0.0].mean()
    error = difference.std(ddof=1) / np.sqrt(seeds)
    assert abs(difference.mean()) < second_order + stats.t.isf(FALSE_ALARM / 2, seeds - 1) * error


def test_a_market_in_which_losses_breed_losses_is_refused() -> None:
    table = load_parameters().replace("market_life", mean_ties=15.0, contagion_ratio=1.8)
    with pytest.raises(InputError, match="R of at most 0.5"):
        world(parameters=table, defection_visible=1.0, yearly_attrition=0.6, removable_drop_out=1.0)
    stable = world(defection_visible=1.0)
    assert 0 < stable.reproduction < 0.5
    assert world().reproduction == 0.0


def test_where_expectations_drift_standing_still_loses() -> None:
    """By as much as the law of satisfaction says when what it is compared with rises week by week."""
    weeks, seeds, drift = 52, 8, 0.3
    closed = {"inflow_per_year": 0.0, "winback_per_year": 0.0, "yearly_attrition": 1e-4}
    alike = uncoupled().replace("market_life", prior_experiences=1e9)  # all weigh the same
    closed |= {"n": 1_500, "weeks": weeks, "parameters": alike}
    loss, expected = [], []
    for seed in range(seeds):
        still = world(seed=seed, **closed).run().mean_satisfaction
        model = world(seed=seed, expectation_drift=drift, **closed)
        expected.append(_expected_loss(model, drift, weeks))
        loss.append(model.run().mean_satisfaction - still)
    assert np.mean(expected) < 0
    assert_mean(np.array(loss) - np.array(expected), 0.0, "loss of satisfaction beyond the law's")


def _expected_loss(model, drift: float, weeks: int) -> float:
    """Change of mean satisfaction after some weeks of drift, encounters coming at their usual rate."""
    people, experience, life = model.customers.columns, model.state.experience, model.state.life
    rows = np.flatnonzero(people["status"] == ACTIVE)
    fit, rate = people["suitability"][rows], (people["category_rate"] * people["base_share"])[rows]
    other = 1 - life.expectation_own_weight
    noise = np.sqrt(experience.noise_variance(usual_encounters(people, rows).astype(float)))
    usual = expected_value(other * fit, noise, life.loss_aversion)
    loss = np.zeros(rows.size)
    kept = np.exp(-rate * (1 - life.satisfaction_memory))
    for week in range(weeks):
        elsewhere = drift * week / 52
        felt = expected_value(other * (fit - elsewhere), noise, life.loss_aversion) - usual
        loss = kept * loss + (1 - kept) * felt / experience.scale
    return float(loss.mean())
