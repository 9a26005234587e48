"""Write a forecast into a folder of its own, which its owner alone can open: it names customers."""

import math
from pathlib import Path
from typing import Any

from sim.calibration.forecast.forecast import Forecast
from sim.common.errors import InputError
from sim.common.spreadsheet import safe_cells
from sim.common.writing import (
    check_target,
    make_private_folder,
    new_folder,
    occupants,
    write_json,
    write_text,
)

#: The page for a reader.
PAGE = "forecast.html"


def check_folder(folder: Path) -> None:
    """Refuse, before any work, a folder that holds something or cannot be written to.

    Raises
    ------
    InputError
        If so; a finished forecast is never overwritten.
    """
    check_target(folder)
    if folder.exists() and not folder.is_dir():
        raise InputError("--out", "out", "a file", "a new folder", hint="Choose another name.")
    if folder.is_dir() and occupants(folder):
        raise InputError(
            "--out",
            "out",
            "a folder that is not empty",
            "a new folder: a finished forecast is never overwritten",
            hint="Choose another name.",
        )


def write_forecast(made: Forecast, folder: Path, page: str = "") -> None:
    """Write ``forecast.csv``, ``weekly.csv``, ``laws.json`` and, where there is a score, ``score.json``.

    Parameters
    ----------
    made : Forecast
    folder : Path
        A new folder, for which `check_folder` was called.
    page : str
        The page for a reader, as HTML; ``forecast.html``.
    """
    with new_folder(folder) as beside:
        # A folder that others could open would show its content for a moment: make it anew, closed.
        beside.rmdir()
        make_private_folder(beside)
        customers = made.customers.assign(customer=safe_cells(made.customers["customer"]))
        tables = {"forecast.csv": customers, "weekly.csv": made.weekly}
        for name, table in tables.items():
            write_text(beside / name, table.to_csv(index=False, lineterminator="\n"), private=True)
        about = {"calibration_end": f"{made.end:%Y-%m-%d}", "total": made.total, "laws": made.laws}
        write_json(beside / "laws.json", _plain(about), private=True)
        if page:
            write_text(beside / PAGE, page, private=True)
        if made.score is not None:
            write_json(beside / "score.json", _plain(made.score), private=True)


def _plain(content: Any) -> Any:
    """Return plain values of at most six digits, which differ on no machine; null for no number."""
    if isinstance(content, dict):
        return {key: _plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    if isinstance(content, float):
        return float(f"{content:.6g}") if math.isfinite(content) else None
    return content
