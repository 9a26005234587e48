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
        "'aaaa'",
        "line 4",
        "line 5",
        "'aaaaaaa'",
        "Did you mean 'balanced'",
        "line 6",
    ):
        assert words in said, words
    assert not any(name in said for name in ("anna", "bert", "carl", "dora"))


def test_with_columns_exchanged_no_customer_is_named_either(tmp_path):
    for columns in (("arm", "customer", "spend"), ("customer", "spend", "arm")):
        rows = [("anna.miller@x.com", "balanced", "4"), ("K4711", CONTROL, "5")]
        with pytest.raises(InputError) as refused:
            read_result(table(tmp_path / "t.csv", rows, columns), {"balanced": design()})
        assert not any(name in str(refused.value) for name in ("anna", "miller", "K4711", "4711"))


def test_a_table_of_other_columns_is_one_fault_and_further_columns_are_passed_over(tmp_path):
    lines = made_up(200, 7.0)
    with pytest.raises(InputError, match="no place, customers") as refused:
        read_result(table(tmp_path / "t.csv", lines), {"balanced": design("place")})
    assert len(refused.value.faults) == 1 and "call that column place" in str(refused.value)
    called = [(who, arm, 1, spend) for who, arm, spend in lines]  # as it says
    placed = table(tmp_path / "w.csv", called, ("place", "arm", "customers", "spend"))
    as_customers = read_result(table(tmp_path / "t.csv", lines), {"balanced": design()})
    assert read_result(placed, {"balanced": design("place")}) == as_customers
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


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (("Customer", "Arm", "Spend"), ("Customer, Arm, Spend", "small letters")),
        (("customer", " arm", "spend "), ("no arm", "without blanks")),
        (("customer;arm;spend",), ("customer;arm;spend", "by commas")),
        (("customer\tarm\tspend",), ("no arm", "by commas")),
        (("customer", "group", "spend"), ("no arm", "customer, group, spend")),
        (("customer", "arm", "revenue"), ("no spend", "customer, arm, revenue")),
    ],
)
def test_a_header_that_lacks_a_column_is_told_as_it_is_with_the_columns_that_a_table_has(
    tmp_path, columns, words
):
    lines = made_up(5, 7.0)
    if len(columns) == 1:
        mark = columns[0][len("customer")]
        lines = [(mark.join(line),) for line in lines]
    with pytest.raises(InputError) as refused:
        read_result(table(tmp_path / "t.csv", lines, columns), {"balanced": design()})
    assert len(refused.value.faults) == 1 and refused.value.field == "header"
    assert "the columns customer, arm, spend" in str(refused.value)
    assert all(word in str(refused.value) for word in words), str(refused.value)


def test_a_table_without_a_header_shows_no_customer(tmp_path):
    first, *others = made_up(5, 7.0)
    with pytest.raises(InputError, match="no arm") as refused:
        read_result(table(tmp_path / "t.csv", others, first), {"balanced": design()})
    assert first[0] not in str(refused.value)


@pytest.mark.parametrize(
    "spend", ["1e300", "1_000", "1.000", "1,000", "\u0661\u0662", "nan", "inf", "", " 5", "0x10"]
)
def test_a_spend_that_may_be_another_number_is_refused_by_its_line(tmp_path, spend):
    lines = [(who, arm, str(k)) for k, (who, arm, _) in enumerate(made_up(5, 7.0))]
    lines[3] = (*lines[3][:2], spend)
    path = table(tmp_path / "t.csv", lines)
    with pytest.raises(InputError, match="line 5") as refused:
        read_result(path, {"balanced": design()})
    assert refused.value.field == "spend" and len(refused.value.faults) == 1


def test_points_that_part_decimals_in_one_line_do_so_in_all(tmp_path):
    spends = ["1.000", "0.5", "3.250", "2"]
    lines = [(f"c{k}", ("balanced", CONTROL)[k % 2], x) for k, x in enumerate(spends)]
    found = read_result(table(tmp_path / "t.csv", lines), {"balanced": design()})
    assert found.difference == pytest.approx((1.0 + 3.25 - 0.5 - 2.0) / 2)


@pytest.mark.parametrize("customers", ["1.000", "1_000", "1e3", "9" * 30])
def test_customers_of_a_place_are_a_whole_number_in_digits(tmp_path, customers):
    lines = [(f"p{k}", ("balanced", CONTROL)[k % 2], "100", str(k)) for k in range(6)]
    lines[2] = (*lines[2][:2], customers, "7")
    path = table(tmp_path / "t.csv", lines, ("place", "arm", "customers", "spend"))
    with pytest.raises(InputError, match="line 4") as refused:
        read_result(path, {"balanced": design("place")})
    assert refused.value.field == "customers"


def test_a_customer_with_a_blank_behind_is_the_same_customer_and_its_arm_the_same_arm(tmp_path):
    lines = [(who, f"{arm} ", x) for who, arm, x in made_up(5, 7.0)]
    assert read_result(table(tmp_path / "t.csv", lines), {"balanced": design()}).tried == 5
    lines[4] = (f"{lines[0][0]} ", *lines[4][1:])
    with pytest.raises(InputError, match="line 6: customer: .*each once"):
        read_result(table(tmp_path / "u.csv", lines), {"balanced": design()})


def test_a_line_with_more_cells_than_columns_names_no_column_that_is_not_there(tmp_path):
    lines = [*made_up(5, 7.0), ("anna", "balanced", "12", "50")]
    with pytest.raises(InputError, match="line 12.*header has columns: 3") as refused:
        read_result(table(tmp_path / "t.csv", lines), {"balanced": design()})
    assert "unit" not in str(refused.value) and "anna" not in str(refused.value)
