"""What serves each claim of the sources: which lever, case and measure, and which test holds it.

A page names the ids it serves under ``sources``, a measure in its entry, and a test module in a line
``Serves: L1.1a L2.1`` of its docstring.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sim.common.errors import InputError, nearest
from sim.common.formatting import markdown_table
from sim.common.paths import root
from sim.common.reading import read_text
from sim.levers import MECHANISMS
from sim.measures.definitions import MEASURES, PAIRED
from sim.measures.measure import MeasureRecord
from sim.playbook.cases import case_names, load_case
from sim.playbook.claims import Claim, load_sources
from sim.playbook.pages import load_page

_MEASURES: dict[str, MeasureRecord] = {**MEASURES, **PAIRED}
_DOCSTRING = re.compile(r'"""(.*?)"""', re.DOTALL)
_SERVES = re.compile(r"^Serves: (.+?)\.?$", re.MULTILINE)


class Served(NamedTuple):
    """One claim and what serves it, each as a Markdown link."""

    claim: Claim
    levers: list[str]
    cases: list[str]
    measures: list[str]
    tests: list[str]


def coverage() -> list[Served]:
    """Return what serves each claim.

    Returns
    -------
    list of Served
        In the order of ``playbook/sources.csv``.

    Raises
    ------
    InputError
        If a page or the list of claims is wrong.
    """
    served = {key: Served(claim, [], [], [], []) for key, claim in load_sources().items()}

    def put(column: str, keys: Iterator[str] | list[str] | tuple[str, ...], link: str) -> None:
        for key in keys:
            if key in served:  # an id that no source has is told by `loyalty check`
                getattr(served[key], column).append(link)

    for mechanism in MECHANISMS:
        page = load_page(mechanism.name)
        put("levers", page.sources, f"[{page.title}](levers/{page.id}.md)")
    for name in case_names():
        put("cases", load_case(name).sources, f"[{load_case(name).title}](cases/{name}.md)")
    for name, measure in _MEASURES.items():
        put("measures", measure.sources, f"`{name}`")
    for path, keys in serving_tests():
        put("tests", keys, f"[{path.stem.removeprefix('test_')}](../tests/{path.name})")
    return list(served.values())


@cache
def serving_tests() -> list[tuple[Path, list[str]]]:
    """Return each test module with the ids that its docstring names, sorted by name."""
    modules = []
    for path in sorted((root() / "tests").glob("test_*.py")):
        text = read_text(path, f"tests/{path.name}")
        docstring = _DOCSTRING.match(text)
        found = _SERVES.search(docstring[1]) if docstring else None
        modules.append((path, found[1].replace(",", " ").split() if found else []))
    return modules


def unknown_ids() -> Iterator[InputError]:
    """Return a fault for each id that a measure or a test names and no source has."""
    known = load_sources()
    named = [
        (f"tests/{path.name}", "Serves", key) for path, keys in serving_tests() for key in keys
    ]
    named += [
        ("sim/measures/definitions.py", f"{name}.sources", key)
        for name, measure in _MEASURES.items()
        for key in measure.sources
    ]
    for where, field, key in named:
        if key not in known:
            yield InputError(
                where, field, key, "an id of playbook/sources.csv", nearest(key, known)
            )


def coverage_table() -> str:
    """Return the claims of the sources, each with what serves it."""
    return markdown_table(
        ("id", "what the source says", "levers", "cases", "measures", "tests"),
        (
            (row.claim.id, row.claim.claim, *(", ".join(column) for column in row[1:]))
            for row in coverage()
        ),
    )
