"""What a play can be made of: the levers, and their ready-made presets."""

from sim.levers import BY_NAME
from sim.playbook.pages import load_page
from sim.workbench.frame import Frame
from sim.workbench.given import checked


def lever_names() -> list[str]:
    """Return the names of the levers, in the order in which they act.

    Examples
    --------
    >>> "incentives" in lever_names()
    True
    """
    return list(BY_NAME)


@checked()
def presets(lever: str) -> Frame:
    """Return the ready-made ways to use a lever.

    Parameters
    ----------
    lever : str
        One of `lever_names`.

    Returns
    -------
    Frame
        Index: preset, for ``Play(preset=...)``. Columns: ``summary``, then the lever's settings, for
        ``Play(settings=...)``; what a preset leaves neutral is empty.

    Raises
    ------
    InputError
        If there is no such lever.

    Examples
    --------
    >>> presets("incentives").columns[0]
    'summary'
    """
    page = load_page(lever)
    rows = {
        name: {"summary": preset.summary, **preset.settings}
        for name, preset in page.presets.items()
    }
    frame = Frame.from_dict(rows, orient="index")
    frame.index.name = "preset"
    return Frame(frame)
