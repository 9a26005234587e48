"""A plan that a search found is asked what strategies that are written down are asked."""

import json

import pytest
import yaml
from typer.testing import CliRunner

import sim
from sim.advice.search.read import ANSWER, BESIDE, PLAN
from sim.analysis.load_comparison import load_comparison
from sim.cli.main import app
from sim.common.size import ENOUGH_FUTURES
from sim.common.writing import write_json
from sim.report.comparison.content import build_content
from sim.report.phrases import in_language
from tests.quick import make_quick
from tests.test_searched import ANSWERED, PLAY

FOUND = "best_for_grocery"
PLAYS = [{"lever": "incentives", "preset": "points_programme", "ramp_weeks": 4}]
SURE = {**ANSWERED, "plays_of_plan": [{**PLAY, "adds": 10_000.0, "look_twice": False}]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small comparison with a search beside it whose plan is not to be believed before a trial."""
    place = tmp_path_factory.mktemp("asked") / "compared"
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        size = {"customers": 100, "weeks": 4, "futures": ENOUGH_FUTURES, "jobs": 1}
        sim.compare("grocery", ["balanced"], **size, out=place)
        (place / BESIDE).mkdir()
        plan = {"format": 2, "name": FOUND, "title": "Best plan for grocery", "plays": PLAYS}
        (place / BESIDE / PLAN.format(market="grocery")).write_text(yaml.safe_dump(plan))
        write_json(place / BESIDE / ANSWER, ANSWERED)
        yield place


def _call(*arguments):
    done = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_trial_is_that_of_the_plan_that_the_report_asks_to_try(folder):
    told = build_content(load_comparison(folder)).sections["trial"].heading
    assert "Balanced" in told  # as long as the plan has not met the futures of the comparison
    assert _call("trial", folder)["trial"]["strategy"] == FOUND
    found = load_comparison(folder)
    assert "Plan 1" in build_content(found).sections["trial"].heading
    with in_language("zh"):
        assert "计划1" in build_content(found).sections["trial"].heading
    assert _call("trial", folder, "--strategy", "balanced")["trial"]["strategy"] == "balanced"


def test_a_found_plan_meets_the_futures_of_the_comparison(folder):
    _call("trial", folder)
    whole, alone = load_comparison(folder), load_comparison(folder / BESIDE / "compared")
    assert alone.strategies == [FOUND]
    for measure in ("customer_equity", "margin"):
        nothing = [one.draws_of(measure)["baseline"].tolist() for one in (whole, alone)]
        assert nothing[0] == nothing[1]


@pytest.mark.parametrize("command", ["stress", "sensitivity", "explain"])
def test_every_question_about_a_comparison_takes_the_found_plan(folder, command):
    told = _call(command, folder, "--strategy", FOUND)
    assert told.get("strategy", told.get("plan", FOUND)) == FOUND


@pytest.mark.parametrize(("answer", "strategy"), [(ANSWERED, "balanced"), (SURE, FOUND)])
def test_when_the_advice_loses_is_asked_of_the_plan_that_is_advised(folder, answer, strategy):
    write_json(folder / BESIDE / ANSWER, answer)
    try:
        assert _call("stress", folder)["strategy"] == strategy
    finally:
        write_json(folder / BESIDE / ANSWER, ANSWERED)


def test_a_name_that_is_neither_is_refused_with_what_is_nearest(folder):
    for command in ("stress", "sensitivity", "trial"):
        done = CliRunner().invoke(app, [command, str(folder), "--strategy", "best_for_grocer"])
        assert done.exit_code == 2 and f"'{FOUND}'" in done.stderr, done.output
