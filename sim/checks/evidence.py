"""Whether the numbers fit together: findings, their sources, facts, definitions and parameters."""

import re
from collections.abc import Callable
from functools import cache, partial
from itertools import product
from typing import Any

from pydantic import BaseModel

from sim.checks.faults import Faults, attempt, unknown_name
from sim.common.errors import InputError
from sim.common.paths import client_names, root, shown
from sim.common.reading import read_rows, read_text, validate
from sim.common.tables import validate_cells
from sim.evidence.findings import Fact, Finding, OwnFinding, bib_keys
from sim.evidence.indirectness import carried_over, most_steps
from sim.evidence.meta_analysis import parameters_text
from sim.evidence.own import evidence_folder, own_parameters_text, parameters_for
from sim.evidence.parameters import FILE as PARAMETERS
from sim.evidence.parameters import MARKET_LIFE, Definition, Parameter
from sim.levers import BY_NAME
from sim.model.week.life_parameters import LifeParameters

_CITED_WORK = re.compile(r"\b[a-z]{3,}(?:19|20)\d\d[a-z]?\b")


def check_evidence() -> Faults:
    """Return the faults of the evidence and of what rests on it.

    Yields
    ------
    InputError
    """
    parts: tuple[Callable[[], Faults], ...] = (
        _check_findings,
        _check_facts,
        _check_definitions,
        _check_parameters,
        _check_citations,
        *(partial(_check_own, market) for market in client_names()),
    )
    for part in parts:
        try:
            yield from part()
        except InputError as fault:  # a whole file cannot be read
            yield fault


def schemas() -> dict[str, type[BaseModel]]:
    """Return the schema of parameters of each lever and of the ordinary life."""
    return {MARKET_LIFE: LifeParameters, **{name: m.Parameters for name, m in BY_NAME.items()}}


def _rows(
    name: str, schema: type[BaseModel], folder: str = "data"
) -> tuple[list[tuple[str, Any]], list[InputError]]:
    """Return the right rows of a file, and the faults of the others."""
    rows, faults = [], []
    for where, cells in read_rows(name, folder):
        row, wrong = attempt(validate_cells, schema, cells, where)
        faults += wrong
        if row is not None:
            rows.append((where, row))
    return rows, faults


def read_findings() -> tuple[dict[str, Finding], list[InputError]]:
    """Return the findings that are right, by id, and the faults of the others."""
    return _by_id(*_rows("evidence.csv", Finding))


def _by_id(
    rows: list[tuple[str, Any]], faults: list[InputError]
) -> tuple[dict[str, Finding], list[InputError]]:
    findings: dict[str, Finding] = {}
    for where, finding in rows:
        if finding.id in findings:
            faults.append(InputError(where, "id", finding.id, "each id once"))
        findings[finding.id] = finding
    return findings, faults


def _check_findings() -> Faults:
    findings, faults = read_findings()
    yield from faults
    keys = bib_keys()
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield InputError("data/references.bib", "key", key, "each key once")
    for finding in findings.values():
        where = f"data/evidence.csv, {finding.id}"
        yield from unknown_name(where, "lever", finding.lever, list(schemas()))
        yield from unknown_name(where, "bib_key", finding.bib_key, keys)


def _check_facts() -> Faults:
    rows, faults = _rows("stylised_facts.csv", Fact)
    yield from faults
    findings, keys, seen = read_findings()[0], bib_keys(), set()
    for where, fact in rows:
        if fact.id in seen:
            yield InputError(where, "id", fact.id, "each id once")
        seen.add(fact.id)
        for key in fact.evidence:
            yield from unknown_name(
                f"data/stylised_facts.csv, {fact.id}", "evidence", key, list(findings)
            )
        for key in fact.bib_key:
            yield from unknown_name(f"data/stylised_facts.csv, {fact.id}", "bib_key", key, keys)


def _check_definitions() -> Faults:
    """Check that definitions, schemas and findings name the same parameters."""
    rows, faults = _rows("parameter_definitions.csv", Definition)
    yield from faults
    findings = read_findings()[0]
    seen: dict[str, list[str]] = {lever: [] for lever in schemas()}
    for where, row in rows:
        yield from unknown_name(where, "lever", row.lever, list(seen))
        for key in row.evidence:
            yield from unknown_name(where, "evidence", key, list(findings))
        if row.lever not in seen:
            continue
        fields = schemas()[row.lever].model_fields
        yield from unknown_name(where, f"{row.lever}.{row.parameter}", row.parameter, fields)
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
            yield from unknown_name(f"data/evidence.csv, {finding.id}", "informs", key, keys)


def _check_parameters() -> Faults:
    """Check the generated table: what it rests on, its bounds, and that it is up to date."""
    findings = read_findings()[0]
    yield from _check_table("data", findings)
    text, faults = attempt(parameters_text)
    yield from faults
    if text is not None and text != read_text(root() / PARAMETERS, PARAMETERS):
        yield InputError(
            PARAMETERS,
            "content",
            "parameters of an earlier state",
            "what the definitions and the evidence say now",
            hint="Run `loyalty parameters`.",
        )


def _check_table(folder: str, findings: dict[str, Finding]) -> Faults:
    """Check what the rows of a table of parameters rest on, and their bounds."""
    rows, faults = _rows("parameters.csv", Parameter, folder)
    yield from faults
    for where, row in rows:
        yield from _check_support(row, where, findings)
    for lever, schema in schemas().items():
        of_lever = {row.parameter: row for _, row in rows if row.lever == lever}
        far = {name: carried_over(row, most_steps(row)) for name, row in of_lever.items()}
        for end, (rows_there, place) in product(
            ("value", "low", "high"), ((of_lever, ""), (far, " in a market far from the studies"))
        ):
            content = {n: getattr(rows_there[n], end) for n in schema.model_fields if n in of_lever}
            where = f"{folder}/parameters.csv, {end}{place}"
            yield from attempt(validate, schema, content, where, lever)[1]


def _check_own(market: str) -> Faults:
    """Check a client's own evidence, and the parameters that follow from it."""
    client = evidence_folder(market)
    if client is None:
        return
    folder = shown(client)
    findings, faults = _by_id(*_rows("evidence.csv", OwnFinding, folder))
    yield from faults
    keys = ("own", *bib_keys())
    for finding in findings.values():
        where = f"{folder}/evidence.csv, {finding.id}"
        yield from unknown_name(where, "lever", finding.lever, list(schemas()))
        yield from unknown_name(where, "bib_key", finding.bib_key, keys)
    _, wrong = attempt(own_parameters_text, market)
    if not faults:
        yield from wrong or attempt(parameters_for, market)[1]
    if (client / "parameters.csv").is_file():
        yield from _check_table(folder, read_findings()[0] | findings)


def _check_support(row: Parameter, where: str, findings: dict[str, Finding]) -> Faults:
    """Check that a parameter rests on findings that may carry it."""
    for key in row.evidence:
        yield from unknown_name(where, "evidence", key, list(findings))
    cited = " ".join(row.evidence)
    roles = {findings[key].role for key in row.evidence if key in findings}
    if roles == {"target"}:
        expected = "a finding that is no target: the model is held against targets"
        yield InputError(where, "evidence", cited, expected)
    elif row.status != "assumed" and "input" not in roles:
        yield InputError(where, "evidence", cited, "a finding whose role is input")


def _check_citations() -> Faults:
    keys = bib_keys()
    for path in sorted((root() / "sim").rglob("*.py")):
        for key in _works_cited(path.read_text(encoding="utf-8")):
            yield from unknown_name(str(path.relative_to(root())), "source", key, keys)


@cache  # few of the files change from one check to the next
def _works_cited(text: str) -> list[str]:
    return sorted(set(_CITED_WORK.findall(text)))
