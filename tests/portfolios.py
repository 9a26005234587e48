"""Portfolios made quick, and clients to make them of."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.analysis.load_comparison import load_comparison
from sim.common.paths import root
from sim.common.writing import write_text
from sim.report import html_page
from sim.report.portfolio.state import State
from sim.workbench.portfolio import work


def make_client(clients: Path, name: str) -> str:
    """Make a client with the built-in grocer's market under another name, and return that."""
    home, source = clients / name, root() / "data" / "markets"
    home.mkdir(parents=True)
    text = (source / "grocery.yaml").read_text(encoding="utf-8")
    named = text.replace("name: grocery\n", f"name: {name}\n", 1)
    (home / f"{name}.yaml").write_text(named, encoding="utf-8")
    for path in source.glob("grocery.*csv"):
        shutil.copy(path, home / path.name.replace("grocery", name))
    return name


def without_documents(put: Callable[[Any, str, Any], None]) -> None:
    """Leave out what reports say, where it is only asked whether they are there."""
    put(html_page, "_write_documents", _name_documents)
    put(work, "as_reported", load_comparison)


def _name_documents(bundle: Path, _folder: Path, _manifest: object, files: Any, *_: object) -> None:
    for file in files.values():
        write_text(bundle / file, file)


def state_of(name: str, currency: str, gain: float, kind: str = "do_nothing") -> State:
    """Return a finished entry of a made-up market."""
    found = {
        "verdict": kind, "is_found": False, "pays_none": kind == "too_dear",
        "strategy": "balanced", "nothing_best_in": 1.0,
        "plan_title": "Balanced", "currency": currency,
        "gain": gain, "expected_low": gain - 50.0, "expected_high": gain + 50.0, "nothing": 1000.0,
        "customers": 10.0, "best_in": 0.5, "futures": 20, "simulated": 100, "weeks": 52,
    }  # fmt: skip
    return State(name, name.capitalize(), found, report=f"{name}/report.html")
