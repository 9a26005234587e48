"""Fixtures that several tests share."""

import shutil
import sys
from pathlib import Path

import pytest

from sim.checks import check
from sim.common import paths


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
