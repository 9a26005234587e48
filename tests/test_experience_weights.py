"""A first experience weighs much and a later one little, and all together as much as was measured."""

import numpy as np
import pytest

from sim.evidence.parameters import MARKET_LIFE, fill, load_parameters
from sim.model.observers.diary import keep_diary
from sim.model.week.experience_weights import ExperienceWeights, gains, mean_ahead
from sim.model.week.life_parameters import LifeParameters
from sim.world.population import ACTIVE
from tests.worlds import assert_mean, uncoupled
from tests.worlds import unvalued_world as world


def _life(**values: float) -> LifeParameters:
    return fill(LifeParameters, load_parameters().replace("market_life", **values), MARKET_LIFE)


def test_the_first_weights_are_those_of_bayes_where_the_firm_never_changes():
    assert gains(2.0, 1e-9)[:5] == pytest.approx([1 / (2 + k) for k in range(1, 6)])


@pytest.mark.parametrize("prior", [0.5, 2.0, 4.0, 1e9])
def test_weights_fall_from_experience_to_experience_to_the_settled_one(prior):
    found = gains(prior, 0.15)
    assert (np.diff(found) <= 1e-15).all()
    assert found[0] == pytest.approx(max(1 / (1 + prior), 0.15))
    assert found[-1] == 0.15 == pytest.approx(found[-2], abs=1e-6)


def test_weights_between_whole_numbers_are_numpys_straight_lines_bit_by_bit():
    weights = gains(2.0, 0.15)
    found = ExperienceWeights(weights, np.zeros(weights.size))
    numbers = np.arange(weights.size + 2.0)
    places = np.concatenate([numbers, numbers + 0.3, np.random.default_rng(1).random(999) * 70])
    lines = np.interp(places, np.arange(weights.size), weights)
    np.testing.assert_array_equal(found.of_next(places), lines)


def test_what_some_encounters_leave_is_the_same_at_once_and_one_by_one():
    people = {name: np.full(3, 0.5) for name in ("category_rate", "base_share")}
    people["frequency"] = np.array([0, 5, 300])
    weights = ExperienceWeights.of(people, np.ones(3, dtype=bool), _life())
    for so_far in (0, 3, 62, 500):
        one_by_one = 1.0
        for k in range(4):
            one_by_one *= 1.0 - weights.of_next(np.array([so_far + k]))[0]
        kept = weights.kept(np.array([so_far]), np.array([4]))[0]
        assert kept == pytest.approx(one_by_one, rel=1e-12)


def test_the_mean_weight_ahead_is_that_of_simulated_years():
    found, people = gains(2.0, 0.15), 40_000
    luck = np.random.default_rng(3)
    so_far, expected = luck.integers(0, 70, people), luck.gamma(1.0, 5.0, people)
    drawn = luck.poisson(expected)
    total = np.concatenate(([0.0], np.cumsum(found), found[-1] * np.arange(1, 300) + found.sum()))
    felt = total[so_far + drawn] - total[so_far]
    mean = mean_ahead(found, so_far, expected)
    assert_mean(felt - mean * expected, 0.0, "weight of a year's encounters beyond the mean")


@pytest.mark.parametrize("market", ["grocery", "music_shop"])
def test_a_years_encounters_weigh_on_average_what_was_measured_of_all_customers(market):
    """Bayes' weights as they are weigh more where customers are new."""
    calm = {"inflow_per_year": 0.0, "winback_per_year": 0.0, "rival_campaigns_per_year": 0.0}
    model = world(market, n=3_000, weeks=52, start="posterior", parameters=_calm_life(), **calm)
    people, weights = model.customers.columns, model.state.experience.weights
    people["drop_out_rate"][:] = 0.0
    here = np.flatnonzero(people["status"] == ACTIVE)
    before, diary = people["frequency"][here].astype(np.int64), keep_diary(model.state, here)
    model.run()
    trips = diary.events["trips"].sum(axis=0).astype(np.int64)
    usual = 1.0 - model.state.life.satisfaction_memory
    each = np.concatenate(
        ([0.0], np.cumsum(weights.of_next(np.arange(before.max() + trips.max()))))
    )
    season = np.array([model.market.season(week) for week in range(52)]).mean()
    assert season == pytest.approx(1.0, abs=0.01)
    assert_mean(each[before + trips] - each[before] - usual * trips, 0.0, "weight beyond the usual")


def _calm_life():
    return uncoupled().replace("market_life", stored=0.0)


def test_a_newcomer_is_moved_more_by_one_experience_than_an_old_customer():
    model = world(n=200, weeks=1, start="posterior")
    experience, one = model.state.experience, np.ones(2, dtype=np.int64)
    found, _ = experience.after_encounters(
        np.zeros(2), np.zeros(2), np.full(2, -2.0), one, np.array([0, 200])
    )
    assert found[0] < 1.5 * found[1] < 0.0


def test_where_newcomers_are_sure_all_experiences_weigh_the_same():
    people = {name: np.full(3, 0.5) for name in ("category_rate", "base_share")}
    people["frequency"] = np.array([0, 5, 300])
    weights = ExperienceWeights.of(people, np.ones(3, dtype=bool), _life(prior_experiences=1e9))
    np.testing.assert_allclose(weights.weights, 0.15, rtol=1e-12)
    np.testing.assert_allclose(
        weights.kept(np.arange(3), np.arange(1, 4)), 0.85 ** np.arange(1, 4), rtol=1e-12
    )
