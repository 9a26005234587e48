"""Whether each lever's module is whole: what its page, its parameters and the tables need of it."""

import ast
import inspect
import textwrap
from collections import Counter
from functools import cache

from pydantic.fields import FieldInfo

from sim.checks.faults import Faults, unknown_name
from sim.common.errors import InputError
from sim.common.paths import root
from sim.levers import MECHANISMS
from sim.levers.base import Mechanism
from sim.levers.outcomes import OUTCOMES
from sim.world.population import (
    COLUMNS,
    CONTRACT_COLUMNS,
    NOTICED_COLUMNS,
    PAUSE_COLUMNS,
    REGULAR_COLUMNS,
)


def check_levers() -> Faults:
    """Return what the modules of `sim.levers` lack.

    Yields
    ------
    InputError
    """
    names = Counter(mechanism.name for mechanism in MECHANISMS)
    for mechanism in MECHANISMS:
        where, own = _file(mechanism), mechanism.__module__.split(".")[2]
        yield from unknown_name(where, "name", mechanism.name, [own])
        if names[mechanism.name] > 1:
            yield InputError(where, "name", mechanism.name, "a name that no other lever has")
        yield from _check_settings(mechanism, where)
        for name, field in mechanism.Parameters.model_fields.items():
            if not field.description:
                yield InputError(where, f"Parameters.{name}", "no description", "what it is, unit")
        yield from _check_columns(mechanism, where)
        yield from _check_outcomes(mechanism, where)
    yield from _unlisted()


def _unlisted() -> Faults:
    """Return the levers whose module exists and that no line of `MECHANISMS` names."""
    listed = {mechanism.__module__.split(".")[2] for mechanism in MECHANISMS}
    for path in sorted((root() / "sim" / "levers").glob("*")):
        name = path.stem
        files = path.glob("*.py") if path.is_dir() else [path]
        is_lever = any("(Mechanism):" in f.read_text("utf-8") for f in files if f.suffix == ".py")
        if is_lever and name not in listed:
            expected = "a line for each lever: the order in which they act is an assumption"
            hint = f"Import the class from sim.levers.{name} there, and add it."
            yield InputError(
                "sim/levers/__init__.py", "MECHANISMS", f"no {name}", expected, hint=hint
            )


def _check_outcomes(mechanism: type[Mechanism], where: str) -> Faults:
    """Return a fault for each unknown outcome under which a lever's `effects` gives terms."""
    named = _outcomes_named(mechanism)  # type: ignore[arg-type]  # a class is hashable
    for function, outcome in named:
        yield from unknown_name(where, function, outcome, list(OUTCOMES))


@cache  # a class stays as it was loaded; to find its text takes longer than the rest of the check
def _outcomes_named(mechanism: type[Mechanism]) -> list[tuple[str, str]]:
    """Return the outcomes that a lever's class names in what it returns, by function."""
    named = []
    tree = ast.parse(textwrap.dedent(inspect.getsource(mechanism)))
    for node in ast.walk(tree):
        if not (isinstance(node, ast.FunctionDef) and node.name in ("effects", "lasting_terms")):
            continue
        for made in ast.walk(node):
            if isinstance(made, ast.Return) and isinstance(made.value, ast.Dict):
                keys = [key for key in made.value.keys if isinstance(key, ast.Constant)]
                named += [(node.name, str(key.value)) for key in keys]
    return named


def bounds(setting: FieldInfo) -> tuple[float | None, float | None]:
    """Return the least and the largest value that a setting may have; None where there is none."""
    found: dict[str, float] = {}
    for limit in setting.metadata:
        for name in ("ge", "gt", "le", "lt"):
            if hasattr(limit, name):
                found[name[0]] = getattr(limit, name)
    return found.get("g"), found.get("l")


def _file(mechanism: type[Mechanism]) -> str:
    return mechanism.__module__.replace(".", "/") + ".py"


def _check_settings(mechanism: type[Mechanism], where: str) -> Faults:
    for name, field in mechanism.Settings.model_fields.items():
        place = f"Settings.{name}"
        if not isinstance(field.default, int | float):
            yield InputError(where, place, "no default", "a default that changes nothing, as 0")
        if None in bounds(field):
            yield InputError(where, place, "no bounds", "a least and a largest value (ge, le)")
        if not field.description:
            yield InputError(where, place, "no description", "what the firm chooses, and its unit")
    for name in mechanism.intensity_settings:
        yield from unknown_name(
            where, "intensity_settings", name, list(mechanism.Settings.model_fields)
        )


def _check_columns(mechanism: type[Mechanism], where: str) -> Faults:
    market_columns = (*CONTRACT_COLUMNS, *PAUSE_COLUMNS, *REGULAR_COLUMNS, *NOTICED_COLUMNS)
    others = {column.name for column in (*COLUMNS, *market_columns)}
    others |= {c.name for m in MECHANISMS if m is not mechanism for c in m.columns}
    for column in mechanism.columns:
        if column.name in others:
            yield InputError(where, "columns", column.name, "a name that no other column has")
