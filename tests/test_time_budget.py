"""A time instead of a size: what makes the most of it, and the same when it goes on."""

import math
import time

import numpy as np
import pytest

from sim.cli import given
from sim.common.errors import InputError
from sim.common.size import ENOUGH_FUTURES
from sim.evidence.own import parameters_for
from sim.experiment import compare as experiment
from sim.experiment import time_budget
from sim.experiment.manifest import read_manifest
from sim.experiment.result_store import missing_runs
from sim.experiment.time_budget import (
    _LEAST_FUTURES,
    _PILOT_FUTURES,
    FEWEST,
    LARGER,
    LARGEST,
    LEAST,
    MOST,
    Pilot,
    _customers,
    _variances,
    size_in,
)
from sim.market.market import load_market
from sim.model import rare_events
from sim.playbook.strategy_files import load_strategy
from tests.quick import make_quick

#: Seconds of a future by a clock of its own: whatever its size, and for each customer.
FIXED, EACH = 2.0, 0.001


@pytest.fixture
def world(monkeypatch):
    """Let futures take a known time, and their gains have known variances; count their lives."""

    def put(drawn: float, luck: float) -> list[int]:
        now, generator, means, lives = [0.0], np.random.default_rng(7), {}, []

        def gains(future, _market, _table, _strategies, customers, _weeks):
            mean = means.setdefault(future.number, generator.normal(0, math.sqrt(drawn)))
            return {"balanced": mean + generator.normal(0, math.sqrt(luck / customers))}

        def in_any_order(function, tasks, processes, _cluster):
            tasks = list(tasks)
            lives.extend(task[4] for task in tasks)
            rounds = math.ceil(len(tasks) / processes)
            now[0] += rounds * (FIXED + EACH * tasks[0][4])
            return [function(*task) for task in tasks]

        monkeypatch.setattr(time_budget, "_gains", gains)
        monkeypatch.setattr(time_budget, "in_any_order", in_any_order)
        monkeypatch.setattr(time_budget.time, "perf_counter", lambda: now[0])
        return lives

    return put


def _size_in(seconds, customers=None, cores=1, cluster=""):
    market, strategies = load_market("grocery"), {"balanced": load_strategy("balanced")}
    table = parameters_for("grocery")
    return size_in(seconds, cores, market, table, strategies, 4, 1, customers, cluster)


def _one(customers: int, cores: int) -> float:
    """Return the seconds of a core for a future: its two runs, and one process that tells of them."""
    return FIXED + EACH * customers + 2 * time_budget._TOLD * cores


def _left(seconds: float, cores: int, lives: list[int]) -> float:
    """Return the seconds of a core that are left for runs: what a pilot takes counts on none."""
    spent = sum(FIXED + EACH * size for size in lives) / cores
    return cores * (seconds - time_budget._AROUND - spent)


@pytest.mark.parametrize("cores", [1, 2, 3])
@pytest.mark.parametrize("customers", [100, 1_000])
def test_as_many_futures_of_a_given_size_are_taken_as_fit_into_the_time(world, customers, cores):
    """A quarter of the futures is lived through twice; what is timed counts too."""
    lives = world(1.0, 0.0)
    found = _size_in(1_000, customers, cores)
    one = _one(customers, cores)
    assert found.n_customers == customers and len(lives) % cores == 0
    assert found.futures == math.floor(_left(1_000, cores, lives) / (1.25 * one))


def test_a_local_cluster_is_started_for_the_comparison_only_and_its_start_counts(
    world, monkeypatch
):
    lives = world(1.0, 0.0)
    made, places = time_budget.in_any_order, []

    def placed(function, tasks, processes, cluster):
        places.append(cluster)
        return made(function, tasks, processes, cluster)

    monkeypatch.setattr(time_budget, "in_any_order", placed)
    found, one = _size_in(1_000, 100, 2, "local"), _one(100, 2)
    assert found.futures == math.floor(
        (_left(1_000, 2, lives) - 2 * time_budget._CLUSTER) / (1.25 * one)
    )
    assert set(places) == {""}
    lives.clear()
    found = _size_in(1_000, 100, 2, "tcp://there:1")  # the workers' own clock stands still here
    told = 1.25 * 2 * time_budget._TOLD * 2
    assert found.futures == math.floor(_left(1_000, 2, lives) / told)
    assert places[-1] == "tcp://there:1"


def test_a_time_that_starts_no_processes_is_spent_in_one(world):
    lives = world(1.0, 0.0)
    seconds = 0.9 * time_budget._WORTH_PROCESSES
    assert _size_in(seconds, 100, cores=3).futures == LEAST
    assert lives.count(500) == 1  # the first run, as often as there are processes


@pytest.mark.parametrize("lives", [_LEAST_FUTURES, _PILOT_FUTURES])
def test_a_pilot_that_sees_no_variance_but_luck_does_not_ask_for_the_largest_runs(lives):
    """Few futures often see none: what is drawn is then taken for as much as it usually is, or less."""
    luck = np.random.default_rng(5).normal(0, 1, lives)
    pairs = [[{"balanced": x}, {"balanced": -x}] for x in luck]  # means are all the same
    drawn, of_luck = _variances(pairs)
    usual = of_luck / time_budget._USUAL_RATIO
    assert 0.2 * usual < drawn < usual
    assert Pilot(4_000 * EACH, EACH, drawn, of_luck).best < 3_000 < LARGEST


@pytest.mark.parametrize(("seconds", "taken"), [(1e-6, LEAST), (1e9, MOST)])
def test_however_short_or_long_some_futures_are_taken_and_not_too_many(world, seconds, taken):
    world(1.0, 1.0)
    assert _size_in(seconds, 100).futures == taken


@pytest.mark.parametrize("luck", [50.0, 1_000.0, 60_000.0])
def test_no_other_number_of_customers_makes_the_mean_better_known_in_the_time(luck):
    """The variance of the mean over the futures that fit is (V + L / n) (a + b n) / T."""
    pilot = Pilot(FIXED, EACH, 4.0, luck)

    def variance(n):
        return (4.0 + luck / n) * (FIXED + EACH * n)

    assert all(variance(pilot.best) <= variance(n) for n in np.geomspace(1, 1e6, 400))


def test_a_pilot_finds_the_size_that_known_variances_and_times_ask_for(world):
    """Times are exact here, and of the variances eight futures say little: all bounds are met."""
    world(1.0, 0.0)  # no luck: small runs suffice
    assert _size_in(1e5).n_customers == FEWEST
    world(0.0, 1e6)  # nothing but luck: a large run is as good as many
    large = _size_in(1e6).n_customers
    world(1.0, 2_000.0)  # best at sqrt(2000 * 2 / .001) = 2,000
    between = _size_in(1e6).n_customers
    assert FEWEST < between < large <= LARGEST


@pytest.mark.parametrize(("seconds", "most"), [(-1.0, FEWEST), (1e9, LARGER)])
def test_a_clock_that_sees_no_cost_of_a_customer_asks_for_no_more_than_was_tried(seconds, most):
    """A machine busy with other work can take as long for the small run as for the larger one."""
    assert _customers(Pilot(FIXED, 0.0, 0.0, 50.0), seconds) == most


def test_a_short_time_is_spent_on_enough_futures_before_it_is_on_customers(world):
    lives = world(0.0, 1e9)
    wanted = 1.25 * ENOUGH_FUTURES * (FIXED + 1_000 * EACH)
    found = _size_in(1.4 * wanted)
    assert found.futures >= ENOUGH_FUTURES - 1
    left = _left(1.4 * wanted, 1, lives) / (1.25 * ENOUGH_FUTURES)  # seconds of each
    assert abs(found.n_customers - (left - FIXED) / EACH) <= 50


def test_a_pilot_takes_a_small_part_of_the_time(world):
    lives = world(1.0, 1.0)
    _size_in(40.0)
    assert len(lives) == 1 + 2 * _LEAST_FUTURES + 1
    lives = world(1.0, 1.0)
    _size_in(1e5)
    assert len(lives) == 1 + 2 * _PILOT_FUTURES + 1


def _compare(out, **more):
    asked = {"customers": 100, "weeks": 4, "futures": 3, "seed": 3, "jobs": 1}
    return experiment.compare("grocery", ["balanced"], out=out, **(asked | more))


def _stop(done: int, _total: int, _label: str) -> None:
    """Stop as Ctrl-C does, in the midst of the runs."""
    if done == 5:
        raise KeyboardInterrupt


@pytest.mark.parametrize("customers", [100, None])
def test_a_comparison_by_time_that_was_stopped_goes_on_with_the_same_size(
    tmp_path, monkeypatch, customers
):
    make_quick(monkeypatch.setattr)
    monkeypatch.setattr(time_budget, "FEWEST", 100)
    monkeypatch.setattr(time_budget, "_ROUND", 1)
    out = tmp_path / "comparison"
    with pytest.raises(KeyboardInterrupt):
        _compare(out, minutes=0.0001, customers=customers, on_progress=_stop)
    begun = read_manifest(out)
    assert begun.futures == LEAST and begun.n_customers == 100 and missing_runs(out, begun.runs)

    def never(*_arguments):
        raise AssertionError("counted again")

    monkeypatch.setattr(experiment, "size_in", never)
    monkeypatch.setattr(experiment, "size_strategies", never)
    assert _compare(out, minutes=5.0, customers=customers) == out
    done = read_manifest(out)
    assert done.finished and done.runs == begun.runs
    assert missing_runs(out, done.runs) == []
    assert {key[1] for key in done.runs} == set(range(LEAST))


@pytest.mark.parametrize(("at_once", "jobs", "cores"), [(40, 0, 40), (0, 3, 3)])
def test_a_time_counts_as_often_as_runs_are_made_at_once_here_or_on_a_cluster(
    tmp_path, monkeypatch, at_once, jobs, cores
):
    class Sized(Exception):
        """No more is looked at."""

    def size_in(seconds, counted, *_others):
        assert 0.9 * 60_000 < seconds <= 60_000
        assert counted == cores
        raise Sized

    make_quick(monkeypatch.setattr)
    monkeypatch.setattr(experiment, "check_cluster", lambda _address: at_once)
    monkeypatch.setattr(experiment, "size_in", size_in)
    with pytest.raises(Sized):
        _compare(tmp_path / "new", minutes=1_000, cluster="tcp://there:1", jobs=jobs)


@pytest.mark.parametrize("minutes", [0, -1.0, math.nan, math.inf, "5", True])
def test_a_time_that_is_none_is_told_before_any_work(tmp_path, monkeypatch, minutes):
    monkeypatch.setattr(rare_events, "LoyaltyModel", None)
    with pytest.raises(InputError) as refused:
        _compare(tmp_path / "new", minutes=minutes)
    assert refused.value.field == "minutes"
    assert not (tmp_path / "new").exists()


def test_what_a_command_took_before_counts_and_some_time_is_always_left():
    assert given.left_of(None, 0.0) is None
    now = time.perf_counter()
    assert 0.5 - 0.01 < given.left_of(1.0, now - 30.0) <= 0.5
    assert 0 < given.left_of(1.0, now - 300.0) < 0.01


def test_what_is_told_of_a_comparison_counts_the_more_strategies_it_has(world):
    """One process tells while the others wait: eleven more are told eleven times as long."""
    world(1.0, 0.0)
    market, table = load_market("grocery"), parameters_for("grocery")
    names = [f"plan_{number}" for number in range(11)]
    many = dict.fromkeys(names, load_strategy("balanced"))
    few = time_budget.size_in(100, 2, market, table, {names[0]: many[names[0]]}, 4, 1, 100)
    found = time_budget.size_in(100, 2, market, table, many, 4, 1, 100)
    one, more = _one(100, 2), 10 * 2 * time_budget._TOLD
    assert found.futures == pytest.approx(few.futures * one / (one + more), abs=1)
