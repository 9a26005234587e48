"""A table of a trial is read into a difference and its error, or refused with all that is wrong.

Serves: C3.4
"""

import numpy as np
import pytest
from worlds import Z_LIMIT

from sim.common.errors import InputError
from sim.experiment.trial_design import CONTROL
from sim.experiment.trial_result import Measured, read_result
from tests.own_trials import design, made_up, table


def test_a_table_is_read_into_the_difference_of_means_and_its_error(tmp_path):
    lines = made_up(200, 7.0)
    found = read_result(table(tmp_path / "t.csv", lines), {"balanced": design()})
    own = {
        arm: np.array([float(r[2]) for r in lines if r[1] == arm]) for arm in ("balanced", CONTROL)
    }
    a, b = own["balanced"], own[CONTROL]
    error = np.sqrt(a.var(ddof=1) / a.size + b.var(ddof=1) / b.size)
    assert (found.tried, found.control) == (200, 200)
    assert found.difference == pytest.approx(a.mean() - b.mean())
    assert found.error == pytest.approx(error)


def test_of_places_the_error_is_that_of_means_over_places_drawn_anew(tmp_path):
    rng, found, sizes = np.random.default_rng(2), list[Measured](), 40
    for _ in range(300):
        n = rng.integers(50, 150, 2 * sizes)
        y = n * (50 + rng.normal(0, 5, n.size)) + rng.normal(0, 30 * np.sqrt(n))
        rows = [
            (f"p{k}", ("balanced", CONTROL)[k % 2], int(n[k]), f"{y[k]:.2f}") for k in range(n.size)
        ]
        path = table(tmp_path / "t.csv", rows, ("place", "arm", "customers", "spend"))
        found.append(read_result(path, {"balanced": design("place")}))
    z = np.array([one.difference / one.error for one in found])
    assert abs(z.std() - 1) < Z_LIMIT / np.sqrt(2 * len(z)) + 1 / sizes
    assert found[0].tried > 40


def test_all_faults_of_a_table_are_told_at_once_and_no_customer_is_named(tmp_path):
    rows = [("anna", "balanced", "5"), ("bert", "balanced", "much"), ("anna", CONTROL, "3"),
            ("carl", "balance", "3"), ("dora", CONTROL, "-1")]  # fmt: skip
    with pytest.raises(InputError) as refused:
        read_result(table(tmp_path / "t.csv", rows), {"balanced": design()})
    said = str(refused.value)
    for words in (
        "line 3",
        "'much'",
        "line 4",
        "line 5",
        "'balance'",
        "Did you mean 'balanced'",
        "line 6",
    ):
        assert words in said, words
    assert not any(name in said for name in ("anna", "bert", "carl", "dora"))


def test_a_table_of_other_columns_is_one_fault_and_further_columns_are_passed_over(tmp_path):
    lines = made_up(200, 7.0)
    with pytest.raises(InputError, match="no place, customers") as refused:
        read_result(table(tmp_path / "t.csv", lines), {"balanced": design("place")})
    assert len(refused.value.faults) == 1
    more = table(
        tmp_path / "u.csv", [(*line, "red") for line in lines], ("customer", "arm", "spend", "hair")
    )
    assert read_result(more, {"balanced": design()}).tried == 200
    comma = table(tmp_path / "v.csv", [(*line, "50") for line in lines])
    with pytest.raises(InputError, match="no column"):
        read_result(comma, {"balanced": design()})


@pytest.mark.parametrize(
    ("rows", "designs", "words"),
    [
        ([("a", "rewards", "1")], {"balanced": design()}, "balanced"),
        ([("a", "balanced", "1")], {}, "no design"),
        ([("a", "balanced", "1"), ("b", CONTROL, "1")], {"balanced": design()}, "two lines or more"),
        ([(x, ("balanced", CONTROL)[k % 2], "0") for k, x in enumerate("abcd")],
         {"balanced": design()}, "the same of all"),
    ],
)  # fmt: skip
def test_a_table_that_tells_nothing_is_refused(tmp_path, rows, designs, words):
    with pytest.raises(InputError, match=words):
        read_result(table(tmp_path / "t.csv", rows), designs)
