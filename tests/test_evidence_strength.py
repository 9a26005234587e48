"""The strength of evidence follows its written rule, on rows made for the purpose."""

import pytest

from sim.evidence.findings import load_evidence
from sim.evidence.strength import strength
from sim.levers import BY_NAME

ROW = load_evidence()[0]


def finding(work: str, grade: str = "A", verified: str = "yes", direction: str = "for", **other):
    content = {"lever": "feedback", "bib_key": work, "grade": grade, "value": 0.3} | other
    return ROW.model_copy(update={**content, "verified": verified, "direction": direction})


def level(*findings) -> int:
    return strength("feedback", findings)


def works(n: int, **content):
    return [finding(f"work{i}", **content) for i in range(n)]


@pytest.mark.parametrize(
    ("n", "expected"), [(0, 0), (1, 2), (2, 3), (3, 3), (4, 4), (5, 5), (9, 5)]
)
def test_more_works_make_it_stronger(n, expected):
    assert level(*works(n)) == expected  # 3 points each: 3, 6, 9, 12, 15


def test_a_work_counts_once_by_its_best_finding():
    assert level(finding("one"), finding("one"), finding("one", grade="C")) == 2


@pytest.mark.parametrize(("grade", "expected"), [("A", 3), ("B", 2), ("C", 1), ("D", 0)])
def test_better_grades_make_it_stronger(grade, expected):
    assert level(*works(2, grade=grade)) == expected  # 6, 4, 2 and 0 points


def test_memory_and_words_count_half():
    assert level(*works(2, verified="no")) == 2  # 3 points
    assert level(*works(2, value=None)) == 2
    assert level(*works(2, verified="no", value=None)) == 1  # 1.5 points


def test_findings_that_disagree_cost_a_level():
    contrary = [finding("contrary", direction="mixed"), finding("another", direction="against")]
    assert level(*works(4), *contrary) == 5  # 12 of 18 points agree
    assert level(*works(3), *contrary) == 4  # 9 of 15: less than two thirds


def test_without_a_verified_work_of_grade_a_it_is_never_above_3():
    assert level(*works(20, grade="B")) == 3
    assert level(*works(20, verified="no")) == 3


@pytest.mark.parametrize("trade", ["grocery", "other"])
def test_what_one_trade_alone_has_found_counts_half(trade):
    alone = works(2, trade=trade)
    assert level(*alone) == 2  # 3 points
    assert level(*alone, finding("elsewhere", trade="bank")) == 3  # 9 points
    assert level(*alone, finding("elsewhere", trade="several", grade="C")) == 3  # 7
    contrary = finding("contrary", trade="bank", direction="against")
    assert level(*alone, contrary) == 2  # 3 of 4.5 points agree
    assert level(finding("one", trade=trade), contrary) == 1  # 1.5 of 3


def test_other_levers_and_silent_findings_do_not_count():
    assert level(*works(5, lever="pricing")) == 0
    assert level(*works(5, direction="none")) == 0


def test_every_lever_that_was_studied_has_a_strength_from_1_to_5_and_what_nobody_studied_has_0():
    studied = {one.lever for one in load_evidence()}
    assert studied & set(BY_NAME)
    for lever in {*BY_NAME, "luck"}:  # a lever of one's own may rest on no study
        assert (1 <= strength(lever) <= 5) if lever in studied else (strength(lever) == 0), lever
