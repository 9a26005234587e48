"""People differ in how often they talk, each for life; how much is said altogether stays what it was."""

import numpy as np
import pytest

from sim.common.random_numbers import Draws
from sim.evidence.parameters import load_parameters
from sim.levers.base import Week
from sim.model.observers.diary import keep_diary
from sim.model.week.word_of_mouth import talk_chance, usual_talk
from sim.playbook.strategies import Play
from sim.world.population import ACTIVE, PROSPECT
from sim.world.talkativeness import talkativeness
from tests.worlds import assert_mean, strategy, uncoupled
from tests.worlds import unvalued_world as world

CALM = {"yearly_attrition": 1e-9, "inflow_per_year": 0.0}


@pytest.mark.parametrize("spread", [0.5, 0.8, 1.5])
def test_rates_of_talking_have_mean_one_and_the_spread_that_is_stated(spread):
    rate = talkativeness(Draws(3, 200_000), spread)
    assert_mean(rate, 1.0, "rate of talking over the mean rate")
    assert_mean((rate - 1.0) ** 2, spread**2, "its variance")


@pytest.mark.parametrize("spread", [0.0, 1e-200])
def test_where_nobody_differs_everybody_talks_at_the_mean_rate(spread):
    assert (talkativeness(Draws(3, 100), spread) == 1.0).all()


def test_the_same_people_talk_again_and_again_and_altogether_as_much_as_before():
    """Drawn anew each week, or with a median of one, messages have another covariance or mean."""
    spread, rate, weeks, n = 0.8, 0.1, 40, 3_000
    table = uncoupled().replace("market_life", talk_rate=rate)
    model = world(n=n, weeks=weeks, parameters=table, talk_spread=spread, **CALM)
    diary = keep_diary(model.state, range(n))
    model.run()
    said = diary.events["n_positive_talk"] + diary.events["n_negative_talk"]
    early, late = said[: weeks // 2].sum(axis=0), said[weeks // 2 :].sum(axis=0)
    usual = rate * weeks / 2
    assert_mean((early + late) / (2 * usual), 1.0, "messages over the usual number")
    assert_mean(early * late / usual**2, 1 + spread**2, "messages of a person early and late")


def test_what_people_usually_hear_counts_how_often_their_friends_talk():
    model = world(n=500, weeks=1, talk_spread=1.0, start="posterior")
    people, ties, life = model.customers.columns, model.state.ties, model.state.life
    speakers = np.flatnonzero(people["status"] == ACTIVE)
    usual, praise = usual_talk(people, ties, speakers, people["status"] == PROSPECT, life)
    said = ties.heard_from(speakers, life.talk_rate * people["talkativeness"][speakers])
    np.testing.assert_allclose(praise + usual.blame, said, rtol=1e-12)
    assert (
        np.abs(said - ties.heard_from(speakers, np.full(speakers.size, life.talk_rate))).max() > 0
    )


def test_nobody_talks_more_surely_than_for_sure():
    model = world(n=10, weeks=1)
    model.customers.columns["talkativeness"][:] = 50.0
    assert (talk_chance(model.customers.columns, np.arange(10), model.state.life) == 1.0).all()


def test_who_never_talks_recommends_nobody_for_a_reward():
    table = load_parameters().replace("market_life", referral_conversion=1.0)
    play = Play(lever="incentives", settings={"referral_reward": 40.0}, owner="market")
    model = world(plays=strategy(play), n=2_000, weeks=26, parameters=table)
    rate = model.customers.columns["talkativeness"]
    rate[:] = np.where(np.arange(rate.size) % 2, 2.0, 0.0)
    won, join = np.zeros(rate.size), model.step
    for _ in range(26):
        join()
        won += _week(model).referred_by
    assert won[rate > 0].sum() > 0 and won[rate == 0].sum() == 0


def _week(model) -> Week:
    assert model.last_week is not None
    return model.last_week.view


def test_a_firm_that_seeds_talk_does_not_see_who_talks():
    play = Play(lever="community", settings={"seeds": 0.1, "seed_hubs": 1.0}, owner="brand")
    seeded = []
    for spread in (0.0, 1.5):
        model = world(plays=strategy(play), n=1_000, weeks=1, talk_spread=spread)
        seeded.append(model.run().customers.columns["week_seeded"] == 0)
    assert seeded[0].any() and (seeded[0] == seeded[1]).all()
