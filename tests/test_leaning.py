"""A value on which the answer leans is found, with what it does; one that does nothing is not.

Serves: C3.4
"""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.analysis.intervals import ALPHA
from sim.analysis.known_futures import SIZE, Futures
from sim.analysis.leaning import LEAST_FUTURES, leanings
from sim.analysis.verdict import decide
from sim.playbook.strategies import BASELINE
from tests.worlds import FALSE_ALARM, Z_LIMIT

N = 200
X = "market.x"
RANGE = (0.0, 1.0, 2.0)


def _drawn(n: int = N, seed: int = 1) -> np.ndarray:
    """Return uniform values from end to end of the range."""
    return np.random.default_rng(seed).uniform(*RANGE[::2], n)


def _look(gains, values, always=(), ranges=None, matters=0.0, firm=1.0):
    """Return verdict and leanings of strategies with such gains where values were drawn."""
    equity = pd.DataFrame({BASELINE: 0.0, **gains})
    verdict = decide(equity, matters=matters)
    drawn = pd.DataFrame(values)
    ends = ranges or dict.fromkeys(drawn.columns, RANGE)
    sizes = pd.Series(np.broadcast_to(firm, len(equity)), dtype=float)
    futures = Futures(equity, sizes, drawn, ends)
    return verdict, leanings(futures, verdict, list(drawn.columns), always)


def test_a_value_that_moves_the_gain_is_found_with_its_share_and_its_ends():
    """The share is off by no more than its error, 2 r (1 - r^2) / sqrt(n) for a share r^2."""
    x, noise = _drawn(), np.random.default_rng(2).normal(0, 1, N)
    slope = 3.0
    _, (found,) = _look({"a": 9 + slope * (x - 1) + noise}, {X: x})
    moved = slope**2 * 4 / 12  # variance of a uniform value from 0 to 2
    share = moved / (moved + 1)
    assert found.address == X and found.clear
    assert abs(found.share - share) < Z_LIMIT * 2 * math.sqrt(share) * (1 - share) / math.sqrt(N)
    error = math.sqrt(1 / N + 1 / (N * 4 / 12))  # of a line at its ends
    for end, place in ((found.low, 0), (found.high, 2)):
        assert end.value == place and end.low < end.gain < end.high
        assert abs(end.gain - (9 + slope * (place - 1))) < Z_LIMIT * error
        assert (end.best, end.answer) == ("a", "same")
    assert not found.changes and not found.turns


def test_of_two_shares_of_which_one_tells_the_other_the_first_is_told():
    x, noise = _drawn(), np.random.default_rng(2).normal(0, 1, N)
    both = {"channels.phone": x / 2, "channels.app": 1 - x / 2, X: _drawn(seed=9)}
    ranges = dict.fromkeys(both, RANGE)
    _, found = _look({"a": 9 + 3 * x + noise}, both, always=list(both), ranges=ranges)
    assert {one.address for one in found} == {"channels.phone", X}


def test_the_place_where_the_answer_turns_is_found_within_its_standard_error():
    """That of the zero of a line is its error there over its slope (delta method)."""
    x, noise = _drawn(), np.random.default_rng(3).normal(0, 1, N)
    slope, turn = -4.0, 1.5
    verdict, (found,) = _look({"a": slope * (x - turn) + noise}, {X: x})
    assert verdict.chosen == "a"
    assert (found.low.answer, found.high.answer) == ("same", "other")
    assert found.high.best == BASELINE and found.changes
    error = math.sqrt(1 / N + (turn - x.mean()) ** 2 / (N * x.var())) / abs(slope)
    assert abs(found.turns[0].at - turn) < Z_LIMIT * error


def test_another_strategy_that_is_better_at_an_end_is_named():
    x, noise = _drawn(), np.random.default_rng(4).normal(0, 0.5, (2, N))
    gains = {"a": 5 + noise[0], "b": 4.5 + 2 * (x - 1) + noise[1]}
    verdict, (found,) = _look(gains, {X: x}, [X])
    assert verdict.chosen == "a"
    assert (found.high.best, found.high.answer) == ("b", "other")
    assert (found.low.best, found.low.answer) == ("a", "same")
    assert 1 < found.turns[0].at < 1.6


def test_what_seems_better_by_less_than_its_error_is_unsure():
    x = np.linspace(*RANGE[::2], 20)
    noise = np.tile([4.0, -4.0, -4.0, 4.0], 5)
    _, (found,) = _look({"a": 5 + noise, "b": 4.9 + 0.5 * (x - 1) - noise}, {X: x}, [X])
    assert (found.low.answer, found.high.answer) == ("same", "unsure")
    assert found.high.best == "b"
    assert not found.changes and not found.turns


def test_a_line_that_may_be_chance_among_many_turns_no_answer():
    """By itself it is none in 30; of twenty values one in two has such a line."""
    rng, x = np.random.default_rng(21), np.linspace(*RANGE[::2], 30)
    noise = rng.normal(0, 1, 30)
    noise -= np.polyval(np.polyfit(x, noise, 1), x)
    gains = {"a": 0.75 * (x - 1) + noise / noise.std()}
    others = {f"market.y{k}": rng.uniform(*RANGE[::2], 30) for k in range(19)}
    _, (alone,) = _look(gains, {X: x}, [X])
    assert alone.clear and alone.high.answer == "other" and alone.turns
    among = next(one for one in _look(gains, {X: x, **others}, [X])[1] if one.address == X)
    assert (among.clear, among.high.answer, among.turns) == (False, "unsure", ())


def test_where_the_leader_surely_leans_another_is_better_only_by_more_than_the_error_of_the_difference():
    x = np.linspace(*RANGE[::2], 20)
    noise = np.tile([4.0, -4.0, -4.0, 4.0], 5)
    gains = {"a": 5 + (x - 1) + noise / 40, "b": 4.9 + 1.5 * (x - 1) - noise}
    _, (found,) = _look(gains, {X: x})
    assert found.clear and found.high.best == "b"
    assert (found.low.answer, found.high.answer) == ("same", "unsure")
    assert not found.changes and not found.turns


@pytest.mark.parametrize(
    ("gain", "matters"), [(5.0, 0.0), (-5.0, 0.0), (0.5, 1.0), (1.5, 1.0)]
)  # fmt: skip
def test_at_the_mean_of_what_was_drawn_the_answer_is_the_verdict(gain, matters):
    """An end that is no other value than was assumed all along changes nothing."""
    x, noise = _drawn(), np.random.default_rng(6).normal(0, 1, N)
    y = gain + 2 * (x - x.mean()) + noise
    centre = (x.mean(), x.mean(), x.mean())
    verdict, (found,) = _look({"a": y}, {X: x}, [X], {X: centre}, matters)
    assert verdict.kind == ("do_nothing" if gain < max(matters, 0.1) else "winner")
    for end in (found.low, found.high):
        assert end.gain == pytest.approx(y.mean())
        assert (end.best, end.answer) == (verdict.chosen, "same")


def test_what_first_overtakes_the_choice_is_told_and_not_what_is_best_at_the_end():
    x, wobble = _drawn(), np.random.default_rng(12).normal(0, 1e-6, N)
    _, (found,) = _look({"a": 5.6 + wobble, "b": 2.75 + 2 * x, "c": 4.5 + x}, {X: x}, [X])
    assert found.high.best == "b"
    (turn,) = found.turns
    assert (turn.side, turn.best) == ("above", "c") and turn.at == pytest.approx(1.1, abs=1e-5)


def test_where_the_answer_turns_at_both_ends_both_places_are_told():
    x, wobble = _drawn(), np.random.default_rng(13).normal(0, 1e-6, N)
    gains = {"a": 5 + 0.1 * x + wobble, "b": 2.5 + 2 * x, "c": 5.5 - 2 * x}
    _, (found,) = _look(gains, {X: x}, [X])
    told = {turn.side: (turn.best, turn.at) for turn in found.turns}
    assert told == {
        "below": ("c", pytest.approx(0.5 / 2.1, abs=1e-5)),
        "above": ("b", pytest.approx(2.5 / 1.9, abs=1e-5)),
    }


def test_a_gain_too_small_to_matter_is_no_other_answer_at_an_end():
    """Doing nothing is chosen for a certain gain of a tenth of what matters: so it is at the ends."""
    x, noise = _drawn(), np.random.default_rng(7).normal(0, 0.01, N)
    verdict, (found,) = _look({"a": 0.1 + 0.02 * (x - 1) + noise}, {X: x}, [X], matters=1.0)
    assert verdict.kind == "do_nothing"
    assert {found.low.answer, found.high.answer} == {"same"}
    assert not found.turns


def test_a_gain_that_comes_to_matter_within_the_range_turns_the_answer_where_it_does():
    x, noise = _drawn(), np.random.default_rng(8).normal(0, 0.1, N)
    verdict, (found,) = _look({"a": 0.5 + (x - 1) + noise}, {X: x}, matters=1.2)
    assert verdict.kind == "do_nothing"
    assert (found.low.answer, found.high.answer, found.high.best) == ("same", "other", "a")
    error = 0.1 * math.sqrt(1 / N + (1.7 - x.mean()) ** 2 / (N * x.var()))
    assert abs(found.turns[0].at - 1.7) < Z_LIMIT * error


def test_an_end_that_is_most_likely_as_well_is_read_like_any_other():
    """Of a value that does nothing and lies most often at its low end, neither end changes anything."""
    x = np.random.default_rng(9).beta(1, 5, N)
    y = 5 + np.random.default_rng(10).normal(0, 1, N)
    _, (found,) = _look({"a": y}, {X: x}, [X], {X: (0.0, 0.0, 1.0)})
    assert not found.clear
    assert (found.low.answer, found.high.answer) == ("same", "same")


def test_the_number_of_customers_from_which_a_strategy_pays_is_found():
    """What it costs whatever the size, 150, over what each customer brings, 2."""
    firm, rng = 50 + 50 * _drawn(), np.random.default_rng(17)
    gain = firm * (2 + rng.normal(0, 0.1, N)) - 150
    ends = {SIZE: (50.0, 100.0, 150.0)}
    verdict, (found,) = _look({"a": gain}, {SIZE: firm}, ranges=ends, firm=firm)
    assert verdict.chosen == "a"
    assert (found.low.best, found.low.answer) == (BASELINE, "other")
    assert (found.high.best, found.high.answer) == ("a", "same")
    over = 1 / firm
    error = 0.1 * math.sqrt(1 / N + (1 / 75 - over.mean()) ** 2 / (N * over.var())) / 150
    assert abs(1 / found.turns[0].at - 1 / 75) < Z_LIMIT * error
    error = 0.1 * math.sqrt(1 / N + (1 / 150 - over.mean()) ** 2 / (N * over.var()))
    assert abs(found.high.gain / 150 - 1) < Z_LIMIT * error


def test_what_moves_each_customers_gain_shares_what_the_number_of_customers_leaves():
    x, firm = _drawn(), 50 + 50 * _drawn(seed=18)
    gain = firm * (5 + (x - 1))
    ends = {SIZE: (50.0, 100.0, 150.0), X: RANGE}
    _, found = _look({"a": gain}, {X: x, SIZE: firm}, ranges=ends, firm=firm)
    share = {one.address: one.share for one in found}
    assert share[SIZE] == pytest.approx(np.corrcoef(firm, gain)[0, 1] ** 2)
    assert share[X] == pytest.approx(1 - share[SIZE])  # per customer x says all


def test_a_value_that_cannot_move_the_leading_strategy_is_not_looked_at():
    x = _drawn()
    equity = pd.DataFrame({BASELINE: 0.0, "a": 5 + x})
    futures = Futures(equity, pd.Series(np.ones(N)), pd.DataFrame({X: x}), {X: RANGE})
    assert leanings(futures, decide(equity), [X], [])
    assert leanings(futures, decide(equity), [], [X]) == []


def test_where_nothing_leans_a_leaning_is_told_in_one_of_ten_comparisons_at_most():
    """Benjamini & Hochberg (1995): of false alarms alone, any is told with a chance of 10 %."""
    repeats, values = 100, 20
    rng, told = np.random.default_rng(11), 0
    for _ in range(repeats):
        x = rng.uniform(*RANGE[::2], (30, values))
        drawn = {f"market.x{i}": x[:, i] for i in range(values)}
        told += bool(_look({"a": rng.normal(5, 1, 30)}, drawn)[1])
    assert told <= stats.binom.isf(FALSE_ALARM, repeats, ALPHA)
    assert told > 0  # or nothing is ever told


def test_where_nothing_leans_no_value_that_is_always_told_changes_the_answer_more_often():
    """Gains so small that chance alone crosses nil at an end of one value or other.

    Lines that may be chance and turned the answer would change most comparisons: 60 tell that from 10 %.
    """
    repeats, values = 60, 20
    rng, changed, told = np.random.default_rng(16), 0, 0
    for _ in range(repeats):
        x = rng.uniform(*RANGE[::2], (30, values))
        drawn = {f"market.x{i}": x[:, i] for i in range(values)}
        _, found = _look({"a": rng.normal(0.2, 1, 30)}, drawn, list(drawn))
        changed += any(one.changes for one in found)
        told += any(one.low.answer == "unsure" or one.high.answer == "unsure" for one in found)
    assert changed <= stats.binom.isf(FALSE_ALARM, repeats, ALPHA)
    assert told > repeats / 2  # what only seems better is still said


def test_what_changes_the_answer_comes_first_then_what_moves_the_gain_most():
    x, y, z = (_drawn(seed=seed) for seed in (12, 13, 14))
    noise = np.random.default_rng(15).normal(0, 0.5, N)
    gain = 1.5 + 2 * (x - 1) + 1.0 * (y - 1) + noise
    values = {"market.y": y, "market.z": z, X: x}
    _, found = _look({"a": gain}, values, ["market.z"])
    assert [one.address for one in found] == [X, "market.y", "market.z"]
    assert [one.clear for one in found] == [True, True, False]


def test_few_futures_or_nothing_uncertain_tell_no_leaning():
    x = _drawn(LEAST_FUTURES)
    gain = 5 + 3 * x + 0.01 * np.random.default_rng(16).normal(0, 1, LEAST_FUTURES)
    assert _look({"a": gain}, {X: x})[1]
    assert _look({"a": gain[1:]}, {X: x[1:]})[1] == []
    assert _look({"a": gain}, {})[1] == []
    assert _look({"a": gain}, {X: np.ones(LEAST_FUTURES)}, [X])[1] == []
    assert _look({"a": np.full(LEAST_FUTURES, 5.0)}, {X: x}, [X])[1] == []


def test_ends_stand_around_the_mean_gain_where_what_a_customer_brings_goes_with_their_number():
    """The line that counts futures by their customers goes through the mean gain, to the last digit."""
    rng, x = np.random.default_rng(12), _drawn()
    firm = rng.lognormal(3.0, 0.8, N)
    gain = firm * (2.0 + 0.3 * (x - 1) - firm / firm.mean() + rng.normal(0, 0.2, N))
    ends = {X: RANGE, SIZE: (5.0, 20.0, 100.0)}
    _, found = _look({"a": gain}, {X: x, SIZE: firm}, [X, SIZE], ends, 0.0, firm)
    one = next(each for each in found if each.address == X)
    middle = (firm * x).sum() / firm.sum()
    there = one.low.gain + (one.high.gain - one.low.gain) * middle / 2.0
    assert there == pytest.approx(gain.mean(), rel=1e-9)
    assert one.low.gain < there < one.high.gain
