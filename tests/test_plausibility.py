"""What is hard to believe is said where the number stands, and changes no number.

Serves: L1.2c C3.1
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.analysis.plausibility import flags_of
from sim.playbook.strategies import BASELINE, Play
from sim.report.comparison import glance, plausibility, ranking
from sim.report.comparison.gains_figure import gain_figure
from tests.sections import parts_of
from tests.synthetic import synthetic_comparison


def _changed(comparison, name: str, **money: float):
    table = comparison.money.copy()
    for column, value in money.items():
        table.loc[name, column] = value
    return replace(comparison, money=table)


def _with_measure(comparison, name: str, measure: str, factor: float):
    """The comparison with one measure of one strategy multiplied, in all futures."""
    measures, effects = comparison.measures.copy(), comparison.effects.copy()
    own = (measures["scenario"] == name) & (measures["measure"] == measure)
    measures.loc[own, "value"] *= factor
    own = (effects["scenario"] == name) & (effects["measure"] == measure)
    effects.loc[own, "mean"] *= factor
    return replace(comparison, measures=measures, effects=effects)


@pytest.fixture(scope="module")
def plain():
    found = synthetic_comparison("winner")
    first = found.ranking[0]
    return _changed(found, first, design_cost=found.money.loc[first, "budget"])


def _kinds(comparison) -> set[str]:
    return {flag.kind for flag in flags_of(comparison, comparison.ranking[0])} - {"cheap"}


def test_an_ordinary_answer_carries_no_flag(plain):
    assert _kinds(plain) == set()


@pytest.mark.parametrize(("over", "flagged"), [(1.4, False), (1.6, True), (20.0, True)])
def test_a_plan_far_above_the_budget_as_written_is_told_to_run_in_part(plain, over, flagged):
    first = plain.ranking[0]
    dear = _changed(plain, first, design_cost=over * plain.money.loc[first, "budget"])
    assert ("in_part" in _kinds(dear)) == flagged
    assert dear.gains.equals(plain.gains)


@pytest.mark.parametrize(
    ("over", "words"),
    [(1.0, ""), (1.4, "not as written: 140%"), (3.13, "not as written: 313%")],
)
def test_the_first_figure_marks_a_plan_that_did_not_run_as_written_at_its_number(
    plain, over, words
):
    first, last = plain.ranking[0], plain.ranking[-1]
    for name in plain.ranking:
        plain = _changed(plain, name, design_cost=plain.money.loc[name, "budget"])
    for name in (first, last):
        dear = _changed(plain, name, design_cost=over * plain.money.loc[name, "budget"])
        texts = gain_figure(dear).axes[0].texts
        marks = [text for text in texts if "of budget" in text.get_text()]
        assert [mark.get_text() for mark in marks] == ([f"{words} of budget"] if words else [])
        row = len(plain.ranking) - 1 - plain.ranking.index(name)
        assert all(round(mark.get_position()[1]) == row for mark in marks)


@pytest.mark.parametrize(
    ("spent", "owed", "flagged"),
    [(1.0, 0.0, False), (1.04, 0.0, False), (1.3, 0.0, True), (1.3, 0.3, False)],
)
def test_what_is_spent_above_the_cap_and_was_not_owed_is_flagged(plain, spent, owed, flagged):
    first = plain.ranking[0]
    budget = plain.money.loc[first, "budget"]
    over = _changed(plain, first, actual_cost=spent * budget, owed_cost=owed * budget)
    assert ("over_cap" in _kinds(over)) == flagged


def test_a_play_that_needs_a_larger_firm_is_told_with_the_size_that_it_needs(plain, monkeypatch):
    first, size = plain.ranking[0], plain.market["firm_customers"]
    sized = plain.manifest.strategies[first].sized
    play = Play(lever="community", settings={"hosts": 20}, owner="brand")
    monkeypatch.setattr(sized, "plays", [play])

    def needs(factor):
        monkeypatch.setattr(
            "sim.analysis.plausibility.customers_needed", lambda _play, _market: factor * size
        )
        return " ".join(plausibility.cautions(plain, first))

    assert "makes sense from about" in needs(3.0)
    assert "makes sense from about" not in needs(0.9)


def test_a_wait_beyond_a_week_and_a_margin_beyond_the_best_are_flagged(plain):
    first = plain.ranking[0]
    week = plain.market["desk_hours"] * 60
    wait = plain.effects_on("response_minutes").loc[first, "mean"]
    assert "desk" in _kinds(_with_measure(plain, first, "response_minutes", 1.1 * week / wait))
    assert "desk" not in _kinds(_with_measure(plain, first, "response_minutes", 0.9 * week / wait))
    most = plain.market["best_in_class"]
    assert "best_in_class" in _kinds(_with_measure(plain, first, "margin", 1.2 * most))


@pytest.mark.parametrize(("ratio", "flagged"), [(9.0, False), (11.0, True)])
def test_a_gain_above_ten_times_its_cost_is_flagged_however_good_the_others_are(
    plain, monkeypatch, ratio, flagged
):
    monkeypatch.setattr(type(plain), "return_on_cost", lambda self, name: ratio)
    for name in plain.ranking:
        assert ("return" in {flag.kind for flag in flags_of(plain, name)}) == flagged


@pytest.mark.parametrize(("gain", "flagged"), [(90.0, False), (110.0, True)])
def test_what_saves_money_is_flagged_only_where_it_gains_more_than_it_saves(
    plain, monkeypatch, gain, flagged
):
    first = plain.ranking[0]
    draws = {
        "customer_equity": pd.DataFrame({BASELINE: [0.0, 0.0], first: [gain - 9, gain + 9]}),
        "discounted_cost": pd.DataFrame({BASELINE: [150.0, 150.0], first: [50.0, 50.0]}),
    }
    usual = type(plain).draws_of
    monkeypatch.setattr(
        type(plain), "draws_of", lambda self, one: draws[one] if one in draws else usual(self, one)
    )
    assert ("return" in _kinds(plain)) == flagged


def test_a_lever_at_a_bound_of_the_model_is_told_with_the_share_of_futures(plain):
    first = plain.ranking[0]
    lever = plain.levers_of(first)[0]
    bounded = _changed(plain, first, **{f"bound.{lever}": 0.25})
    (flag,) = [flag for flag in flags_of(bounded, first) if flag.kind == "bound"]
    assert (flag.what, flag.value) == (lever, 0.25)
    (told,) = plausibility.cautions(bounded, first)
    assert "25%" in told and "may be too small here" in told
    assert bounded.gains.equals(plain.gains)
    others = [name for name in plain.ranking if name != first]
    assert not any(flag.kind == "bound" for name in others for flag in flags_of(bounded, name))


@pytest.mark.parametrize(("left", "flagged"), [(0.1, False), (-0.1, True)])
def test_a_gain_that_only_brings_customers_forward_is_flagged(plain, left, flagged):
    first = plain.ranking[0]
    gain = plain.effects_on("customer_equity").loc[first, "difference"]
    wider = plain.effects[plain.effects["measure"] == "customer_equity"].copy()
    wider["measure"], wider["difference"] = "equity_with_future_customers", left * gain
    changed = replace(plain, effects=pd.concat((plain.effects, wider)))
    assert gain > 0 and ("brought_forward" in _kinds(changed)) == flagged
    said = " ".join(plausibility.cautions(changed, first))
    assert ("customers who would join later" in said) == flagged


def test_a_gain_that_costs_nothing_is_flagged(plain, monkeypatch):
    monkeypatch.setattr(type(plain), "return_on_cost", lambda self, name: np.nan)
    assert "return" in _kinds(plain)


def _carrying(comparison, lever: str, part: float, spent: float):
    """The leading strategy with a lever that has a part of the effect and a part of the cost."""
    name = comparison.ranking[0]
    table = comparison.contributions.copy()
    own = (table["scenario"] == name) & (table["outcome"] == "purchase")
    table.loc[own, "difference"] = 0.0
    table.loc[own & (table["mechanism"] == "satisfaction"), "difference"] = 0.1 * (1 - part)
    table.loc[own & (table["mechanism"] == lever), "difference"] = 0.1 * part
    other = (table["scenario"] == name) & (table["outcome"] != "purchase")
    table.loc[other, "difference"] = 0.0
    levers = comparison.levers_of(name)
    costs = {f"cost.{x}": (1 - spent) / (len(levers) - 1) for x in levers if x != lever}
    changed = _changed(comparison, name, **costs, **{f"cost.{lever}": spent})
    return replace(changed, contributions=table)


@pytest.mark.parametrize(
    ("part", "spent", "flagged"),
    [(0.3, 0.01, True), (0.2, 0.01, False), (0.3, 0.03, False), (0.3, 0.0, True)],
)
def test_a_lever_that_costs_next_to_nothing_and_carries_much_is_named(plain, part, spent, flagged):
    first = plain.ranking[0]
    lever = plain.levers_of(first)[0]
    found = flags_of(_carrying(plain, lever, part, spent), first)
    named = [flag.what for flag in found if flag.kind == "cheap"]
    assert (f"{lever} purchase" in named) == flagged


def test_a_flag_stands_on_the_first_screen_beside_the_number_and_on_the_terminal(plain):
    first = plain.ranking[0]
    dear = _changed(plain, first, design_cost=3 * plain.money.loc[first, "budget"])
    said = plausibility.cautions(dear, first)[0]
    assert "300% of the budget" in said and dear.title(first) in said
    assert said in " ".join(parts_of(dear, "answer")["answer"].sentences)
    assert said in glance.at_a_glance(dear)[0]
    table = ranking.ranking_table(dear)
    gains = table.frame.set_index("Strategy")["Gain in customer equity"]
    assert gains[dear.title(first)].endswith("*") and f"* {said}" in table.note
    assert not gains["Doing nothing"].endswith("*")
