"""The deliberate faults of `make faults` fit the code as it stands, so that each can be planted."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from tests.faults import FAULTS
from tests.mutation import ROOT, misfits, places


def test_every_fault_stands_once_in_one_module():
    assert misfits(FAULTS) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_a_fault_is_a_slip_that_runs_and_not_a_syntax_error(fault):
    right = (ROOT / places(fault)[0]).read_text(encoding="utf-8")
    wrong = right.replace(fault.old, fault.new)
    same = ast.dump(ast.parse(wrong)) == ast.dump(ast.parse(right))
    assert not same


def test_the_tests_that_may_notice_exist_and_are_not_the_golden_baseline():
    here = Path(__file__).parent
    named = {name for fault in FAULTS for name in fault.tests.split()}
    assert [name for name in sorted(named) if not (here / f"test_{name}.py").exists()] == []
    assert "golden" not in named


def test_no_two_faults_are_called_the_same():
    assert [what for what, n in Counter(fault.what for fault in FAULTS).items() if n > 1] == []
