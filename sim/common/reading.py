"""Read what a person wrote, and turn each fault into one clear error."""

import csv
from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from sim.common.errors import InputError, nearest
from sim.common.paths import root

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
        If the file is missing, cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")  # spreadsheets put a byte order mark
    except FileNotFoundError:
        beside = [p.name for p in path.parent.glob(f"*{path.suffix}")]
        close = nearest(path.name, beside)
        raise InputError(where, "file", path.name, "a file that exists", close) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        found = error.object[error.start : error.end]
        hint = "Save the file as UTF-8."
        raise InputError(where, f"encoding, line {line}", found, "UTF-8 text", hint=hint) from None
    except OSError as error:
        raise InputError(where, "file", error.strerror, "a readable file") from None


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
        Where the row stands, and its cells by column. The cells of ``evidence`` are split into ids.

    Raises
    ------
    InputError
        If the file is missing, is not UTF-8, or is not CSV.
    """
    where = f"{folder}/{name}"
    lines = csv.DictReader(read_text(root() / where, where).splitlines())
    try:
        for line, cells in enumerate(lines, 2):
            if None in cells:
                cells["(no column)"] = cells.pop(None)
            if isinstance(cells.get("evidence"), str):
                cells["evidence"] = cells["evidence"].split()
            yield f"{where}, line {line}", cells
    except csv.Error as error:
        raise InputError(where, "file", str(error), "a CSV file") from None


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


def parse_yaml(text: str, where: str, lines_before: int = 0) -> dict[str, Any]:
    """Read a YAML mapping from text.

    Parameters
    ----------
    text : str
    where : str
        The file, for messages.
    lines_before : int
        Lines of the file above the text.

    Returns
    -------
    dict
        The mapping as written.

    Raises
    ------
    InputError
        If the text is not YAML, or not a mapping.
    """
    try:
        content = deepcopy(_content(text))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1 + lines_before}" if mark else "file"
        found = getattr(error, "problem", None) or "not YAML"
        raise InputError(where, line, found, "valid YAML") from None
    except Exception as error:  # what else the reader raises on odd tags, dates and depths
        found = str(error) or type(error).__name__
        raise InputError(where, "file", found, "valid YAML") from None
    if not isinstance(content, dict):
        raise InputError(where, "file", type(content).__name__, "a mapping of keys to values")
    return content


@lru_cache(maxsize=64)
def _content(text: str) -> Any:
    """Parse YAML; the same text is read many times over, as each market is for each page."""
    return yaml.safe_load(text)


def validate[M: BaseModel](model: type[M], content: Any, where: str, field: str = "") -> M:
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

    Returns
    -------
    BaseModel
        An instance of `model`.

    Raises
    ------
    InputError
        For the first fault found, naming its field and, for an unknown key, the nearest valid one.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        faults = error.errors()
        # A misspelt key is also a missing one: the misspelling is what to tell.
        first = min(faults, key=lambda fault: fault["type"] != "extra_forbidden")
        path = ".".join([field, *map(str, first["loc"])]).strip(".")
        if first["type"] == "extra_forbidden":
            known = _keys_at(model, first["loc"][:-1])
            raise InputError(
                where,
                path,
                first["loc"][-1],
                "one of " + ", ".join(sorted(known)) if known else "no such key",
                nearest(first["loc"][-1], known),
            ) from None
        told = first.get("ctx", {})
        if "field" in told:  # raised by `wrong`
            field, close = f"{path}.{told['field']}".strip("."), told["close"] or None
            raise InputError(where, field, told["found"], told["expected"], close) from None
        if first["type"] == "missing":
            raise InputError(where, path, "nothing", "a value (this key is required)") from None
        close = None
        if first["type"] in ("literal_error", "enum"):
            choices = str(first.get("ctx", {}).get("expected", "")).replace("'", "")
            close = nearest(first["input"], choices.replace(" or ", ", ").split(", "))
        message = first["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
        raise InputError(where, path or "content", first["input"], message, close) from None


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


def _keys_at(model: type[BaseModel], location: tuple) -> list[str]:
    """Return the valid keys of the nested model at `location`, or none when it is not a model."""
    current: Any = model
    for step in location:
        if isinstance(step, int):
            continue
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = current.model_fields.get(str(step))
            current = field.annotation if field else None
        for inner in getattr(current, "__args__", ()):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                current = inner
    if isinstance(current, type) and issubclass(current, BaseModel):
        return list(current.model_fields)
    return []
