"""What strategies of a comparison are called."""

from sim.common.composed import retold
from sim.common.style import bracketed
from sim.common.translated import translated
from sim.experiment.manifest import Manifest
from sim.playbook.strategies import BASELINE, DO_NOTHING

#: What doing nothing is called.
DOING_NOTHING = "Doing nothing"


def title_of(manifest: Manifest, name: str) -> str:
    """Return the title of a strategy, by its file; doing nothing has a fixed one.

    One that shares its title with another, as a copied file does, or is called like doing nothing, has
    its name behind it.
    """
    if name == BASELINE:
        return translated(DOING_NOTHING)
    every = manifest.strategies
    title = every[name].title
    shared = sum(one.title == title for one in every.values()) > 1
    told = retold(title)
    return bracketed(told, name) if shared or _is_nothing(title, told) else told


def _is_nothing(*titles: str) -> bool:
    """Return whether a strategy would be taken for doing nothing by one of its titles."""
    called = [DOING_NOTHING, DO_NOTHING.title]
    taken = {one.casefold() for one in (*called, *map(retold, called))}
    return any(title.strip(" .").casefold() in taken for title in titles)
