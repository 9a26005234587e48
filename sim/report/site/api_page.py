"""The public interface as a page: every name of ``sim``, grouped by what it is for."""

import sim

#: Titles of the groups, and the modules that belong to each by the start of their names.
_GROUPS = {
    "Ask a question": ("sim.workbench",),
    "Markets and strategies": ("sim.market", "sim.playbook"),
    "The Mesa model": ("sim.model",),
    "Errors": ("sim.common",),
}


def api_sections() -> str:
    """Return a section for each group of names, with Sphinx's directives that read their docstrings.

    Raises
    ------
    ValueError
        If a name of the interface stands in no group.
    """
    left, parts = list(sim.__all__), []
    for title, homes in _GROUPS.items():
        names = [name for name in left if _home(name).startswith(homes)]
        left = [name for name in left if name not in names]
        parts += [f"## {title}\n", "```{eval-rst}", *map(_directive, names), "```\n"]
    if left:
        raise ValueError(f"In no group of the page: {', '.join(left)}")
    return "\n".join(parts)


def _home(name: str) -> str:
    return getattr(sim, name).__module__


def _directive(name: str) -> str:
    if isinstance(getattr(sim, name), type):
        return f".. autoclass:: sim.{name}\n   :members:\n"
    return f".. autofunction:: sim.{name}\n"
