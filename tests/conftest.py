"""Fixtures that several tests share, and which tests run when and where."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from sim.checks import check
from sim.common import paths


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave slow forms out unless SLOW is set."""
    if not os.environ.get("SLOW") and "slow" not in (config.option.markexpr or ""):
        slow = [item for item in items if item.get_closest_marker("slow")]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A copy of what people write, from which all of `sim` reads: to spoil without harm."""
    source = paths.root()
    shutil.copytree(source / "playbook", tmp_path / "playbook")
    shutil.copytree(
        source / "data", tmp_path / "data", ignore=lambda _, names: {"results"} & set(names)
    )
    for code in ("sim", "tests"):
        (tmp_path / code).symlink_to(source / code)
    for name, module in list(sys.modules.items()):
        if name.startswith("sim.") and hasattr(module, "root"):
            monkeypatch.setattr(module, "root", lambda: tmp_path)
    check.forget()
    check.fix()  # whether the tables are in step has a test of its own
    yield tmp_path
    check.forget()
