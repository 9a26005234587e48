"""A report of many strategies, or of one, stays readable and says the budget as a cap.

Serves: C3.4
"""

import functools
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.analysis.answers import LEADERS
from sim.analysis.leaning import End, Leaning
from sim.cli.terminal import show_table
from sim.common.formatting import brief_money, some
from sim.common.size import ENOUGH_FUTURES
from sim.experiment.compare import reproduction
from sim.intake.own_ids import LOG
from sim.market.market import load_market
from sim.report.comparison import (
    assumptions,
    budget,
    doubts,
    glance,
    leanings,
    money_tables,
    provenance,
    sentences,
    tables,
)
from sim.report.comparison.content import build_content
from sim.report.figure_style import most_important
from sim.report.names import source_of_data
from sim.report.phrases import in_language, say
from sim.report.rendering import table_html
from sim.report.section import Table
from tests.sections import parts_of
from tests.synthetic import synthetic_comparison as made_up_comparison

synthetic_comparison = functools.cache(made_up_comparison)

BETTER = "clearly better than doing nothing, on average over futures"


@pytest.fixture(scope="module")
def many():
    return synthetic_comparison("many")


def test_every_strategy_is_told_once_in_full_or_in_short(many):
    full = set(tables.measures_table(many).frame.columns[2:])
    (short,) = tables.others_tables(many)
    rest = set(short.frame["Strategy"])
    assert len(full) == LEADERS
    assert full | rest == {many.title(name) for name in many.strategies}
    assert not full & rest
    assert full == {many.title(name) for name in many.ranking[:LEADERS]}
    few = synthetic_comparison("winner")
    assert tables.others_tables(few) == []
    assert few.leaders == few.ranking


def test_the_budget_is_told_for_every_strategy_that_does_not_use_it_in_full(many):
    share = many.money["design_cost"] / many.money["budget"]
    text = budget.budget(many)
    assert "a cap on what is planned, the same for all" in text[0]
    below, above = text[1:3]
    for name in many.strategies:
        said = f"{many.title(name)} ({share[name]:.0%})"
        assert (said in below) == (share[name] < 0.98), name
        assert (said in above) == (share[name] > 1.02), name
    planned = int((share >= 0.98).sum())
    assert f"{planned} of 11 strategies are planned to use it in full" in text[0]
    table = money_tables.money_table(many).frame.set_index("Strategy")
    assert table.loc["Plan 3", "As written it costs"] == "150% of the budget"


def _spent(comparison, name, **shares):
    """Return a comparison in which a strategy's costs are these shares of the budget."""
    money = comparison.money.copy()
    for cost, share in shares.items():
        money.loc[name, f"{cost}_cost"] = share * money.loc[name, "budget"]
    return replace(comparison, money=money)


def test_terminal_first_screen_and_tables_tell_the_same_shares_of_the_budget(many):
    """A strategy that spends 735 % of the budget was said not to use it in full, and to cost 52 %."""
    first = many.ranking[0]
    dear = _spent(many, first, design=41.26, planned=1.0, actual=7.35)
    title = dear.title(first)
    row = next(row for row in glance.at_a_glance(dear)[1] if row[0] == title)
    assert "100% / 735%" in row
    (cost,) = [text for text in sentences.facts(dear) if text.startswith("Cost")]
    assert "735% of the budget)" in cost and "planned (100% of the budget)" in cost
    assert "As written the plan costs 4126%" in cost
    line = money_tables.money_table(dear).frame.set_index("Strategy").loc[title]
    assert line["As written it costs"].startswith("4126%")
    assert "(100% of the budget)" in line["Planned cost a year"]
    assert "(735% of the budget)" in line["Actual cost a year"]
    said = budget.budget(dear)
    assert f"{title} (735%)" in said[-1] and "actual cost" in said[-1]
    modest = _spent(many, first, design=0.52, planned=0.52, actual=0.66)
    (cost,) = [text for text in sentences.facts(modest) if text.startswith("Cost")]
    assert "66% of the budget)" in cost and "planned (52% of the budget)" in cost
    assert not any(f"{title} (66%)" in text for text in budget.budget(modest))


@pytest.mark.filterwarnings("error")
def test_where_there_is_no_budget_nothing_is_divided_by_it(many):
    none = replace(many, money=many.money.assign(budget=0.0, planned_cost=0.0))
    told = [*glance.at_a_glance(none), *sentences.facts(none), *budget.budget(none)]
    assert not re.search(r"\b(inf|nan)\b", str(told)) and money_tables.money_table(none)


def test_one_strategy_is_called_by_its_name():
    content = build_content(synthetic_comparison("alone"))
    assert content["comparison"].heading == f"Balanced is not {BETTER}"
    assert content.answer.startswith(
        "Do nothing: Balanced does not earn back its cost on average. It lowers"
    )
    assert not re.search("[Nn]one of 1|[Aa]ll 1 ", str([*content.sections.values()]))


@pytest.mark.parametrize("n", [8, 20])
def test_the_heading_of_all_strategies_says_what_the_answer_says(n):
    content = parts_of(synthetic_comparison("winner", n=n), "answer", "comparison")
    heading = content["comparison"].heading
    if n < ENOUGH_FUTURES:
        assert content.answer.startswith(f"Undecided: {n} futures are too few to tell")
        assert heading.startswith(
            f"{n} futures are too few to tell whether any strategy is clearly"
        )
    else:
        assert content.answer.startswith("Choose Balanced") and not heading.startswith("None")
        assert heading.endswith(BETTER)


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "None of 11 strategies is"), (1, "1 of 11 strategies is"),
     (3, "3 of 11 strategies are"), (11, "All 11 strategies are")],
)  # fmt: skip
def test_counts_of_strategies_are_grammatical(many, count, said):
    assert budget.of_all(many, count, "better") == f"{said} {BETTER}"


@pytest.mark.parametrize(
    "kind", ["many", "winner", "no_clear_winner", "do_nothing", "undecided", "alone"]
)
def test_the_doubts_count_the_futures_in_which_the_leading_strategy_loses(kind):
    comparison = synthetic_comparison(kind)
    first = comparison.ranking[0]
    total = comparison.measures.query(
        "luck == 0 and segment == 'total' and measure == 'customer_equity'"
    ).pivot(index="future", columns="scenario", values="value")
    worse = int((total[first] < total["baseline"]).sum())
    beaten = int((total.idxmax(axis=1) != first).sum())
    text = doubts.losing(comparison)
    count = {0: "none of 20", 20: "all 20"}
    assert f"worse than doing nothing in {count.get(worse, f'{worse} of 20')}" in text
    often = count.get(beaten, f"{beaten} of 20")
    others = set(total.idxmax(axis=1)) - {first}
    assert (f"another choice is best in {often} (most often " in text) == (len(others) > 1)
    assert (f"is best in {often}." in text) == (len(others) == 1)  # all is not "most often"


@pytest.mark.parametrize("ends", ["same", "unsure"])
def test_the_heading_on_what_the_answer_leans_says_of_it_what_the_main_assumption_says(ends):
    """ "The answer leans on X" stood above "the answer is the same whether it is low or high"."""
    low = End(1.0, 5.0, 1.0, 9.0, "baseline", ends)
    one = Leaning("market.gross_margin", 0.5, True, low, replace(low, value=2.0))
    comparison = replace(made_up_comparison("do_nothing"), leanings=[one])
    same = "the answer is the same whether" in leanings.assumption(comparison)
    assert same == (ends == "same")
    assert ("the answer does not" in leanings.heading(comparison)) == same
    assert ("The answer leans on" in leanings.heading(comparison)) != same


def test_a_reader_meets_data_by_their_title_and_not_by_the_name_of_their_file():
    market = load_market("music_shop")
    own = market.model_copy(update={"data": market.data.model_copy(update={"source": LOG})})
    assert LOG not in source_of_data(own)
    for market in map(load_market, ("grocery", "music_shop", "subscription")):
        told = source_of_data(market)
        with in_language("zh"):
            assert source_of_data(market) != told != market.data.source


def test_the_parts_of_the_assumptions_add_up_to_all_of_them(many):
    by_part = assumptions.shares_table(many).frame
    every = assumptions.assumptions_table(many).frame
    assert by_part["Numbers"].astype(int).sum() == len(every)
    assumed, total = assumptions.assumed_share(many)
    assert (
        by_part["Assumed"].astype(int).sum() == assumed == (every["Known how"] == "assumed").sum()
    )
    assert total == len(every)
    assert list(dict.fromkeys(every["Belongs to"].str.lower())) == [
        part.lower() for part in by_part["Belongs to"]
    ]


def test_a_lever_that_no_strategy_uses_brings_no_numbers_and_no_studies():
    comparison = synthetic_comparison("alone")
    used = comparison.levers
    assert {row.lever for row in assumptions.used_parameters(comparison)} == {
        *used,
        "market_life",
    }
    rows = comparison.manifest.parameters
    extra = rows[0].model_copy(update={"lever": "pricing", "evidence": ["E31"]})
    manifest = comparison.manifest.model_copy(update={"parameters": [*rows, extra]})
    more = replace(comparison, manifest=manifest)
    assert [f.id for f in provenance.studies(more)] == [
        f.id for f in provenance.studies(comparison)
    ]
    assert assumptions.assumed_share(more) == assumptions.assumed_share(comparison)


def test_how_contagious_leaving_is_is_told_where_it_is_seen(many):
    assert reproduction(load_market("grocery")) == 0.0
    market = load_market("subscription")
    assert 0 < reproduction(market) < 0.5
    seen = replace(many, manifest=many.manifest.model_copy(update={"reproduction": 0.0685}))
    assert any(
        "one loss brings 0.0685 further losses" in text for text in provenance.unknowns(seen)
    )
    assert not any("further losses" in text for text in provenance.unknowns(many))


def test_what_is_added_up_keeps_its_sum():
    table = pd.DataFrame(np.arange(12.0).reshape(2, 6), columns=list("abcdef"))
    short = most_important(table, 3, "others")
    assert list(short) == ["a", "b", "c", "others"]
    assert (short.sum(axis=1) == table.sum(axis=1)).all()
    assert most_important(table, 5, "others") is table


def test_the_answer_on_the_terminal_fits_100_columns(many, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "100")
    answer, table = glance.at_a_glance(many)
    assert answer == parts_of(many, "answer").answer
    assert [row[0] for row in table[1:]] == [many.title(n) for n in many.ranking]
    show_table(table, "Answer")
    printed = capsys.readouterr().out
    assert len(printed.splitlines()) == len(table) + 4  # no row takes two lines
    assert "\N{HORIZONTAL ELLIPSIS}" not in printed


@pytest.mark.parametrize(
    ("value", "text"),
    [(480, "$480"), (1_840, "$1.8k"), (31_200, "$31k"), (999_900, "$1.0m"), (12_300_000, "$12m"),
     (0, "$0"), (-2_500, "\N{MINUS SIGN}$2.5k"), (9_960, "$10k")],
)  # fmt: skip
def test_brief_money_takes_few_columns(value, text):
    assert brief_money(value, "USD") == text


def test_long_lists_name_the_first_and_count_the_rest():
    assert some(list("abcde")) == "a, b, c, d and e"
    assert some(list("abcdef")) == "a, b, c, d and 2 others"


def test_a_list_without_blanks_may_take_several_lines_and_is_copied_as_it_is():
    table = Table("Command", pd.DataFrame({"What": ["made with"], "Value": ["--strategies a,b,c"]}))
    html = table_html(table)
    assert "a,<wbr>b,<wbr>c" in html
    assert re.sub("<[^>]+>", "", html).count("--strategies a,b,c") == 1
    assert "<wbr>" not in table_html(Table("", pd.DataFrame({"n": ["1,500"]})))


@pytest.mark.parametrize("kind", ["many", "winner", "do_nothing", "alone"])
def test_the_frames_of_a_comparison_hold_one_row_for_each_strategy_best_first(kind):
    comparison = synthetic_comparison(kind)
    gains, costs = comparison.gains, comparison.costs
    assert list(gains.index) == list(costs.index) == comparison.ranking
    assert gains["gain"].is_monotonic_decreasing
    equity = comparison.draws_of("customer_equity")
    for name, row in gains.iterrows():
        assert row["gain"] == pytest.approx((equity[name] - equity["baseline"]).mean())
        assert (
            row["low"] <= row["expected_low"] <= row["gain"] <= row["expected_high"] <= row["high"]
        )
        assert row["loses"] == comparison.loses(name) == (equity[name] < equity["baseline"]).mean()
        assert row["probability"] == (equity.idxmax(axis=1) == name).mean()
        assert costs.loc[name, "actual"] == comparison.money.loc[name, "actual_cost"]


@pytest.mark.parametrize(("language", "one_firm"), [("en", "one firm"), ("zh", "单个企业")])
def test_the_band_of_paths_is_not_called_what_one_firm_may_see(language, one_firm):
    """It holds the luck of all who are simulated: a firm of 277 customers sees more."""
    with in_language(language):
        read = say(
            "comparison.paths_figure.difference_from_doing_nothing_the", strategy="A", grey=""
        )
    assert one_firm not in read
