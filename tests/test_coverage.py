"""Every claim of the sources is served by something of the workbench and held by a test.

Serves: L1.2c
"""

import pytest

from sim.checks.check import check, fix
from sim.checks.coverage import coverage, serving_tests
from sim.playbook.claims import load_sources


@pytest.fixture(scope="module")
def served():
    return {row.claim.id: row for row in coverage()}


@pytest.mark.parametrize("key", list(load_sources()))
def test_a_claim_is_served_or_it_is_said_why_not_and_tested(served, key):
    row = served[key]
    served = row.told or row.measured or row.claim.nothing_acts
    assert served, f"{key}: no page and no measure names it, and no reason is given"
    assert row.tests, f"{key}: no test module names it in a line `Serves: {key}`"


@pytest.mark.parametrize("key", list(load_sources()))
def test_a_claim_on_which_something_acts_is_run_by_a_strategy(served, key):
    row = served[key]
    assert row.runs or not row.acts, f"{key}: no strategy has a setting that acts on it"


def test_an_id_that_no_source_has_is_told_wherever_it_stands(checkout):
    (checkout / "tests").unlink()
    (checkout / "tests").mkdir()
    (checkout / "tests" / "test_made_up.py").write_text('"""Title.\n\nServes: L1.1a, L1.1z\n"""\n')
    assert dict(serving_tests()) == {checkout / "tests" / "test_made_up.py": ["L1.1a", "L1.1z"]}
    fix()
    assert [(fault.where, fault.found) for fault in check()] == [("tests/test_made_up.py", "L1.1z")]


def test_the_coverage_page_names_what_serves_a_claim(checkout):
    page = checkout / "playbook" / "levers" / "segmentation.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("sources: [", "sources: [I8, ", 1), encoding="utf-8")
    assert "playbook/coverage.md" in {fault.where for fault in check()}
    row = next(row for row in coverage() if row.claim.id == "I8")
    assert "[Segmentation](levers/segmentation.md)" in row.told
