"""A comparison may be killed, doubled or run out of disk at any moment: nothing finished is lost."""

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from click.testing import Result
from typer.testing import CliRunner

from sim.cli import main
from sim.common import writing
from sim.common.own_digest import SEAL
from sim.common.paths import root
from sim.experiment.result_store import MANIFEST, SUMMARY, TIMING
from tests.quick import make_quick
from tests.started import Started

COMMAND = (
    "compare --market grocery --strategies balanced --customers 200 --weeks 4 --futures 8"
).split()
KILLS = 2
#: More than a loaded machine needs for any one step.
PATIENCE = 120.0


def _start(folder: Path, jobs: int, errors: Path) -> Started:
    return Started([*COMMAND, "--jobs", str(jobs), "--out", str(folder)], errors)


def _here(folder: Path) -> Result:
    """Return the command in this process."""
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        return CliRunner().invoke(main.app, [*COMMAND, "--jobs", "1", "--out", str(folder)])


def _holds(process: Started, lock: Path) -> bool:
    """Return whether a lock names the process, which it does once it is held."""
    return lock.exists() and f"process {process.pid} " in lock.read_text(encoding="utf-8")


def _is_alive(process: int) -> bool:
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _finished(folder: Path) -> int:
    """Return how many runs lie in the folder."""
    return sum(1 for _ in folder.glob("runs/*/*.parquet"))


def _runs(folder: Path) -> dict[Path, tuple[int, bytes]]:
    return {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.glob("runs/*/*.parquet")}


def _content(folder: Path) -> dict[str, bytes]:
    """Return every file's bytes; the measured seconds and the command's own --out may differ."""
    found = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != TIMING
    }
    manifest = json.loads(found[MANIFEST])
    manifest["command"] = manifest["command"].split(" --out ")[0]
    del manifest[SEAL]  # of the whole, with its command
    return found | {MANIFEST: json.dumps(manifest).encode()}


def _wait_for(condition, process: Started) -> bool:
    """Wait until something is so or the process has ended; say whether it is so."""
    limit = time.monotonic() + PATIENCE
    while not condition() and process.runs():
        assert time.monotonic() < limit, "nothing happened"
        time.sleep(0.005)
    return condition()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "comparison"
    assert _here(folder).exit_code == 0
    return _content(folder)


@pytest.mark.parametrize("kills", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_killed_at_random_moments_it_goes_on_and_ends_with_the_same_bytes(
    undisturbed, tmp_path, kills
):
    folder, luck = tmp_path / "killed", random.Random(3)
    total = sum(name.startswith("runs/") for name in undisturbed)
    for jobs in (2, *[1] * (kills - 1)):
        before = _runs(folder)
        process = _start(folder, jobs, tmp_path / "errors")
        wanted = min(total, len(before) + luck.randint(0, 1 + total // kills))
        _wait_for(lambda n=wanted: folder.is_dir() and _finished(folder) >= n, process)
        time.sleep(luck.uniform(0.0, 0.2))
        process.kill(PATIENCE)
        after = _runs(folder)
        assert {path: after.get(path) for path in before} == before, "a finished run was lost"
    assert _here(folder).exit_code == 0
    assert _content(folder) == undisturbed


def test_a_kill_leaves_a_lock_that_harms_nobody_and_a_manifest_that_says_unfinished(
    undisturbed, tmp_path
):
    folder = tmp_path / "killed"
    process = _start(folder, 1, tmp_path / "errors")
    assert _wait_for((folder / MANIFEST).exists, process)
    process.kill(PATIENCE)
    assert not json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["finished"]
    assert _holds(process, folder / writing.LOCK)
    assert _here(folder).exit_code == 0
    assert _content(folder) == undisturbed


def test_a_kill_in_the_middle_of_writing_leaves_no_half_file(undisturbed, tmp_path, monkeypatch):
    class Killed(BaseException):
        """What a kill is to the code that it hits: nothing after it is run."""

    count, luck = {"writes": 0}, random.Random(4)

    def halfway(path: Path, content: bytes, mode: int, fill=writing._fill) -> None:
        count["writes"] += 1
        if count["writes"] == count["last"]:
            fill(path, content[: luck.randrange(len(content))], mode)
            raise Killed
        fill(path, content, mode)

    folder = tmp_path / "killed"
    monkeypatch.setattr(writing, "_fill", halfway)
    for _ in range(KILLS):
        count.update(writes=0, last=luck.randint(1, 8))
        with pytest.raises(Killed):
            _here(folder)
    monkeypatch.undo()
    assert list(folder.rglob(".*.partial"))
    assert _here(folder).exit_code == 0
    assert _content(folder) == undisturbed


def test_of_two_commands_on_one_folder_one_is_told_that_it_is_in_use(undisturbed, tmp_path):
    folder = tmp_path / "shared"
    first = _start(folder, 1, tmp_path / "errors")
    try:
        assert _wait_for(lambda: _holds(first, folder / writing.LOCK), first)
        first.send(signal.SIGSTOP)  # in use for as long as the second takes
        second = _here(folder)
        assert second.exit_code == 2, second.output
        assert f"in use by process {first.pid}" in second.stderr
        assert "Traceback" not in second.output
        first.send(signal.SIGCONT)
        code, said = first.end(PATIENCE)
        assert code == 0, said
    finally:
        first.kill(PATIENCE)
    assert _content(folder) == undisturbed


@pytest.mark.parametrize(
    ("place", "call", "room"),
    [(Path, "mkdir", 0), (writing, "_fill", 0), (writing, "_fill", 9), (Path, "replace", 4)],
)
def test_a_full_disk_is_said_and_the_same_command_goes_on(
    undisturbed, tmp_path, monkeypatch, place, call, room
):
    folder, done = tmp_path / "full", []
    real = getattr(place, call)

    def full(path: Path, *arguments, **options):
        if folder in (path, *path.parents):
            done.append(path)
            if len(done) > room:
                raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return real(path, *arguments, **options)

    monkeypatch.setattr(place, call, full)
    stopped = _here(folder)
    assert stopped.exit_code == 1, stopped.output
    assert "the disk is full" in stopped.stderr
    assert "same command" in stopped.stderr
    assert "Traceback" not in stopped.output
    assert not (folder / SUMMARY).exists()
    kept = _runs(folder)
    monkeypatch.undo()
    assert _here(folder).exit_code == 0
    assert {path: _runs(folder)[path] for path in kept} == kept
    assert _content(folder) == undisturbed


#: Starts two workers, names them, and waits.
WAITS = """
import os, time
from sim.experiment.workers import in_any_order
print(*set(in_any_order(os.getpid, [()] * 50, 2)), flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a process does not learn of its parent")
def test_workers_of_a_process_that_is_killed_end_soon():
    """With all that they have loaded they waited for their next task, for minutes."""
    words = [sys.executable, "-c", WAITS]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=root()) as process:
        assert process.stdout is not None
        workers = [int(word) for word in process.stdout.readline().split()]
        assert workers and all(map(_is_alive, workers))
        process.kill()
    end = time.monotonic() + PATIENCE
    while any(map(_is_alive, workers)) and time.monotonic() < end:
        time.sleep(0.1)
    assert not any(map(_is_alive, workers))
