"""What the gain of a strategy is made of and what its plays are worth, in the comparison's own futures.

Serves: C3.1
"""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.analysis import parts_of_plan as module
from sim.analysis.answers import Answers
from sim.analysis.judged import judge
from sim.analysis.leaning import End, Leaning
from sim.analysis.load_comparison import load_comparison
from sim.analysis.made_of import Parts
from sim.analysis.parts_of_plan import FOLDER, leanings_that_act, parts_of_plan, worths_in_plan
from sim.analysis.shapley import Pair, Value
from sim.analysis.verdict import Verdict
from sim.analysis.worth_of_plays import WorthOfPlays
from sim.cli.main import app
from sim.common.errors import InputError
from sim.common.size import ENOUGH_FUTURES
from sim.experiment.compare import compare
from sim.report.comparison.content import build_content
from sim.report.comparison.findings import subject
from sim.report.comparison.plays import plays_section
from sim.report.documents.sheets import build_sheets
from sim.report.documents.slides import build_slides
from sim.report.html_page import make_report
from sim.report.phrases import in_language
from tests.quick import make_quick
from tests.sections import parts_of
from tests.synthetic import synthetic_comparison


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("results") / "small"
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        return compare("grocery", ["balanced", "rewards_first"], 100, 6, 4, 1, out, jobs=1)


@pytest.fixture(scope="module")
def comparison(folder: Path) -> Answers:
    return load_comparison(folder)


@pytest.fixture(scope="module")
def parts(folder: Path, comparison: Answers) -> Parts:
    found = parts_of_plan(comparison, comparison.ranking[0], folder, jobs=1)
    assert found is not None
    return found


def test_the_gain_as_it_is_is_that_of_the_comparison_in_its_first_futures(comparison, parts):
    first = comparison.ranking[0]
    draws = comparison.draws_of("customer_equity")
    gains = (draws[first] - draws["baseline"]).to_numpy()[: parts.futures]
    assert parts.whole["gain"] == pytest.approx(gains.mean(), rel=1e-12)
    assert parts.strategy == comparison.manifest.strategies[first].sized


def test_runs_of_the_comparison_are_not_run_again_and_a_second_look_runs_nothing(
    folder, comparison, parts
):
    assert parts is not None
    told: list[tuple[int, int, str]] = []
    again = parts_of_plan(
        comparison, comparison.ranking[0], folder, 1, lambda *said: told.append(said)
    )
    assert again is not None and again.table.equals(parts.table)
    assert [what for *_, what in told] == ["finished before: nothing to run"]
    whole = {path.name for path in (folder / "runs").rglob("*.parquet")}
    made = {path.name for path in (folder / FOLDER / "runs").rglob("*.parquet")}
    assert len(whole & made) == 2 * parts.futures
    load_comparison(folder)  # what lies beside its runs does not harm the comparison


@pytest.mark.parametrize("other", ["code_digest", "libraries", "history_digest"])
def test_what_other_code_made_is_not_set_beside_runs_of_this_one(
    folder, comparison, monkeypatch, other
):
    monkeypatch.setattr(module, other, lambda *_, **_named: "another")
    assert parts_of_plan(comparison, comparison.ranking[0], folder, jobs=1) is None


@pytest.mark.parametrize("other", ["code_digest", None])
def test_a_report_that_leaves_parts_out_since_other_code_made_the_results_says_so(
    folder, comparison, tmp_path, monkeypatch, other
):
    if other:
        monkeypatch.setattr(module, other, lambda *_, **_named: "another")
    told: list[str] = []
    make_report(folder, tmp_path / "report", told.append, ["xlsx"])
    assert [one.startswith("Left out: ") for one in told] == [True] * bool(other)
    assert all(comparison.manifest.command in one for one in told)


@pytest.mark.parametrize("lacking", ["history_digest", "check_target"])
def test_a_comparison_without_its_market_or_in_a_closed_folder_is_reported_without_parts(
    folder, comparison, monkeypatch, lacking
):
    def refuse(*_: object) -> str:
        raise InputError("where", "field", "nothing", "something")

    monkeypatch.setattr(module, lacking, refuse)
    assert parts_of_plan(comparison, comparison.ranking[0], folder, jobs=1) is None


def test_a_value_that_does_nothing_in_the_leading_strategy_is_nothing_that_its_answer_leans_on(
    folder, comparison
):
    """Without tiers no standing fades; how many join, and what is the market's, stays."""
    led = replace(comparison, verdict=_led_by(comparison, "rewards_first"))
    assert led.ranking[0] == "rewards_first"
    rows = {row.key: row for row in led.manifest.parameters}
    idle, acting = (
        rows[f"incentives.{x}"] for x in ("status_half_life_weeks", "enrolment_intercept")
    )

    def leaning(address: str, low: float, high: float) -> Leaning:
        ends = (End(x, 1.0, 0.5, 1.5, "rewards_first", "same") for x in (low, high))
        return Leaning(address, 0.4, True, *ends)

    asked = [leaning(row.key, row.low, row.high) for row in (idle, acting)]
    asked.append(leaning("market.gross_margin", 0.2, 0.3))
    found = leanings_that_act(replace(led, leanings=asked), folder, jobs=1)
    assert found == asked[1:]
    assert judge(replace(led, leanings=asked), folder, jobs=1).leanings == asked[1:]


def _led_by(comparison: Answers, name: str) -> Verdict:
    """Return the verdict with another strategy first."""
    options = comparison.verdict.options
    order = [name, *(one for one in options.index if one != name)]
    return replace(comparison.verdict, options=options.loc[order])


def test_each_part_stands_in_the_report_with_what_it_rests_on(comparison, parts):
    section = parts_of(replace(comparison, parts=parts), "made_of")["made_of"]
    rows = section.tables[0].frame
    assert len(rows) == len(parts.brings) and rows["Rests on"].str.len().min() > 0
    assert subject(comparison) in section.heading and section.pictures
    kinds = parts.brings["kind"].tolist()
    assert kinds == sorted(kinds), "levers first"
    for kind in set(kinds):
        size = parts.brings.loc[parts.brings["kind"] == kind, "brings"].abs().to_numpy()
        assert (np.diff(size) <= 0).all()


def test_where_nobody_looked_the_report_says_so_and_how_to_look():
    section = parts_of(synthetic_comparison("do_nothing"), "made_of")["made_of"]
    assert "not been looked at" in section.heading and "loyalty report" in section.sentences[0]
    assert not section.tables and not section.pictures


def test_what_is_not_chosen_is_not_called_chosen(parts):
    undecided = synthetic_comparison("do_nothing")
    section = parts_of(replace(undecided, parts=parts), "made_of")["made_of"]
    assert "not advised" in section.heading


@pytest.fixture(scope="module")
def worths(folder: Path, comparison: Answers, parts: Parts) -> WorthOfPlays:
    assert parts is not None  # has run what is shared
    found = worths_in_plan(comparison, "balanced", folder, jobs=1)
    assert found is not None
    return found


def test_worths_add_up_to_the_gain_of_the_comparison(comparison, worths):
    gain = comparison.gains.loc["balanced", "gain"]
    assert worths.futures == comparison.futures
    assert worths.gain == pytest.approx(gain, rel=1e-12)
    assert sum(one.mean for one in worths.values) == pytest.approx(gain)


def test_plays_by_themselves_are_run_once(folder, comparison, worths):
    """Of two plays each coalition is the plan without one lever, which has been run in some futures."""
    said: list[tuple[int, int, str]] = []
    worths_in_plan(comparison, "balanced", folder, 1, lambda *told: said.append(told))
    assert [what for *_, what in said] == ["finished before: nothing to run"]
    assert worths.runs == 2 * comparison.futures
    made = {path.name for path in (folder / FOLDER / "runs").rglob("*.parquet")}
    whole = {path.name for path in (folder / "runs").rglob("*.parquet")}
    assert len(made - whole) >= worths.runs


def test_what_plays_are_worth_stands_in_the_report_in_both_languages(comparison, parts, worths):
    looked = replace(comparison, parts=parts, worths=worths)
    section = plays_section(looked)
    assert len(section.tables[0].frame) == len(worths.values)
    assert not worths.has_pairs, "of too few futures"
    assert any("too few" in one for one in section.sentences)
    seen = replace(looked, worths=replace(worths, pairs=[Pair((0, 1), 1.0, -1.0, 3.0, False)]))
    assert len(plays_section(seen).tables[1].frame) == 1, "a pair"
    with in_language("zh"):
        assert plays_section(looked).tables[0].frame.columns[0] == "做法"


def test_a_plan_of_one_play_has_no_worths_to_tell(folder, comparison):
    alone = worths_in_plan(comparison, "rewards_first", folder, jobs=1)
    assert alone is not None and alone.runs == 0
    assert alone.values[0].mean == pytest.approx(alone.gain)
    assert plays_section(replace(comparison, worths=alone)) is None


def test_a_pair_that_stands_out_and_a_play_that_loses_are_told(comparison, worths):
    pair = Pair((0, 1), -3e4, -4e4, -2e4, True)
    values = [Value(0, -2e4, -3e4, -1e4), Value(1, 5e4, 4e4, 6e4)]
    worths = replace(worths, futures=ENOUGH_FUTURES)
    looked = replace(comparison, worths=replace(worths, pairs=[pair], values=values))
    section = plays_section(looked)
    assert "is worth most: +$50.0k" in section.heading
    hurt, loses = section.story.bullets
    assert "get in each other's way" in hurt and "$30.0k less" in hurt and "−$40.0k" in hurt
    assert loses.endswith("clearly costs more than it brings, by $20.0k.")
    unsure = [Value(0, -2e4, -3e4, 1e4), Value(1, 5e4, -4e4, 6e4)]
    section = plays_section(replace(looked, worths=replace(worths, values=unsure)))
    assert section.heading.startswith("No play of Balanced clearly earns what it costs")


def test_of_too_few_futures_it_is_not_told_which_play_is_worth_most_or_loses(comparison, worths):
    values = [Value(0, -2e4, -3e4, -1e4), Value(1, 5e4, 4e4, 6e4)]
    few = replace(worths, values=values, futures=ENOUGH_FUTURES - 1)
    section = plays_section(replace(comparison, worths=few))
    assert (
        section.heading == "What each play of Balanced is worth takes more than 18 futures to tell"
    )
    assert section.bullets == [] and len(section.tables[0].frame) == 2


def test_the_command_line_explains_a_plan_in_words_and_for_machines(folder, worths):
    call = CliRunner().invoke
    said = call(app, ["explain", str(folder), "--plan", "balanced", "--jobs", "1"])
    assert said.exit_code == 0, said.output
    assert "What each play of Balanced is worth" in said.stdout
    told = call(app, ["explain", str(folder), "--plan", "balanced", "--jobs", "1", "--json"])
    told = json.loads(told.stdout)
    assert sum(one["worth"] for one in told["plays"]) == pytest.approx(told["gain"])
    assert any(one["parameters"] for one in told["parts"])
    refused = call(app, ["explain", str(folder), "--plan", "balance"])
    assert refused.exit_code == 2 and "Did you mean 'balanced'?" in refused.stderr


def test_a_deck_tells_what_plays_are_worth_and_what_the_gain_is_made_of_on_one_slide(
    comparison, parts, worths
):
    looked = replace(comparison, parts=parts, worths=worths)
    content = build_content(looked)
    slides = build_slides(looked, content, build_sheets(looked, content))
    (slide,) = [one for one in slides if one.title == content["plays"].heading]
    assert slide.table is content["plays"].tables[0]
    assert slide.bullets[-1].startswith(content["made_of"].heading)
    assert content["made_of"].heading not in [one.title for one in slides]
