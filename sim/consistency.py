"""Whether everything that people write fits together: pages, strategies, markets, evidence.

Every check gives all the faults it can find, one clear message each, and none stops the others.
"""

import re
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from sim.analysis.effects import wanted_rows
from sim.cases import load_case
from sim.coverage import unknown_ids
from sim.dictionary import generated_files, renewed, with_places
from sim.effect_rows import load_effects
from sim.errors import InputError
from sim.evidence import LEVERS, Fact, Finding, bib_keys, load_evidence, load_facts
from sim.market import VALUES, Market, load_market, market_names
from sim.mechanisms import BY_NAME
from sim.parameters import Parameter, load_parameters
from sim.playbook import load_page
from sim.playbook_checks import Faults, check_playbook, known, tried
from sim.pooling import FILE as PARAMETERS
from sim.pooling import Definition, parameters_text, write_parameters
from sim.population import read_history
from sim.project import root
from sim.sources import load_sources
from sim.validation import read_rows, read_text, validate
from sim.week.experience import LifeParameters

LIFE = "market_life"
_CITED_WORK = re.compile(r"\b[a-z]{3,}(?:19|20)\d\d[a-z]?\b")


def check() -> list[InputError]:
    """Check all that people write, and that it fits the code.

    Returns
    -------
    list of InputError
        Every fault found; empty when all is well.
    """
    parts: tuple[Callable[[], Faults], ...] = (
        lambda: check_playbook(_findings()[0]),
        unknown_ids,
        _check_markets,
        _check_evidence,
        _check_facts,
        _check_definitions,
        _check_parameters,
        _check_citations,
        _check_generated,
    )
    forget()
    faults = []
    for part in parts:
        try:
            faults += list(part())
        except InputError as fault:  # something a whole part rests on cannot be read
            faults.append(fault)
    return list({fault.message: fault for fault in faults}.values())


def forget() -> None:
    """Forget what was read before, so that what is on the disk is what counts."""
    for loader in (
        load_page,
        load_case,
        load_evidence,
        load_facts,
        load_parameters,
        load_sources,
        load_effects,
    ):
        loader.cache_clear()


def notes() -> list[str]:
    """Say what is no fault but should be known: results of `loyalty effects` that are out of date.

    Returns
    -------
    list of str
        Sentences; empty when every preset has a row made from what is there now.

    Raises
    ------
    InputError
        If a page, a market or ``data/effects.csv`` is wrong.
    """
    rows, wanted = load_effects(), wanted_rows()
    missing = [key for key in wanted if key not in rows]
    stale = [key for key in rows if rows[key].made_from != wanted.get(key)]
    said = []
    for keys, what in ((missing, "not run yet"), (stale, "made by an earlier state")):
        if keys:
            levers = ", ".join(dict.fromkeys(lever for _, lever, _ in keys))
            said.append(
                f"data/effects.csv: {len(keys)} of {len(wanted)} effects {what} ({levers}). "
                "`loyalty effects` runs them."
            )
    return said


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
        new = renewed(with_places(old, parts), parts, where)
        if new != old:
            path.write_text(new, encoding="utf-8")
            changed.append(where)
    return changed


def schemas() -> dict[str, type[BaseModel]]:
    """Give the schema of parameters of each lever and of the ordinary life."""
    return {LIFE: LifeParameters, **{name: m.Parameters for name, m in BY_NAME.items()}}


# -- markets ---------------------------------------------------------------------------------------
def _check_markets() -> Faults:
    for name in market_names():
        where = f"data/markets/{name}.yaml"
        market, faults = tried(load_market, name)
        yield from faults
        if market is None:
            continue
        for value, unit in VALUES.items():
            if value in market.values:
                yield from known(where, f"values.{value}.unit", market.values[value].unit, [unit])
        yield from _check_history(market)


def _check_history(market: Market) -> Faults:
    where = str(market.history_path.relative_to(root()))
    table, faults = tried(read_history, market)
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
        row, wrong = tried(validate, schema, cells, where)
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
        yield from known(where, "lever", finding.lever, LEVERS)
        yield from known(where, "bib_key", finding.bib_key, keys)


def _check_facts() -> Faults:
    rows, faults = _rows("stylised_facts.csv", Fact)
    yield from faults
    findings, keys, seen = _findings()[0], bib_keys(), set()
    for where, fact in rows:
        if fact.id in seen:
            yield InputError(where, "id", fact.id, "each id once")
        seen.add(fact.id)
        for key in fact.evidence:
            yield from known(f"data/stylised_facts.csv, {fact.id}", "evidence", key, list(findings))
        for key in fact.bib_key:
            yield from known(f"data/stylised_facts.csv, {fact.id}", "bib_key", key, keys)


def _check_definitions() -> Faults:
    """Check that definitions, schemas and findings name the same parameters."""
    rows, faults = _rows("parameter_definitions.csv", Definition)
    yield from faults
    findings = _findings()[0]
    seen: dict[str, list[str]] = {lever: [] for lever in schemas()}
    for where, row in rows:
        yield from known(where, "lever", row.lever, list(seen))
        for key in row.evidence:
            yield from known(where, "evidence", key, list(findings))
        if row.lever not in seen:
            continue
        fields = schemas()[row.lever].model_fields
        yield from known(where, f"{row.lever}.{row.parameter}", row.parameter, fields)
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
            yield from known(f"data/evidence.csv, {finding.id}", "informs", key, keys)


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
            yield from tried(validate, schema, content, f"{PARAMETERS}, {end}", lever)[1]
    text, faults = tried(parameters_text)
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
        yield from known(where, "evidence", key, list(findings))
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
            yield from known(str(path.relative_to(root())), "source", key, keys)


# -- what is generated -----------------------------------------------------------------------------
def _check_generated() -> Faults:
    for path, where, parts in generated_files():
        text, faults = tried(read_text, path, where)
        yield from faults
        if text is None:
            continue
        new, faults = tried(renewed, text, parts, where)
        yield from faults
        if new is not None and new != text:
            yield InputError(
                where,
                "generated tables",
                "tables of an earlier state",
                "what the code and the playbook say now",
                hint="Run `loyalty check --fix`.",
            )
