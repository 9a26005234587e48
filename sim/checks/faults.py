"""Faults as the checks find them: all of them, none stopping the others."""

from collections.abc import Callable, Iterator
from typing import Any

from sim.common.errors import InputError, nearest

Faults = Iterator[InputError]


def attempt(function: Callable[..., Any], *arguments: Any) -> tuple[Any, list[InputError]]:
    """Return what a function gives, or None and the fault it raised."""
    try:
        return function(*arguments), []
    except InputError as fault:
        return None, list(fault.faults)


def unknown_name(where: str, field: str, found: str, choices: Any) -> Faults:
    """Return a fault if what was found is none of the choices."""
    if found not in choices:
        listed = f"one of {', '.join(choices)}" if len(choices) > 1 else "".join(choices)
        expected = listed if len(choices) <= 30 else f"one of {len(choices)} known names"
        yield InputError(where, field, found, expected, nearest(found, choices))
