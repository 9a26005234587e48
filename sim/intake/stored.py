"""Files that store types: Excel, Parquet and JSON lines, as tables of text."""

import json
import warnings
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sim.common.errors import InputError
from sim.common.sql_files import file_in_sql
from sim.intake.findings import Conclusion, Phrase
from sim.intake.mapping import Mapping
from sim.intake.names import recognised
from sim.intake.source import Cells, Source
from sim.intake.sql import Database, name_of, rows, text_of

#: Bytes that a workbook may have: a sheet holds a million rows.
LARGEST_WORKBOOK = 500_000_000
_FIRST = 30
_ENOUGH = 2
#: Fields within fields that are looked into, keys of JSON that one may have, letters that none may.
_DEEPEST, _MOST_KEYS, _NO_KEY = 4, 100, {'"', "\\", "*"}
#: Follows a number that a cell stores as one.
_STORED = "\x1f"


def open_parquet(path: Path, database: Database) -> Source:
    """Return a Parquet file as a table of text; a field within a field is ``outer.inner``."""
    import pyarrow.parquet as pq

    fields = [found for field in pq.read_schema(path) for found in _leaves(field)]
    table = f"read_parquet({file_in_sql(path)})"
    at = [_within(keys) for keys, _ in fields]
    described = rows(database, f"describe select {', '.join(at)} from {table}")
    cells = {
        name: _stored(column, str(kind), zone)
        for name, column, (_, kind, *_), (_, zone) in zip(
            _called(path, [keys for keys, _ in fields]), at, described, fields, strict=True
        )
    }
    return Source(tuple(cells), table, cells)


def _leaves(field: Any, outer: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], str | None]]:
    """Return the fields of a column of Parquet that hold no others, with the zone of a time."""
    import pyarrow as pa

    keys = (*outer, field.name)
    if not pa.types.is_struct(field.type) or not field.type.num_fields or len(keys) == _DEEPEST:
        return [(keys, getattr(field.type, "tz", None))]
    return [found for inner in field.type.fields for found in _leaves(inner, keys)]


def _within(keys: Sequence[str]) -> str:
    """Return the SQL of a field of a column, which has no value where what holds it has none."""
    first, *inner = keys
    at = name_of(first)
    for key in inner:
        at = f"struct_extract({at}, {text_of(key)})"
    return at


def _called(path: Path, fields: Sequence[Sequence[str]]) -> list[str]:
    """Return a name of its own for each field: ``outer.inner``, or ``outer/inner`` where a key is so.

    Raises
    ------
    InputError
        If keys with points and strokes leave two fields one name.
    """
    keys = {field[0] for field in fields if len(field) == 1}
    names: list[str] = []
    for field in fields:
        name = ".".join(field)
        names.append("/".join(field) if len(field) > 1 and name in keys | set(names) else name)
    for name in names:
        if names.count(name) > 1:
            raise InputError(path.name, "columns", name, "a name of its own for each field")
    return names


def _stored(at: str, kind: str, zone: str | None) -> Cells:
    """Return the cells of a column of a type; a time in a zone is the day on the clocks there."""
    column = at if zone is None else f"timezone({text_of(zone)}, {at})"
    if kind.startswith("TIMESTAMP") or kind == "DATE":
        text = f"strftime({column}, '%Y-%m-%d')"
        return Cells(text, text)
    text = f"cast({column} as varchar)"
    if kind == "BOOLEAN" or kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "BLOB")):
        return Cells(text, "'no number'")
    if kind.endswith("INT") or kind.endswith("INTEGER") or kind.startswith("DECIMAL"):
        return Cells(text, f"{text} || 'E0'")
    if kind in ("DOUBLE", "FLOAT"):
        whole = f"case when {column} = trunc({column}) and abs({column}) < 1e15 "
        plain = f"{whole} then cast(cast({column} as bigint) as varchar) else {text} end"
        exact = f"case when contains({text}, 'e') then {text} else {text} || 'E0' end"
        return Cells(plain, exact)
    return Cells(text, text)


def open_json(path: Path, database: Database) -> Source:
    """Return a file of JSON lines as a table of text; a field within a field is ``outer.inner``."""
    where = file_in_sql(path)
    fields = _fields(_structures(database, f"read_json_objects({where})"))
    if not fields:
        raise InputError(path.name, "file", "no keys", "one object per line")
    outer = ", ".join(f"{text_of(key)}: 'JSON'" for key in dict.fromkeys(key for key, *_ in fields))
    table = f"read_json({where}, columns = {{{outer}}})"
    cells = {}
    for name, (first, *inner) in zip(_called(path, fields), fields, strict=True):
        at = f"{name_of(first)}, {text_of(_path(inner))}"
        text = f"json_extract_string({at})"
        kinds = "('DOUBLE', 'BIGINT', 'UBIGINT', 'HUGEINT')"
        exact = f"{text} || case when contains(lower({text}), 'e') then '' else 'E0' end"
        number = f"case when json_type({at}) in {kinds} then {exact} else {text} end"
        cells[name] = Cells(text, number)
    return Source(tuple(cells), table, cells)


def _structures(database: Database, table: str) -> list[dict[str, Any]]:
    """Return the forms of the first lines of JSON, each once: by key a form or the name of a type."""
    forms = rows(
        database, f"select json_structure(json) from (select json from {table} limit 1000)"
    )
    found = []
    for form in dict.fromkeys(str(form) for (form,) in forms):
        with suppress(RecursionError):  # lists in lists by the thousand: no line of an export
            found.append(json.loads(form))
    return [form for form in found if isinstance(form, dict)]


def _fields(forms: Sequence[dict[str, Any]], outer: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the fields of JSON lines that hold no others, by the keys that lead to each.

    A field with more than `_MOST_KEYS` keys, such as a line's products by their numbers, is one column.
    """
    held = dict[str, list[Any]]()
    for form in forms:
        for key, kind in form.items():
            held.setdefault(key, []).append(kind)
    found = []
    for key, kinds in held.items():
        field, inner = (*outer, key), [kind for kind in kinds if isinstance(kind, dict)]
        if not key or outer and set(key) & _NO_KEY:
            continue
        many = len({one for kind in inner for one in kind}) > _MOST_KEYS
        if many or set(key) & _NO_KEY or len(field) == _DEEPEST:
            found.append(field)
            continue
        empty = ("NULL", "JSON")  # this an object without keys
        if not inner or any(not isinstance(kind, dict) and kind not in empty for kind in kinds):
            found.append(field)
        found += _fields(inner, field)
    return found


def _path(keys: Sequence[str]) -> str:
    """Return the path to a field of JSON, as DuckDB reads it."""
    return "$" + "".join(f'."{key}"' for key in keys)


def open_workbook(path: Path, mapping: Mapping, database: Database) -> Source:
    """Return a sheet of a workbook as a table of text.

    Raises
    ------
    InputError
        If it cannot be read, or several sheets may be meant.
    """
    if path.stat().st_size > LARGEST_WORKBOOK:
        expected = f"a workbook of at most {LARGEST_WORKBOOK:,} bytes"
        raise InputError(path.name, "file", f"{path.stat().st_size:,} bytes", expected)
    sheets = _sheets(path, mapping.sheet)
    fitting = {name: found for name, found in sheets.items() if found[1] >= _ENOUGH}
    if not fitting and len(sheets) == 1:
        fitting = sheets
    if len(fitting) != 1:
        ways = ", ".join(f'--set sheet="{name}"' for name in fitting or sheets)
        found = f"{len(fitting)} sheets with names of columns"
        expected = "one sheet that is meant"
        raise InputError(path.name, "sheet", found, expected, hint=f"Say which: {ways}")
    ((name, (place, known, cells)),) = fitting.items()
    header = cells[place] if cells else []
    width = max((i + 1 for i, cell in enumerate(header) if cell is not None), default=0)
    if not width or len(cells) == place + 1:
        raise InputError(path.name, "file", "no rows", "a header and one line per purchase")
    names = tuple(_text(cell).split(_STORED)[0].strip() for cell in header[:width])
    table = f"sheet_{len(rows(database, 'show tables'))}"
    _load(database, table, cells[place + 1 :], width)
    why = Phrase("{known} names of columns are known words", {"known": known})
    sheet = Conclusion(Phrase("sheet"), name, why)
    columns = {}
    for at, column in enumerate(names):
        text = name_of(f"c{at}")
        plain = f"replace({text}, chr(31), '')"
        exact = f"case when contains(lower({text}), 'e') then '' else 'E0' end"
        number = f"case when ends_with({text}, chr(31)) then {plain} || {exact} else {text} end"
        columns[column] = Cells(plain, number)
    return Source(names, table, columns, (sheet,), place + 1)


def _load(database: Database, table: str, lines: list[list[Any]], width: int) -> None:
    """Put the cells of a sheet into a table of text; empty lines are none."""
    import pyarrow as pa

    full = [line for line in lines if any(cell not in (None, "") for cell in line[:width])]
    columns = {
        f"c{at}": pa.array(
            [_text(line[at]) if at < len(line) and line[at] is not None else None for line in full],
            pa.string(),
        )
        for at in range(width)
    }
    database.register("arrived", pa.table(columns))
    database.execute(f"create temp table {table} as select * from arrived")
    database.unregister("arrived")


def _sheets(path: Path, wanted: str | None) -> dict[str, tuple[int, int, list[list[Any]]]]:
    """Return by the name of a sheet where its header stands, how many names are known, and its cells."""
    import openpyxl

    try:
        with warnings.catch_warnings():  # of styles and charts that it leaves aside
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            names: list[str] = book.sheetnames
            cells = {
                name: [list(line) for line in book[name].iter_rows(values_only=True)]
                for name in names
                if hasattr(book[name], "iter_rows")
            }
            book.close()
    except Exception as error:  # zip, XML and openpyxl raise whatever they like
        raise InputError(path.name, "file", type(error).__name__, "a workbook (.xlsx)") from None
    if wanted is not None:
        if wanted not in cells:
            raise InputError(path.name, "sheet", wanted, f"one of {', '.join(cells)}")
        cells = {wanted: cells[wanted]}
    found = {}
    for name, lines in cells.items():
        if not lines:
            continue
        counts = [len({recognised(_text(c)) for c in line} - {None}) for line in lines[:_FIRST]]
        most = max(counts, default=0)
        widths = [sum(cell is not None for cell in line) for line in lines[:_FIRST]]
        place = counts.index(most) if most >= _ENOUGH else widths.index(max(widths))
        found[name] = (place, most, lines)
    return found


def _text(cell: Any) -> str:
    """Return a cell as text; a number is marked as stored."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool) or cell is None:
        return str(cell or "")
    if isinstance(cell, int | float):
        whole = float(cell).is_integer() and abs(cell) < 1e15
        return (str(int(cell)) if whole else repr(cell)) + _STORED
    return str(cell)
