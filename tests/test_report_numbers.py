"""Each cell of the report's tables holds the number that its heading names."""

import pytest

from sim.common.formatting import capital, change, money, percent, points
from sim.measures.definitions import measures_in
from sim.report.comparison import findings, money_tables, ranking, tables
from sim.report.comparison.why_figure import why_finding
from tests.synthetic import synthetic_comparison


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


def test_the_ranking_tells_the_expected_gain_from_what_one_firm_may_see(comparison):
    gains = comparison.effects_on("customer_equity")
    for name, row in _rows(ranking.ranking_table(comparison), comparison):
        gain = gains.loc[name]
        assert row["Gain in customer equity"] == _signed(gain["difference"])
        expected = f"{_signed(gain['expected_low'])} to {_signed(gain['expected_high'])}"
        assert row["Expected gain, 9 in 10"] == expected
        assert row["What one firm may see"] == f"{_signed(gain['low'])} to {_signed(gain['high'])}"
        assert row["Actual cost a year"] == money(comparison.money.loc[name, "actual_cost"], "USD")


def test_the_interval_of_the_average_over_futures_stands_in_the_note_alone(comparison):
    table = ranking.ranking_table(comparison)
    gains = comparison.effects_on("customer_equity")
    for name in comparison.ranking:
        ends = [_signed(gains.loc[name, end]) for end in ("ci_low", "ci_high")]
        assert f"{comparison.title(name)} ({ends[0]} to {ends[1]})" in table.note
        assert ends[0] not in set(table.frame.loc[comparison.ranking.index(name)])


def test_what_comes_within_the_horizon_and_after_it_adds_up_to_the_gain(comparison):
    within, after = (comparison.effects_on(n) for n in ("equity_within", "equity_after"))
    gains = comparison.effects_on("customer_equity")["difference"]
    for name, row in _rows(ranking.time_table(comparison), comparison):
        first, later = within.loc[name, "difference"], after.loc[name, "difference"]
        assert first + later == pytest.approx(gains[name])
        assert row["Within the horizon"] == _signed(first)
        assert row["A year of it"] == _signed(first / 2)  # of 104 weeks
        assert row["After it"] == _signed(later)
        loses = comparison.loses(name, "equity_within")
        assert row["Loses within it in"] == f"{20 * loses:.0f} of 20"


def test_the_table_of_money_tells_the_plan_from_the_cost(comparison):
    for name, row in _rows(money_tables.money_table(comparison), comparison):
        line = comparison.money.loc[name]
        for which in ("planned", "actual"):
            cost = line[f"{which}_cost"]
            said = f"{money(cost, 'USD')} ({cost / line['budget']:.0%} of the budget)"
            assert row[f"{which.capitalize()} cost a year"] == said
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


def _with_terms(**terms: float):
    """Give a comparison whose leading strategy moves choosing us by these terms alone, and its name."""
    made = synthetic_comparison("winner")
    found, name = made.contributions, made.ranking[0]
    one = (found["scenario"] == name) & (found["outcome"] == "purchase")
    found.loc[one, "difference"] = found.loc[one, "mechanism"].map(terms).fillna(0.0)
    return made, name


def test_a_mean_that_a_few_people_carry_down_is_told_no_further_than_by_half():
    """A message less may take all that rare buyers bought: log odds of -1,000 for a few of them."""
    made, name = _with_terms(personalisation=-28.7)
    row = dict(_rows(tables.why_table(made), made))[name]
    assert row["Choosing us"] == "−50.0% or more: personalisation"
    assert "by −50.0% or more" in findings.behaviour_finding(made)
    made, name = _with_terms(personalisation=-0.4)
    row = dict(_rows(tables.why_table(made), made))[name]
    assert row["Choosing us"] == "−33.0%: personalisation"


def test_nothing_is_won_through_a_mechanism_where_others_lose_more():
    assert "wins purchases" in why_finding(*_with_terms(satisfaction=0.02))
    assert "wins purchases" not in why_finding(*_with_terms(satisfaction=0.02, word_of_mouth=-0.05))
