"""A plan that a search found is asked what strategies that are written down are asked."""

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

import sim
from sim.advice.search.answer import file_of
from sim.advice.search.read import ANSWER, BESIDE, PLAN
from sim.advice.search.trials import seed_of
from sim.analysis.load_comparison import load_comparison
from sim.cli.main import app
from sim.common.errors import InputError
from sim.common.own_digest import with_seal
from sim.common.size import ENOUGH_FUTURES
from sim.common.writing import write_json
from sim.report.comparison.chosen import explained_of, search_of, told_of, told_title
from sim.report.comparison.content import build_content
from sim.report.comparison.plays_in_doubt import doubted_plays_section
from sim.report.documents.brief import build_brief
from sim.report.documents.sheets import build_sheets
from sim.report.html_page import as_reported
from sim.report.phrases import in_language
from tests.quick import make_quick
from tests.sections import parts_of
from tests.test_searched import ANSWERED, PLAY

FOUND = "best_for_grocery"
#: It gains from its first week, even in the few weeks of these tests.
WARM = {
    **PLAY,
    **{"lever": "emotional_connection", "preset": "warm_welcome", "settings": {}, "intensity": 1.0},
    **{"audience": "everyone", "reach": 1.0, "start_week": 0, "ramp_weeks": 1},
}
OPEN = {**WARM, "lever": "data_stewardship", "preset": "open_and_in_control"}
DOUBTED = {**ANSWERED, "plays_of_plan": [{**OPEN, "adds": 1e3}, {**WARM, "adds": 1e12}]}
_SURE = {"adds": 10_000.0, "look_twice": False}
SURE = {**ANSWERED, "plays_of_plan": [{**OPEN, **_SURE}, {**WARM, **_SURE}]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small comparison with a search beside it whose plan is not to be believed before a trial."""
    place = tmp_path_factory.mktemp("asked") / "compared"
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        size = {"customers": 100, "weeks": 4, "futures": ENOUGH_FUTURES, "jobs": 1}
        sim.compare("grocery", ["balanced"], **size, out=place)
        (place / BESIDE).mkdir()
        plan = file_of("grocery", DOUBTED["plays_of_plan"], "too_good")
        (place / BESIDE / PLAN.format(market="grocery")).write_text(plan)
        write_json(place / BESIDE / ANSWER, with_seal(DOUBTED))
        yield place


def _call(*arguments):
    done = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def met(folder):
    """The same once the plan has met the futures of the comparison."""
    _call("trial", folder)
    return folder


def test_the_trial_is_that_of_the_plan_that_the_report_asks_to_try(folder):
    told = parts_of(load_comparison(folder), "trial")["trial"].heading
    assert "Balanced" in told  # as long as the plan has not met the futures of the comparison
    assert _call("trial", folder)["trial"]["strategy"] == FOUND
    found = load_comparison(folder)
    assert "Plan 1" in parts_of(found, "trial")["trial"].heading
    with in_language("zh"):
        assert "计划1" in parts_of(found, "trial")["trial"].heading
    assert _call("trial", folder, "--strategy", "balanced")["trial"]["strategy"] == "balanced"


def test_a_found_plan_is_compared_in_futures_by_which_nothing_was_chosen(met):
    whole, alone = load_comparison(met), load_comparison(met / BESIDE / "compared")
    assert alone.strategies == [FOUND]
    seeds = {one: seed_of(whole.manifest.seed, one) for one in ("search", "told")}
    assert alone.manifest.seed == seeds["told"]
    assert alone.manifest.seed not in (whole.manifest.seed, seeds["search"])
    for size in ("n_customers", "weeks", "futures"):
        assert getattr(alone.manifest, size) == getattr(whole.manifest, size)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_where_a_found_plan_is_chosen_all_that_is_told_of_a_leader_is_told_of_it(met, language):
    write_json(met / BESIDE / ANSWER, with_seal(SURE))
    try:
        found = load_comparison(met)
        told = told_of(found)
        with in_language(language):
            content = build_content(found)
            brief, sheets = build_brief(found, content), build_sheets(found, content)
            plan, first = told_title(found), found.title(found.ranking[0])
        assert told.ranking == [FOUND] and told.verdict.gain.mean > 0
        for key in ("paths", "why", "segments", "money", "leanings", "losing"):
            said = " ".join([content[key].heading, *content[key].sentences, *content[key].bullets])
            assert first not in said, key
        assert not any(first in line for line in content["answer"].bullets)
        assert plan in content["money"].heading and plan in brief["money"].heading
        assert plan in brief["work"].heading
        (figure,) = content["answer"].pictures
        assert figure.figure.axes[0].get_yticklabels()[-1].get_text() == plan
        for key in ("comparison", "years", "segments", "costs"):
            (sheet,) = [one for one in sheets if one.key == key]
            assert list(sheet.frame.iloc[:, 0]) == [plan, first], key
    finally:
        write_json(met / BESIDE / ANSWER, with_seal(DOUBTED))


def test_a_report_holds_one_gain_of_a_found_plan(met):
    found = load_comparison(met)
    gain = load_comparison(met / BESIDE / "compared").verdict.gain
    told = search_of(found)["told"]
    assert (told["gain"], told["low"], told["high"]) == (
        gain.mean,
        gain.expected_low,
        gain.expected_high,
    )


@pytest.mark.parametrize("command", ["stress", "sensitivity", "explain"])
def test_every_question_about_a_comparison_takes_the_found_plan(folder, command):
    told = _call(command, folder, "--strategy", FOUND)
    assert told.get("strategy", told.get("plan", FOUND)) == FOUND


@pytest.mark.parametrize(("answer", "strategy"), [(DOUBTED, "balanced"), (SURE, FOUND)])
def test_when_the_advice_loses_is_asked_of_the_plan_that_is_advised(folder, answer, strategy):
    write_json(folder / BESIDE / ANSWER, with_seal(answer))
    try:
        assert _call("stress", folder)["strategy"] == strategy
    finally:
        write_json(folder / BESIDE / ANSWER, with_seal(DOUBTED))


def test_a_plan_to_be_tried_is_explained_where_no_strategy_leads(met):
    assert load_comparison(met).verdict.kind == "do_nothing"
    found = as_reported(met)
    assert found.parts.strategy.name == FOUND and found.worths is None
    levers = {one["lever"] for one in DOUBTED["plays_of_plan"]}
    assert levers <= set(found.parts.brings["what"])
    content = build_content(found)
    assert "Plan 1 (not to be believed" in content["made_of"].heading
    assert '"warm welcome" adds most: +$1,000bn' in content["plays"].heading
    adds, foundations = doubted_plays_section(found).tables
    assert list(adds.frame.iloc[:, 0]) == ["Warm welcome", "Open and in control"]
    assert len(foundations.frame)
    assert _call("explain", met)["plan"] == FOUND
    said = CliRunner().invoke(app, ["explain", str(met)]).stdout
    assert "Plan 1 (not to be believed before a trial)" in " ".join(said.split())
    assert "Plan 1, which is to be tried" in " ".join(content["answer"].bullets)
    assert "kept apart for the plan" in " ".join(content["made_of"].sentences)
    assert "Plan 1" in build_content(replace(found, parts=None))["plays"].heading


def test_a_plan_to_be_tried_is_not_explained_in_place_of_a_strategy_that_leads(met):
    found = load_comparison(met)
    for kind in ("winner", "too_good", "not_settled"):
        leads = replace(found, verdict=replace(found.verdict, kind=kind))
        assert explained_of(leads) is leads
    assert explained_of(found).ranking == [FOUND]


def test_a_name_that_is_neither_is_refused_with_what_is_nearest(folder):
    for command in ("stress", "sensitivity", "trial"):
        done = CliRunner().invoke(app, [command, str(folder), "--strategy", "best_for_grocer"])
        assert done.exit_code == 2 and f"'{FOUND}'" in done.stderr, done.output


@pytest.mark.parametrize(
    ("was", "now"),
    [("ramp_weeks: 1", "ramp_weeks: 2"), ("warm_welcome", "no_such"), ("plays:", "plays")],
)
def test_a_found_plan_that_was_edited_or_damaged_is_refused_with_where_it_belongs(folder, was, now):
    path = folder / BESIDE / PLAN.format(market="grocery")
    before = path.read_text()
    assert was in before
    path.write_text(before.replace(was, now))
    try:
        done = CliRunner().invoke(app, ["trial", str(folder), "--strategy", FOUND])
    finally:
        path.write_text(before)
    assert done.exit_code == 2 and str(path) in done.stderr, done.output
    assert "loyalty compare --strategies" in done.stderr and "playbook/strategies" in done.stderr


def test_what_is_told_of_a_found_plan_is_of_the_plan_in_the_answer(met):
    """What another plan brought, whose comparison lies there, is not told for it."""
    assert search_of(load_comparison(met))
    other = {**DOUBTED, "plays_of_plan": [{**WARM, "lever": "community", "preset": "meetups"}]}
    write_json(met / BESIDE / ANSWER, with_seal(other))
    try:
        with pytest.raises(InputError, match="the plan that the search found"):
            search_of(load_comparison(met))
    finally:
        write_json(met / BESIDE / ANSWER, with_seal(DOUBTED))
