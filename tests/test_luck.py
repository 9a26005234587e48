"""Luck is numpy's Philox, drawn only for those who need it, and inverted as scipy inverts it."""

import numpy as np
import pytest
from scipy import stats

from sim.common.kernels import philox
from sim.common.random_numbers import Draws, binomial, gamma_sum, poisson

SEED, KEY, WEEK = 7, 0xDEADBEEFCAFEBABE, 53


def _numpys(size: int) -> np.ndarray:
    bits = np.random.Philox(key=np.array([SEED, KEY], np.uint64), counter=[0, 0, 0, WEEK])
    return np.random.Generator(bits).random(size) + 2.0**-54


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 1_003])
def test_draws_are_those_of_numpys_philox_bit_by_bit(size):
    mine = philox.uniforms(np.uint64(SEED), np.uint64(KEY), np.uint64(WEEK), size)
    np.testing.assert_array_equal(mine, _numpys(size))


@pytest.mark.parametrize("decision", ["trips", "spend", "drop-out", "talk", "join"])
def test_nobodys_draw_depends_on_who_else_draws(decision):
    draws, people = Draws(3, 10_001), np.random.default_rng(1)
    everybody = draws.uniform(decision, 5)
    some = np.flatnonzero(people.random(draws.size) < 0.3)
    for rows in (some, some[:1], some[:0], np.arange(draws.size), people.permutation(some)):
        np.testing.assert_array_equal(draws.uniform(decision, 5, rows=rows), everybody[rows])
    np.testing.assert_array_equal(draws.uniform(decision, 5, 101), everybody[:101])


def test_who_decides_several_times_draws_what_each_decision_gives_by_itself():
    draws, names = Draws(3, 1_001), ("spend", "spend of purchase 2", "spend of purchase 3")
    rows = np.arange(0, 1_001, 7)
    times = rows % (len(names) + 1)
    place, drawn = draws.in_turn(names, 5, rows, times)
    parts = [draws.uniform(name, 5, rows=rows[times > turn]) for turn, name in enumerate(names)]
    np.testing.assert_array_equal(drawn, np.concatenate(parts))
    who = [np.flatnonzero(times > turn) for turn in range(len(names))]
    np.testing.assert_array_equal(place, np.concatenate(who))


#: A uniform this near to a step of a law may fall on either side of it: 1e-12 is far above rounding.
NEAR = 1e-12


def _assert_quantile(count, uniform, law):
    """The smallest k whose probability of at most k reaches the uniform."""
    assert np.all(law.cdf(count) >= uniform - NEAR)
    assert np.all(law.cdf(count - 1) < uniform + NEAR)


def test_poisson_counts_are_quantiles_also_where_the_mean_is_large():
    people = np.random.default_rng(2)
    mean = np.concatenate([[0.0, 1e-12, 499.0, 501.0, 3_000.0], people.gamma(0.7, 3, 5_000)])
    uniform = people.random(mean.size)
    _assert_quantile(poisson(uniform, mean), uniform, stats.poisson(mean))


def test_binomial_counts_are_quantiles_also_where_the_outcome_is_certain():
    people = np.random.default_rng(3)
    trials = people.integers(0, 30, 5_000)
    chance = people.choice([0.0, 0.02, 0.5, 0.97, 1.0], trials.size)
    uniform = people.random(trials.size)
    _assert_quantile(binomial(uniform, trials, chance), uniform, stats.binom(trials, chance))


def test_sums_of_spend_are_quantiles_of_the_gamma_law():
    """Off the tails, where the grid of quantiles is as fine as 0.025 of a standard deviation."""
    people, shape = np.random.default_rng(4), 2.7
    count = people.integers(0, 40, 5_000)
    uniform = people.uniform(1e-4, 1 - 1e-4, count.size)
    total = gamma_sum(uniform, count, shape)
    assert np.all(total[count == 0] == 0)
    some = count > 0
    reached = stats.gamma(shape * count[some]).cdf(total[some])
    # Straight lines through a function whose second derivative is below 1 are off by step^2 / 8.
    np.testing.assert_allclose(reached, uniform[some], atol=0.025**2 / 8)
