"""Tables that people write as CSV, read row by row into records of which each stands once."""

import re
from collections.abc import Callable, Hashable, Iterator
from functools import lru_cache
from typing import Annotated, Any, cast, get_args, get_origin

from pydantic import BaseModel, BeforeValidator

from sim.common.errors import InputError, refuse_all
from sim.common.reading import read_rows, validate


def _split(cell: Any) -> Any:
    return cell.split() if isinstance(cell, str) else cell


def _none_if_empty(cell: Any) -> Any:
    return None if cell == "" else cell


#: What splits a cell at its blanks.
SPLIT = BeforeValidator(_split)
#: How numbers are written, and whole ones: no reader takes them for another.
_WRITTEN = {
    float: (
        re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?"),
        "a number with a decimal point and no mark between thousands, as 1234.5",
    ),
    int: (re.compile("[-+]?[0-9]+"), "a whole number in digits alone, as 1234"),
}
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
    faults = list(_not_as_written(model, cells, where))
    try:
        row = validate(model, dict(cells), where, strict=False)
    except InputError as error:
        told = {fault.field for fault in faults}
        faults += [fault for fault in error.faults if fault.field.partition(".")[0] not in told]
    refuse_all(faults)
    return row


def _not_as_written(
    model: type[BaseModel], cells: tuple[tuple[str, Any], ...], where: str
) -> Iterator[InputError]:
    """Yield a fault for each cell that Python alone takes for a number.

    ``1_000`` is one, and digits of other scripts; and ``1.000``, which may be a thousand, a whole one.
    """
    numbers = _numbers_of(model)
    for name, cell in cells:
        if name not in numbers or not isinstance(cell, str):
            continue
        kind, are_several = numbers[name]
        form, expected = _WRITTEN[kind]
        words = [word.rpartition("=")[2] for word in cell.split()] if are_several else [cell]
        if any(word and not form.fullmatch(word) for word in words):
            yield InputError(where, name, cell, expected)


@lru_cache
def _numbers_of(model: type[BaseModel]) -> dict[str, tuple[type, bool]]:
    """Return the columns of a record that hold numbers: of which type, and whether several in a cell."""
    found: dict[str, tuple[type, bool]] = {}
    for name, field in model.model_fields.items():
        kinds = {field.annotation, *get_args(field.annotation)}
        for kind in (int, float):
            if kind in kinds:
                are_several = get_origin(field.annotation) in (list, dict)
                found[field.alias or name] = kind, are_several
    return found
