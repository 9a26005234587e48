"""What a forecast learns from earlier days of the calibration: weights of laws, width of weeks."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.calibration.forecast.outlook import Outlook, interval
from sim.calibration.forecast.rolling import (
    YEAR_LEVEL,
    Common,
    Origin,
    common_movement,
    look_back,
    weight_by_evidence,
)
from sim.calibration.forecast.scores import CustomerScores, paired_t
from tests.benchmark.forecast_score import rows_of
from tests.customer_lives import live, simulated_end


def _outlook(log_score: np.ndarray, week: float = 100.0, weeks: int = 12) -> Outlook:
    """Return what a law expects that expects the same each week, with the luck of a Poisson law."""
    n, flat = len(log_score), np.full(weeks, week)
    scores = CustomerScores(log_score, *np.zeros((4, n)))
    return Outlook(*np.zeros((6, n)), flat, flat, 0 * flat, week * weeks, scores)


def test_the_law_that_foretells_better_gets_more_weight_but_never_all_of_it():
    close, far = np.full(500, 1.0), np.full(500, 1.2)
    first, second, neither = (
        [Origin(12, _outlook(one), _outlook(other), np.full(12, 100))]
        for one, other in ((close, far), (far, close), (far, far))
    )
    assert 0.9 < weight_by_evidence(first, 12) < 1.0
    assert 0.0 < weight_by_evidence(second, 12) < 0.1
    assert weight_by_evidence(neither, 12) == pytest.approx(0.5, abs=1e-3)
    assert weight_by_evidence([], 12) == 0.5


def test_evidence_from_a_quarter_of_the_horizon_moves_the_weight_by_a_quarter():
    close, far = np.full(500, 1.0), np.full(500, 1.2)
    origins = [Origin(12, _outlook(close), _outlook(far), np.full(12, 100))]
    near, distant = (weight_by_evidence(origins, weeks) - 0.5 for weeks in (12, 48))
    assert distant == pytest.approx(near / 4, abs=1e-3)


def test_what_moves_all_customers_together_is_found_beside_luck():
    luck = np.random.default_rng(1)
    weeks, level, shock, n = 40, 0.2, 0.1, 300
    origins = []
    for _ in range(n):
        mean = 10_000 * (1 + level * luck.standard_normal())
        week = luck.poisson(np.maximum(mean * (1 + shock * luck.standard_normal(weeks)), 1.0))
        same = _outlook(np.ones(2), 10_000.0, weeks)
        origins.append(Origin(weeks, same, same, week))
    found = common_movement(origins, 0.5, weeks)
    # Standard error of a standard deviation: 1 / sqrt(2 n) of it, times 3.9 for 1 in 10,000.
    assert found.level == pytest.approx(level, rel=3.9 / np.sqrt(2 * n) + 0.02)
    assert found.shock == pytest.approx(shock, rel=0.1)
    assert Common(0.3, 0.4).of_week == pytest.approx(0.5)
    assert Common(0.3, 0.4).of_total(4) == pytest.approx(np.hypot(0.3, 0.2))


def test_an_interval_of_a_count_holds_90_percent():
    luck = np.random.default_rng(2)
    for mean, variance in ((0.3, 0.3), (40.0, 41.0), (500.0, 5_000.0), (2e5, 4e8)):
        low, high = interval(np.array([mean]), np.array([variance]))
        over = max(variance - mean, 1e-9)
        lived = luck.poisson(luck.gamma(mean**2 / over, over / mean, 4_000))
        inside = ((lived >= low) & (lived <= high)).mean()
        assert inside > 0.9 - 3.9 * np.sqrt(0.09 / 4_000)


def test_earlier_days_see_nothing_of_what_comes_after_the_end():
    occasions, end = live(100, 26, seed=4), simulated_end(18)
    made = look_back(occasions, end, 8, 1)
    again = look_back(occasions[occasions["day"] <= end], end, 8, 1)
    assert [origin.weeks for origin in made] == [8, 6, 3]
    for one, other in zip(made, again, strict=True):
        assert one.by_week.tolist() == other.by_week.tolist()
        assert one.one.mean.tolist() == other.one.mean.tolist()


def test_a_short_log_has_no_earlier_days_and_takes_what_is_usual():
    occasions = live(100, 10, seed=5, joined=3)
    assert look_back(occasions, simulated_end(10), 4, 1) == []
    assert common_movement([], 0.5, 52).level == pytest.approx(YEAR_LEVEL, rel=0.01)
    assert common_movement([], 0.5, 13).level == pytest.approx(YEAR_LEVEL / 2, rel=0.01)


def test_three_origins_that_happen_to_hit_do_not_say_that_the_level_never_moves():
    """The plain estimate of the variance falls below 0 here, and would be none at all."""
    hit = [
        Origin(
            weeks, _outlook(np.ones(2), 1_000.0, weeks), _outlook(np.ones(2), 1_000.0, weeks), came
        )
        for weeks, came in (
            (26, np.full(26, 1_000)),
            (17, np.full(17, 1_000)),
            (9, np.full(9, 1_000)),
        )
    ]
    level = common_movement(hit, 0.5, 52).level
    assert YEAR_LEVEL / 4 < level < YEAR_LEVEL


def test_a_level_that_moves_by_a_fifth_a_year_is_stated_about_so_wide_from_three_origins():
    """On average over logs whose three origins see one random walk: from half to one and a half."""
    luck, stated = np.random.default_rng(4), []
    for _ in range(100):
        walk = np.cumsum(luck.normal(0, 0.2 * np.sqrt(3 / 52), 78))
        origins = []
        for weeks in (39, 26, 13):
            came = luck.poisson(1_000 * np.exp(walk[-weeks:] - walk[-weeks]))
            same = _outlook(np.ones(2), 1_000.0, weeks)
            origins.append(Origin(weeks, same, same, came))
        stated.append(common_movement(origins, 0.5, 52).level)
    assert 0.1 < np.sqrt(np.mean(np.square(stated))) < 0.3
    assert min(stated) > YEAR_LEVEL / 4


def test_a_score_table_marks_a_missed_bar():
    classic = {"log_score": 1.0, "crps": 1.0, "rmse": 1.0, "mae_median": 1.0, "coverage_90": 0.9}
    classic |= {"weeks_inside_90": 0.8, "total_error": 0.1, "own_better_log_score_t": 3.0}
    own = classic | {"log_score": 0.9, "rmse": 1.2, "total_inside_90": True}
    models = dict.fromkeys(("nbd", "bg_nbd", "pareto_nbd"), classic) | {"own": own}
    missed = [label for label, *_, good in rows_of(models) if not good]
    assert missed == ["RMSE"]


def test_the_paired_comparison_is_a_t_of_the_gains():
    gains = SimpleNamespace(ours=np.array([1.0, 2.0, 3.0]), others=np.array([2.0, 3.0, 5.0]))
    expected = (4 / 3) / (pd.Series([1, 1, 2]).std() / np.sqrt(3))
    assert paired_t(gains.ours, gains.others) == pytest.approx(expected)
