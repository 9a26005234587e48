"""The limits within which advice loses are found where there are such, and none are found in noise.

Serves: C3.4
"""

import numpy as np
import pandas as pd
from scipy import stats

from sim.analysis.intervals import ALPHA
from sim.analysis.known_futures import Futures
from sim.analysis.scenario_discovery import LEAST_CASES, MOST_LIMITS, find_box, when_it_loses
from sim.analysis.verdict import decide
from sim.playbook.strategies import BASELINE
from tests.worlds import FALSE_ALARM

N = 200


def _values(n: int = N, count: int = 8, seed: int = 1) -> pd.DataFrame:
    values = np.random.default_rng(seed).uniform(size=(n, count))
    return pd.DataFrame(values, columns=[f"market.x{i}" for i in range(count)])


def test_limits_of_two_values_are_found_where_they_are():
    """No true case lies further from a limit than a step of peeling, a tenth of the futures left."""
    values = _values()
    cases = (values["market.x2"] < 0.5) & (values["market.x5"] > 0.4)
    box = find_box(values, cases.to_numpy())
    limits = {(one.address, one.above): one.value for one in box.limits}
    assert limits.keys() == {("market.x2", False), ("market.x5", True)}
    assert abs(limits["market.x2", False] - 0.5) < 0.1
    assert abs(limits["market.x5", True] - 0.4) < 0.1
    inside = (values["market.x2"] < limits["market.x2", False]) & (
        values["market.x5"] > limits["market.x5", True]
    )
    assert (box.futures, box.cases) == (inside.sum(), (inside & cases).sum())
    assert box.all_cases == cases.sum()
    assert box.density > 0.85
    assert box.coverage > 0.85


def test_no_more_values_are_limited_than_a_sentence_holds():
    values = _values(400)
    cases = (values < 0.75).all(axis=1).to_numpy()
    assert 1 <= len(find_box(values, cases).limits) <= MOST_LIMITS


def test_in_noise_a_box_is_told_in_one_of_ten_comparisons_at_most():
    repeats = 40
    told = sum(
        find_box(_values(30, 20, seed), np.random.default_rng(1000 + seed).uniform(size=30) < 0.4)
        is not None
        for seed in range(repeats)
    )
    assert told <= stats.binom.isf(FALSE_ALARM, repeats, ALPHA)


def test_a_limit_of_one_value_is_found_among_many_of_few_futures():
    values = _values(50, 200, 7)
    cases = (values["market.x7"] > 0.6).to_numpy()
    (limit,) = find_box(values, cases).limits
    assert (limit.address, limit.above) == ("market.x7", True)
    assert abs(limit.value - 0.6) < 0.1


def _look(gain: np.ndarray, values: pd.DataFrame):
    equity = pd.DataFrame({BASELINE: 0.0, "a": gain})
    futures = Futures(equity, pd.Series(np.ones(len(gain))), values, {})
    return when_it_loses(futures, decide(equity), list(values))


def test_a_strategy_that_is_advised_is_asked_when_it_earns_less_than_doing_nothing():
    values = _values()
    found = _look(np.where(values["market.x1"] < 0.3, -1.0, 2.0), values)
    assert found.of_advice
    assert found.cases == (values["market.x1"] < 0.3).sum()
    (limit,) = found.box.limits
    assert (limit.address, limit.above) == ("market.x1", False)
    assert found.box.density > 0.9


def test_where_doing_nothing_is_advised_it_is_asked_when_the_closest_strategy_would_pay():
    values = _values()
    found = _look(np.where(values["market.x1"] > 0.7, 1.0, -2.0), values)
    assert not found.of_advice
    assert found.cases == (values["market.x1"] > 0.7).sum()
    (limit,) = found.box.limits
    assert (limit.address, limit.above) == ("market.x1", True)


def test_too_few_cases_hold_no_pattern():
    values, gain = _values(50), np.ones(50)
    gain[: LEAST_CASES - 1] = -1.0
    found = _look(gain, values)
    assert found.is_rare
    assert found.box is None
    gain[:LEAST_CASES] = -1.0
    assert not _look(gain, values).is_rare
