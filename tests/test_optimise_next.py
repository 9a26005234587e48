"""What leads on from a search: the command that is printed works, and other commands name it."""

import shlex

import pytest
from typer.testing import CliRunner

import sim
from sim.advice.search import optimise as searching
from sim.advice.search import trials as playing
from sim.advice.search.optimise import Asked, optimise
from sim.advice.search.read import read_answer
from sim.advice.search.trials import Size
from sim.cli.main import app
from sim.common.errors import InputError
from sim.common.writing import lock
from sim.experiment import manifest as manifests
from sim.playbook.strategies import BASELINE
from sim.report.comparison.plans_found import plays_table, sentences, verdict
from sim.report.phrases import in_language
from sim.workbench.search import Kept, Optimum, command_of
from tests.quick import make_quick, without_a_kernel
from tests.test_searched import ANSWERED, NOTHING, PLAY

SMALL = Size(customers=100, weeks=4, futures=10, seed=1)
AVOID = tuple(name for name in sim.lever_names() if name not in ("cocreation", "segmentation"))


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """What leads on is tested here, not what is found."""
    make_quick(monkeypatch.setattr)
    without_a_kernel(monkeypatch.setattr)


def _searched(place, budget):
    """A finished search that recommends a plan."""
    worth = playing.customer_equity

    def with_fortune(lives):
        plays = lives[0][1].setting.strategy.plays
        return worth(lives) + 1e9 * any(one.lever == "cocreation" for one in plays)

    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        patch.setattr(searching, "refine", lambda *_: None)
        patch.setattr(searching, "strategy_names", lambda: [BASELINE, "community_led"])
        patch.setattr(playing, "customer_equity", with_fortune)
        asked = Asked(budget, 2, AVOID, (), {}, SMALL)
        command = command_of("grocery", Kept(budget, 2, AVOID), 100, 4, 10, 1, place)
        return optimise("grocery", asked, place, jobs=1, command=command)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """A search for the market's own budget."""
    return _searched(tmp_path_factory.mktemp("a search") / "found", None)


def _call(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)])


def _shown(monkeypatch, folder, *arguments):
    answer = read_answer(folder)
    monkeypatch.setattr(sim, "optimise", lambda *_, **__: Optimum(folder, answer))
    done = _call("optimise", "--market", "grocery", *arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_command_that_leads_on_works_as_it_is_printed(found, tmp_path, monkeypatch):
    told = _shown(monkeypatch, found)
    (line,) = [one for one in told.splitlines() if one.startswith("Next:")]
    words = shlex.split(line.removeprefix("Next:"))
    assert words[:4] == ["loyalty", "compare", "--market", "grocery"] and "--report" in words
    assert words[words.index("--strategies") + 1] == str(found / "best_for_grocery.yaml")
    # it leads by luck as well in the futures by which it was chosen
    assert words[words.index("--seed") + 1] != "1"
    small = ("--customers", 100, "--futures", 2, "--jobs", 1, "--out", tmp_path / "out")
    done = _call(*(word for word in words[1:] if word != "--report"), *small)
    assert done.exit_code == 0, done.output
    assert list(manifests.read_manifest(tmp_path / "out").chosen) == ["best_for_grocery"]


def test_the_command_that_leads_on_speaks_the_language_of_the_answer(found, monkeypatch):
    told = _shown(monkeypatch, found, "--lang", "zh")
    assert "下一步：loyalty compare --market grocery" in told and "--report --lang zh" in told


@pytest.mark.parametrize("command", ["report", "explain", "stress", "sensitivity", "trial"])
def test_a_command_on_the_folder_of_a_search_says_what_it_is_and_what_leads_on(found, command):
    done = _call(command, found)
    assert done.exit_code == 2 and "another version" not in done.stderr
    assert "a search of `loyalty optimise`" in done.stderr
    plan = shlex.quote(str(found / "best_for_grocery.yaml"))
    assert f"`loyalty compare --market grocery --strategies {plan} --weeks 4" in done.stderr


def test_an_unfinished_search_is_continued_and_one_beside_a_comparison_told_by_that(
    found, tmp_path
):
    unfinished = tmp_path / "unfinished"
    unfinished.mkdir()
    made = (found / "manifest.json").read_text()
    (unfinished / "manifest.json").write_text(made)
    with pytest.raises(InputError, match="Continue it with `loyalty optimise") as refused:
        manifests.read_manifest(unfinished)
    assert f"--out {unfinished}`" in str(refused.value)  # where it is by now
    beside = tmp_path / "comparison" / "search"
    with lock(beside):
        (beside / "manifest.json").write_text(made)
        (beside.parent / "manifest.json").write_text("{}")
    with pytest.raises(InputError, match="Give the folder of the comparison"):
        manifests.read_manifest(beside)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_plan_is_told_with_how_often_it_loses_and_what_is_to_be_tried_first(language):
    answer = {**ANSWERED, "told": {**ANSWERED["told"], "loses": 0.3}}
    with in_language(language):
        said, (_, row) = sentences(answer), plays_table(answer)
    loses = {
        "en": "Plan 1 loses in 9 of 30 futures kept apart: doing nothing is better there.",
        "zh": "在另留的情景中，计划1在9/30的情景里亏损：那里维持现状更好。",
    }
    assert loses[language] in said
    first = next(one for one in said if one.startswith({"en": "Try first", "zh": "先试"}[language]))
    assert "80.0%" in first and "20" in first
    assert {"en": "begin the plan without it", "zh": "先不带"}[language] in first
    assert {"en": "(try first)", "zh": "（先试）"}[language] in row[-1]
    never = sentences({**answer, "told": {**answer["told"], "loses": 0.0}})
    assert "Plan 1 loses in none of 30 futures kept apart." in never
    sure = {**answer, "plays_of_plan": [{**PLAY, "try_first": False}]}
    with in_language(language):
        assert first not in sentences(sure) and loses[language] in sentences(sure)


def test_the_two_intervals_are_told_apart():
    (footnote,) = [one for one in sentences(ANSWERED) if "interval in the table" in one]
    assert "expected gain" in footnote and "average over futures" in footnote


def test_counts_of_one_are_told_as_one():
    said = " ".join(sentences(ANSWERED))
    assert "1 named strategy costs more" in said and "1 preset does nothing" in said
    two = {**ANSWERED["screened"], "idle": ["pricing:open_prices", "pricing:explained_rise"]}
    said = " ".join(sentences({**ANSWERED, "screened": two, "over_budget": ["A", "B"]}))
    assert "2 named strategies cost more" in said and "2 presets do nothing" in said


def test_where_no_plan_can_be_had_none_is_called_the_best():
    nothing = {"verdict": "do_nothing", "recommended": BASELINE, "leading": BASELINE}
    told = {**ANSWERED["told"], "name": BASELINE, "gain": 0.0, "loses": 0.0}
    answer = {**ANSWERED, **nothing, "told": told, "options": [NOTHING], "plays_of_plan": []}
    assert "The best" not in verdict(answer) and "keeps to the budget" in verdict(answer)
    assert not any("loses in" in one for one in sentences(answer))


def test_a_plan_that_moves_no_future_is_not_judged():
    import numpy as np

    from sim.advice.search.candidates import limits_of, preset_of
    from sim.advice.search.seek import Sought

    limits = limits_of(1.0, 2, (), (), {}, 3.0, 52)
    sought = Sought(None, limits)
    for preset, gains in (("votes_only", np.zeros(6)), ("customers_shelf", np.array([0.0, -1.0]))):
        play = preset_of(f"cocreation:{preset}")
        sought.plays[preset], sought.gains[preset] = (play,), gains
    assert [plays[0].preset for plays in searching._finalists(sought).values()] == [
        "customers_shelf"
    ]
