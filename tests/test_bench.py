"""The benchmark runs, at its smallest size: the parts that it times exist and take time."""

import numpy as np
import pytest

from tests.benchmark import bench, bench_speed


@pytest.fixture(scope="module")
def sizes() -> dict[str, dict]:
    """Measured in this process, each at 200 customers for two weeks."""
    return {
        name: bench_speed.measure(200, 2, name == "oracle", name) for name in bench_speed.STRATEGIES
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


def test_the_tables_can_be_written(sizes):
    speed = bench._speed_lines([sizes["oracle"]]) + bench._more_lines(
        [sizes["oracle"]] * 2, sizes["all_levers"]
    )
    assert "times the plain model" in speed[0]
    parts = bench._part_lines(list(sizes.values()))
    assert len(parts) == 2 + len(bench_speed.PARTS) + 1 + len(bench_speed.WITHIN)
    assert np.isfinite(bench._seconds("-c", "pass", times=1))


def test_what_shared_luck_saves_is_measured_for_every_measure():
    lines = bench._luck_lines(100, 8, 2)
    assert len(lines) == 4 + len(bench.MEASURES)
