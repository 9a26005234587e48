"""A report and the command line say when the advice loses, and what to find out first.

Serves: C3.4
"""

import functools
import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sim.analysis.judged  # noqa: F401 - before what it reads is replaced below
from sim.analysis.doubts import futures_in, information_in, losing_in
from sim.analysis.scenario_discovery import when_it_loses
from sim.cli.main import app
from sim.common.results import MANIFEST
from sim.playbook.strategies import BASELINE
from sim.report.comparison.finding_out import finding_out_section
from sim.report.comparison.leanings import thresholds
from sim.report.comparison.losing import losing_section
from sim.report.phrases import in_language
from tests.sections import parts_of
from tests.synthetic import DRIVER, synthetic_comparison


@functools.cache
def _made(drives=0.0, n=20, kind="winner"):
    return synthetic_comparison(kind, n=n, drives=drives)


def test_the_limits_within_which_the_advice_loses_are_a_sentence_with_density_and_coverage():
    """The gain is nil where the value is 0.5 - 0.4 * 1.2e6 / 1e7 = 0.45, from 0.3 to 0.7."""
    comparison = _made(1e7, n=40)
    found = losing_in(comparison)
    (limit,) = found.box.limits
    assert (limit.address, limit.above) == (DRIVER, False)
    section = parts_of(comparison, "losing")["losing"]
    assert section.heading.startswith(
        "Balanced loses mostly where customers lost per year is below"
    )
    (said,) = section.bullets
    box = found.box
    assert f"in {box.cases} of the {box.futures} futures where this holds" in said
    assert f"{box.density:.0%}" in said and f"{box.coverage:.0%} of all {box.all_cases}" in said
    assert section.story.bullets == section.bullets


def test_where_there_is_no_pattern_or_are_too_few_losses_the_report_says_so():
    heading = losing_section(_made()).heading
    assert heading == "Balanced loses in too few futures to find a pattern in them"
    assert "It takes 19 futures or more" in losing_section(_made(n=8)).heading


def test_an_undecided_comparison_is_not_told_to_advise_doing_nothing():
    comparison = _made(kind="undecided")
    assert comparison.verdict.kind == "undecided"
    (said,) = losing_section(comparison).short.sentences
    assert said.startswith("Nothing is decided yet; the best so far, Balanced, earns less than ")
    with in_language("zh"):
        assert losing_section(comparison).short.sentences[0].startswith("尚无定论")


def test_undecided_losses_are_counted_where_doing_nothing_comes_first_too():
    comparison = _made(kind="undecided")
    verdict = replace(comparison.verdict, strategy=None)
    assert verdict.chosen == BASELINE
    found = when_it_loses(futures_in(comparison), verdict, [])
    assert found.of_advice and found.cases == losing_in(comparison).cases


def test_what_is_worth_finding_out_is_told_in_money_with_its_interval_and_how():
    comparison = _made(1e7, n=40)
    section = finding_out_section(comparison)
    assert information_in(comparison).found[0].addresses == (DRIVER,)
    assert section.heading.startswith("Find out first: customers lost per year, worth $")
    assert "a look into the firm's own books" in section.bullets[0]
    assert section.tables[0].frame.iloc[0, 0] == "Customers lost per year"


def test_where_nothing_is_worth_finding_out_the_report_says_so_and_what_all_would_be_worth():
    section = finding_out_section(_made())
    assert section.heading in (
        "No single number stands out among 20 futures as worth finding out first",
        "Nothing needs to be found out before deciding",
    )
    assert section.story.sentences[0].startswith(
        "Knowing everything, luck included, would be worth"
    )
    assert "It takes 19 futures or more" in finding_out_section(_made(n=8)).heading


@pytest.fixture
def _made_here(tmp_path, monkeypatch):
    """Let the folder `anywhere` pass for results."""
    monkeypatch.chdir(tmp_path)
    Path("anywhere").mkdir()
    (Path("anywhere") / MANIFEST).touch()


def test_both_are_told_in_chinese():
    with in_language("zh"):
        comparison = _made(1e7, n=40)
        assert "亏损多在这种情况下" in losing_section(comparison).heading
        assert finding_out_section(comparison).heading.startswith("先弄清")


@pytest.mark.usefixtures("_made_here")
def test_the_command_line_says_both(monkeypatch):
    monkeypatch.setattr("sim.analysis.load_comparison.load_comparison", lambda _: _made(1e7, n=40))
    said = CliRunner().invoke(app, ["stress", "anywhere"])
    assert said.exit_code == 0
    assert "Balanced loses mostly where customers lost per year is below" in said.stdout
    said = CliRunner().invoke(app, ["sensitivity", "anywhere"])
    assert said.exit_code == 0
    assert "Find out first: customers lost per year" in said.stdout


@pytest.mark.usefixtures("_made_here")
def test_a_machine_is_told_the_same(monkeypatch):
    comparison = _made(1e7, n=40)
    monkeypatch.setattr("sim.analysis.load_comparison.load_comparison", lambda _: comparison)

    def told(command):
        return json.loads(CliRunner().invoke(app, [command, "anywhere", "--json"]).stdout)

    stress, known, trial = (told(name) for name in ("stress", "sensitivity", "trial"))
    (limit,) = stress["box"]["limits"]
    assert (limit["address"], limit["above"]) == (DRIVER, False)
    assert stress["cases"] == losing_in(comparison).cases and stress["thresholds"]
    assert known["found"][0]["addresses"] == [DRIVER]
    assert trial["trial"]["strategy"] == "balanced"


@pytest.mark.usefixtures("_made_here")
def test_no_threshold_is_told_where_it_takes_more_futures_to_tell(monkeypatch):
    comparison = _made(1e7, n=16)
    assert thresholds(comparison)
    monkeypatch.setattr("sim.analysis.load_comparison.load_comparison", lambda _: comparison)
    said = CliRunner().invoke(app, ["stress", "anywhere"])
    assert said.exit_code == 0 and "It takes 19 futures or more" in said.stdout
    assert not [line for line in thresholds(comparison) if line in said.stdout]


def test_what_is_no_comparison_is_refused(tmp_path):
    for command in ("stress", "sensitivity"):
        said = CliRunner().invoke(app, [command, str(tmp_path)])
        assert said.exit_code == 2
        assert "no manifest.json" in said.stderr
