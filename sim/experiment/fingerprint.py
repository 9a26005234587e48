"""What determines the results of a comparison, in full, and the id made from it."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from platform import machine as processor
from platform import python_version, system
from typing import Any

from sim.common.errors import InputError
from sim.common.paths import root, shown
from sim.common.reading import LARGEST_TABLE, read_bytes
from sim.common.version import __version__
from sim.evidence.own import parameters_for
from sim.evidence.parameters import MARKET_LIFE, Parameter, Setting, set_parameters
from sim.experiment.normalised_source import normalise
from sim.levers import MECHANISMS
from sim.levers.messages import SENDERS
from sim.market.market import Market
from sim.playbook.strategies import Strategy

#: The modules that make a run; whatever they import decides the results too.
_MAKERS = ("sim.model.rare_events", "sim.experiment.budget")
#: Modules that decide no result: what they read stands in the description, the rest is for people.
_FOR_PEOPLE = frozenset(
    {
        "sim",  # what a programmer imports
        "sim.common.version",
        "sim.evidence.own",  # the parameters that come out of it stand in the description
        "sim.levers",  # the list of levers: those in use are told one by one
        "sim.common.errors",
        "sim.common.formatting",
        "sim.common.paths",
        "sim.common.reading",
        "sim.common.safe_yaml",
        "sim.common.tables",
        "sim.common.text",
        "sim.common.writing",
        "sim.playbook.strategy_places",  # what strategies do stands in the description
        "sim.world.customer_view",
    }
)
_LIBRARIES = ("mesa", "numpy", "pandas", "pyarrow", "scipy", "statsmodels")


def describe(
    market: Market,
    strategies: list[Strategy],
    parameters: Mapping[str, Setting] | None = None,
    **asked: Any,
) -> dict[str, Any]:
    """Return all that determines the results of a comparison, ready for JSON.

    Parameters
    ----------
    market : Market
    strategies : list of Strategy
        As chosen, before they are sized; without the baseline.
    parameters : mapping, optional
        Address of a parameter -> what it is set to, instead of what the table says.
    **asked
        Numbers of customers, weeks and futures, and the seed.

    Returns
    -------
    dict
        The workbench's version and a digest of the code that makes runs, the content of the market,
        a digest of its customer histories, the strategies as chosen, the parameters of market life
        and of the levers in use, and `asked`.

    Raises
    ------
    InputError
        If a file is missing or wrong.
    """
    levers = {play.lever for strategy in strategies for play in strategy.plays}
    rows = set_parameters(parameters_of(levers, market), parameters or {})
    return {
        "workbench": __version__,
        "code": code_digest(levers, market=market),
        **asked,
        "market": market.model_dump(mode="json"),
        "history": history_digest(market),
        "chosen": {each.name: each.model_dump(mode="json") for each in strategies},
        "parameters": [row.model_dump(mode="json") for row in rows],
    }


def identify(description: dict[str, Any]) -> str:
    """Return the id of a comparison: 12 hexadecimal digits of the SHA-256 of its description."""
    return _digest(json.dumps(description, sort_keys=True, allow_nan=False).encode())


def libraries() -> dict[str, str]:
    """Return the versions of Python and of the libraries that numbers pass through."""
    return {"python": python_version(), **{name: version(name) for name in _LIBRARIES}}


def machine() -> dict[str, str]:
    """Return what else the last digits of numbers may hang on: system, processor, compiler of loops.

    It names no run: on another machine numbers are the same as a rule, and are taken over.
    """
    return {"system": system(), "processor": processor(), "numba": version("numba")}


def history_digest(market: Market) -> str:
    """Return a digest of a market's customer histories.

    Raises
    ------
    InputError
        If their file cannot be read.
    """
    if market.based_on:  # the histories of a case follow from its values and the code
        return _digest(b"")
    path = market.history_path
    try:
        return _digest(read_bytes(path, shown(path), LARGEST_TABLE))
    except InputError as fault:
        raise fault.with_hint("Make the market again with `loyalty calibrate`.") from None


def parameters_of(levers: Iterable[str], market: Market | str = "") -> list[Parameter]:
    """Return the parameters that runs with these levers depend on, in the order of their file.

    They are those of the market, or of ``data`` if none is named.
    """
    used = always_in(levers, market if isinstance(market, Market) else None)
    return [row for row in parameters_for(market).rows if row.lever in used]


def code_digest(
    levers: Iterable[str] | None = None,
    makers: tuple[str, ...] = _MAKERS,
    market: Market | None = None,
) -> str:
    """Return a digest of the code that takes part in a run.

    Every module of ``sim`` that the makers import, and of the levers those in use: a lever that is off
    is absent. A module counts in its normal form (`sim.experiment.normalised_source`), without what is
    only shown.

    Parameters
    ----------
    levers : iterable of str, optional
        Levers of plays; all levers by default.
    makers : tuple of str
        Modules from which imports are followed.
    market : Market, optional
        Where runs are in one: levers that go on there without a play are in use as well.

    Returns
    -------
    str
        12 hexadecimal digits.
    """
    used = [m for m in MECHANISMS if levers is None or m.name in always_in(levers, market)]
    files, found = _modules(), dict[str, str]()
    waiting = [*makers, *(mechanism.__module__ for mechanism in used)]
    while waiting:
        name = waiting.pop()
        if name not in files or name in found or name in _FOR_PEOPLE:
            continue
        found[name], imported = _read(files[name].read_bytes())
        waiting += [name.rpartition(".")[0], *imported]
    digest = hashlib.sha256(" ".join(mechanism.name for mechanism in used).encode())
    for name in sorted(found):
        digest.update(f"\0{name}\0{found[name]}".encode())
    return digest.hexdigest()[:12]


def always_in(levers: Iterable[str], market: Market | None) -> set[str]:
    """Return the owners of the parameters that runs with these levers depend on.

    In a market they hold the levers that go on without a play as well, since the firm does something of
    them already.
    """
    own = set(levers)
    beside = {
        m.name
        for m in MECHANISMS
        if m.always
        or (m.keeps_consent and own & SENDERS)
        or (market is not None and m.goes_on(market))
    }
    return {MARKET_LIFE, *beside, *own}


@cache
def _read(source: bytes) -> tuple[str, list[str]]:
    """Return a digest of what a source means, and what it imports."""
    text, imported = normalise(source, _FOR_PEOPLE)
    return _digest(text.encode()), imported


def _modules() -> dict[str, Path]:
    """Return the file of each module of ``sim``, by its name."""
    found, above = dict[str, Path](), len(str(root())) + 1
    for folder, _, files in os.walk(root() / "sim"):  # a glob takes three times as long
        for file in files:
            if file.endswith(".py"):
                path = f"{folder}{os.sep}{file}"
                name = path[above:].removesuffix(".py").replace(os.sep, ".")
                found[name.removesuffix(".__init__")] = Path(path)
    return found


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
