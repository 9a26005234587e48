"""Commands made quick, for tests of how they run and what they keep, not of what they find."""

import importlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.experiment import budget

#: Few people find the budgets, and few futures foresee the last part of a log.
PILOT_CUSTOMERS, FORESEEN = 200, 4


def make_quick(put: Callable[[Any, str, Any], None] = setattr) -> None:
    """Make comparisons quick with `monkeypatch.setattr`, or for good in a process of their own."""
    put(budget, "PILOT_CUSTOMERS", PILOT_CUSTOMERS)


def foresee_little(put: Callable[[Any, str, Any], None]) -> None:
    """Let few futures be lived through by ``loyalty calibrate``, with `monkeypatch.setattr`."""
    put(importlib.import_module("sim.checks.validation.own_log"), "_FUTURES", FORESEEN)


def foretell_little(put: Callable[[Any, str, Any], None]) -> None:
    """Let a forecast rest on one fit, not on those to earlier days and to more regular purchases."""
    put(importlib.import_module("sim.calibration.forecast.laws"), "look_back", lambda *_: [])
    put(importlib.import_module("sim.calibration.forecast.moving_rates"), "_PHASES", (1,))


def without_a_kernel(put: Callable[[Any, str, Any], None]) -> None:
    """Let the notebook of a report read its files and be written, not run: that takes seconds."""

    def read(path: Path, out: Path, parameters: dict) -> Path:
        importlib.import_module("sim").read_comparison(parameters["results_dir"])
        return Path(shutil.copyfile(path, out))

    put(importlib.import_module("sim.report.html_page"), "run_notebook", read)
