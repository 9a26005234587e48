"""Cells of tables that people write are numbers only as every reader takes them."""

from typing import Annotated

import pytest
from pydantic import BaseModel, ConfigDict, Field

from sim.common.errors import InputError, InputErrors
from sim.common.tables import EMPTY_IS_NONE, SPLIT, validate_cells


class _Line(BaseModel):
    """A line with a number of each kind, one of them under another key than its field."""

    model_config = ConfigDict(extra="forbid")
    name: str
    amount: float = Field(alias="spend")
    count: Annotated[int | None, EMPTY_IS_NONE] = None
    parts: Annotated[list[float], SPLIT] = []


@pytest.mark.parametrize("cell", ["1_000", "1,5", "１２", "0x10", "1e", "nan", "1 000", " 5"])
def test_a_cell_that_some_readers_take_for_another_number_is_refused_with_its_column(cell):
    cells = {"name": cell, "spend": cell, "count": cell, "parts": f"1 {cell}"}
    with pytest.raises(InputErrors) as refused:
        validate_cells(_Line, cells, "lines.csv, line 2")
    told = {fault.field: fault for fault in refused.value.faults}
    assert set(told) == {"spend", "count"} | (set() if " " in cell else {"parts"})
    assert all(
        fault.found.endswith(cell) and "as 1234" in fault.expected for fault in told.values()
    )


def test_whole_numbers_have_no_point_since_it_may_part_thousands():
    with pytest.raises(InputError, match="count: found '1.000'.*whole number in digits alone"):
        validate_cells(
            _Line, {"name": "a", "spend": "1.000", "count": "1.000"}, "lines.csv, line 2"
        )


def test_numbers_as_tables_hold_them_are_read():
    cells = {"name": "a", "spend": "-1.5e-3", "count": "", "parts": ".5 +2 3."}
    read = validate_cells(_Line, cells, "lines.csv, line 2")
    assert (read.amount, read.count, read.parts) == (-0.0015, None, [0.5, 2.0, 3.0])


def test_a_misspelt_key_is_told_the_key_and_not_the_field_that_it_fills():
    with pytest.raises(InputError) as refused:
        validate_cells(_Line, {"name": "a", "spent": "1"}, "lines.csv, line 2")
    first = refused.value.faults[0]
    assert (first.field, first.nearest) == ("spent", "spend") and "amount" not in first.expected
