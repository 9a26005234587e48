"""A portfolio that is killed goes on where it was, and loses nothing that is finished."""

import json
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from sim.common.errors import InputError
from sim.common.writing import lock
from sim.experiment.manifest import read_manifest
from sim.experiment.of_client import PORTFOLIO
from sim.experiment.portfolio_file import read_portfolio
from sim.workbench.portfolio import run
from sim.workbench.portfolio.kept import FAILURES, is_done
from sim.workbench.portfolio.run import run_portfolio
from sim.workbench.portfolio.work import Task, as_line
from tests.portfolios import make_client, without_documents
from tests.started import Started

SIZE = {"strategies": ["balanced"], "customers": 100, "futures": 2, "weeks": 4}
#: More than a loaded machine needs for any one step.
PATIENCE = 300.0
#: A worker ends with whoever started it, within the seconds that the system takes for it.
MOMENT = 30.0


def _wait_for(condition, process: Started | None = None) -> None:
    limit = time.monotonic() + PATIENCE
    while not condition():
        assert process is None or process.runs() or condition(), process.end(PATIENCE)
        assert time.monotonic() < limit, "nothing happened"
        time.sleep(0.02)


def _finished(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return the files that are never written again, with when they were."""
    others = ("index.html", PORTFOLIO, FAILURES, ".lock")
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file() and path.name not in others and ".partial" not in str(path)
    }


def _is_free(folder: Path) -> bool:
    """Return whether no process holds any folder of a portfolio."""
    with ExitStack() as held:
        try:
            for one in {folder, *(path.parent for path in folder.rglob(".lock"))}:
                held.enter_context(lock(one))
        except InputError:
            return False
    return True


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """A portfolio of two clients, so that nothing is kept in the checkout."""
    clients = tmp_path / "clients"
    monkeypatch.setenv("LOYALTY_CLIENTS", str(clients))
    names = [make_client(clients, name) for name in ("shop", "laden")]
    file = tmp_path / "two.yaml"
    file.write_text(json.dumps(SIZE | {"markets": names}), encoding="utf-8")
    return file, clients


@pytest.mark.parametrize(
    "moments", [("an answer",), pytest.param(("a run", "an answer"), marks=pytest.mark.slow)]
)
def test_killed_the_same_command_goes_on_and_what_is_finished_stays(
    asked, tmp_path, monkeypatch, moments
):
    file, clients = asked
    folder = clients / "portfolios" / "two"
    made = {
        "a run": "portfolios/two/comparisons/*/runs/*/*.parquet",
        "an answer": "portfolios/two/answers/*.json",
    }
    for moment in moments:
        process = Started(["portfolio", str(file), "--jobs", "2"], tmp_path / "errors")
        there = [made["a run"], made[moment]]  # the built-in market may be the first to be done
        _wait_for(lambda there=there: all(any(clients.glob(one)) for one in there), process)
        process.kill(PATIENCE)
        _wait_for(lambda: _is_free(folder))  # a worker ends by itself, once nobody reads from it
    runs = {path: path.stat().st_mtime_ns for path in clients.glob(made["a run"])}
    finished = _finished(folder)
    assert runs and any(name.endswith("report.html") for name in finished)

    without_documents(monkeypatch.setattr)
    done = run_portfolio(file, jobs=1)
    assert [one.word for one in done.states] == ["done", "done"], [
        one.failure for one in done.states
    ]
    after = _finished(folder)
    assert {name: after.get(name) for name in finished} == finished, "a finished file was touched"
    assert all(path.stat().st_mtime_ns == time for path, time in runs.items())
    for one in done.portfolio.entries:  # the comparison that was asked for, whole
        assert read_manifest(folder / one.name).id == one.id
        assert is_done(folder, one.name, "en")
    assert "2 done, 0 failed, 0 to do" in done.page.read_text(encoding="utf-8")
    assert not list(folder.rglob("*.partial"))


def test_a_worker_ends_with_whoever_started_it_and_holds_nothing(asked):
    file, clients = asked
    entry = read_portfolio(file).entries[0]
    task = as_line(Task([entry], str(clients / "portfolios" / "two"), "en", 1))
    program = [sys.executable, "-m", "sim.workbench.portfolio.work"]
    worker = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    worker.stdin.write(task)
    worker.stdin.flush()
    results = clients / "portfolios" / "two" / "comparisons" / "shop"
    _wait_for((results / "manifest.json").exists)
    worker.stdin.close()  # as the end of a process that is killed does
    assert worker.wait(MOMENT) != 0
    with lock(results):
        pass


def test_a_process_that_the_system_ends_is_a_failure_of_its_markets_alone(asked, monkeypatch):
    file, _ = asked
    program = "import sys, os; line = sys.stdin.readline(); os.kill(os.getpid(), 9)"
    real = subprocess.Popen

    def popen(words: list[str], **options: object):
        return real([words[0], "-c", program], **options)

    monkeypatch.setattr(run.subprocess, "Popen", popen)
    done = run_portfolio(file, jobs=2)
    assert [one.word for one in done.states] == ["failed", "failed"]
    assert all(one.failure["code"] == -9 for one in done.states)
    assert "was ended before it was done" in done.page.read_text(encoding="utf-8")
