"""Each cell of the report's tables holds the number that its heading names."""

import pytest
from synthetic import synthetic_comparison

from sim.common.formatting import capital, change, money, percent, points
from sim.measures.definitions import measures_in
from sim.report.comparison import money_tables, tables


@pytest.fixture(scope="module")
def comparison():
    made = synthetic_comparison("winner")
    made.money["planned_cost"] = 3 * made.money["actual_cost"]  # so that no two columns agree
    return made


def _rows(table, comparison):
    """Give the row of each strategy, with its name."""
    frame = table.frame.set_index(table.frame.columns[0])
    return [(name, frame.loc[comparison.title(name)]) for name in comparison.ranking]


def _signed(value: float) -> str:
    return money(value, "USD", signed=True)


def test_the_ranking_tells_the_interval_of_the_average_from_that_of_one_firm(comparison):
    gains = comparison.effects_on("customer_equity")
    for name, row in _rows(tables.ranking_table(comparison), comparison):
        gain = gains.loc[name]
        assert row["Gain in customer equity"] == _signed(gain["difference"])
        average = f"{_signed(gain['ci_low'])} to {_signed(gain['ci_high'])}"
        assert row["90% interval of the average"] == average
        assert row["What one firm may see"] == f"{_signed(gain['low'])} to {_signed(gain['high'])}"
        assert row["Cost a year"] == money(comparison.money.loc[name, "actual_cost"], "USD")


def test_the_table_of_money_tells_the_plan_from_the_cost(comparison):
    for name, row in _rows(money_tables.money_table(comparison), comparison):
        line = comparison.money.loc[name]
        assert row["Planned cost a year"] == money(line["planned_cost"], "USD")
        assert row["Actual cost a year"] == money(line["actual_cost"], "USD")
        assert row["Planned cost a year"] != row["Actual cost a year"]


def test_a_change_is_shown_where_its_interval_excludes_none_and_only_there(comparison):
    table = tables.measures_table(comparison).frame.set_index("Measure")
    unclear = 0
    for measure, told in measures_in(False, "report").items():
        for name in comparison.ranking:
            row = comparison.effects_on(measure).loc[name]
            cell = table.loc[capital(told.label), comparison.title(name)]
            if row["ci_low"] > 0 or row["ci_high"] < 0:
                assert cell == change(row["difference"], told.kind, "USD")
            else:
                unclear += 1
                assert cell == "no clear change"
    assert unclear


def test_losses_carry_a_minus_and_gains_a_plus():
    for write in (
        lambda v: money(v, "USD", signed=True),
        lambda v: percent(v, signed=True),
        points,
    ):
        assert write(-0.25).startswith("\N{MINUS SIGN}")
        assert write(0.25).startswith("+")
        assert write(-0.25)[1:] == write(0.25)[1:]
