"""Fixtures that several tests share, and which tests run when and where."""

import gc
import importlib
import os
import shutil
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer.testing

from sim.common import paths


def pytest_configure(config: pytest.Config) -> None:
    """Let what a test runs keep to the test's own processor, since as many tests run at a time.

    Garbage is looked for more seldom: among all that libraries and tests have loaded, that took a tenth
    of the time. What the command line takes is read once, not at each of some hundred calls. The process
    that hands tests out to others runs none, and loads nothing for them.
    """
    if not config.getoption("numprocesses", None):
        importlib.import_module("mesa")  # before the stack of imports is deep: its logger walks it
    typer.testing._get_command = cache(typer.testing._get_command)  # type: ignore[attr-defined]
    os.environ.setdefault("LOKY_MAX_CPU_COUNT", "1")  # joblib's `cpu_count` reads it
    gc.set_threshold(5_000, 10, 10)


#: Files that share what one of them has made, by what that is: one process runs them all.
_SHARED = {
    **dict.fromkeys(("chinese", "deck", "documents", "workbook"), "documents of `handed_over`"),
    **dict.fromkeys(("page_story", "report", "report_bundle"), "contents of `synthetic`"),
}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep the tests of a file together, and those of files that share what they make."""
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return _SHARED.get(Path(file).stem.removeprefix("test_"), file)

    return Together(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_finish() -> None:
    """Look for no garbage in what was loaded: it stays to the end."""
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave slow forms out unless SLOW is set."""
    if not os.environ.get("SLOW") and "slow" not in (config.option.markexpr or ""):
        slow = [item for item in items if item.get_closest_marker("slow")]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


def _read_from(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Let all of `sim` read what people write from another folder."""
    check = _checks()  # loaded first: what is loaded later reads from the checkout itself
    for name, module in list(sys.modules.items()):
        if name.startswith("sim.") and hasattr(module, "root"):
            patch.setattr(module, "root", lambda: folder)
    check.clear_caches()


def _checks() -> ModuleType:
    """Return `sim.checks.check`, which loads most of `sim`."""
    return importlib.import_module("sim.checks.check")


@pytest.fixture(scope="session")
def _in_step(tmp_path_factory: pytest.TempPathFactory):
    """A copy of what people write, with tables in step: whether they are has a test of its own."""
    source, folder = paths.root(), tmp_path_factory.mktemp("checkout")
    shutil.copytree(source / "playbook", folder / "playbook")
    shutil.copytree(
        source / "data", folder / "data", ignore=lambda _, names: {"results"} & set(names)
    )
    for code in ("sim", "tests"):
        (folder / code).symlink_to(source / code)
    with pytest.MonkeyPatch.context() as patch:
        _read_from(folder, patch)
        _checks().fix()
    _checks().clear_caches()
    return folder


@pytest.fixture
def checkout(_in_step: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A copy of what people write, from which all of `sim` reads: to spoil without harm."""
    shutil.copytree(_in_step, tmp_path, symlinks=True, dirs_exist_ok=True)
    _read_from(tmp_path, monkeypatch)
    yield tmp_path
    _checks().clear_caches()


@pytest.fixture
def untabled(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, where no check looks at generated tables, half its time: other things are spoiled."""
    monkeypatch.setattr(_checks(), "_check_generated", lambda: [])
    return checkout


@pytest.fixture
def clients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The clients' folder, not made yet: `clients` in the test's own."""
    monkeypatch.setenv("LOYALTY_CLIENTS", str(tmp_path / "clients"))
    return tmp_path / "clients"
