"""Run a notebook with parameters, refuse wrong ones before it starts, and tell how it ended.

A thin wrapper around papermill, which only warns about unknown parameters, injects values of any
type, and leaves a notebook that looks completed when its kernel died.
"""

import ast
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.common.errors import InputError, nearest
from sim.common.writing import write_json
from sim.report.notebook_format import nbformat

TAG = "parameters"
#: Keeps a kernel's advice on encryption (the kernel is one's own, on one's own machine) off the screen.
QUIET = ["--IPKernelApp.log_level=40"]


class NotebookError(RuntimeError):
    """A cell failed, or the kernel died; the message says where and with what."""


def read_parameters(path: Path) -> dict[str, Any]:
    """Return the parameters of a notebook with their default values.

    Parameters
    ----------
    path : Path
        A notebook with one cell tagged ``parameters`` that assigns literals.

    Returns
    -------
    dict

    Raises
    ------
    InputError
        If there is no such notebook, no such cell, or a default is not a literal.
    """
    try:
        notebook = nbformat.read(path, as_version=4)
    except (OSError, ValueError) as error:
        raise InputError(str(path), "notebook", type(error).__name__, "a notebook") from None
    cells = [cell for cell in notebook.cells if TAG in cell.metadata.get("tags", [])]
    if len(cells) != 1:
        raise InputError(str(path), "tags", f"{len(cells)} cells tagged {TAG!r}", "exactly one")
    found = {}
    for line in ast.parse(cells[0].source).body:
        target = line.targets[0] if isinstance(line, ast.Assign) else None
        try:
            if not isinstance(line, ast.Assign) or not isinstance(target, ast.Name):
                raise ValueError
            found[target.id] = ast.literal_eval(line.value)
        except ValueError:
            expected = "a plain assignment of a literal"
            raise InputError(str(path), "parameters cell", ast.unparse(line), expected) from None
    return found


def check_parameters(given: Mapping[str, Any], defaults: Mapping[str, Any], where: str) -> None:
    """Refuse parameters that the notebook does not have, or of another type than its defaults.

    Parameters
    ----------
    given : mapping
        What is to be injected.
    defaults : mapping
        What the notebook declares; the type of a default is the type of the parameter (a list's
        items have the type of its first item; a whole number may stand for a number).
    where : str
        The notebook, for the message.

    Raises
    ------
    InputError
        For the first parameter that is unknown or of the wrong type.
    """
    for name, value in given.items():
        if name not in defaults:
            expected = "one of " + ", ".join(defaults)
            raise InputError(where, "parameter", name, expected, nearest(name, defaults))
        if not _fits(value, defaults[name]):
            raise InputError(where, name, value, _kind(defaults[name]))


def _fits(value: Any, default: Any) -> bool:
    """Return whether a value has the very type of a default (papermill writes it as code)."""
    if isinstance(default, float):
        return type(value) in (int, float)
    if isinstance(default, list):
        return type(value) is list and (not default or all(_fits(v, default[0]) for v in value))
    return type(value) is type(default)


def _kind(default: Any) -> str:
    """Return in words which values fit."""
    if isinstance(default, list):
        return f"a list, each item {_kind(default[0])}" if default else "a list"
    words = {str: "text", bool: "True or False", int: "a whole number", float: "a number"}
    return words.get(type(default), type(default).__name__)


def status_path(out: Path) -> Path:
    """Return where the status of an executed notebook is written: beside it."""
    return out.with_suffix(".status.json")


def run_notebook(path: Path, out: Path, parameters: Mapping[str, Any] | None = None) -> Path:
    """Run a notebook in a kernel of this Python and save it with its outputs.

    Parameters
    ----------
    path : Path
        The notebook; it is not changed.
    out : Path
        The executed notebook; its folder must exist. Beside it ``<name>.status.json`` says how the
        run ended (``running``, ``completed`` or ``failed``), whatever the notebook looks like.
    parameters : mapping, optional
        Values that replace defaults of the cell tagged ``parameters``.

    Returns
    -------
    Path
        `out`.

    Raises
    ------
    InputError
        If a parameter is unknown or of the wrong type; nothing is run then.
    NotebookError
        If a cell failed or the kernel died.
    """
    given = dict(parameters or {})
    check_parameters(given, read_parameters(path), str(path))
    status = {"notebook": path.name, "status": "running", "parameters": given, "error": None}
    write_json(status_path(out), status)
    try:
        _execute(path, out, given)
    except BaseException as error:
        status |= {"status": "failed", "error": _message(error)}
        write_json(status_path(out), status)
        if isinstance(error, Exception):
            raise NotebookError(f"{path.name}: {status['error']}") from error
        raise
    write_json(status_path(out), status | {"status": "completed"})
    return out


def _execute(path: Path, out: Path, given: dict[str, Any]) -> None:
    """Call papermill, without a working folder: that would be the whole process's."""
    import papermill

    logging.getLogger("papermill").setLevel(logging.ERROR)
    papermill.execute_notebook(
        str(path),
        str(out),
        parameters=given,
        kernel_name="python3",
        language="python",
        progress_bar=False,
        extra_arguments=QUIET,
        log_output=False,
    )


def _message(error: BaseException) -> str:
    """Return one line that says what went wrong."""
    name, value = getattr(error, "ename", ""), getattr(error, "evalue", "")
    if name:
        return f"cell {getattr(error, 'exec_count', '?')}: {name}: {value}"
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error) else ''}"
