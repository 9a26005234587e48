"""The benchmark runs, at its smallest size: the parts that it times exist and take time."""

import numpy as np
import pytest

from tests.benchmark import bench, bench_pairs, bench_speed
from tests.benchmark.bench_aims import Aim, aim_lines, aims
from tests.benchmark.bench_cockpit import Moved, cockpit_lines, time_moves
from tests.benchmark.bench_comparison import (
    FIRST_LOOK,
    STANDARD,
    Asked,
    Timed,
    comparison_lines,
    time_comparison,
)
from tests.benchmark.bench_intake import PROMISED, Taken, intake_aims, intake_lines, time_intakes
from tests.driven_browser import PROGRAM


@pytest.fixture(scope="module")
def sizes() -> dict[str, dict]:
    """Measured in this process, each at 200 customers for two weeks."""
    return {
        name: bench_speed.measure(200, 2, name == "three levers", name)
        | {"strategy": name, "together": None}
        for name in bench_speed.STRATEGIES
    }


@pytest.mark.parametrize("strategy", list(bench_speed.STRATEGIES))
def test_each_part_of_the_week_is_found_and_they_take_no_more_than_the_week(sizes, strategy):
    size = sizes[strategy]
    assert set(size["parts"]) == {name for _, _, name in bench_speed.PARTS}
    assert all(seconds > 0 for seconds in size["parts"].values()), size["parts"]
    assert sum(size["parts"].values()) <= size["seconds"]
    assert size["held"] > 0


def test_functions_are_left_as_they_were(sizes):
    for home, function, _ in bench_speed.PARTS + bench_speed.WITHIN:
        assert getattr(home, function).__name__ != "timed"


def test_set_up_and_writing_are_measured_apart_from_the_weeks(sizes):
    for size in sizes.values():
        assert all(size[part] > 0 for part in ("creation", "shared", "writing")), size


def test_the_tables_can_be_written(sizes):
    every = list(sizes.values())
    assert "times the plain model" in bench._speed_lines(every)[0]
    assert len(bench._run_lines(every)) == 2 + len(every)
    parts = bench._part_lines(every)
    assert len(parts) == 2 + len(bench_speed.PARTS) + 1 + len(bench_speed.WITHIN)
    assert np.isfinite(bench._seconds("-c", "pass", times=1))


def test_pairs_are_counted_until_the_time_is_over(monkeypatch):
    monkeypatch.setattr(bench_pairs, "_MOST", 50)
    run = bench_pairs.pairs(0.05, customers=100, weeks=4)
    assert run["pairs"] > 0
    assert run["seconds"] >= 0.05
    assert len(bench._pair_lines([run], [run, run])) == 6


def test_a_comparison_is_timed():
    small = Asked("small", "--strategies balanced --customers 100 --weeks 4 --futures 2", 1)
    took = time_comparison(small)
    assert took.used > 0 and took.wall > 0
    assert len(comparison_lines([took])) == 3


@pytest.mark.parametrize(
    ("found", "more", "said"),
    [
        (50.0, True, "reached"),
        (40.0, True, "20% too few"),
        (40.0, False, "reached"),
        (75.0, False, "1.5 times as much"),
        (None, True, "not measured"),
    ],
)
def test_an_aim_that_is_missed_says_by_how_much(found, more, said):
    assert Aim("x", 50, found, more).missed == said


def test_every_aim_is_measured_where_its_size_is(sizes):
    """Each by what the benchmark gives of a size, of pairs and of comparisons."""
    every = [
        one | {"customers": customers, "together": 3e6}
        for one in sizes.values()
        for customers in (100_000, 1_000_000, 10_000_000)
    ]
    looks = [Timed(asked, 5.0, 9.0) for asked in (FIRST_LOOK, STANDARD)]
    moved = Moved(9.0, (1.0, 3.0, 1.5), 2)
    found = aims(every, 12.0, looks, moved)
    assert all(one.found is not None for one in found), found
    assert len(aim_lines(found)) == 2 + len(found)
    assert [one.found for one in aims([], 12.0, [], None)].count(None) == len(found) - 3
    assert found[-1].found == 1.5 and found[-1].missed == "reached"


def test_intakes_of_each_form_are_timed_and_the_promise_is_held_against_its_own_size():
    found = time_intakes(3_000)
    assert len({one.form for one in found}) == len(found) == 2
    assert all(one.used > 0 and one.wall > 0 for one in found), found
    assert len(intake_lines(found)) == 2 + len(found)
    assert all(one.missed == "not measured" for one in intake_aims(found))
    told = [one.missed for one in intake_aims([Taken("plain", PROMISED, 600.0, 900.0, 2**30)])]
    assert told == ["2 times as much", "reached"]


@pytest.mark.skipif(PROGRAM is None, reason="no Chromium: no move is timed here")
def test_moves_in_the_cockpit_are_timed_and_pictured(tmp_path):
    moved = time_moves(1, tmp_path)
    assert moved is not None and 0 < moved.moves[0] < moved.opening + 180 and moved.futures >= 2
    assert {path.name for path in tmp_path.iterdir()} == {"opened.png", "moved.png"}
    assert len(cockpit_lines(moved)) == 7 and len(cockpit_lines(None)) == 1


def test_what_shared_luck_saves_is_measured_for_every_measure():
    lines = bench._luck_lines(100, 8, 2)
    assert len(lines) == 4 + len(bench.MEASURES)
