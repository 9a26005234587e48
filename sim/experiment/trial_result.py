r"""What a trial measured: from a line for each customer or place to a difference and its error.

Of arm a with units k, their customers n_k and spend y_k (a customer is a unit of one):

    mean_a = sum y_k / sum n_k,   error_a^2 = K / (K - 1) sum (y_k - mean_a n_k)^2 / (sum n_k)^2,

the ratio estimator (Cochran 1977, section 6.3), which for customers is s^2 / n. The difference of two
arms has error^2 = error_1^2 + error_2^2. Spend is measured rather than margin, since it is what a till
shows: what of it is margin differs from future to future, and what the plan costs is simulated.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from sim.common.errors import InputError, nearest, refuse_all
from sim.common.paths import shown
from sim.common.reading import BEYOND, Row, read_rows
from sim.common.tables import validate_cells
from sim.experiment.trial_design import CONTROL, Design
from sim.intake.masked import columns_in_words, shape

#: What the customers of a line may spend, and how many they may be, at most.
MOST_MONEY, MOST_CUSTOMERS = 1e15, 10**9
_NUMBER = re.compile(r"[-+]?[0-9.,_]+")
#: A number that is another one where a point parts thousands.
_EITHER = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")


class _Customer(BaseModel):
    """A line for a customer; a blank at an end of a name is none of it."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)
    unit: str = Field(alias="customer", min_length=1)
    arm: str = Field(min_length=1)
    customers: int = Field(1, ge=1, le=1)
    spend: float = Field(ge=0, le=MOST_MONEY)


class _Place(_Customer):
    """A line for a place, with all of its customers."""

    unit: str = Field(alias="place", min_length=1)
    customers: int = Field(gt=0, le=MOST_CUSTOMERS)


#: What a line is, and the columns that a table has by what was drawn by lot; it may have others.
_TABLES: dict[str, tuple[type[_Customer], tuple[str, ...]]] = {
    "customer": (_Customer, ("customer", "arm", "spend")),
    "place": (_Place, ("place", "arm", "customers", "spend")),
}


@dataclass(frozen=True)
class Measured:
    """Spend per customer of the tried arm less that of the other, and its standard error.

    Attributes
    ----------
    arm : str
        The tried one.
    tried, control : int
        Customers of each.
    difference, error : float
    design : Design or None
        Of campaigns the plan for which they are taken, which is kept once they are learned from.
    """

    arm: str
    tried: int
    control: int
    difference: float
    error: float
    design: Design | None = None


def read_result(path: Path, designs: dict[str, Design]) -> Measured:
    """Read what a firm measured in one of its trials.

    Parameters
    ----------
    path : Path
        CSV: ``customer`` (or ``place`` and ``customers``), ``arm``, ``spend``.
    designs : dict
        Name of the tried arm -> design.

    Raises
    ------
    InputError
        With all faults at once, each by its line; no customer is named.
    """
    where = shown(path.absolute())
    designs = {name: one for name, one in designs.items() if one.unit in _TABLES}
    lines = list(read_rows(path.name, shown(path.absolute().parent)))
    header = [name for name in (lines[0][1] if lines else ()) if name != BEYOND]
    if lines:
        _check_header(header, ["arm"], _likely_unit(header, designs), where)
    arm = _arm_in([cells.get("arm") for _, cells in lines], designs, where)
    unit = designs[arm].unit
    schema, columns = _TABLES[unit]
    _check_header(header, columns, unit, where)
    faults: list[InputError] = []
    rows: list[_Customer] = []
    seen: set[str] = set()
    for place, cells in lines:
        try:
            _check_cells(cells, len(header), place)
            row = validate_cells(schema, {name: cells[name] for name in columns}, place)
        except InputError as fault:
            faults += [_masked(one) for one in fault.faults]
            continue
        if row.arm not in (arm, CONTROL):
            expected = f"an arm of this trial: {arm} or {CONTROL}"
            close = nearest(row.arm, (arm, CONTROL))
            faults.append(_masked(InputError(place, "arm", row.arm, expected, close)))
        elif row.unit in seen:
            expected = "each once: all that was spent in these weeks on one line"
            faults.append(InputError(place, unit, "one of a line before", expected))
        seen.add(row.unit)
        rows.append(row)
    if not faults:
        faults = _unclear(lines) + [
            InputError(where, "arm", f"{n} lines of {name}", "two lines or more of each arm")
            for name in (arm, CONTROL)
            if (n := sum(row.arm == name for row in rows)) < 2
        ]
    refuse_all(faults)
    return _measured(arm, rows, where)


def _likely_unit(header: Sequence[str], designs: dict[str, Design]) -> str:
    """Return what a line is of while no arm says it: as all designs have it, else by the header."""
    units = {design.unit for design in designs.values()}
    return units.pop() if len(units) == 1 else "place" if "place" in header else "customer"


def _check_header(header: Sequence[str], needed: Iterable[str], unit: str, where: str) -> None:
    """Refuse a first line that lacks a column, saying what it holds unless that is a line of data."""
    lacking = [name for name in needed if name not in header]
    if not lacking:
        return
    columns, hint = _TABLES[unit][1], None
    if len(header) == 1 and re.search(r"[;\t|]", header[0]):
        hint = "Part the columns by commas."
    elif set(lacking) & {name.strip().lower() for name in header}:
        hint = "Write the names of the columns in small letters, without blanks around them."
    elif unit == "place" and "customer" in header:
        hint = (
            "Places were drawn: add up the customers of each on one line. Where each customer was drawn "
            "alone, call that column place, and give 1 in the column customers."
        )
    found = f"no {', '.join(lacking)} among {columns_in_words(list(header))}"
    expected = "the columns " + ", ".join(columns)
    raise InputError(where, "header", found, expected, hint=hint)


def _check_cells(cells: dict[str, str], columns: int, place: str) -> None:
    """Refuse a line with more cells than columns; what stands in them may be a customer."""
    if BEYOND in cells:
        expected = f"as many cells as the header has columns: {columns}"
        hint = "A comma within a number or a name parts it in two."
        raise InputError(place, "cells", f"more cells {BEYOND}", expected, hint=hint)


def _unclear(lines: Sequence[Row]) -> list[InputError]:
    """Return a fault if nothing shows whether the points of spend part thousands or decimals."""
    pointed = [(place, cells["spend"]) for place, cells in lines if "." in cells["spend"]]
    if not pointed or not all(_EITHER.fullmatch(cell) for _, cell in pointed):
        return []
    (place, found), expected = pointed[0], "a number of which the point shows what it parts"
    hint = "Write a thousand as 1000, and one as 1 or 1.0."
    return [InputError(place, "spend", found, expected, hint=hint)]


def _arm_in(names: list[str | None], designs: dict[str, Design], where: str) -> str:
    """Return which trial a table is of: the first of its arms that is one's."""
    names = [name.strip() if name else name for name in names]
    found = next((name for name in names if name in designs), None)
    if found is not None:
        return found
    if not designs:
        hint = "`loyalty trial DIR` designs one from a comparison of this market."
        raise InputError(where, "arm", "no design", "a table of a designed trial", hint=hint)
    other = next((name for name in names if name and name != CONTROL), "nothing")
    expected = "the tried arm of one of the designs: " + ", ".join(designs)
    raise _masked(InputError(where, "arm", other, expected, nearest(other, designs)))


def _masked(fault: InputError) -> InputError:
    """Return a fault that shows an arm, or what is no number, by its shape alone.

    Where columns are exchanged it is a customer.
    """
    found = fault.found
    if fault.field == "cells" or not isinstance(found, str):
        return fault
    if fault.field == "arm" or not _NUMBER.fullmatch(found):
        found = shape(found)
    return InputError(fault.where, fault.field, found, fault.expected, fault.nearest, fault.hint)


def _measured(arm: str, rows: Iterable[_Customer], where: str) -> Measured:
    """Return the difference of both arms and its error."""
    means, variances, sizes = [], [], []
    for name in (arm, CONTROL):
        own = [row for row in rows if row.arm == name]
        n, y = (
            np.array([getattr(row, part) for row in own], float) for part in ("customers", "spend")
        )
        mean = y.sum() / n.sum()
        of_units = ((y - mean * n) ** 2).sum() * len(own) / (len(own) - 1)
        means.append(float(mean))
        variances.append(float(of_units / n.sum() ** 2))
        sizes.append(int(n.sum()))
    error = math.sqrt(sum(variances))
    if not error > 0:
        raise InputError(where, "spend", "the same of all", "spend that differs within an arm")
    return Measured(arm, sizes[0], sizes[1], means[0] - means[1], error)
