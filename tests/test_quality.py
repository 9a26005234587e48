"""The page on a client's data says how good they are: by rules, what to look at, gaps, and drift.

Serves: L4.1b
"""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom
from typer.testing import CliRunner

from sim.cli import main
from sim.common.errors import InputError
from sim.intake.intake import take_in
from sim.intake.quality.drift import OUTSIDE, Month, drifts
from sim.intake.quality.quality import needed_quality, quality_path
from sim.report.phrases import in_language
from sim.report.quality.sections import quality_content, quality_section
from sim.report.rendering import render
from tests.synthetic import synthetic_comparison

#: What is wrong with a log, line by line.
SPOILED = (
    "K00001,2023-06-05,90000,A1",  # a slip of the till, on a day far from usual
    "K00002,9999-12-31,12,A2",
    "K00002,9999-99-99,12,A2",
    "K00002,2031-01-05,12,A3",
    "K00002,2023-13-45,12,A4",
    ",2023-06-06,12,A5",
    "k00003,2023-06-06,12,A6",
    "K00004,2023-06-06,0,A7",
    "K00004,2023-06-06,33,A8",
    "K00004,2023-06-06,33,A8",
    "K00005,2023-06-06,20,A8",
    "K00005,2023-06-07,-5,A9",
)


def _lines(days: int = 365, seed: int = 1, shut: tuple[int, int] = (0, 0)) -> list[str]:
    """Return purchases of a shop that is closed on Sundays, and on some days in a row."""
    luck = np.random.default_rng(seed)
    day = pd.Timestamp("2023-01-02") + pd.to_timedelta(np.arange(days), "D")
    number = luck.poisson(12, days) * (day.day_of_week < 6)
    number[slice(*shut)] = 0
    when = np.repeat(day.strftime("%Y-%m-%d"), number)
    paid = np.round(luck.lognormal(3.0, 0.6, len(when)), 2)
    who = luck.integers(1, 200, len(when))
    return [
        f"K{w:05d},{d},{p},R{at}" for at, (w, d, p) in enumerate(zip(who, when, paid, strict=True))
    ]


def _file(folder, lines, name="export.csv"):
    path = folder / name
    path.write_text("customer,date,amount,invoice\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory):
    """A broken export that was taken in, and how good its data are."""
    folder = tmp_path_factory.mktemp("quality")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOYALTY_CLIENTS", str(folder / "clients"))
        lines = _lines(shut=(200, 212))
        made = take_in([_file(folder, [*lines, *SPOILED])], "shop")
        yield made, lines


def test_each_rule_counts_the_lines_that_break_it(spoiled):
    made, lines = spoiled
    found = {rule.rule: rule for rule in made.quality.rules}
    like = sum(line.startswith("K00003") for line in lines)
    wanted = {
        **{"placeholder_day": 2, "future_day": 1, "no_day": 1, "no_customer": 1, "nil": 1},
        **{"same_line": 1, "negative": 1, "shared_invoice": 3, "like_ids": 1 + like},
    }
    assert {name: rule.lines for name, rule in found.items() if rule.lines} == wanted
    all_of = len(lines) + len(SPOILED)
    assert found["shared_invoice"].share == pytest.approx(3 / all_of)
    total = sum(float(line.split(",")[2].replace("-", "")) for line in [*lines, *SPOILED])
    assert found["shared_invoice"].share_of_sales == pytest.approx(86 / total)
    assert found["future_day"].examples == ("2031-01-05",)
    assert found["no_day"].examples == ("9999-99-99",) and found["no_day"].masked


def test_what_is_far_from_usual_is_named_and_the_gap_told(spoiled):
    made, _ = spoiled
    found = made.quality.outliers
    assert {what: one.count for what, one in found.items()} == {
        "purchase": 1,
        "customer": 1,
        "day": 1,
    }
    assert found["purchase"].farthest[0].amount > 90000 and found["purchase"].least > 4
    (gap,) = made.quality.silences  # Sundays are none
    assert "2023-07-14" <= str(gap.first) <= "2023-07-21" and str(gap.last) == "2023-08-01"


def test_a_log_without_a_fault_has_none_of_it(clients, tmp_path):
    found = take_in([_file(tmp_path, _lines())], "shop").quality
    assert not any(rule.lines for rule in found.rules) and not found.silences
    assert all(one.count == 0 for one in found.outliers.values())  # but once in seven such logs


def test_an_empty_stretch_of_a_small_shop_is_a_gap_and_its_idle_days_are_none(clients, tmp_path):
    """One purchase a day is too little for a week to stand out by its number."""
    day = pd.date_range("2024-01-01", periods=200).delete(slice(90, 120))
    lines = [
        f"c{at % 30},{one:%Y-%m-%d},{5 + at % 9},R{at}" for at, one in enumerate(day) if at % 7
    ]
    (gap,) = take_in([_file(tmp_path, lines)], "shop").quality.silences
    assert (str(gap.first), str(gap.last)) == ("2024-03-31", "2024-04-29")


def _months(values) -> list[Month]:
    rest = {"customers": 5, "purchases": 5, "median_spend": 1.0, "left_out": 0.1}
    return [
        Month(month=f"{2020 + at // 12}-{1 + at % 12:02}", sales=value, **rest)
        for at, value in enumerate(values)
    ]


def test_usual_changes_of_a_month_are_called_unusual_as_rarely_as_is_said():
    """One in a hundred; the tolerance is what chance allows of so many, once in a thousand runs."""
    luck, runs = np.random.default_rng(5), 600
    walks = np.exp(np.cumsum(luck.normal(0.01, 0.2, (runs, 12)), axis=1))
    unusual = sum(drifts(_months(walk))[0].is_unusual for walk in walks)
    low, high = binom.ppf([0.0005, 0.9995], runs, OUTSIDE)
    assert low <= unusual <= high
    steady = 1000 * np.exp(luck.normal(0, 0.05, 12))
    (*_, last), halved = steady, [*steady[:-1], steady[-1] / 3]
    assert drifts(_months(halved))[0].is_unusual and last > 0
    assert drifts(_months(steady[:7])) == []


def test_next_months_export_shows_what_moved_and_what_was_restated(clients, tmp_path):
    lines = _lines(300)
    first = take_in([_file(tmp_path, lines)], "shop").quality
    assert take_in([_file(tmp_path, lines)], "shop").quality.history == first.history
    month = str(first.taken.last_day)[:7]
    more = [line.replace("2023-01", "2023-11") for line in _lines(29, seed=9)]
    extra = "K00001,2023-03-04,700,X1"
    found = take_in([_file(tmp_path, [*lines, *more, extra])], "shop").quality
    assert [one.lines for one in found.history] == [len(lines), len(lines) + len(more) + 1]
    assert [one.month for one in found.restated] == ["2023-03"] and month == "2023-10"
    assert found.restated[0].now - found.restated[0].before == pytest.approx(700)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_tells_it_in_the_language_and_names_nobody(spoiled, language):
    made, _ = spoiled
    with in_language(language):
        page = render(quality_content(made.quality, "shop", "1.0"))
    assert not re.search(r"[Kk]0000\d", page)
    text = re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)
    if language == "zh":
        english = re.findall(r"[A-Za-z]{3,} [a-z]{2,}", text)
        assert not english, english
    for shown in ("2031-01-05", "9999-99-99"):
        assert shown in text


def test_a_report_on_the_clients_market_has_it_and_one_on_another_log_has_not(spoiled):
    made, _ = spoiled
    comparison = synthetic_comparison("winner")
    taken = made.quality.taken
    account = {
        "source": "log.parquet",
        "first_date": str(taken.first_day),
        "last_date": str(taken.last_day),
        "n_transactions": taken.purchases,
    }

    def section(**changed):
        data = comparison.market.data.model_copy(update={**account, **changed})
        market = comparison.market.model_copy(update={"name": "shop", "data": data})
        return quality_section(replace(comparison, market=market))

    told = section()
    assert told.story.bullets and len(told.tables) >= 2
    assert not any("z" in table.frame.columns for table in told.tables)  # no single customer
    for changed in (
        {"first_date": "2020-01-01"},
        {"source": "sales.csv"},
        {"n_transactions": 9**9},
    ):
        assert section(**changed) is None


def test_the_command_writes_the_page_again_and_a_spoiled_record_is_told(clients, tmp_path):
    call = CliRunner().invoke
    none = call(main.app, ["quality", "shop"])
    assert none.exit_code == 2 and "loyalty intake FILE" in none.output
    take_in([_file(tmp_path, _lines(100))], "shop")
    told = call(main.app, ["quality", "shop", "--lang", "zh"])
    assert told.exit_code == 0 and "笔购买" in told.stdout
    assert (quality_path("shop").parent / "quality.zh.html").is_file()
    found = json.loads(call(main.app, ["quality", "shop", "--json"]).stdout)
    assert found["quality"]["history"][0]["customers"] == needed_quality("shop").taken.customers
    path = quality_path("shop")
    path.write_text(path.read_text().replace('"history"', '"histori"'))
    with pytest.raises(InputError, match="history"):
        needed_quality("shop")
