"""What lowers or ends what the firm does already is told so: it saves, and comes in place of something.

Serves: L1.2c
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.analysis.costs_and_payback import is_off_plan
from sim.analysis.made_of import Parts
from sim.cli.plan_budget import budget_in_words
from sim.cli.plan_tables import (
    below_nothing,
    what_it_costs,
    what_may_go_wrong,
    who_does_what,
)
from sim.common.formatting import NONE
from sim.experiment.plan import Plan
from sim.market.market import load_market
from sim.market.matters import first_to_check
from sim.playbook.pages import load_page
from sim.playbook.strategies import Play, Strategy
from sim.report.comparison import budget, glance, money_tables, plausibility, ranking, sentences
from sim.report.comparison.content import build_content
from sim.report.documents.brief import build_brief
from sim.report.parts_figure import parts_finding
from tests.synthetic import synthetic_comparison


def _saving(kind: str = "winner"):
    """A comparison whose leading strategy costs 100 less a year than doing nothing."""
    found = synthetic_comparison(kind)
    money = found.money.copy()
    columns = ["actual_cost", "planned_cost", "low", "high"]
    money.loc[found.ranking[0], columns] = [-100.0, -120.0, -150.0, -50.0]
    spent = found.measures["measure"].isin(["discounted_cost", "cost"])
    own = spent & (found.measures["scenario"] == found.ranking[0])
    measures = found.measures.copy()
    measures.loc[own, "value"] = -200.0
    return replace(found, money=money, measures=measures)


def test_what_a_strategy_saves_is_no_cost_to_be_earned_back():
    comparison = _saving()
    assert not comparison.return_on_cost(comparison.ranking[0]) >= 0
    content = build_content(comparison)
    said = " ".join([*sentences.facts(comparison), *(s.heading for s in content.sections.values())])
    assert "saves $100 a year" in said and "$100 a year is saved" in said
    assert "spent loses" not in said and "earned back in" not in said
    assert "costs −" not in said.replace("\u2060", "")


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_saving_is_off_plan_by_the_same_rule_as_a_cost(sign):
    assert not is_off_plan(sign * 1003.0, sign * 1000.0)
    assert is_off_plan(sign * 1060.0, sign * 1000.0)
    assert not is_off_plan(0.0, 0.0)


def test_what_one_firm_may_save_has_both_its_ends():
    comparison = _saving()
    table = money_tables.money_table(comparison).frame.set_index("Strategy")
    told = table.loc[comparison.title(comparison.ranking[0]), "What one firm may see"]
    assert told.replace("\u2060", "") == "−$150 to −$50.0"


def test_the_money_table_tells_a_saving_as_a_saving():
    """ "Earned back in 8 of 8", "1 weeks" and "-48% of the budget", of a strategy that only saves."""
    comparison = _saving()
    first, second = (comparison.title(name) for name in comparison.ranking[:2])
    table = money_tables.money_table(comparison).frame.set_index("Strategy")
    row = table.loc[first]
    assert row["Actual cost a year"] == "saves $100" and row["Planned cost a year"] == "saves $120"
    assert row["Earned back in"] == row["Median payback"] == NONE
    assert "futures" in table.loc[second, "Earned back in"]
    ranked = ranking.ranking_table(comparison).frame.set_index("Strategy")
    assert ranked.loc[first, "Actual cost a year"] == "saves $100"
    _, (_, glanced, *_) = glance.at_a_glance(comparison)
    assert "saves $100" in glanced and "%" not in glanced[5]
    brief = build_brief(comparison, build_content(comparison))
    assert brief["money"].tables[0].note.startswith("What it saves, $100 a year, is counted")


def test_a_saving_is_no_share_of_the_budget_and_no_part_that_customers_bring():
    comparison = _saving()
    first = comparison.ranking[0]
    columns = ["design_cost", "planned_cost", "actual_cost"]
    money = comparison.money.copy()
    money.loc[first, columns] = -100.0
    told = " ".join(budget.budget(replace(comparison, money=money)))
    assert comparison.title(first) not in told and "\N{MINUS SIGN}" not in told
    rows = [
        {"kind": kind, "what": what, "gain": gain, "change": gain - 90.0, "cost": cost}
        for kind, what, gain, cost in (
            ("whole", "", 90.0, -100.0),
            ("term", "community.talk", 90.0, -100.0),
        )
    ]
    ends = {f"{name}_{end}": 0.0 for name in ("gain", "change") for end in ("low", "high")}
    table = pd.DataFrame([{"value": np.nan} | ends | row for row in rows])
    plan = Strategy(name="own", title="Own", plays=[])
    parts = Parts(load_market("grocery"), plan, 4, 100, 52, table)
    assert parts_finding(parts) == (
        f"In {parts.futures} futures Own gains +$90.0 by what is saved ($100 a year); nothing that it "
        "does to customers clearly brings anything"
    )


def test_a_plan_that_saves_says_so_of_its_budget_too():
    market = load_market("grocery").with_values(usual_rebate=0.02)
    play = Play(lever="incentives", owner="market", settings={"end_programme": 1})
    firm = market["firm_customers"]
    strategy = Strategy(name="own", plays=[play], budget=1.0, planned={"p": -0.5}, as_written=-0.5)
    costs = {play.key: np.array([-0.25 * firm])}
    told = budget_in_words(Plan(market, strategy, [None], 26, costs, {}, {}, {}, {}, 1.0))
    assert "saves $75.0k a year;" in told and "\N{MINUS SIGN}" not in told and "50%" not in told


def test_one_week_is_one_week():
    comparison = synthetic_comparison("winner")
    first = comparison.ranking[0]
    for week, said in ((0.0, "1 week"), (1.0, "2 weeks")):
        money = comparison.money.copy()
        money.loc[first, "payback_week"] = week
        soon = replace(comparison, money=money)
        table = money_tables.money_table(soon).frame.set_index("Strategy")
        assert table.loc[comparison.title(first), "Median payback"] == said
        assert f"within {said})" in sentences.payback(soon)


BRINGS_A_RISK = {"incentives": "rebate", "community": "rankings"}


@pytest.mark.parametrize(
    ("lever", "setting"), [("incentives", "end_programme"), ("community", "end_community")]
)
def test_a_plan_that_ends_something_tells_the_risks_of_ending_it_alone(lever, setting):
    page, market = load_page(lever), load_market("grocery")

    def risks(*settings):
        plays = [
            Play(lever=lever, owner="market", settings=some, audience=whom)
            for some, whom in zip(settings, ("new", "active"), strict=False)
        ]
        strategy = Strategy(name="own", plays=plays)
        plan = Plan(market, strategy, [None] * len(plays), 52, {}, {}, {}, {}, {}, 1.0)
        return what_may_go_wrong(plan)[1][1].removeprefix("- ").split("\n- ")

    assert risks({setting: 1}) == page.risks_of_ending != []
    used = BRINGS_A_RISK[lever]
    running = risks({used: 1})
    assert running == [one.says for one in page.risks if not one.of or used in one.of] != []
    assert risks({used: 1}, {setting: 1}) == [*running, *page.risks_of_ending]


@pytest.mark.parametrize(
    ("values", "settings", "costs", "words"),
    [
        ({}, {"rebate": 0.01}, [900.0, -40.0], "points that were charged when they were promised"),
        ({}, {"rebate": 0.01}, [900.0, 40.0], ""),
        (
            {"usual_rebate": 0.02},
            {"rebate": 0.01},
            [90.0, -40.0],
            "less than what the firm does as it is",
        ),
        (
            {"usual_rebate": 0.02},
            {"end_programme": 1},
            [-90.0, -40.0],
            "is saved of what the firm spends",
        ),
    ],
)
def test_an_amount_below_nothing_in_a_plan_is_explained(values, settings, costs, words):
    market = load_market("grocery").with_values(**values)
    play = Play(lever="incentives", owner="market", settings=settings)
    strategy = Strategy(name="own", plays=[play])
    plan = Plan(market, strategy, [None], 26, {play.key: np.array(costs)}, {}, {}, {}, {}, 1.0)
    told = below_nothing(plan)
    assert len(told) == bool(words) and words in "".join(told)
    assert ("\N{MINUS SIGN}" in "".join(what_it_costs(plan)[1])) == bool(words)


def test_a_gain_by_spending_less_is_not_called_a_gain_for_nothing():
    comparison = _saving()
    (caution,) = plausibility.cautions(comparison, comparison.ranking[0])
    assert "more than it saves by spending less than the firm does as it is" in caution
    assert "costs nothing" not in caution


@pytest.mark.parametrize(
    ("usual", "settings", "words"),
    [
        (0.0, {"rebate": 0.01}, ""),
        (0.03, {"rebate": 0.01}, "gives 1.00% instead, which is less"),
        (0.005, {"rebate": 0.01}, "gives 1.00% instead. No programme is started"),
        (0.03, {"end_programme": 1}, "its points programme ends"),
    ],
)
def test_the_first_screen_says_what_a_strategy_puts_in_place_of_the_firm_s_points(
    usual, settings, words
):
    comparison = synthetic_comparison("winner")
    first = comparison.ranking[0]
    play = Play(lever="incentives", audience="everyone", settings=settings)
    record = comparison.manifest.strategies[first]
    sized = record.sized.model_copy(update={"plays": [play]})
    strategies = comparison.manifest.strategies | {
        first: record.model_copy(update={"sized": sized})
    }
    manifest = comparison.manifest.model_copy(update={"strategies": strategies})
    market = comparison.market.with_values(usual_rebate=usual)
    told = sentences.as_it_is(replace(comparison, manifest=manifest, market=market), first)
    assert [words in line for line in told] == ([True] if words else [])


@pytest.mark.parametrize(
    ("values", "lever", "settings", "words"),
    [
        ({"usual_rebate": 0.0}, "incentives", {"end_programme": 1}, "runs no points programme"),
        ({"usual_community": 0.0}, "community", {"end_community": 1}, "keeps no community"),
        ({"usual_rebate": 0.03}, "incentives", {"rebate": 0.01}, "gives back already: 0.03"),
    ],
)
def test_a_plan_says_what_it_finds_of_the_kind_at_the_firm(values, lever, settings, words):
    market = load_market("grocery").with_values(**values)
    assert words in _told_of(market, lever, settings)


def test_a_plan_says_that_nothing_is_sent_back_under_contracts():
    told = [
        "nothing is sent back" in _told_of(load_market(name), "omnichannel", {"easy_returns": 1})
        for name in ("grocery", "subscription")
    ]
    assert told == [False, True]


def _told_of(market, lever, settings):
    play = Play(lever=lever, audience="everyone", owner="market", settings=settings)
    strategy = Strategy(name="own", title="Own", summary="An own one.", plays=[play])
    _, row = who_does_what(Plan(market, strategy, [None], 52, {}, {}, {}, {}, {}, 1.0))
    return row[1]


def test_a_firm_that_states_its_points_or_community_is_asked_who_is_in_it_and_what_it_costs():
    market = load_market("grocery")
    assert not {"usual_enrolment", "usual_hosting"} & set(first_to_check(market))
    stated = market.with_values(usual_rebate=0.02, usual_community=0.2)
    assert {"usual_enrolment", "usual_hosting"} <= set(first_to_check(stated))
