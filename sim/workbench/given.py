"""Check what a call of the interface is given, each argument by its name, before anything runs."""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from inspect import Parameter, signature
from os import PathLike
from typing import Any, cast

from sim.common.errors import InputError
from sim.common.given import number, whole
from sim.experiment.compare import BOUNDS
from sim.market.market import Market
from sim.playbook.strategies import Strategy

#: Smallest and largest of each whole number, unless a function says otherwise.
_WHOLE: dict[str, tuple[int, int | None]] = {
    **BOUNDS,
    "people": BOUNDS["seed"],
    "n": (1, None),
    "max_plays": (1, 20),
    "replications": (1, None),
    "more": (1, None),
    "acquired_over": (0, None),
}
#: And of each other number.
_NUMBERS: dict[str, tuple[float, ...]] = {
    "minutes": (0.0,),
    "budget": (),
    "budget_share": (),
    "activity": (),
    "share": (0.0, 1.0),
    "common_method": (0.0, 1.0),
    "item_error": (0.0, 1.0),
}
#: What other arguments are: their types, and what is said to be right.
_KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "market": ((Market, str), "a market, as `load_market` gives it, or its name"),
    "strategy": ((Strategy, str), "a strategy, as `load_strategy` gives it, or its name"),
    "out": ((str, PathLike), "the path of a file or folder"),
    "folder": ((str, PathLike), "the path of a folder that was kept, as `out` named it"),
    "parameters": ((Mapping,), "a mapping of LEVER.NAME to a number or (low, most likely, high)"),
    "capacity": ((Mapping,), "a mapping of departments to hours a week"),
    "follow": ((bool,), "either True or False"),
    "keep": ((bool,), "either True or False"),
    "move_other": ((bool,), "either True or False"),
    "run": ((object,), ""),  # `survey` looks at it: a `Run` is made of what is checked here
    "on_progress": ((Callable,), "a function"),  # type: ignore[dict-item]
}
_TEXT = ((str,), "a text")
#: Lists, of what their items are; one that stands alone is a list of one.
_LISTS: dict[str, tuple[tuple[type, ...], str]] = {
    "strategies": _KINDS["strategy"],
    "markets": _KINDS["market"],
    "parts": _TEXT,
    "avoid": _TEXT,
    "include": _TEXT,
    "facts": _TEXT,
}


def checked[F: Callable[..., Any]](
    **bounds: tuple[int, int | None],
) -> Callable[[F], F]:
    """Return a decorator by which a function refuses arguments that cannot be, before it starts.

    Each is checked by its name, so that it is the same in all functions; None stands where it is the
    default. Numbers of numpy become Python's.

    Parameters
    ----------
    **bounds : tuple of int
        Smallest and largest whole number, where this function takes others than `compare`.

    Returns
    -------
    callable
        Its functions raise an `InputError` that names function, argument and what would be right.
    """

    def decorate(function: F) -> F:
        form, where = signature(function), function.__name__

        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            try:
                given = form.bind(*args, **kwargs)
            except TypeError as wrong:  # which says all but of which function
                raise TypeError(f"{where}() {wrong}") from None
            for name, found in given.arguments.items():
                if found is None and form.parameters[name].default is None:
                    continue
                given.arguments[name] = _argument(where, form.parameters[name], found, bounds)
            return function(*given.args, **given.kwargs)

        return cast(F, call)

    return decorate


def _argument(
    where: str, parameter: Parameter, found: Any, bounds: Mapping[str, tuple[int, int | None]]
) -> Any:
    """Return an argument as it was given, or as the number or list that it is."""
    name = parameter.name
    if name in _WHOLE:
        return whole(where, name, found, *bounds.get(name, _WHOLE[name]))
    if name in _NUMBERS:
        return number(where, name, found, *_NUMBERS[name])
    if name in _LISTS:
        kinds, expected = _LISTS[name]
        items = [found] if isinstance(found, kinds) else found
        if not isinstance(items, Iterable):
            raise InputError(where, name, found, f"a list, each item {expected}")
        return [_of_kind(where, name, item, kinds, expected) for item in items]
    return _of_kind(where, name, found, *_KINDS.get(name, _TEXT))


def _of_kind(where: str, name: str, found: Any, kinds: tuple[type, ...], expected: str) -> Any:
    """Return what is of a kind; refuse anything else, and a path that no system has."""
    if not isinstance(found, kinds) or (PathLike in kinds and "\0" in str(found)):
        raise InputError(where, name, found, expected)
    return found
