"""Tables that people write as CSV, read row by row into records of which each stands once."""

import re
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Annotated, Any, cast

from pydantic import BaseModel, BeforeValidator

from sim.common.errors import InputError
from sim.common.reading import read_rows, validate


def _split(cell: Any) -> Any:
    return cell.split() if isinstance(cell, str) else cell


def _none_if_empty(cell: Any) -> Any:
    return None if cell == "" else cell


def _as_written(cell: Any) -> Any:
    """Refuse what Python alone takes for a number: ``1_000``, and digits of other scripts."""
    if isinstance(cell, str) and not _NUMBER.fullmatch(cell):
        raise ValueError("a number with a decimal point and no mark between thousands, as 1234.5")
    return cell


_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")


def _in_digits(cell: Any) -> Any:
    """Refuse a whole number that is not written in digits alone: ``1.000`` may be a thousand."""
    if isinstance(cell, str) and not re.fullmatch("[0-9]+", cell):
        raise ValueError("a whole number in digits alone, as 1234")
    return cell


#: What takes a cell for a number only if no reader takes it for another.
NUMBER, WHOLE = BeforeValidator(_as_written), BeforeValidator(_in_digits)
#: What splits a cell at its blanks.
SPLIT = BeforeValidator(_split)
#: A cell of several words.
Words = Annotated[list[str], SPLIT]
#: What makes an empty cell None.
EMPTY_IS_NONE = BeforeValidator(_none_if_empty)


def read_table[K: Hashable, M: BaseModel](
    name: str,
    schema: type[M],
    key: Callable[[M], K],
    field: str = "id",
    expected: str = "each id once",
    folder: str = "data",
) -> dict[K, M]:
    """Read a CSV table into records.

    Parameters
    ----------
    name : str
        Name of the file.
    schema : type
        What a row is.
    key : callable
        Gives what a row is about; no two rows are about the same.
    field, expected : str
        For the message where two are: the column, and what would be right.
    folder : str
        Folder of the checkout in which the file lies.

    Returns
    -------
    dict
        Key -> row, in the order of the file.

    Raises
    ------
    InputError
        If the file cannot be read, a row is wrong, or one stands twice.
    """
    rows: dict[K, M] = {}
    for where, cells in read_rows(name, folder):
        row = validate_cells(schema, cells, where)
        own = key(row)
        if own in rows:
            found = " ".join(own) if isinstance(own, tuple) else own
            raise InputError(where, field, found, expected)
        rows[own] = row
    return rows


def validate_cells[M: BaseModel](model: type[M], cells: dict[str, Any], where: str) -> M:
    """Validate the cells of a row, which are text (see `validate`).

    The same row gives the same record, which nothing changes: a check reads most tables many times.
    """
    return cast(M, _valid_row(model, tuple(cells.items()), where))


@lru_cache(maxsize=16_384)
def _valid_row(model: type[BaseModel], cells: tuple[tuple[str, Any], ...], where: str) -> BaseModel:
    return validate(model, dict(cells), where, strict=False)
