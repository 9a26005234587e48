"""Whether the playbook fits together: pages, cases and strategies, and the code they speak of."""

import re
from collections.abc import Iterable
from pathlib import Path

from sim.checks.faults import Faults, attempt, unknown_name
from sim.checks.template import PART, unfilled
from sim.common.errors import InputError
from sim.common.paths import client_names, root
from sim.common.reading import read_text, validate
from sim.levers import BY_NAME
from sim.levers.outcomes import OUTCOMES
from sim.market.market import load_market
from sim.market.places import case_market_names, market_names
from sim.measures.definitions import MEASURES, PAIRED
from sim.playbook.cases import PARTS as CASE_PARTS
from sim.playbook.cases import Case, case_names, case_path, load_case
from sim.playbook.claims import load_sources
from sim.playbook.effect_rows import load_effects
from sim.playbook.pages import PARTS, Page, front_matter, page_path
from sim.playbook.strategy_files import load_strategy
from sim.playbook.strategy_places import (
    case_strategy_names,
    client_strategy_names,
    further_strategy_names,
    known_strategies,
    strategy_names,
)

_CITED_FINDING = re.compile(r"\bE\d{2,3}\b")


def check_playbook(findings: Iterable[str]) -> Faults:
    """Return the faults of all pages, cases and strategies.

    Parameters
    ----------
    findings : iterable of str
        Ids of the evidence.

    Yields
    ------
    InputError
    """
    findings = list(findings)
    yield from _check_pages(findings)
    yield from _check_cases(findings)
    for name in known_strategies():
        yield from attempt(load_strategy, name)[1]
    for name in further_strategy_names():
        yield from _named_once(f"playbook/strategies/further/{name}.yaml", name)
    for market in client_names():
        for name in client_strategy_names(market):
            yield from attempt(load_strategy, name, market)[1]
    yield from attempt(load_effects)[1]


def _check_pages(findings: list[str]) -> Faults:
    for lever in BY_NAME:
        path = page_path(lever)
        where = str(path.relative_to(root()))
        if not path.exists():
            hint = "Copy playbook/_template.md to it."
            yield InputError(where, "page", "no page", f"a page of the lever {lever}", hint=hint)
            continue
        matter, faults = attempt(front_matter, path)
        yield from faults
        if matter is None:
            continue
        page, faults = attempt(validate, Page, matter, where)
        yield from faults
        if page is not None:
            yield from _check_page(page, lever, where, findings)
            yield from unfilled(path, where)
    for path in sorted((root() / "playbook" / "levers").glob("*.md")):
        yield from unknown_name(str(path.relative_to(root())), "page", path.stem, list(BY_NAME))


def _check_page(page: Page, lever: str, where: str, findings: list[str]) -> Faults:
    yield from unknown_name(where, "id", page.id, [lever])
    for name, preset in page.presets.items():
        field = f"presets.{name}.settings"
        yield from attempt(validate, BY_NAME[lever].Settings, preset.settings, where, field, False)[
            1
        ]
    for field, keys, choices in (
        ("expects", page.expects, [*OUTCOMES, *MEASURES]),
        ("measures", page.measures, [*MEASURES, *PAIRED]),
        ("needs", page.needs, list(BY_NAME)),
        ("evidence", page.evidence, findings),
    ):
        for key in keys:
            yield from unknown_name(where, field, key, choices)
    for key in page.beliefs:
        yield from unknown_name(where, "beliefs", key, page.evidence)
    yield from _check_body(page_path(lever), page, where)


def _check_body(path: Path, page: Page | Case, where: str) -> Faults:
    """Check what a page's text has to have, and that its lists name what the text cites."""
    for key in page.sources:
        yield from unknown_name(where, "sources", key, list(load_sources()))
    body = read_text(path, where).split("---\n", 2)[2]
    if len(body.split()) < 100:
        yield InputError(where, "text", body.strip(), "at least a paragraph on how to use it")
    for key in sorted(set(_CITED_FINDING.findall(body)) - set(page.evidence)):
        yield InputError(where, "evidence", key, "every finding that the text cites in this list")
    parts, right = tuple(PART.findall(body)), PARTS if isinstance(page, Page) else CASE_PARTS
    if parts != right:
        expected = "these parts in this order, each with its name in bold: " + ", ".join(right)
        yield InputError(where, "parts", ", ".join(parts), expected)


def _named_once(where: str, name: str) -> Faults:
    if name in strategy_names():
        yield InputError(where, "name", name, "a name that no file of playbook/strategies has")


def _strategies_of(case: str) -> list[str]:
    found = attempt(load_case, case)[0]
    return found.strategies if found else []


def _check_cases(findings: list[str]) -> Faults:
    told = {strategy for name in case_names() for strategy in _strategies_of(name)}
    for name in case_strategy_names():
        where = f"playbook/cases/strategies/{name}.yaml"
        yield from unknown_name(where, "case", name, sorted(told))
        yield from _named_once(where, name)
    for name in case_market_names():
        where = f"playbook/cases/{name}.yaml"
        yield from unknown_name(where, "page", name, case_names())
        if name in market_names():
            yield InputError(where, "name", name, "a name that no market of data/markets has")
    for name in case_names():
        case, faults = attempt(load_case, name)
        yield from faults
        if case is None:
            continue
        where = f"playbook/cases/{name}.md"
        yield from attempt(load_market, case.market)[1]
        for strategy in case.strategies:
            yield from unknown_name(where, "strategies", strategy, known_strategies())
        for key in case.evidence:
            yield from unknown_name(where, "evidence", key, findings)
        yield from _check_body(case_path(name), case, where)
