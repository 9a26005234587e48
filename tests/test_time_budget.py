"""A time instead of a number of futures: as many as fit into it, and the same when it goes on."""

import math

import pytest

from sim.common.errors import InputError
from sim.experiment import compare as experiment
from sim.experiment import time_budget, workers
from sim.experiment.manifest import read_manifest
from sim.experiment.result_store import missing_runs
from sim.experiment.time_budget import LEAST, MOST, futures_in
from sim.market.market import load_market
from sim.playbook.strategy_files import load_strategy
from tests.quick import make_quick

#: Seconds that a run takes, by a clock of its own.
SECONDS = 6.0


@pytest.fixture
def clock(monkeypatch):
    """Let each run take the same time, and nothing else any."""
    now = [0.0]

    class Timed:
        """A run that takes time and does nothing."""

        def __init__(self, _scenario):
            pass

        def run(self):
            now[0] += SECONDS

    monkeypatch.setattr(time_budget, "LoyaltyModel", Timed)
    monkeypatch.setattr(time_budget.time, "perf_counter", lambda: now[0])


@pytest.mark.parametrize(("minutes", "jobs"), [(1, 1), (10, 1), (10, 2), (100, 3)])
def test_as_many_futures_are_taken_as_fit_into_the_time(clock, minutes, jobs):
    """Two scenarios a future, and a quarter of the futures is lived through twice."""
    strategies = {"balanced": load_strategy("balanced")}
    found = futures_in(minutes, load_market("grocery"), strategies, 100, 4, jobs)
    assert found == max(LEAST, math.floor(60 * minutes * jobs / (2 * SECONDS * 1.25)))


@pytest.mark.parametrize(("minutes", "taken"), [(1e-6, LEAST), (1e9, MOST)])
def test_however_short_or_long_some_futures_are_taken_and_not_too_many(clock, minutes, taken):
    strategies = {"balanced": load_strategy("balanced")}
    assert futures_in(minutes, load_market("grocery"), strategies, 100, 4, 1) == taken


def _compare(out, **more):
    asked = {"customers": 100, "weeks": 4, "futures": 3, "seed": 3, "jobs": 1}
    return experiment.compare("grocery", ["balanced"], out=out, **(asked | more))


def _stop(done: int, _total: int, _label: str) -> None:
    """Stop as Ctrl-C does, in the midst of the runs."""
    if done == 5:
        raise KeyboardInterrupt


def test_a_comparison_by_time_that_was_stopped_goes_on_with_the_same_futures(tmp_path, monkeypatch):
    make_quick(monkeypatch.setattr)
    out = tmp_path / "comparison"
    with pytest.raises(KeyboardInterrupt):
        _compare(out, minutes=0.0001, on_progress=_stop)
    begun = read_manifest(out)
    assert begun.futures == LEAST and missing_runs(out, begun)

    def never(*_arguments):
        raise AssertionError("counted again")

    monkeypatch.setattr(experiment, "futures_in", never)
    monkeypatch.setattr(experiment, "size_strategies", never)
    assert _compare(out, minutes=5.0) == out
    done = read_manifest(out)
    assert done.finished and done.runs == begun.runs
    assert missing_runs(out, done) == []
    assert {key[1] for key in done.runs} == set(range(LEAST))


@pytest.mark.parametrize("minutes", [0, -1.0, math.nan, math.inf, "5", True])
def test_a_time_that_is_none_is_told_before_any_work(tmp_path, monkeypatch, minutes):
    monkeypatch.setattr(workers, "LoyaltyModel", None)
    with pytest.raises(InputError) as refused:
        _compare(tmp_path / "new", minutes=minutes)
    assert refused.value.field == "minutes"
    assert not (tmp_path / "new").exists()
