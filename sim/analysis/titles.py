"""What strategies of a comparison are called."""

from sim.common.composed import retold
from sim.common.style import bracketed
from sim.common.translated import translated
from sim.experiment.manifest import Manifest
from sim.playbook.strategies import BASELINE

#: What doing nothing is called.
DOING_NOTHING = "Doing nothing"


def title_of(manifest: Manifest, name: str) -> str:
    """Return the title of a strategy, by its file; doing nothing has a fixed one.

    One that shares its title with another, as a copied file does, has its name behind it.
    """
    if name == BASELINE:
        return translated(DOING_NOTHING)
    every = manifest.strategies
    title = every[name].title
    shared = sum(one.title == title for one in every.values()) > 1
    return bracketed(retold(title), name) if shared else retold(title)
