"""What a page still says in the words of the template that it was copied from."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.checks.faults import Faults
from sim.common.errors import InputError
from sim.common.paths import root
from sim.common.reading import read_text
from sim.playbook.pages import front_matter

TEMPLATE = "playbook/_template.md"
#: The name of a part of a page, in bold at the beginning of a line.
PART = re.compile(r"^\*\*([A-Z][A-Za-z ]+?)\.\*\*", re.MULTILINE)
_GENERATED = re.compile(r"<!-- generated: .*?<!-- end of [^>]* -->", re.DOTALL)


def unfilled(path: Path, where: str) -> Faults:
    """Return a fault for each field, and each part of the text, that still says what the template says.

    Parameters
    ----------
    path : Path
        A lever's page.
    where : str
        The file, for messages.

    Yields
    ------
    InputError
    """
    template = root() / TEMPLATE
    theirs = {text for _, text in _fields(front_matter(template))}
    for field, text in _fields(front_matter(path)):
        if text in theirs:
            yield _fault(where, field, text)
    lines = {line for _, line in _lines(read_text(template, TEMPLATE))}
    told = set()
    for part, line in _lines(read_text(path, where)):
        if line in lines and part not in told:
            told.add(part)
            yield _fault(where, part, line)


def _fault(where: str, field: str, text: str) -> InputError:
    return InputError(where, field, text, f"words of its own: these are those of {TEMPLATE}")


def _fields(matter: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the texts of a front matter that a page has to word for itself, by their fields."""
    for name in ("title", "summary"):
        yield name, str(matter.get(name))
    for name, preset in _mapping(matter.get("presets")).items():
        yield f"presets.{name}.summary", str(_mapping(preset).get("summary"))
    for name, belief in _mapping(matter.get("beliefs")).items():
        yield f"beliefs.{name}", str(belief)
    risks = matter.get("risks")
    for i, risk in enumerate(risks if isinstance(risks, list) else []):
        yield f"risks.{i}", str(_mapping(risk).get("says", risk))


def _mapping(content: Any) -> dict[str, Any]:
    return content if isinstance(content, dict) else {}


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield the lines of a page's text, each with the part in which it stands."""
    body = _GENERATED.sub("", text.split("---\n", 2)[-1])
    names = PART.split(body)
    for part, content in zip(["heading", *names[1::2]], names[::2], strict=True):
        for line in filter(None, map(str.strip, content.splitlines())):
            yield part, line
