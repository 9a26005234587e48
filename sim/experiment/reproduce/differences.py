"""In what two nested contents differ, value by value."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal[
    "market", "history", "strategy", "parameter", "workbench", "code", "library", "machine"
]
#: What is only shown, and what a number is said to rest on: no result depends on it.
WORDS = frozenset(
    {
        *("title", "summary", "source", "method", "note", "unit", "evidence", "cautions"),
        *("description", "licence", "provenance", "command"),
    }
)
#: A list of more values than these is told by how many it has.
_SHORT = 6


@dataclass(frozen=True)
class Difference:
    """One thing that is no longer what a report was made from.

    Attributes
    ----------
    kind : str
        What it is: an input (market, history, strategy, parameter), or what computes.
    file : str
        Where it stands now; empty of what stands in no file.
    field : str
        Path within the file, or the name of a library.
    then, now : object
        Both values; None where there is none, or where the manifest does not say.
    decides : bool
        Whether a number may depend on it.
    """

    kind: Kind
    file: str
    field: str
    then: Any
    now: Any
    decides: bool = True


def leaves(then: Any, now: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield the path of each value that differs, with both values; None where one has none.

    Parameters
    ----------
    then, now : object
        Plain values, as of JSON.
    path : str
        Where they stand.
    """
    if then == now:
        return
    if isinstance(then, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*then, *now)):
            yield from leaves(then.get(key), now.get(key), f"{path}.{key}" if path else key)
    elif _holds_parts(then) and _holds_parts(now):
        for i in range(max(len(then), len(now))):
            one, other = (some[i] if i < len(some) else None for some in (then, now))
            yield from leaves(one, other, f"{path}.{i}")
    else:
        yield path, _told(then), _told(now)


def decides(path: str) -> bool:
    """Return whether a number may depend on the value at a path."""
    return not WORDS & set(path.split("."))


def _holds_parts(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict | list) for one in value)


def _told(value: Any) -> Any:
    """Return a value short enough to be shown."""
    if isinstance(value, list | dict) and len(value) > _SHORT:
        return f"{len(value)} values"
    return value
