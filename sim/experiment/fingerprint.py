"""What determines the results of a comparison, in full, and the id made from it."""

import ast
import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any

from sim import __version__
from sim.common.errors import InputError
from sim.common.paths import root
from sim.evidence.parameters import load_parameters
from sim.market.market import Market
from sim.playbook.strategies import Strategy

#: The modules that make a run; whatever they import decides the results too.
_MAKERS = ("sim.model.loyalty_model", "sim.experiment.budget")
_LIBRARIES = ("mesa", "numpy", "pandas", "pyarrow", "scipy", "statsmodels")


def describe(market: Market, strategies: list[Strategy], **asked: Any) -> dict[str, Any]:
    """Return all that determines the results of a comparison, ready for JSON.

    Parameters
    ----------
    market : Market
    strategies : list of Strategy
        As chosen, before they are sized; without the baseline.
    **asked
        Numbers of customers, weeks and replications, seed, variants.

    Returns
    -------
    dict
        The workbench's version and a digest of the code that makes runs, the content of the market,
        a digest of its customer histories, the strategies as chosen, the parameters, and `asked`.

    Raises
    ------
    InputError
        If a file is missing or wrong.
    """
    try:
        # the histories of a case follow from its values and the code
        history = b"" if market.based_on else market.history_path.read_bytes()
    except OSError:
        raise InputError(
            str(market.history_path.relative_to(root())),
            "customer histories",
            "no readable file",
            "the table that belongs to the market",
            hint="Make the market again with `loyalty calibrate`.",
        ) from None
    return {
        "workbench": __version__,
        "code": code_digest(),
        **asked,
        "market": market.model_dump(mode="json"),
        "history": _digest(history),
        "chosen": {each.name: each.model_dump(mode="json") for each in strategies},
        "parameters": [row.model_dump(mode="json") for row in load_parameters().rows],
    }


def identify(description: dict[str, Any]) -> str:
    """Return the id of a comparison: 12 hexadecimal digits of the SHA-256 of its description."""
    return _digest(json.dumps(description, sort_keys=True, allow_nan=False).encode())


def libraries() -> dict[str, str]:
    """Return the versions of Python and of the libraries that numbers pass through."""
    return {"python": python_version(), **{name: version(name) for name in _LIBRARIES}}


def code_digest(makers: tuple[str, ...] = _MAKERS) -> str:
    """Return a digest of the source of every module of ``sim`` that takes part in a run.

    Found by following the imports from the model and the planning, so that an edit of a report does
    not change it and an edit of a lever does.

    Parameters
    ----------
    makers : tuple of str
        Modules from which imports are followed.

    Returns
    -------
    str
        12 hexadecimal digits.
    """
    sources: dict[str, bytes] = {}
    waiting = list(makers)
    while waiting:
        name = waiting.pop()
        path = _source(name)
        if path is None or name in sources:
            continue
        sources[name] = path.read_bytes()
        waiting += [name.rpartition(".")[0], *_imports(sources[name])]
    digest = hashlib.sha256()
    for name in sorted(sources):
        digest.update(name.encode() + b"\0" + sources[name] + b"\0")
    return digest.hexdigest()[:12]


def _source(module: str) -> Path | None:
    """Return the file of a module, or None if the name is not a module (a function, say)."""
    if not module:
        return None
    path = root().joinpath(*module.split("."))
    for candidate in (path / "__init__.py", path.with_suffix(".py")):
        if candidate.is_file():
            return candidate
    return None


def _imports(source: bytes) -> list[str]:
    """Return the names under ``sim`` that a source imports: modules, and what may be modules."""
    names: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [name for name in names if name.split(".")[0] == "sim"]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
