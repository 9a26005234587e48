"""What a firm cannot pay is told as too dear, apart from the ranking; what it can pay keeps to the cap.

Serves: C3.1 L1.2c
"""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from handed_over import deck_text, pdf_text
from openpyxl import load_workbook
from worlds import unvalued_world as world

from sim.analysis.choice import verdict_of
from sim.analysis.verdict import decide
from sim.cli import machine
from sim.experiment import budget, compare
from sim.experiment.budget import size_strategies
from sim.market.market import load_market
from sim.model.firm import Department
from sim.playbook.affordability import LEAST_REACH, shortfall
from sim.playbook.settings import resolve
from sim.playbook.strategies import BASELINE, Play, Strategy
from sim.report.comparison import glance, unaffordable
from sim.report.comparison.content import build_content
from sim.report.documents.brand import Brand
from sim.report.documents.formats import make_document
from sim.report.phrases import in_language
from tests.sections import parts_of
from tests.synthetic import synthetic_comparison
from tests.test_verdict import _around, _equity


def _sized(customers: float, share: float, *plays: Play) -> Strategy:
    market = load_market("grocery").with_values(firm_customers=customers, budget_share=share)
    written = resolve(Strategy(name="plan", plays=list(plays)), "a test")
    return size_strategies(market, [written], 13)["plan"]


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(budget, "PILOT_CUSTOMERS", 200)


def test_a_firm_that_could_pay_a_plan_is_as_large_as_is_told(few):
    """Work that goes with no customer is what a small firm cannot pay."""
    scored = Play(lever="segmentation", preset="quarterly_by_value")
    found = _sized(300.0, 0.01, scored)
    by = shortfall(found, 300.0)
    assert by is not None and by.least > 1 and by.written >= by.least
    assert (by.play, by.part) == ("segmentation:everyone", 1.0)
    assert shortfall(_sized(1.1 * by.from_customers, 0.01, scored), 1.0) is None
    assert _sized(0.8 * by.from_customers, 0.01, scored).is_unaffordable


def test_a_plan_that_costs_by_the_customer_is_paid_for_fewer_or_by_no_size_of_firm(few):
    cut = Play(lever="incentives", settings={"discount": 0.1, "basket_share": 0.5})
    written = _sized(1e5, 1.0, cut).as_written
    share = written / _sized(1e5, 1.0, cut).budget
    fewer, none = (_sized(1e5, part * share, cut) for part in (0.5, 0.8 * LEAST_REACH))
    assert not fewer.is_unaffordable and 0.4 < fewer.plays[0].reach < 0.6
    by = shortfall(none, 1e5)
    assert by is not None and by.from_customers is None


def test_what_the_firm_cannot_pay_is_best_in_no_future_and_is_never_chosen():
    equity = _equity(a=_around(9, 1, 40), b=_around(4, 1, 40))
    assert decide(equity).strategy == "a"
    found = decide(equity, unaffordable=["a"])
    assert found.strategy == "b" and found.clearly_better == ("b",)
    assert "a" not in found.options.index and found.options["probability"].sum() == 1.0
    nothing = decide(equity, unaffordable=["a", "b"])
    assert (nothing.kind, nothing.chosen, nothing.clearly_better) == ("do_nothing", BASELINE, ())
    assert nothing.options["probability"].to_dict() == {BASELINE: 1.0, "a": 0.0, "b": 0.0}


def _comparison(*names: str):
    """Return a made-up comparison of which some strategies are too dear for the firm."""
    found = synthetic_comparison("winner")
    manifest = found.manifest.model_copy(deep=True)
    for name in names:
        sized = manifest.strategies[name].sized
        costs = {"incentives:everyone": 3e3, "feedback:everyone": 1e3}
        fixed = {key: 0.9 * cost for key, cost in costs.items()}
        least = {"as_written": 5e3, "least": costs, "least_fixed": fixed}
        manifest.strategies[name].sized = sized.model_copy(update=least)
    table = found.measures.assign(chance=0.0)
    return replace(found, manifest=manifest, verdict=verdict_of(manifest, table), leanings=[])


def _cells(content: bytes) -> str:
    book = load_workbook(io.BytesIO(content))
    return " ".join(str(cell.value) for page in book for row in page for cell in row)


def _documents(comparison, names: tuple[str, ...]) -> dict[str, str]:
    content, brand = build_content(comparison), Brand()
    read = {"html": bytes.decode, "pptx": deck_text, "xlsx": _cells}
    made = {name: make_document(name, comparison, content, brand) for name in names}
    texts = {name: read.get(name, pdf_text)(made[name]) for name in names}
    return texts | {"terminal": glance.at_a_glance(comparison)[0]}


@pytest.mark.parametrize(
    ("language", "documents", "words", "short", "larger"),
    [("en", ("html", "brief", "pptx", "xlsx", "pdf"), "oo dear for this firm", "4.00 times",
      "5,400 customers or more"),
     ("zh", ("html", "brief", "pptx", "xlsx"), "对本企业过于昂贵", "4.00倍", "用户达5,400名或以上")],
)  # fmt: skip
def test_every_document_tells_what_is_too_dear_by_how_much_and_for_whom_it_would_fit(
    language, documents, words, short, larger
):
    """By F = 3,600, V = 400 and a budget of 1,000 for each of 900 customers: 900 x 3,600 / 600."""
    comparison = _comparison("balanced")
    assert "balanced" not in comparison.ranking and comparison.ranking
    with in_language(language):
        for name, text in _documents(comparison, documents).items():
            plain = text.replace(" ", "") if language == "zh" else text
            for said in (words, short, larger):
                assert (said.replace(" ", "") if language == "zh" else said) in plain, (name, said)


def test_what_is_too_dear_is_told_before_the_first_run(few, tmp_path, monkeypatch):
    told, folder = [], tmp_path / "there"
    monkeypatch.setattr(compare, "run_missing", lambda *_: told.append("first run"))
    monkeypatch.setattr(compare, "_finish", lambda *_: None)
    market = load_market("grocery").with_values(firm_customers=300.0, budget_share=0.01)
    scored = Play(lever="segmentation", preset="quarterly_by_value")
    written = resolve(Strategy(name="plan", title="Score all", plays=[scored]), "a test")

    def planned(manifest):
        told.extend(unaffordable.before_it_is_run(manifest))

    compare.compare(market, [written], 100, 13, 2, 1, folder, jobs=1, on_planned=planned)
    line, run = told
    assert line.startswith("1 of 1 strategies is too dear for this firm") and "Score all (" in line
    assert run == "first run"
    assert not unaffordable.before_it_is_run(synthetic_comparison("winner").manifest)


def test_it_stands_in_no_ranking_no_figure_of_gains_and_is_told_to_machines(monkeypatch):
    comparison = _comparison("balanced")
    title = comparison.title("balanced")
    content = parts_of(comparison, "answer", "comparison")
    compared = content["comparison"]
    assert title not in set(compared.tables[0].frame.iloc[:, 0])
    (apart,) = [table for table in compared.tables if table.caption == "Too dear for this firm"]
    assert list(apart.frame.iloc[:, 0]) == [title]
    assert title not in content["answer"].pictures[0].alt
    assert not any(title == row[0] for row in glance.at_a_glance(comparison)[1])
    assert "of 3 affordable strategies" in compared.heading
    told = json.loads(json.dumps(machine._plain(machine.of_comparison("there", comparison))))
    assert told["unaffordable"]["balanced"]["least"] == 4.0
    assert "balanced" not in (told["strategy"], told["runner_up"], *told["clearly_better"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_where_the_firm_can_pay_nothing_the_answer_is_to_do_nothing(language):
    comparison = _comparison(*synthetic_comparison("winner").strategies)
    with in_language(language):
        made = _documents(comparison, ("html",) if language == "zh" else ("brief",))
        words = {"en": "ll 4 strategies are too dear", "zh": "全部4个策略对本企业都过于昂贵"}
        assert all(words[language] in text for text in made.values())
        short = {"en": "too dear", "zh": "过于昂贵"}[language]
        assert {row[3] for row in glance.at_a_glance(comparison)[1][1:]} == {short}


def _department(horizon: int, **booked: float) -> Department:
    play = Play(lever="incentives", settings={"rebate": 0.01}, owner="market")
    firm = Department(world(n=100, weeks=horizon), "market", [play], {play.key: 52.0}, horizon)
    firm.book(play.key, booked.get("before", 0.0))
    return firm


@pytest.mark.parametrize(("horizon", "spent", "on"), [(26, 25.0, 1.0), (26, 26.5, 0.0)])
def test_a_plan_of_half_a_year_has_half_a_year_s_money(horizon, spent, on):
    """It had a year's, and cost twice the budget a year."""
    firm = _department(horizon)
    (key,) = firm.spent
    for _ in range(50):
        firm.book(key, spent / 50)
    firm.step()
    assert firm.effort[key] == on and firm.used_up[key] == (on == 0.0)


def test_a_play_begins_no_week_that_it_cannot_pay_by_its_largest_so_far():
    firm = _department(52, before=30.0)
    firm.step()
    (key,) = firm.spent
    assert firm.effort[key] == 0.0 and firm.used_up[key]


def test_what_a_play_owes_when_it_pauses_is_honoured_and_told():
    goal = Play(lever="incentives", preset="stretched_goal")
    plan = resolve(Strategy(name="goal", plays=[goal]), "a test")
    size = {"n": 400, "weeks": 60}
    cost = world(plays=plan, **size).run().weekly["cost.incentives"].sum() / 400 * 52 / 60
    poor = plan.model_copy(update={"budget": cost / 3, "planned": {plan.plays[0].key: cost / 3}})
    weekly = world(plays=poor, **size).run().weekly.groupby("week").sum(numeric_only=True)
    paid, owed = weekly["cost.incentives"].to_numpy(), weekly["owed"].to_numpy()
    assert owed.sum() > 0 and np.flatnonzero(owed).min() > 52  # the goal is of a year
    assert owed[owed > 0] == pytest.approx(paid[owed > 0])
