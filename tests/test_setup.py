"""The set-up finds a Python that works, or says what it looked for, and never trusts a ruin."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parent.parent / "scripts"
BASH = shutil.which("bash") or "/bin/bash"


def _program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{BASH}\n{text}\n")
    path.chmod(0o755)
    return path


def _find(folder: Path, **environment: str) -> subprocess.CompletedProcess:
    empty = folder / "empty"
    empty.mkdir(exist_ok=True)
    names = {"PATH": str(folder / "bin"), "HOME": str(empty), "PYENV_ROOT": str(empty)}
    return subprocess.run(
        [BASH, str(SCRIPTS / "find_python.sh")],
        env=names | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_shim_that_exists_and_fails_is_refused_and_the_next_candidate_taken(tmp_path):
    _program(
        tmp_path / "bin/python3.12", "echo 'shim: python3.12: command not found' >&2; exit 127"
    )
    _program(tmp_path / "bin/python3.13", f'exec "{sys.executable}" "$@"')
    found = _find(tmp_path)
    assert found.returncode == 0, found.stderr
    assert Path(found.stdout.strip()).samefile(sys.executable)


def test_a_version_managers_folders_are_looked_into_when_all_shims_fail(tmp_path):
    _program(tmp_path / "bin/python3.12", "exit 127")
    _program(tmp_path / "pyenv/versions/3.13.9/bin/python3", f'exec "{sys.executable}" "$@"')
    found = _find(tmp_path, PYENV_ROOT=str(tmp_path / "pyenv"))
    assert found.returncode == 0, found.stderr


def test_without_a_usable_python_each_candidate_is_named_with_its_fault_and_the_remedy(tmp_path):
    shim = _program(tmp_path / "bin/python3.12", "echo 'shim: not installed' >&2; exit 127")
    old = _program(tmp_path / "bin/python3", "echo 'is Python 3.9' >&2; exit 1")
    found = _find(tmp_path)
    assert found.returncode == 2
    assert not found.stdout
    for words in (f"{shim}: shim: not installed", f"{old}: is Python 3.9", "3.12, 3.13 or 3.14"):
        assert words in found.stderr
    assert "Install Python 3.12" in found.stderr


def test_with_no_python_at_all_it_says_what_it_looked_for(tmp_path):
    found = _find(tmp_path)
    assert found.returncode == 2
    assert "python3.12, python3.13, python3.14" in found.stderr
    assert "Found none" in found.stderr


def test_a_python_named_by_the_caller_is_the_only_one_tried(tmp_path):
    _program(tmp_path / "bin/python3.12", f'exec "{sys.executable}" "$@"')
    found = _find(tmp_path, PYTHON="/no/such/python")
    assert found.returncode == 2
    assert "/no/such/python" in found.stderr


class Checkout:
    """A checkout whose Python only pretends: it writes down what was called, as ``pip`` or ``uv``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "a checkout"  # the space is on purpose
        (self.folder / "scripts").mkdir(parents=True)
        for name in ("find_python.sh", "setup.sh"):
            shutil.copy(SCRIPTS / name, self.folder / "scripts" / name)
        for name in ("pyproject.toml", "constraints.txt"):
            (self.folder / name).write_text("as it was\n")
        self.failing = folder / "failing"  # a folder with a file for each that fails
        self.failing.mkdir()
        self.calls = folder / "calls"
        inside = _program(
            folder / "inside",
            f'if [ "$1" = -m ]; then echo "$2 $3 $*" >>"{self.calls}"; ! [ -e "{self.failing}/$2" ]; fi',
        )
        environment = f'mkdir -p "$3/bin"; cp "{inside}" "$3/bin/python"'
        self.python = _program(
            folder / "python", f'if [ "$1" = -c ]; then echo "$0"; else {environment}; fi'
        )

    def setup(self) -> subprocess.CompletedProcess:
        return subprocess.run(
            [BASH, "scripts/setup.sh"],
            cwd=self.folder,
            env=os.environ | {"PYTHON": str(self.python)},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def installations(self) -> list[str]:
        """Return by what the workbench was installed, time after time."""
        called = [line.split() for line in self.calls.read_text().splitlines()]
        return [words[0] for words in called if ".[test]" in words]


@pytest.fixture
def checkout(tmp_path):
    made = Checkout(tmp_path)
    first = made.setup()
    assert first.returncode == 0, first.stderr
    assert made.installations == ["uv"]
    return made


def test_a_finished_environment_is_used_again_without_a_word(checkout):
    again = checkout.setup()
    assert (again.returncode, again.stdout, checkout.installations) == (0, "", ["uv"])


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_the_environment_is_made_anew_when_what_it_was_made_from_changes(checkout, name):
    (checkout.folder / name).write_text("changed\n")
    assert checkout.setup().returncode == 0
    assert checkout.installations == ["uv", "uv"]


def test_an_environment_whose_python_is_gone_is_made_anew(checkout):
    (checkout.folder / ".venv/bin/python").unlink()
    assert checkout.setup().returncode == 0
    assert checkout.installations == ["uv", "uv"]


def test_an_environment_of_a_checkout_that_was_moved_is_made_anew(checkout):
    checkout.folder = checkout.folder.rename(checkout.folder.parent / "elsewhere")
    assert checkout.setup().returncode == 0
    assert checkout.installations == ["uv", "uv"]


def test_where_uv_does_not_get_through_pip_installs(checkout):
    (checkout.failing / "uv").touch()
    (checkout.folder / "constraints.txt").write_text("changed\n")
    again = checkout.setup()
    assert again.returncode == 0, again.stderr
    assert "pip installs" in again.stdout
    assert checkout.installations == ["uv", "uv", "pip"]


def test_where_uv_is_not_to_be_had_and_pip_fails_it_is_said_and_made_anew(checkout):
    (checkout.failing / "pip").touch()
    (checkout.folder / "constraints.txt").write_text("changed\n")
    failed = checkout.setup()
    assert failed.returncode == 1
    assert "installation failed" in failed.stderr
    (checkout.failing / "pip").unlink()
    assert checkout.setup().returncode == 0
    assert checkout.installations == ["uv", "pip", "uv"]
