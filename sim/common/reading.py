"""Read what a person wrote, and turn each fault into one clear error."""

import csv
import hashlib
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from sim.common.errors import InputError, nearest, together
from sim.common.paths import root
from sim.common.right import choices_of, keys_at, right_instead
from sim.common.safe_yaml import parse_yaml
from sim.common.several import parts_of
from sim.common.text import TEXT, unshown

#: Bytes that a file may have: ten times what the largest of its kind has today, and more for tables.
LARGEST_YAML, LARGEST_TEXT, LARGEST_TABLE = 250_000, 5_000_000, 200_000_000
#: And a table of results: a thousand futures have some 100 MB.
LARGEST_RESULT = 2_000_000_000
#: Columns that a table may have.
MOST_COLUMNS = 100

#: Under which name cells of a line stand that has more of them than there are columns.
BEYOND = "(no column)"
#: One row of a CSV file as read: where it stands, and its cells by column.
Row = tuple[str, dict[str, Any]]


def read_text(path: Path, where: str) -> str:
    """Read a text file that people write.

    Parameters
    ----------
    path : Path
        The file.
    where : str
        Its name, for messages.

    Returns
    -------
    str

    Raises
    ------
    InputError
        If the file is missing, too large or cannot be read, is not UTF-8, or holds control characters.
    """
    most = {".yaml": LARGEST_YAML, ".csv": LARGEST_TABLE}.get(path.suffix, LARGEST_TEXT)
    raw = read_bytes(path, where, most)
    try:
        text = raw.decode("utf-8-sig")  # spreadsheets put a byte order mark
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        found = error.object[error.start : error.end]
        hint = "Save the file as UTF-8."
        raise InputError(where, f"encoding, line {line}", found, "UTF-8 text", hint=hint) from None
    place = unshown(text)
    if place is not None:
        line = text.count("\n", 0, place) + 1
        expected = "text without control characters"
        raise InputError(where, f"line {line}", text[place], expected, hint="Delete it.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_bytes(path: Path, where: str, most: int) -> bytes:
    """Read a file whole.

    Parameters
    ----------
    path : Path
        The file.
    where : str
        Its name, for messages.
    most : int
        Bytes that it may have.

    Raises
    ------
    InputError
        If there is none, or it is no regular file (a folder, a pipe, a device), is larger, or may not
        be read.
    """
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            kind = "a folder" if stat.S_ISDIR(state.st_mode) else "a pipe or device"
            raise InputError(where, "file", kind, "a regular file")
        with path.open("rb") as file:
            content = file.read(most + 1)
    except FileNotFoundError:
        close = None
        if path.parent.is_dir():
            close = nearest(path.name, (p.name for p in path.parent.glob(f"*{path.suffix}")))
        raise InputError(where, "file", path.name, "a file that exists", close) from None
    except (
        OSError,
        ValueError,
    ) as error:  # no permission, links that lead to each other, a null byte
        found = getattr(error, "strerror", None) or str(error)
        raise InputError(where, "file", found, "a readable file") from None
    if len(content) > most:
        found = f"{max(state.st_size, most + 1):,} bytes"
        raise InputError(where, "file", found, f"a file of at most {most:,} bytes")
    return content


def digest(content: bytes) -> str:
    """Return 16 hexadecimal digits of the SHA-256 of a file's content."""
    return hashlib.sha256(content).hexdigest()[:16]


def read_rows(name: str, folder: str = "data") -> Iterator[Row]:
    """Read a CSV file that people write, row by row.

    Parameters
    ----------
    name : str
        Name of the file.
    folder : str
        Folder of the checkout in which it lies.

    Yields
    ------
    tuple of str and dict
        Where the row stands, and its cells by column.

    Raises
    ------
    InputError
        If the file is missing, is not UTF-8, or is not CSV.
    """
    where = f"{folder}/{name}"
    lines = csv.DictReader(read_text(root() / where, where).splitlines())
    try:
        if not lines.fieldnames:
            raise InputError(
                where, "file", "no header", "a first line with the names of the columns"
            )
        _check_header(lines.fieldnames, where)
        for cells in lines:
            place = f"{where}, line {lines.line_num}"
            if None in cells:
                cells[BEYOND] = " ".join(cells.pop(None)[:5])
            for column, cell in cells.items():
                if cell is not None and len(cell) > TEXT:
                    found = f"{len(cell)} characters"
                    raise InputError(place, column, found, f"a text of at most {TEXT}")
            yield place, cells
    except csv.Error as error:
        raise InputError(where, "file", str(error), "a CSV file") from None


def _check_header(names: Sequence[str], where: str) -> None:
    """Refuse a first line with too many columns, or with one of them twice."""
    if len(names) > MOST_COLUMNS:
        raise InputError(where, "columns", len(names), f"at most {MOST_COLUMNS} columns")
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise InputError(where, "columns", twice[0], "each column once")


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML mapping.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict
        The mapping as written.

    Raises
    ------
    InputError
        If the file is missing, is not UTF-8, is not YAML, or is not a mapping.
    """
    return parse_yaml(read_text(path, str(path)), str(path))


def validate[M: BaseModel](
    model: type[M], content: Any, where: str, field: str = "", strict: bool = True
) -> M:
    """Validate `content` against a pydantic model.

    Parameters
    ----------
    model : type
        The schema.
    content : object
        What was read.
    where : str
        The file, for the message.
    field : str
        Prefix of the field's path, for the message.
    strict : bool
        Whether values must have their types already: ``true`` and ``"12"`` are no numbers, but a whole
        number is one. Not for the cells of a table, which are text.

    Returns
    -------
    BaseModel
        An instance of `model`.

    Raises
    ------
    InputError
        With all faults found, each naming its field and, for an unknown key, the nearest valid one.
    """
    try:
        return model.model_validate(content, strict=strict)
    except ValidationError as error:
        raise refusal(model, error, where, field) from None


def faults_of_fields(
    model: type[BaseModel], content: object, where: str, field: str = ""
) -> list[InputError]:
    """Return what is wrong in single fields, whatever they say together.

    Parameters
    ----------
    model, content, where, field
        As for `validate`, where types need not be what they are: fields may be missing.
    """
    try:
        model.model_validate(content)
    except ValidationError as error:
        return [_told(model, fault, where, field) for fault in error.errors() if fault["loc"]]
    return []


def refusal(
    model: type[BaseModel], error: ValidationError, where: str, field: str = ""
) -> InputError:
    """Return what pydantic found wrong as one error, each fault with its field; as `validate`."""
    faults = [part for fault in error.errors() for part in parts_of(fault)]
    # A misspelt key is also a missing one: the misspelling comes first.
    faults.sort(key=lambda fault: fault["type"] != "extra_forbidden")
    return together(_told(model, fault, where, field) for fault in faults)


def _told(model: type[BaseModel], fault: Any, where: str, field: str) -> InputError:
    """Return what to tell of one fault that pydantic found."""
    path = ".".join([field, *(str(step)[:100] for step in fault["loc"])]).strip(".")
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        key, known = fault["loc"][-1], keys_at(model, fault["loc"][:-1])
        expected = "one of " + ", ".join(sorted(known)) if known else "no such key"
        return InputError(where, path, key, expected, nearest(key, known))
    if "field" in context:  # raised by `wrong`
        path = f"{path}.{context['field']}".strip(".")
        return InputError(
            where, path, context["found"], context["expected"], context["close"] or None
        )
    if kind == "missing":
        return InputError(where, path, "nothing", "a value (this key is required)")
    close = None
    if kind in ("literal_error", "enum"):
        close = nearest(fault["input"], choices_of(fault))
    message = right_instead(fault)
    found = fault["input"]
    if isinstance(found, dict):  # a rule between fields: those that it names, not all of them
        named = {key: found[key] for key in re.findall(r"[a-z_]+", message) if key in found}
        found = named or found
    return InputError(where, path or "content", found, message, close)


def wrong(
    field: str, found: object, expected: str, close: str | None = None
) -> PydanticCustomError:
    """Return the error by which a model's own check names the field that is wrong, to be raised.

    Parameters
    ----------
    field : str
        Path of the field within the model.
    found : object
    expected : str
        What would be right, as a phrase.
    close : str, optional
        The valid value closest to what was found.

    Returns
    -------
    PydanticCustomError
        Which `validate` turns into an `InputError`.
    """
    told = {"field": field, "found": found, "expected": expected, "close": close or ""}
    return PydanticCustomError("wrong", "{field}: {expected}, not {found}", told)
