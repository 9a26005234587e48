"""What knowing is worth agrees with closed forms; noise is worth nothing.

Serves: C3.4
"""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.analysis.intervals import ALPHA
from sim.analysis.known_futures import SIZE, Futures
from sim.analysis.value_of_information import loss, value_of_information
from sim.common.size import ENOUGH_FUTURES
from sim.playbook.strategies import BASELINE
from tests.worlds import FALSE_ALARM, Z_LIMIT

N = 400
X = "market.x0"


def _drawn(n: int, count: int, seed: int) -> pd.DataFrame:
    values = np.random.default_rng(seed).normal(size=(n, count))
    return pd.DataFrame(values, columns=[f"market.x{i}" for i in range(count)])


def _look(gains, values, studies=None, matters=1e-6, firm=1000.0):
    """Return what is worth finding out where strategies gain so much in firms of such a size."""
    table = pd.DataFrame({BASELINE: np.zeros(len(values)), **gains})
    sizes = pd.Series(np.broadcast_to(firm, len(values)), dtype=float)
    futures = Futures(table, sizes, values, {})
    return value_of_information(futures, list(values), studies or {}, matters)


def _error(mean: float, part: float, noise: float, n: int) -> float:
    """Return the standard error of `loss` of a mean and a slope that are estimated (delta method)."""
    at = abs(mean) / part
    of_mean = stats.norm.sf(at) * math.hypot(part, noise) / math.sqrt(n)
    of_slope = stats.norm.pdf(at) * math.sqrt((noise**2 + part**2 / 2) / n)
    return math.hypot(of_mean, of_slope)


@pytest.mark.parametrize("mean", [0.3, -0.5])
def test_of_two_plans_linear_in_a_normal_value_it_is_the_unit_normal_loss(mean):
    values, part, noise = _drawn(N, 5, 1), 1.0, 1.0
    luck = np.random.default_rng(2).normal(0, noise, N)
    known = _look({"a": mean + part * values[X] + luck}, values)
    (found,) = (one for one in known.found if one.addresses == (X,))
    assert abs(found.amount - loss(mean, part)) < Z_LIMIT * _error(mean, part, noise, N)
    assert found.low < found.amount < found.high
    assert found.amount < known.ceiling


def test_the_unit_normal_loss_is_what_draws_say():
    draws = np.random.default_rng(3).normal(-0.4, 0.8, 100_000)
    expected = np.maximum(draws, 0)
    error = expected.std() / math.sqrt(len(draws))
    assert abs(loss(-0.4, 0.8) - expected.mean()) < Z_LIMIT * error
    assert loss(1.0, 0.0) == 0.0


def test_it_does_not_hang_on_the_number_of_customers_of_each_future():
    """Gains per customer are the value's normal scores; sums of money hide that."""
    rng = np.random.default_rng(5)
    x = rng.permutation(stats.norm.ppf((np.arange(40) + 0.5) / 40))
    firm = 1000 * np.exp(rng.normal(0, 1.5, 40))
    gains = firm * (x - 0.2)
    (found,) = _look({"a": gains}, pd.DataFrame({X: x}), firm=firm).found
    there = gains.mean() + firm.mean() * x
    assert found.amount == pytest.approx(np.maximum(there, 0).mean() - max(gains.mean(), 0))


def test_of_the_size_of_the_firm_it_is_read_in_money():
    values = _drawn(N, 1, 6)
    firm = 1000 * np.exp(values[X])
    gains = 1000 * (-0.3 + values[X] + np.random.default_rng(9).normal(0, 0.5, N))
    (found,) = _look({"a": gains}, pd.DataFrame({SIZE: firm}), firm=firm).found
    assert abs(found.amount / 1000 - loss(-0.3, 1)) < Z_LIMIT * _error(-0.3, 1, 0.5, N)


def test_values_that_one_study_tells_are_worth_more_together():
    values = _drawn(N, 6, 7)
    luck = np.random.default_rng(8).normal(0, 0.5, N)
    gains = {"a": -0.3 + 0.6 * values[X] + 0.6 * values["market.x1"] + luck}
    known = _look(gains, values, {"E1": [X, "market.x1"], "E2": ["market.x4", "market.x5"]})
    amount = {one.study or one.addresses: one.amount for one in known.found}
    part = 0.6 * math.sqrt(2)
    assert abs(amount["E1"] - loss(-0.3, part)) < Z_LIMIT * _error(-0.3, part, 0.5, N)
    assert amount["E1"] > max(amount[X,], amount["market.x1",])
    assert "E2" not in amount


def test_where_no_value_does_anything_one_is_told_in_one_of_ten_comparisons_at_most():
    repeats, told = 40, 0
    for seed in range(repeats):
        values = _drawn(30, 10, 100 + seed)
        gains = np.random.default_rng(seed).normal(0, 1, (2, 30))
        known = _look({"a": gains[0], "b": gains[1]}, values)
        assert known.ceiling > 0.2
        told += bool(known.found)
    assert told <= stats.binom.isf(FALSE_ALARM, repeats, ALPHA)


def test_the_futures_that_are_asked_for_would_show_a_value_worth_what_matters():
    """It is found with the chance that the number was worked out for, 80 %, or more."""
    values, luck = _drawn(40, 5, 11), np.random.default_rng(12).normal(0, 1, 40)
    matters = loss(0.0, 0.3)
    known = _look({"a": luck - luck.mean()}, values, matters=matters)
    assert not known.found
    assert known.needed > 40
    repeats, found = 12, 0
    for seed in range(repeats):
        more = _drawn(known.needed, 5, 200 + seed)
        rest = np.random.default_rng(300 + seed).normal(0, math.sqrt(1 - 0.3**2), known.needed)
        told = _look({"a": 0.3 * more[X] + rest}, more, matters=matters / 10).found
        found += any(one.addresses == (X,) for one in told)
    assert found >= stats.binom.ppf(FALSE_ALARM, repeats, 0.8)


def test_a_choice_that_is_all_but_certain_needs_nothing_found_out():
    values = _drawn(40, 3, 13)
    gains = {"a": 10 + values[X], "b": -10 + values["market.x1"]}
    known = _look(gains, values, matters=0.5)
    assert known.is_small
    assert known.found == ()
    assert known.needed is None


def test_few_futures_or_nothing_uncertain_tell_no_worth():
    values = _drawn(ENOUGH_FUTURES - 1, 2, 14)
    assert _look({"a": values[X]}, values) is None
    same = pd.DataFrame({X: np.ones(30)})
    assert _look({"a": np.random.default_rng(1).normal(size=30)}, same).found == ()
