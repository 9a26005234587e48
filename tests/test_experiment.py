"""A comparison ends with the same bytes however it ran, and nothing finished is ever lost.

Serves: C3.4
"""

import errno
import json
import os
import shutil
from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits

from sim.analysis.load_comparison import load_comparison
from sim.common import writing
from sim.common.errors import InputError
from sim.experiment import compare as experiment
from sim.experiment import result_store, workers
from sim.experiment.manifest import read_manifest
from sim.experiment.result_store import (
    FAILURES,
    MANIFEST,
    SUMMARY,
    TIMING,
    run_files,
    run_place,
)
from sim.model import rare_events
from tests import large_run
from tests.quick import make_quick
from tests.stored import write_sealed

ASKED = {
    "market": "grocery",
    "strategies": ["balanced", "service_first"],
    "customers": 150,
    "weeks": 6,
    "futures": 8,
    "seed": 5,
    "command": "loyalty compare --market grocery",
}


def _compare(out: Path, jobs: int = 1, **changes) -> Path:
    return experiment.compare(**{**ASKED, **changes}, out=out, jobs=jobs)


def _content(folder: Path) -> dict[str, bytes]:
    """Return every file but the measured seconds, which may differ."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != TIMING
    }


@pytest.fixture(scope="module", autouse=True)
def quick():
    """How comparisons are run and kept is tested here, not what they find."""
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        yield


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    return _compare(tmp_path_factory.mktemp("whole") / "comparison")


@pytest.fixture
def partial(finished, tmp_path):
    """A comparison that was killed in the middle of a run."""
    folder = shutil.copytree(finished, tmp_path / "partial")
    manifest = read_manifest(folder)
    result_store.write_manifest(folder, manifest.model_copy(update={"finished": False}))
    (folder / SUMMARY).unlink()
    places = [run_place(folder, key, run) for key, run in manifest.runs.items()]
    for place in places[3:]:
        run_files(place)[0].unlink()
    (stump,) = run_files(places[2])
    stump.write_bytes(stump.read_bytes()[:99])
    stump.with_name(f".{stump.name}.123.partial").write_bytes(b"half")
    return folder


def test_one_process_and_two_give_the_same_bytes(finished, tmp_path):
    assert _content(_compare(tmp_path / "two", jobs=2)) == _content(finished)


def test_threads_of_the_linear_algebra_change_no_digit():
    found = set()
    for threads in (1, 2):
        with threadpool_limits(threads, user_api="blas"):
            found.add(large_run.digest())
    assert len(found) == 1


def test_what_a_kill_left_half_written_is_done_again(finished, partial):
    first = next(iter(read_manifest(partial).runs.items()))
    (kept,) = run_files(run_place(partial, *first))
    before = kept.stat().st_mtime_ns
    _compare(partial)
    assert _content(partial) == _content(finished)
    assert kept.stat().st_mtime_ns == before


def test_a_finished_comparison_is_left_alone(finished):
    before = {path: path.stat().st_mtime_ns for path in finished.rglob("*")}
    said = []
    _compare(finished, on_progress=lambda *what: said.append(what))
    total = len(read_manifest(finished).runs)
    assert said == [(total, total, "finished before: nothing to run")]
    after = {path: path.stat().st_mtime_ns for path in finished.rglob("*")}
    assert after == before


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seed": 6}, "seed 5, not 6"),
        ({"weeks": 7}, "weeks 6, not 7"),
        ({"strategies": ["balanced"]}, r"another one \(other strategies\)"),
    ],
)
def test_another_comparison_is_never_written_over_one(finished, change, named):
    before = _content(finished)
    with pytest.raises(InputError, match=named):
        _compare(finished, **change)
    assert _content(finished) == before


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.tmp").write_text("years of work")
    with pytest.raises(InputError, match="never overwritten"):
        _compare(tmp_path)
    assert _content(tmp_path) == {"thesis.tmp": b"years of work"}


def test_a_second_command_on_a_folder_in_use_is_refused(partial):
    before = _content(partial)
    with (
        writing.lock(partial),
        pytest.raises(InputError, match=f"in use by process {os.getpid()}"),
    ):
        _compare(partial)
    assert _content(partial) == before


def test_other_libraries_may_not_continue_a_comparison(partial):
    manifest = json.loads((partial / MANIFEST).read_text())
    manifest["libraries"]["numpy"] = "1.0"
    write_sealed(partial, manifest)
    with pytest.raises(InputError, match="begun with numpy 1.0, not"):
        _compare(partial)


def test_one_failing_run_loses_no_other_and_is_tried_again(finished, partial, monkeypatch):
    class Failing(rare_events.LoyaltyModel):
        """Fails in the second run of one strategy."""

        def __init__(self, scenario, start):
            super().__init__(scenario, start=start)
            if (scenario.strategy.name, scenario.seed) == ("balanced", second.seed):
                raise ZeroDivisionError("made up")

    second = read_manifest(partial).drawn[1]
    monkeypatch.setattr(rare_events, "LoyaltyModel", Failing)
    with pytest.raises(InputError, match=r"1 of \d+ runs failed.*ZeroDivisionError: made up"):
        _compare(partial)
    missing = result_store.missing_runs(partial, read_manifest(partial).runs)
    assert missing == [("balanced", 1, 0)]
    assert "__init__" in json.loads((partial / FAILURES).read_text())[0]["traceback"]
    monkeypatch.undo()
    _compare(partial)
    assert _content(partial) == _content(finished)


def test_a_full_disk_is_said_and_keeps_what_is_finished(finished, partial, monkeypatch):
    def full(path, content, mode):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writing, "_fill", full)
    with pytest.raises(InputError, match="the disk is full"):
        _compare(partial)
    monkeypatch.undo()
    _compare(partial)
    assert _content(partial) == _content(finished)


def test_an_ended_worker_process_is_said(partial, monkeypatch):
    def ended(*_args, **_options):
        raise workers.BrokenExecutor

    monkeypatch.setattr(workers, "Parallel", ended)
    with pytest.raises(InputError, match="the system ended one"):
        _compare(partial, jobs=2)


def test_a_finished_comparison_can_be_analysed(finished):
    comparison = load_comparison(finished)
    assert comparison.strategies == ASKED["strategies"]
    cost = comparison.money["actual_cost"]
    levers = comparison.money[[c for c in comparison.money if c.startswith("cost.")]].sum(axis=1)
    assert levers.to_numpy() == pytest.approx(cost.to_numpy())
    money = comparison.effects["measure"].isin(["customer_equity", "profit", "margin", "cost"])
    assert comparison.effects.loc[money, "difference":"high"].notna().all(axis=None)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"customers": 0}, "customers"),
        ({"weeks": 1}, "weeks"),
        ({"futures": 1}, "futures"),
        ({"futures": True}, "futures"),
        ({"seed": -1}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"jobs": -1}, "jobs"),
        ({"strategies": []}, "strategies"),
        ({"strategies": ["baseline"]}, "strategies"),
        ({"strategies": ["balnced"]}, "strategy"),
        ({"market": "nowhere"}, "market"),
    ],
)
def test_a_wrong_argument_is_said_before_anything_is_written(tmp_path, change, field):
    with pytest.raises(InputError) as caught:
        _compare(tmp_path / "new", **change)
    assert caught.value.field == field
    assert not (tmp_path / "new").exists()
