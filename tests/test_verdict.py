"""The verdict follows its rule: a winner, nothing, no clear winner, or too few futures to say.

Serves: C3.1
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.analysis.choice import told_best
from sim.analysis.intervals import ALPHA, paired_interval
from sim.analysis.verdict import SURE, decide
from sim.common.size import ENOUGH_FUTURES
from sim.playbook.strategies import BASELINE
from sim.report.comparison.unaffordable import best_in
from tests.synthetic import shared_comparison
from tests.worlds import Z_LIMIT


def _equity(**gains) -> pd.DataFrame:
    """Return customer equity by futures; doing nothing differs from future to future as well."""
    n = len(next(iter(gains.values())))
    nothing = 100.0 + np.arange(n) % 7
    columns = {name: nothing + np.asarray(gain, float) for name, gain in gains.items()}
    return pd.DataFrame({BASELINE: nothing} | columns)


def _around(mean: float, spread: float, n: int) -> np.ndarray:
    """Return gains half above and half below a mean."""
    return mean + spread * np.where(np.arange(n) % 2, 1.0, -1.0)


def test_one_that_is_best_nearly_always_and_certainly_gains_wins():
    found = decide(_equity(a=_around(5, 1, 20), b=_around(2, 1, 20)))
    assert (found.kind, found.strategy, found.runner_up, found.needed) == ("winner", "a", "b", None)
    assert (found.probability, found.chosen) == (1.0, "a")
    assert 2 / 3 < found.probability_low < 1


def test_no_gain_that_matters_means_to_do_nothing():
    losing = decide(_equity(a=_around(-5, 1, 20), b=_around(-2, 1, 20)))
    assert (losing.kind, losing.strategy, losing.chosen) == ("do_nothing", None, BASELINE)
    assert losing.runner_up == "b" and losing.probability == 1.0
    small = _equity(a=_around(0.2, 0.1, 20))
    assert decide(small).kind == "winner"
    for matters, kind in ((0.3, "do_nothing"), (0.19, "winner")):  # the interval reaches .24
        assert decide(small, matters=matters).kind == kind


def test_one_gain_that_may_matter_among_small_ones_keeps_the_verdict_open():
    gains = {"a": _around(0.2, 0.1, 20), "b": _around(0.0, 9.0, 20)}
    assert decide(_equity(**gains), matters=0.5).kind != "do_nothing"
    del gains["b"]
    assert decide(_equity(**gains), matters=0.5).kind == "do_nothing"


def test_certain_gains_of_which_none_is_best_nearly_always_have_no_clear_winner():
    n = 100
    found = decide(_equity(a=_around(5, 1, n), b=_around(4.9, -1, n)))
    assert (found.kind, found.strategy, found.needed) == ("no_clear_winner", "a", None)
    assert found.probability == 0.5 and found.probability_high < SURE


@pytest.mark.parametrize(
    ("gains", "why"),
    [
        ({"a": _around(1, 9, 8)}, "the gain may be none"),
        ({"a": _around(5, 1, 2)}, "two futures of two are no share"),
        ({"a": _around(5, 0.1, 4)}, "the gain is certain, and four futures of four are no share"),
        ({"a": _around(5, 1, 8), "b": [7, 4, 3, 3, 3, 3, 4, 7]}, "six of eight may be more than 80 %"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)  # fmt: skip
def test_too_few_futures_leave_it_undecided_and_tell_how_many_would_do(gains, why):
    found = decide(_equity(**gains))
    assert found.kind == "undecided", why
    assert found.strategy == "a"
    n = len(gains["a"])
    assert found.needed % n == 0 and found.needed >= 2 * n
    more = {name: np.tile(gain, found.needed // n) for name, gain in gains.items()}
    assert decide(_equity(**more)).kind != "undecided"
    fewer = {name: np.tile(gain, found.needed // n // 4 or 1) for name, gain in gains.items()}
    assert decide(_equity(**fewer)).kind == "undecided"


@pytest.mark.parametrize(("n", "kind"), [(26, "undecided"), (104, "winner")])
def test_of_few_futures_a_share_of_four_in_five_may_be_luck_where_more_tell(n, kind):
    """Best in 21 of 26 futures: the share itself may be below two thirds, .65 at its lower end."""
    found = decide(_equity(a=_around(5, 1, n), b=np.where(np.arange(n) % 26 < 5, 9.0, 2.0)))
    assert (found.probability, found.kind) == (pytest.approx(21 / 26), kind)


@pytest.mark.parametrize("gain", [5.0, -5.0])
def test_few_futures_decide_nothing_however_alike_they_are(gain):
    """Eight of eight futures made a winner, beside "no strategy is clearly better"."""
    few, enough = (
        decide(_equity(a=_around(gain, 1, n), b=_around(-9, 1, n)))
        for n in (ENOUGH_FUTURES - 1, ENOUGH_FUTURES)
    )
    assert (few.kind, few.clearly_better) == ("undecided", ())
    assert enough.kind == ("winner" if gain > 0 else "do_nothing")
    assert enough.clearly_better == (("a",) if gain > 0 else ())


def test_whoever_is_to_be_chosen_is_clearly_better_than_nothing_and_of_none_is_nobody():
    rng, told = np.random.default_rng(11), set()
    for _ in range(300):
        n, means = int(rng.integers(4, 120)), rng.normal(0, 1, 3)
        gains = {f"s{k}": rng.gamma(2, 0.7, n) - 1.4 + mean for k, mean in enumerate(means)}
        found = decide(_equity(**gains), matters=0.2)
        told.add(found.kind)
        if found.kind in ("winner", "no_clear_winner"):
            assert found.strategy in found.clearly_better
        if found.kind == "do_nothing" or n < ENOUGH_FUTURES:
            assert not found.clearly_better
    assert told == {"winner", "no_clear_winner", "do_nothing", "undecided"}


def test_what_no_number_of_futures_would_settle_is_told_as_such():
    found = decide(_equity(a=_around(1e-9, 9, 8)))
    assert (found.kind, found.needed) == ("undecided", None)


def test_a_gain_too_small_to_matter_so_far_advises_nothing_and_is_open():
    found = decide(_equity(a=_around(0.2, 0.3, 20)), matters=0.25)
    assert (found.kind, found.strategy, found.chosen) == ("undecided", None, BASELINE)
    assert found.probability == 0.5 and found.runner_up == "a"
    losing = decide(_equity(a=_around(-0.05, 0.3, 20)))
    assert (losing.kind, losing.strategy) == ("undecided", None)


@pytest.mark.parametrize("shared", [0.0, 0.5, 0.9])
def test_the_largest_of_many_gains_that_are_none_is_seldom_taken_for_one(shared):
    """In one of twenty comparisons at most: being the largest of eleven is no evidence."""
    rng, repeats, told = np.random.default_rng(4), 200, 0
    for _ in range(repeats):
        common = rng.normal(0, np.sqrt(shared), (50, 1))
        gains = common + rng.normal(0, np.sqrt(1 - shared), (50, 11))
        found = decide(_equity(**{f"s{k}": gains[:, k] for k in range(11)}))
        told += found.kind in ("winner", "no_clear_winner")
    assert told / repeats < ALPHA / 2 + Z_LIMIT * np.sqrt(ALPHA / 2 * (1 - ALPHA / 2) / repeats)


def test_strategies_that_are_the_same_share_the_futures_in_which_they_are_best():
    same = _around(5, 1, 20)
    found = decide(_equity(a=same, b=same, c=_around(2, 1, 20)))
    assert dict(found.options["probability"]) == {"a": 0.5, "b": 0.5, "c": 0.0, BASELINE: 0.0}


def test_on_a_tie_doing_nothing_is_best():
    found = decide(_equity(a=[0.0] * 20))
    assert (found.kind, found.probability) == ("do_nothing", 1.0)


def test_options_say_what_is_lost_by_each():
    """Of two gains and nothing, future by future: best, regret, and how often less than nothing."""
    found = decide(_equity(a=[4.0, -2.0, 6.0, 2.0], b=[1.0, 1.0, 1.0, 1.0])).options
    assert list(found.index) == ["a", "b", BASELINE]
    assert list(found["probability"]) == [0.75, 0.25, 0.0]
    assert list(found["gain"]) == [2.5, 1.0, 0.0]
    assert list(found["regret"]) == [0.75, 2.25, 3.25]
    assert list(found["loses"]) == [0.25, 0.0, 0.0]


def test_second_lives_tell_what_of_the_gain_is_luck_and_change_no_verdict():
    first = _equity(a=_around(5, 1, 8))
    again = _equity(a=_around(5, 1, 8) + _around(0, 0.5, 8)).iloc[:2]
    alone, found = decide(first), decide(first, again, 2.0)
    gains = (first["a"] - first[BASELINE], again["a"] - again[BASELINE])
    assert found.gain == paired_interval(*gains, 2.0)
    assert 0 < found.gain.luck < 1 and np.isnan(alone.gain.luck)
    assert (found.kind, found.probability) == (alone.kind, alone.probability)
    assert decide(first, pd.DataFrame()).kind == alone.kind  # fewer than 8 futures have none


@pytest.mark.parametrize("seed", range(5))
def test_the_futures_in_which_each_is_told_to_be_best_add_up_to_all_of_them(seed):
    """Ties are shared, so that each count by itself could be rounded up."""
    comparison = shared_comparison()
    options, n = comparison.verdict.options, comparison.futures
    shares = np.random.default_rng(seed).dirichlet(np.ones(len(options)))
    verdict = replace(comparison.verdict, options=options.assign(probability=shares))
    shared = replace(comparison, verdict=verdict)
    counts = [int(best_in(shared, name).split()[0]) for name in options.index]
    assert sum(counts) == n
    assert np.all(np.abs(np.array(counts) - n * shares) < 1.0)


def test_halves_and_thirds_of_futures_are_told_whole():
    comparison = shared_comparison()
    names = list(comparison.verdict.options.index)
    for n in range(2, len(names) + 1):
        shares = pd.Series([1 / n] * n + [0.0] * (len(names) - n), names)
        options = comparison.verdict.options.assign(probability=shares)
        told = told_best(replace(comparison.verdict, options=options), comparison.futures)
        assert round(told.sum() * comparison.futures) == comparison.futures
        assert set(told[shares == 0]) <= {0.0}
