"""`loyalty check` names what a half-made lever lacks, and never ends in a traceback."""

import subprocess
from pathlib import Path

import pytest

from tests.fresh import run_python
from tests.mutation import copy_checkout

MODULE = '''"""Opening hours: shops that are open when customers have time."""

from typing import ClassVar

from pydantic import Field

from sim.levers.base import Mechanism, Schema


class OpeningHours(Mechanism):
    """When the shops are open."""

    name: ClassVar[str] = "opening_hours"

    class Settings(Schema):
        """What the firm chooses."""

        hours: float = Field(0, ge=0, le=60, description="hours a week on top")

    class Parameters(Schema):
        """How people respond."""

        trips_by_hours: float = Field(ge=0, description="logit of a purchase, per hour on top")
'''
FILE, PAGE = "sim/levers/opening_hours.py", "playbook/levers/opening_hours.md"
_MISSPELT = """
    def effects(self, week, plays, own):
        return {"purchases": week.spend}
"""
_BARE = MODULE[: MODULE.index("    name:")]


def _check(folder: Path, *options: str) -> subprocess.CompletedProcess:
    return run_python(folder, "-m", "sim.cli.main", "check", *options)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout whose list of levers has one more."""
    folder = copy_checkout(tmp_path_factory.mktemp("half") / "copy")
    levers = folder / "sim" / "levers" / "__init__.py"
    text = levers.read_text(encoding="utf-8")
    text = text.replace("    Incentives,\n", "    Incentives,\n    OpeningHours,\n")
    head = "from sim.levers.opening_hours import OpeningHours\nfrom sim.levers.organisation"
    levers.write_text(text.replace("from sim.levers.organisation", head), encoding="utf-8")
    return folder


def _page(copy: Path, settings: str) -> None:
    text = (copy / "playbook" / "_template.md").read_text(encoding="utf-8")
    text = text.replace("id: my_lever ", "id: opening_hours ").replace("{intensity: 0.5}", settings)
    (copy / PAGE).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("module", "settings", "words"),
    [
        (MODULE, None, [PAGE, "_template.md", "no trips_by_hours"]),
        (MODULE, "{hours: 10}", ["a row for it, as `sim` reads opening_hours.trips_by_hours"]),
        (
            MODULE.replace("0, ge=0, le=60", "ge=0"),
            "{hours: 10}",
            [f"{FILE}: Settings.hours: found 'no default'", f"{FILE}: Settings.hours: found 'no b"],
        ),
        (_BARE, "{hours: 10}", [f"{FILE}: name: found ''", "expected opening_hours"]),
        (_BARE + '    name: ClassVar[str] = "opening_hours"\n', "{hours: 10}", ["'hours'"]),
        (MODULE + _MISSPELT, "{hours: 10}", ["effects: found 'purchases'", "purchase"]),
    ],
    ids=["no page", "no parameters", "no default and bounds", "no name", "no settings", "misspelt"],
)
def test_what_a_half_made_lever_lacks_is_told(copy: Path, module, settings, words) -> None:
    (copy / FILE).write_text(module, encoding="utf-8")
    (copy / PAGE).unlink(missing_ok=True)
    if settings:
        _page(copy, settings)
    done = _check(copy, "--fix")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    for word in words:
        assert word in done.stderr, done.stderr


def test_a_lever_that_no_line_names_is_told(tmp_path: Path) -> None:
    folder = copy_checkout(tmp_path / "copy")
    (folder / FILE).write_text(MODULE, encoding="utf-8")
    done = _check(folder)
    assert done.returncode == 2
    assert "sim/levers/__init__.py: MECHANISMS: found 'no opening_hours'" in done.stderr
