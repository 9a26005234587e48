"""The playbook in another language: what its pages, strategies and cases say, on one page.

The pages stay in English, which the workbench reads; their titles, summaries, presets, what a
simulation says of these, Monday lists and risks are taken from `sim.common.translated`.
"""

import re
from collections.abc import Iterable

from sim.checks.effect_tables import why_by_market
from sim.common.paths import root
from sim.common.reading import read_text
from sim.common.text_tables import texts_in
from sim.common.translated import translated
from sim.levers import MECHANISMS
from sim.playbook.cases import case_names, load_case
from sim.playbook.pages import PARTS, load_page, page_path
from sim.playbook.strategy_files import load_strategy
from sim.playbook.strategy_places import known_strategies

#: The part of a page that says what to do first.
MONDAY = PARTS[1]
#: Headings of the parts of a lever: its presets, what to do on Monday, what may go wrong.
HEADINGS = ("Presets", MONDAY, "Risks")
#: And of what may go wrong where it is ended.
ENDING = "Risks of ending it"


def monday_list(lever: str) -> list[str]:
    """Return the steps of a lever's Monday list, each on one line."""
    path = page_path(lever)
    text = read_text(path, str(path.relative_to(root())))
    part = text.partition(f"**{MONDAY}.**")[2].partition("\n**")[0]
    steps = re.split(r"^\d+\. ", part, flags=re.MULTILINE)[1:]
    return [" ".join(step.split()) for step in steps]


def levers_in(language: str) -> str:
    """Return every lever with its summary, presets, Monday list and risks."""
    with texts_in(language):
        return "\n".join(_lever(mechanism.name) for mechanism in MECHANISMS)


def strategies_in(language: str) -> str:
    """Return every strategy with its summary."""
    with texts_in(language):
        known = [load_strategy(name) for name in known_strategies()]
        return _items(_said(f"`{one.name}`", one.title, one.summary) for one in known)


def cases_in(language: str) -> str:
    """Return every case with its summary."""
    with texts_in(language):
        known = [load_case(name) for name in case_names()]
        links = [f"[{translated(one.title)}](cases/{one.id}.md)" for one in known]
        return _items(_said(link, one.summary) for link, one in zip(links, known, strict=True))


def _lever(name: str) -> str:
    page = load_page(name)
    presets, monday, risks = (f"**{translated(heading)}**\n" for heading in HEADINGS)
    steps = [f"{i}. {translated(step)}\n" for i, step in enumerate(monday_list(name), 1)]
    known = page.presets.items()
    return "\n".join(
        [
            f"### [{translated(page.title)}](levers/{name}.md)\n",
            f"{translated(page.summary)}\n",
            presets,
            _items(
                _said(f"`{key}`", key.replace("_", " "), one.summary, *_simulated(name, key))
                for key, one in known
            ),
            monday,
            "".join(steps),
            risks,
            _items(translated(risk.says) for risk in page.risks),
            *_of_ending(page.risks_of_ending),
        ]
    )


def _of_ending(risks: list[str]) -> list[str]:
    """Return what may go wrong where a play ends what the firm does already, if there is such a play."""
    if not risks:
        return []
    return [f"**{translated(ENDING)}**\n", _items(map(translated, risks))]


def _simulated(lever: str, preset: str) -> list[str]:
    """Return why a preset is worth its cost, or is not, in the markets in which that is so."""
    found = why_by_market(lever, preset)
    return [f"{why} (`{'`, `'.join(markets)}`)" for why, markets in found.items()]


def _said(name: str, *texts: str) -> str:
    return " — ".join([name, *map(translated, texts)])


def _items(lines: Iterable[str]) -> str:
    return "".join(f"- {line}\n" for line in lines)
