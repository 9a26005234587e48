"""The public interface as a page: every name of ``sim``, grouped by what it is for."""

from collections.abc import Mapping
from typing import Any

#: Titles of the groups, and the modules that belong to each by the start of their names.
_GROUPS = {
    "Ask a question": ("sim.workbench",),
    "Markets and strategies": ("sim.market", "sim.playbook"),
    "The Mesa model": ("sim.model",),
    "Errors": ("sim.common",),
}


def api_sections(public: Mapping[str, Any]) -> str:
    """Return a section for each group of names, with Sphinx's directives that read their docstrings.

    Parameters
    ----------
    public : mapping of str to function or class
        What can be imported from ``sim``.

    Raises
    ------
    ValueError
        If a name of the interface stands in no group.
    """
    left, parts = dict(public), []
    for title, homes in _GROUPS.items():
        here = {name: one for name, one in left.items() if one.__module__.startswith(homes)}
        left = {name: one for name, one in left.items() if name not in here}
        told = [_directive(name, one) for name, one in here.items()]
        parts += [f"## {title}\n", "```{eval-rst}", *told, "```\n"]
    if left:
        raise ValueError(f"In no group of the page: {', '.join(left)}")
    return "\n".join(parts)


def _directive(name: str, one: Any) -> str:
    if isinstance(one, type):
        return f".. autoclass:: sim.{name}\n   :members:\n"
    return f".. autofunction:: sim.{name}\n"
