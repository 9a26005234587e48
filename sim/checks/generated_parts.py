"""Parts of a file that are written by the workbench, and their places.

A generated part stands between ``<!-- generated: NAME -->`` and ``<!-- end of NAME -->``.
"""

import re
from collections.abc import Callable, Iterable

from sim.common.errors import InputError

#: The heading under which a lever's page shows what was simulated.
_SAYS = "**What the simulation says.**"


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- generated: {name} -->\n)(.*?)(<!-- end of {name} -->)", re.DOTALL)


def renewed(text: str, parts: dict[str, Callable[[], str]], where: str) -> str:
    """Return a file's text with its generated parts written anew.

    Parameters
    ----------
    text : str
    parts : dict
        Name of a part -> what writes it.
    where : str
        The file, for messages.

    Returns
    -------
    str

    Raises
    ------
    InputError
        If the two comments around a part are missing.
    """
    for name, write in parts.items():
        found = _pattern(name).search(text)
        if found is None:
            raise InputError(
                where,
                f"part {name}",
                "no such part",
                f"<!-- generated: {name} --> and <!-- end of {name} --> with the table between",
            )
        part = f"{found[1]}\n{write()}\n{found[3]}"
        text = text[: found.start()] + part + text[found.end() :]
    return text


def with_places(text: str, parts: Iterable[str]) -> str:
    """Return a lever's page with a place for each generated part that it has none for yet.

    The table of findings goes to the end of what is known, that of effects to the end of the page.
    """
    for name in parts:
        if _pattern(name).search(text) or name not in ("evidence", "effects"):
            continue
        place = f"<!-- generated: {name} -->\n<!-- end of {name} -->\n"
        before, after, rest = text.partition("**What the model assumes.**")
        if name == "evidence" and after:
            text = f"{before}{place}\n{after}{rest}"
        elif name == "effects":
            title = "" if _SAYS in text else f"{_SAYS}\n\n"
            text = f"{text.rstrip()}\n\n{title}{place}"
    return text
