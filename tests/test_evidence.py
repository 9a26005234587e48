"""Numbers rest on evidence that may carry them, and every number is used."""

import inspect
import re
import sys
from importlib import import_module

import pytest

from sim.checks.evidence import schemas
from sim.evidence.findings import bib_keys, load_evidence
from sim.evidence.parameters import MARKET_LIFE, load_parameters

FINDINGS = {finding.id: finding for finding in load_evidence()}
ROWS = load_parameters().rows


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.lever}.{row.parameter}")
def test_a_parameter_cites_findings_that_exist_and_never_targets_alone(row):
    roles = {FINDINGS[key].role for key in row.evidence}
    assert roles != {"target"}
    if row.status == "published":
        assert "input" in roles
    if row.status == "assumed" and not row.evidence:
        assert row.note, "an assumption without evidence says why in its note"


def test_targets_are_the_source_of_no_published_number():
    """Beside an input a target may be cited for an assumption's direction, never for a value."""
    for row in ROWS:
        if row.status != "assumed":
            assert not {"target"} & {FINDINGS[key].role for key in row.evidence}, row.parameter


@pytest.mark.parametrize("lever", list(schemas()))
def test_parameters_and_schema_have_the_same_names(lever):
    names = {row.parameter for row in ROWS if row.lever == lever}
    assert names == set(schemas()[lever].model_fields)


@pytest.mark.parametrize("lever", list(schemas()))
def test_every_parameter_is_used_by_a_formula_of_its_module(lever):
    import_module("sim.model.loyalty_model")  # and with it all parts of the week
    # of how people live, agents of the model read some themselves
    home = ("sim.model.", "sim.world.") if lever == MARKET_LIFE else f"sim.levers.{lever}."
    modules = [m for name, m in sys.modules.items() if f"{name}.".startswith(home)]
    code = "\n".join(inspect.getsource(module) for module in modules)
    for name in schemas()[lever].model_fields:
        assert re.search(rf"\.{name}\b", code), f"{lever}.{name} is never read"


def test_every_finding_names_a_work_in_the_bibliography_once():
    keys = bib_keys()
    assert len(keys) == len(set(keys))
    assert {finding.bib_key for finding in FINDINGS.values()} <= set(keys)


def test_what_is_from_memory_is_said_to_be():
    assert {finding.verified for finding in FINDINGS.values()} == {"yes", "no"}
    for finding in FINDINGS.values():
        if finding.verified == "no":
            assert finding.caveat, f"{finding.id} does not say what is uncertain"
