"""A value that was counted, as a market has it, and the tables that an intake wrote to count in."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sim.common.errors import InputError
from sim.intake.ratios import NINETY_FIVE
from sim.market.values import VALUES

#: Numbers of a market by name, and cautions.
type Measured = tuple[dict[str, dict[str, Any]], list[str]]
#: Weeks that table and log must have in common, and customers with a line: less says next to nothing.
LEAST_WEEKS, LEAST_CUSTOMERS = 8, 30


def measured_number(
    name: str, value: float, error: float, source: str, method: str
) -> tuple[str, dict[str, Any]]:
    """Return a value's name, and the value as a market has it (arguments as `counted`)."""
    return name, counted(VALUES[name].unit, value, error, source, method)


def counted(unit: str, value: float, error: float, source: str, method: str) -> dict[str, Any]:
    """Return a number as a market has it, with its interval told in `method`.

    Parameters
    ----------
    unit : str
    value, error : float
        What was counted, and its standard error.
    source, method : str
        What it was counted in, and how.
    """
    low, high = (value + side * NINETY_FIVE * error for side in (-1, 1))
    return {
        "value": float(f"{value:.6g}"),
        "unit": unit,
        "status": "estimated",
        "standard_error": float(f"{error:.6g}"),
        "source": source,
        "method": f"{method}; 95 % interval {max(low, 0.0):.3g} to {high:.3g}",
    }


def read_counted(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Read a table that an intake wrote.

    Raises
    ------
    InputError
        If it is no such table any more.
    """
    try:
        return pd.read_parquet(path, columns=list(columns))
    except (OSError, ValueError, KeyError):  # pyarrow's errors are values
        expected = "a table that an intake has written"
        hint = "Take the client's exports in again."
        raise InputError(str(path), "file", "another one", expected, hint=hint) from None
