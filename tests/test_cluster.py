"""A comparison on a dask cluster has the bytes of one made here, whatever happens to its workers."""

import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sim.common.errors import InputError
from sim.experiment.cluster import (
    NO_WORKER,
    _check_workers,
    _interrupts_kept_from_workers,
    _result,
    _Watch,
    check_cluster,
    function_as_here,
    state_of_workbench,
)
from sim.experiment.compare import compare
from tests.quick import make_quick
from tests.started import Started

SIZE = {"customers": 300, "weeks": 12, "futures": 12, "seed": 1}
_PATIENCE = 60


@pytest.fixture
def cluster(tmp_path):
    """Start a real scheduler with two worker processes; give its address, them, and what adds one."""
    place = tmp_path / "scheduler.json"
    started = []

    def start(*arguments):
        words = [*map(str, arguments), "--no-dashboard"]
        errors = tmp_path / f"errors_{len(started)}"
        started.append(Started(words, errors, "dask.cli:run_cli"))
        return started[-1]

    start("scheduler", "--scheduler-file", place, "--port", 0, "--host", "127.0.0.1")
    options = ("--scheduler-file", place, "--nthreads", 1, "--no-nanny")
    options += ("--local-directory", tmp_path)

    def join():
        return start("worker", *options)

    workers = [join() for _ in range(2)]
    end = time.monotonic() + _PATIENCE
    while not place.exists() and time.monotonic() < end:
        time.sleep(0.05)
    yield json.loads(place.read_text())["address"], workers, join
    for process in started:
        process.kill(_PATIENCE)


def _files(folder: Path) -> dict[str, bytes]:
    found = (*folder.glob("runs/*/*"), folder / "summary.csv")
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def _wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    with Client(address) as client:
        client.wait_for_workers(count, timeout=_PATIENCE)


def test_a_cluster_that_loses_a_worker_gives_the_bytes_of_one_process(
    cluster, monkeypatch, tmp_path
):
    address, workers, _ = cluster
    make_quick(monkeypatch.setattr)
    here = compare("grocery", ["balanced"], **SIZE, out=tmp_path / "here" / "x", jobs=1)
    _wait_for_workers(address, len(workers))
    assert check_cluster(address) == len(workers)
    done = []

    def lose_a_worker(*progress):
        done.append(progress)
        if len(done) == 6:
            workers[0].send(signal.SIGKILL)

    there = compare(
        "grocery",
        ["balanced"],
        **SIZE,
        out=tmp_path / "there" / "x",
        cluster=address,
        on_progress=lose_a_worker,
    )
    assert workers[0].end(_PATIENCE)[0] == -signal.SIGKILL
    assert workers[1].runs()
    assert _files(there) == _files(here)


def test_a_cluster_without_workers_is_told_once_and_goes_on_when_one_joins(
    cluster, monkeypatch, tmp_path
):
    address, workers, join = cluster
    make_quick(monkeypatch.setattr)
    monkeypatch.setattr("sim.experiment.cluster._SECONDS_TO_WONDER", 0.5)
    here = compare("grocery", ["balanced"], **SIZE, out=tmp_path / "here" / "x", jobs=1)
    _wait_for_workers(address, len(workers))
    said: list[tuple[int, int, str]] = []

    def lose_all_workers(done, of, what):
        said.append((done, of, what))
        if done == 4:
            for worker in workers:
                worker.kill(_PATIENCE)
        if what == NO_WORKER:
            join()

    there = compare(
        "grocery",
        ["balanced"],
        **SIZE,
        out=tmp_path / "there" / "x",
        cluster=address,
        on_progress=lose_all_workers,
    )
    assert [each for each in said if each[2] == NO_WORKER] == [(0, 0, NO_WORKER)]
    assert _files(there) == _files(here)


def test_a_result_lost_with_the_last_worker_is_waited_for_with_a_word():
    """It ended, and its worker went before the result was fetched: no other task ends meanwhile."""
    left, said = [{}, {}, {"tcp://a": 1}], []

    class Client:
        def nthreads(self):
            return left.pop(0)

    class Done:
        def result(self, timeout):
            assert timeout > 0
            if left:
                raise TimeoutError
            return 7

    assert _result(Done(), _Watch(Client(), said.append)) == 7
    assert said == [NO_WORKER] and not left


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "tls://127.0.0.1:1"])
def test_a_scheduler_that_does_not_answer_is_told_with_the_next_step(
    monkeypatch, tmp_path, address
):
    make_quick(monkeypatch.setattr)
    monkeypatch.setattr("sim.experiment.cluster._SECONDS_TO_CONNECT", 0.5)
    with pytest.raises(InputError, match=f"address: found '{address}'") as refused:
        compare("grocery", ["balanced"], **SIZE, out=tmp_path / "x", cluster=address)
    assert "dask scheduler" in str(refused.value)


def test_ctrl_c_is_for_the_command_and_not_for_the_workers_that_it_starts():
    """The terminal gives it to all: a worker says nothing of it, and the command hears it in any case."""
    told = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))"

    def holds_back() -> str:
        return subprocess.check_output([sys.executable, "-I", "-S", "-c", told], text=True).strip()

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), _interrupts_kept_from_workers():
            signal.pthread_kill(threading.get_ident(), signal.SIGINT)
            in_worker = holds_back()
    finally:
        signal.signal(signal.SIGINT, before)
    assert (in_worker, holds_back()) == ("True", "False")


def test_a_worker_with_other_code_or_libraries_is_refused():
    class Client:
        def run(self, function):
            return {"tcp://a": function(), "tcp://b": {**function(), "numpy": "1.0"}}

    with pytest.raises(InputError, match="worker tcp://b: found 'numpy 1.0'") as refused:
        _check_workers(Client(), "tcp://s")
    assert state_of_workbench()["numpy"] in str(refused.value)


def test_a_worker_that_joins_later_with_another_workbench_makes_no_run(cluster):
    from distributed import Client

    address, workers, _ = cluster
    _wait_for_workers(address, len(workers))
    own = state_of_workbench()
    with Client(address) as client:
        assert client.submit(function_as_here, own, abs, -7).result(timeout=_PATIENCE) == 7
        other = client.submit(function_as_here, {**own, "numpy": "1.0"}, abs, -7)
        with pytest.raises(InputError, match="worker tcp://.*numpy 1.0, as here"):
            other.result(timeout=_PATIENCE)
