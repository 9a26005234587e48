"""Who falls silent: the event is what is said, chance is told, and ratios are those that made it.

Serves: I5.4
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from insight_logs import steady_panel
from scipy import stats

from sim.insight import silence
from sim.insight.halves import WORTH, Halves, halves_of
from sim.insight.silence import silence_of

FALSE_ALARM = 1e-4


@cache
def _found(leaving):
    log = steady_panel(leaving=leaving, seed=4)
    return silence_of(log, halves_of(log, False))


def test_where_customers_stay_as_they_are_as_many_fall_silent_as_by_luck():
    """Two binomials of as many customers: the log's, and one drawn life."""
    found = _found(0.0)
    share = found.fell
    error = np.sqrt(2 * share.steady * (1 - share.steady) / found.customers)
    assert abs(share.counted - share.steady) < stats.norm.isf(FALSE_ALARM / 2) * error
    assert share.steady > 0.1, "luck alone makes many silent, so that nil would be far off"


def test_customers_who_left_show_beyond_luck_and_in_their_group():
    best = _found(0.3).curves[0]
    last = best.left[-1]
    error = np.sqrt(2 * last.steady * (1 - last.steady) / best.customers)
    assert last.counted < last.steady - stats.norm.isf(FALSE_ALARM) * error


def test_somebody_falls_silent_after_three_of_their_own_gaps_and_four_weeks_and_may_come_back():
    end = pd.Timestamp("2023-12-31")
    halves = Halves(end - pd.Timedelta(weeks=26), end, pd.DataFrame(), None)
    last = [halves.middle] * 3 + [halves.middle - pd.Timedelta(weeks=3)]
    people = pd.DataFrame({"gap": [1.0, 3.0, 1.0, 1.0], "last": last})
    bought = (np.array([0, 1, 1, 1, 2, 2, 3]), np.array([2.0, 8.0, 16.0, 24.0, 3.0, 20.0, 2.0]))
    time, fell, back = silence._until_silent(people, bought, halves)
    assert fell.tolist() == [True, False, True, True]  # eight weeks are short for the second
    assert time.tolist() == pytest.approx([2 + 4, 26, 3 + 4, -3 + 4])
    assert back.tolist() == [False, False, True, True]


@cache
def _exponential(ratio, crossing=False, n=4_000, seed=6):
    """Customers with the same gap whose hazard differs by group; with `crossing` only early on."""
    luck = np.random.default_rng(seed)
    worth = luck.integers(0, 2, n)
    people = pd.DataFrame({"worth": worth, "gap": 1.0 + luck.random(n)})
    rate = np.where(worth == WORTH.index(silence.BESIDE), 0.05, 0.05 * ratio)
    time = luck.exponential(1 / rate)
    if crossing:
        early = time < 5.0
        time = np.where(
            early, time, 5.0 + luck.exponential(20.0 * np.where(worth == 0, ratio, 1.0), n)
        )
    fell = time < 26.0
    return silence._hazards(people, np.minimum(time, 26.0), fell)


def test_a_ratio_is_that_by_which_groups_were_made_to_differ():
    (found,), constant = _exponential(2.0)
    error = (np.log(found.high) - np.log(found.low)) / (2 * 1.96)
    limit = stats.norm.isf(FALSE_ALARM / 2)
    assert abs(np.log(found.ratio) - np.log(2.0)) < limit * error
    assert np.log(found.ratio) > limit * error, "no difference would be seen"
    assert constant


def test_ratios_that_do_not_keep_are_told():
    assert _exponential(3.0, crossing=True)[1] is False


def test_too_few_events_give_no_ratio():
    people = pd.DataFrame({"worth": [0, 1] * 20, "gap": 1.0})
    assert silence._hazards(people, np.full(40, 5.0), np.arange(40) < 10) == ((), None)
