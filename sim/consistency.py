"""Whether everything that people write fits together: pages, strategies, markets, evidence.

Every check gives all the faults it can find, one clear message each, and none stops the others.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import BaseModel

from sim.dictionary import generated_files, renewed
from sim.errors import InputError, nearest
from sim.evidence import LEVERS, Fact, Finding, bib_keys
from sim.market import DROP_OUT, REQUIRED, Market, load_market, market_names
from sim.measures.definitions import MEASURES, PAIRED
from sim.mechanisms import BY_NAME
from sim.mechanisms.base import OUTCOMES
from sim.parameters import Parameter
from sim.playbook import Page, front_matter, page_path
from sim.pooling import FILE as PARAMETERS
from sim.pooling import Definition, parameters_text, write_parameters
from sim.population import read_history
from sim.project import root
from sim.strategy import load_strategy, strategy_names
from sim.validation import read_rows, read_text, validate
from sim.week.experience import LifeParameters

Faults = Iterator[InputError]
LIFE = "market_life"
_CITED_WORK = re.compile(r"\b[a-z]{3,}(?:19|20)\d\d[a-z]?\b")
_CITED_FINDING = re.compile(r"\bE\d{2,3}\b")
_SOURCE = re.compile(r"^[LCI]\d+(\.\w+)*$")


def check() -> list[InputError]:
    """Check all that people write, and that it fits the code.

    Returns
    -------
    list of InputError
        Every fault found; empty when all is well.
    """
    parts: tuple[Callable[[], Faults], ...] = (
        _check_pages,
        _check_strategies,
        _check_markets,
        _check_evidence,
        _check_facts,
        _check_definitions,
        _check_parameters,
        _check_citations,
        _check_generated,
    )
    faults = []
    for part in parts:
        try:
            faults += list(part())
        except InputError as fault:  # something a whole part rests on cannot be read
            faults.append(fault)
    return list({fault.message: fault for fault in faults}.values())


def fix() -> list[str]:
    """Write ``data/parameters.csv`` and the generated parts of the read-me files anew.

    Returns
    -------
    list of str
        Names of the files that changed.

    Raises
    ------
    InputError
        If a file or what it is generated from is wrong.
    """
    changed = [PARAMETERS] if write_parameters() else []
    for path, where, parts in generated_files():
        old = read_text(path, where)
        new = renewed(old, parts, where)
        if new != old:
            path.write_text(new, encoding="utf-8")
            changed.append(where)
    return changed


def schemas() -> dict[str, type[BaseModel]]:
    """Give the schema of parameters of each lever and of the ordinary life."""
    return {LIFE: LifeParameters, **{name: m.Parameters for name, m in BY_NAME.items()}}


def _tried(function: Callable[..., Any], *arguments: Any) -> tuple[Any, list[InputError]]:
    try:
        return function(*arguments), []
    except InputError as fault:
        return None, [fault]


def _known(where: str, field: str, found: str, choices: Any) -> Faults:
    if found not in choices:
        listed = ", ".join(choices) if len(choices) <= 30 else f"{len(choices)} known names"
        yield InputError(where, field, found, f"one of {listed}", nearest(found, choices))


# -- the playbook ----------------------------------------------------------------------------------
def _check_pages() -> Faults:
    findings = _findings()[0]
    for lever in BY_NAME:
        path = page_path(lever)
        where = str(path.relative_to(root()))
        matter, faults = _tried(front_matter, path)
        yield from faults
        if matter is None:
            continue
        page, faults = _tried(validate, Page, matter, where)
        yield from faults
        if page is not None:
            yield from _check_page(page, lever, where, findings)
    for path in sorted((root() / "playbook" / "levers").glob("*.md")):
        yield from _known(str(path.relative_to(root())), "page", path.stem, list(BY_NAME))


def _check_page(page: Page, lever: str, where: str, findings: dict[str, Finding]) -> Faults:
    yield from _known(where, "id", page.id, [lever])
    for name, preset in page.presets.items():
        field = f"presets.{name}.settings"
        yield from _tried(validate, BY_NAME[lever].Settings, preset.settings, where, field)[1]
    for field, keys, choices in (
        ("expects", page.expects, [*OUTCOMES, *MEASURES]),
        ("measures", page.measures, [*MEASURES, *PAIRED]),
        ("needs", page.needs, list(BY_NAME)),
        ("evidence", page.evidence, list(findings)),
    ):
        for key in keys:
            yield from _known(where, field, key, choices)
    for key in page.sources:
        if not _SOURCE.match(key):
            yield InputError(where, "sources", key, "a letter L, C or I and numbers, as L3.1")
    body = read_text(page_path(lever), where).split("---\n", 2)[2]
    if len(body.split()) < 100:
        yield InputError(
            where, "text", body.strip(), "at least a paragraph on how to use the lever"
        )
    for key in sorted(set(_CITED_FINDING.findall(body)) - set(page.evidence)):
        yield InputError(where, "evidence", key, "every finding that the text cites in this list")


def _check_strategies() -> Faults:
    for name in strategy_names():
        yield from _tried(load_strategy, name)[1]


# -- markets ---------------------------------------------------------------------------------------
def _check_markets() -> Faults:
    for name in market_names():
        where = f"data/markets/{name}.yaml"
        market, faults = _tried(load_market, name)
        yield from faults
        if market is None:
            continue
        for value, unit in {**REQUIRED, **DROP_OUT}.items():
            if value in market.values:
                yield from _known(where, f"values.{value}.unit", market.values[value].unit, [unit])
        yield from _check_history(market)


def _check_history(market: Market) -> Faults:
    where = str(market.history_path.relative_to(root()))
    table, faults = _tried(read_history, market)
    yield from faults
    if table is None:
        return
    customers = market.data.n_customers
    if len(table) != customers:
        yield InputError(where, "rows", len(table), f"one for each of {customers} customers")


# -- evidence and parameters -----------------------------------------------------------------------
def _rows(name: str, schema: type[BaseModel]) -> tuple[list[tuple[str, Any]], list[InputError]]:
    """Read all rows of a file that are right, and give the faults of the others."""
    rows, faults = [], []
    for where, cells in read_rows(name):
        row, wrong = _tried(validate, schema, cells, where)
        faults += wrong
        if row is not None:
            rows.append((where, row))
    return rows, faults


def _findings() -> tuple[dict[str, Finding], list[InputError]]:
    rows, faults = _rows("evidence.csv", Finding)
    findings: dict[str, Finding] = {}
    for where, finding in rows:
        if finding.id in findings:
            faults.append(InputError(where, "id", finding.id, "each id once"))
        findings[finding.id] = finding
    return findings, faults


def _check_evidence() -> Faults:
    findings, faults = _findings()
    yield from faults
    keys = bib_keys()
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield InputError("data/references.bib", "key", key, "each key once")
    for finding in findings.values():
        where = f"data/evidence.csv, {finding.id}"
        yield from _known(where, "lever", finding.lever, LEVERS)
        yield from _known(where, "bib_key", finding.bib_key, keys)


def _check_facts() -> Faults:
    rows, faults = _rows("stylised_facts.csv", Fact)
    yield from faults
    findings, keys, seen = _findings()[0], bib_keys(), set()
    for where, fact in rows:
        if fact.id in seen:
            yield InputError(where, "id", fact.id, "each id once")
        seen.add(fact.id)
        for key in fact.evidence:
            yield from _known(
                f"data/stylised_facts.csv, {fact.id}", "evidence", key, list(findings)
            )
        for key in fact.bib_key:
            yield from _known(f"data/stylised_facts.csv, {fact.id}", "bib_key", key, keys)


def _check_definitions() -> Faults:
    """Check that definitions, schemas and findings name the same parameters."""
    rows, faults = _rows("parameter_definitions.csv", Definition)
    yield from faults
    findings = _findings()[0]
    seen: dict[str, list[str]] = {lever: [] for lever in schemas()}
    for where, row in rows:
        yield from _known(where, "lever", row.lever, list(seen))
        for key in row.evidence:
            yield from _known(where, "evidence", key, list(findings))
        if row.lever not in seen:
            continue
        fields = schemas()[row.lever].model_fields
        yield from _known(where, f"{row.lever}.{row.parameter}", row.parameter, fields)
        if row.parameter in seen[row.lever]:
            yield InputError(where, "parameter", row.parameter, "each name once a lever")
        seen[row.lever].append(row.parameter)
    for lever, schema in schemas().items():
        for name in schema.model_fields:
            if name not in seen[lever]:
                expected = f"a row for it, as `sim` reads {lever}.{name}"
                yield InputError(
                    "data/parameter_definitions.csv", "parameter", f"no {name}", expected
                )
    keys = [row.key for _, row in rows]
    for finding in findings.values():
        for key in finding.informs:
            yield from _known(f"data/evidence.csv, {finding.id}", "informs", key, keys)


def _check_parameters() -> Faults:
    """Check the generated table: what it rests on, its bounds, and that it is up to date."""
    findings = _findings()[0]
    rows, faults = _rows("parameters.csv", Parameter)
    yield from faults
    for where, row in rows:
        yield from _check_support(row, where, findings)
    for lever, schema in schemas().items():
        of_lever = {row.parameter: row for _, row in rows if row.lever == lever}
        for end in ("value", "low", "high"):
            content = {n: getattr(of_lever[n], end) for n in schema.model_fields if n in of_lever}
            yield from _tried(validate, schema, content, f"{PARAMETERS}, {end}", lever)[1]
    text, faults = _tried(parameters_text)
    yield from faults
    if text is not None and text != read_text(root() / PARAMETERS, PARAMETERS):
        yield InputError(
            PARAMETERS,
            "content",
            "parameters of an earlier state",
            "what the definitions and the evidence say now",
            hint="Run `loyalty parameters`.",
        )


def _check_support(row: Parameter, where: str, findings: dict[str, Finding]) -> Faults:
    """Check that a parameter rests on findings that may carry it."""
    for key in row.evidence:
        yield from _known(where, "evidence", key, list(findings))
    cited = " ".join(row.evidence)
    roles = {findings[key].role for key in row.evidence if key in findings}
    if roles == {"target"}:
        expected = "a finding that is no target: the model is held against targets"
        yield InputError(where, "evidence", cited, expected)
    elif row.status == "published" and "input" not in roles:
        yield InputError(where, "evidence", cited, "a finding whose role is input")


def _check_citations() -> Faults:
    keys = bib_keys()
    for path in sorted((root() / "sim").rglob("*.py")):
        for key in sorted(set(_CITED_WORK.findall(path.read_text(encoding="utf-8")))):
            yield from _known(str(path.relative_to(root())), "source", key, keys)


# -- what is generated -----------------------------------------------------------------------------
def _check_generated() -> Faults:
    for path, where, parts in generated_files():
        text, faults = _tried(read_text, path, where)
        yield from faults
        if text is None:
            continue
        new, faults = _tried(renewed, text, parts, where)
        yield from faults
        if new is not None and new != text:
            yield InputError(
                where,
                "generated tables",
                "tables of an earlier state",
                "what the code and the playbook say now",
                hint="Run `loyalty check --fix`.",
            )
