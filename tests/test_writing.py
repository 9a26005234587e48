"""Files are written whole or not at all, privately where they must be, by one command at a time."""

import errno
import os
import re
import stat
import subprocess
import sys

import pytest

from sim.common import writing
from sim.common.errors import InputError, MachineError
from sim.common.paths import root

posix = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


def _full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("place", ["_fill", "os.fsync"])
def test_a_full_disk_leaves_the_former_file_and_no_litter(tmp_path, monkeypatch, place):
    path = tmp_path / "market.yaml"
    writing.write_text(path, "former")
    monkeypatch.setattr(f"sim.common.writing.{place}", _full)
    with pytest.raises(MachineError, match="the disk is full"):
        writing.write_text(path, "new")
    assert path.read_text() == "former"
    assert _names(tmp_path) == ["market.yaml"]


def test_nothing_in_sim_writes_past_the_one_place_that_writes_safely():
    past = re.compile(
        r"\.write_(text|bytes)\(|to_csv\(\w*(path|folder)|open\([^)]*[\"'][wax]b?[\"']"
    )
    found = [
        f"{path.relative_to(root())}: {line.strip()}"
        for path in sorted((root() / "sim").rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if past.search(line)
    ]
    (lock,) = found  # says who holds it, in a file that is removed with it
    assert lock.startswith('sim/common/writing.py: path.write_text(f"process')


def test_a_link_is_followed_and_the_mode_of_a_file_is_kept(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("a")
    real.chmod(0o640)
    link.symlink_to(real)
    writing.write_text(link, "b")
    assert link.is_symlink()
    assert real.read_text() == "b"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_in_a_folder_that_is_held_a_link_is_replaced_and_no_folder_behind_one_is_written_to(
    tmp_path,
):
    outside, folder = tmp_path / "outside", tmp_path / "results"
    outside.mkdir()
    (outside / "thesis").write_text("years of work")
    folder.mkdir()
    (folder / "summary").symlink_to(outside / "thesis")
    (folder / "runs").symlink_to(outside)
    with writing.lock(folder):
        writing.write_text(folder / "summary", "x")
        with pytest.raises(InputError, match="a link to another folder"):
            writing.write_text(folder / "runs" / "thesis", "x")
        with pytest.raises(InputError, match="a link to another folder"):
            writing.remove(folder / "runs" / "thesis")
    assert (folder / "summary").read_text() == "x" and not (folder / "summary").is_symlink()
    assert _names(outside) == ["thesis"]
    assert (outside / "thesis").read_text() == "years of work"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are POSIX")
def test_what_is_no_regular_file_is_neither_replaced_nor_removed(tmp_path):
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for path in (pipe, link):
        with pytest.raises(InputError, match="a pipe or a device', expected a regular file"):
            writing.write_text(path, "x")
    with pytest.raises(InputError, match="a pipe or a device"):
        writing.remove(pipe)
    assert stat.S_ISFIFO(pipe.lstat().st_mode)
    assert _names(tmp_path) == ["link", "pipe"]


@pytest.mark.parametrize("what", ["link", "pipe", "folder"])
def test_a_lock_that_is_no_regular_file_is_refused(tmp_path, what):
    lock, outside = tmp_path / "results" / writing.LOCK, tmp_path / "thesis"
    lock.parent.mkdir()
    outside.write_text("years of work")
    if what == "pipe" and not hasattr(os, "mkfifo"):
        pytest.skip("pipes are POSIX")
    make = {"link": lambda: lock.symlink_to(outside), "folder": lock.mkdir}
    make.get(what, lambda: os.mkfifo(lock))()
    with pytest.raises(InputError) as refused, writing.lock(lock.parent):
        pass
    assert refused.value.exit_code == 2
    assert outside.read_text() == "years of work"


@posix
def test_private_files_and_folders_are_the_users_alone(tmp_path):
    writing.make_private_folder(tmp_path / "clients" / "shop")
    path = tmp_path / "clients" / "shop" / "history.csv"
    writing.write_text(path, "x")
    writing.write_text(path, "y", private=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["x\0y", "x" * 300, "file/x"])
def test_a_path_that_cannot_be_is_wrong_input(tmp_path, name):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError) as refused:
        writing.write_text(tmp_path / name, "x")
    assert refused.value.exit_code == 2


def test_only_what_the_tool_began_is_cleared(tmp_path):
    mine = ["thesis.tmp", ".thesis.partial", "a.1.partial", ".x.12.partial.bak"]
    for name in [*mine, ".a.csv.12.partial"]:
        (tmp_path / name).write_text("years of work")
    (tmp_path / ".folder.7.partial").mkdir()
    assert sorted(writing.occupants(tmp_path)) == sorted(mine)
    writing.clear_partial(tmp_path)
    assert _names(tmp_path) == sorted([*mine, ".folder.7.partial"])


def test_the_lock_of_a_dead_process_is_taken_over(tmp_path):
    program = (
        "import os, sys; from pathlib import Path; from sim.common.writing import lock\n"
        "with lock(Path(sys.argv[1])):\n    os._exit(9)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert done.returncode == 9
    assert (tmp_path / writing.LOCK).exists()
    with (
        writing.lock(tmp_path),
        pytest.raises(InputError, match=f"process {os.getpid()} "),
        writing.lock(tmp_path),
    ):
        pass
    with writing.lock(tmp_path):
        pass
    assert _names(tmp_path) == []


def test_a_folder_appears_complete_or_not_at_all_and_litter_is_taken_over(tmp_path):
    target = tmp_path / "report"
    litter = tmp_path / ".report.partial" / "report"
    litter.mkdir(parents=True)
    (litter / "half").write_text("of a killed command")
    with pytest.raises(KeyError), writing.new_folder(target) as folder:
        (folder / "page").write_text("half")
        raise KeyError
    assert _names(tmp_path) == []
    target.mkdir()
    with writing.new_folder(target) as folder:
        (folder / "page").write_text("whole")
        assert _names(target) == []
    assert _names(tmp_path) == ["report"]
    assert _names(target) == ["page"]
