"""The best plan that was found, kept beside a comparison and told in its report."""

import json
from dataclasses import replace

import pytest

from sim.advice.search import optimise as optimising
from sim.advice.search.read import ANSWER, BESIDE, kind_of, read_beside, read_manifest
from sim.cli.optimise import seek_beside
from sim.common.errors import InputError
from sim.common.own_digest import SEAL, with_seal
from sim.common.size import ENOUGH_FUTURES
from sim.common.style import style
from sim.common.writing import write_json
from sim.report.comparison import chosen
from sim.report.comparison.content import build_content
from sim.report.comparison.findings import subject
from sim.report.comparison.gains_figure import _gain_finding
from sim.report.comparison.plans_found import plays_table, sentences, too_good, verdict
from sim.report.documents.brief import build_brief
from sim.report.documents.work import has_work
from sim.report.phrases import in_language
from sim.workbench import search as searching
from tests.sections import parts_of
from tests.synthetic import content_of, shared_comparison

PLAY = {
    **{"lever": "cocreation", "preset": "votes_only", "settings": {"votes": 2.0}, "intensity": 1.5},
    **{"audience": "lapsed", "reach": 0.5, "owner": "brand", "start_week": 4, "ramp_weeks": 8},
    **{"cost": 1_000.0, "adds": 50_000.0, "earns": 0.8, "futures": 20},
    **{"try_first": True, "look_twice": True},
}
OPTION = {
    **{"name": "found_1", "title": "", "plays": 1, "gain": 50_000.0, "low": 20_000.0},
    **{"high": 80_000.0, "worst": -5_000.0, "loses": 0.1, "futures": 30, "frontier": True},
    **{"cost": 1_000.0, "out_after": None},
}
TOLD = {"name": "found_1", "gain": 45_000.0, "low": 15_000.0, "high": 75_000.0, "futures": 30}
NOTHING = {**OPTION, "name": "baseline", "title": "Do nothing new", "plays": 0, "gain": 0.0}
ANSWERED = {
    **{"market": "made_up", "currency": "USD", "verdict": "choose", "recommended": "found_1"},
    **{"leading": "found_1", "unless": [], "needed": None, "budget": 2_000.0, "indifferent": 150.0},
    "customers": 500,
    "size": {"known": 1_000.0, "drawn": 1_500.0, "budget": 3_000.0},
    "options": [OPTION, NOTHING],
    "told": TOLD,
    "screened": {"presets": 60, "idle": ["pricing:open_prices"], "too_dear": [], "refused": []},
    "plays_of_plan": [PLAY],
    "over_budget": ["Balanced"],
}


@pytest.fixture
def searched(tmp_path):
    """A comparison with a search beside it."""
    (tmp_path / BESIDE).mkdir()
    write_json(tmp_path / BESIDE / ANSWER, with_seal(ANSWERED))
    return replace(shared_comparison(), folder=tmp_path)


def test_a_search_beside_a_comparison_is_kept_in_its_folder(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(
        searching, "optimise", lambda market, **given: asked.append((market, given))
    )
    seek_beside("grocery", tmp_path, 52, 3, 1)
    ((market, given),) = asked
    assert market == "grocery" and given["out"] == tmp_path / BESIDE
    assert (given["weeks"], given["seed"], given["jobs"]) == (52, 3, 1)
    assert read_beside(tmp_path) is None


def test_a_search_of_another_state_is_kept_aside_and_comes_back(tmp_path, monkeypatch, capsys):
    """`compare --search` after an upgrade asks for no folder: all are there, each by its id."""
    monkeypatch.setattr(optimising, "_search", lambda *_: (ANSWERED | {"verdict": code[0]}, None))
    monkeypatch.setattr(optimising, "code_digest", lambda *_: code[0])
    monkeypatch.setattr(searching, "asks_for", lambda _: False)
    ids: dict[str, str] = {}
    for code in (["before"], ["after"], ["before"]):
        former = ids.get("after" if "after" in ids else "before")
        seek_beside("grocery", tmp_path, 4, 1, 1)
        told = "".join(capsys.readouterr().err.split())
        assert (f"search-{former}" in told) if former else ("search-" not in told)
        answer = read_beside(tmp_path)
        assert answer is not None and answer["verdict"] == code[0]
        ids[code[0]] = read_manifest(tmp_path / BESIDE)["id"]
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["search", f"search-{ids['after']}"] and len(set(ids.values())) == 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_report_says_what_the_search_beside_its_comparison_found(searched, language):
    with in_language(language):
        content = build_content(searched)
        brief, said = build_brief(searched, content), verdict(ANSWERED)
    section = content.sections["searched"]
    assert said in section.sentences and said in brief["searched"].sentences
    assert said in content.sections["answer"].sentences[0]
    plays, plans = section.tables
    assert len(plays.frame) == len(ANSWERED["plays_of_plan"])
    assert len(plans.frame) == len(ANSWERED["options"])
    money = {"en": ("$45.0k", "$15.0k", "$75.0k"), "zh": ("4.50万", "1.50万", "7.50万")}[language]
    assert all(amount in said for amount in money), said
    doubt = {"en": "Not to be believed before a trial", "zh": "未经试验不可轻信"}[language]
    assert any(doubt in one for one in brief["searched"].sentences)
    if language == "zh":
        assert not [one for one in section.sentences if " the " in one]


def test_the_figure_says_of_a_leader_what_is_said_of_it_and_not_of_a_doubted_plan(searched):
    doubts = "before a trial"
    assert doubts in verdict(ANSWERED) and searched.verdict.kind == "winner"
    assert doubts not in _gain_finding(searched)
    for kind, words in (("too_good", doubts), ("not_settled", "a trial did not settle it")):
        judged = replace(searched, verdict=replace(searched.verdict, kind=kind))
        assert words in _gain_finding(judged)


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("kind", ["winner", "too_good"])
def test_a_trial_is_of_a_doubted_plan_only_where_it_is_designed_for_it(
    searched, monkeypatch, kind, alone
):
    """A found plan that was not compared by itself has no trial: it is of the written leader."""
    of_plan = shared_comparison() if alone else None
    monkeypatch.setattr(chosen, "alone_of", lambda _comparison: of_plan)
    judged = replace(searched, verdict=replace(searched.verdict, kind=kind))
    assert chosen.tried_of(judged) is (of_plan if alone else judged)
    assert chosen.is_doubted(judged) == (alone or kind == "too_good")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", ["choose", "choose_unless", "do_nothing", "undecided"])
@pytest.mark.parametrize(("gain", "needed"), [(45_000.0, 60), (45_000.0, None), (-1.0, None)])
def test_every_verdict_can_be_told(language, kind, gain, needed):
    turns = [{"address": "market.gross_margin", "value": 0.2, "side": "below"}]
    answer = {**ANSWERED, "verdict": kind, "unless": turns, "needed": needed, "plays_of_plan": []}
    with in_language(language):
        assert verdict({**answer, "told": {**TOLD, "gain": gain}})


@pytest.mark.parametrize(
    ("adds", "said"), [(24_900.0, "Choose Plan 1"), (25_000.0, "Not to be believed before a trial")]
)
def test_a_plan_is_not_chosen_where_half_of_its_gain_is_beyond_belief(adds, said):
    answer = {**ANSWERED, "plays_of_plan": [{**PLAY, "adds": adds}]}
    assert verdict(answer).startswith(said)
    undecided = verdict({**answer, "verdict": "undecided", "needed": 60})
    assert undecided.startswith(said if said.startswith("Not") else "Undecided")
    # who chooses is told which play to look at twice, who does not has been told
    assert bool(too_good(answer)) == said.startswith("Choose")


def test_a_plan_to_choose_is_the_answer_of_the_report_and_the_strategies_come_under_it(searched):
    answer = {**ANSWERED, "plays_of_plan": [{**PLAY, "adds": 10_000.0, "look_twice": False}]}
    write_json(searched.folder / BESIDE / ANSWER, with_seal(answer))
    content, alone = parts_of(searched, "answer"), parts_of(shared_comparison(), "answer")
    section = content.sections["answer"]
    assert content.answer == section.heading == verdict(answer).rstrip(".")
    assert alone.answer in section.sentences[0]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_where_a_found_plan_is_chosen_no_strategy_is_told_as_if_it_were(searched, language):
    answer = {**ANSWERED, "plays_of_plan": [{**PLAY, "adds": 10_000.0, "look_twice": False}]}
    write_json(searched.folder / BESIDE / ANSWER, with_seal(answer))
    alone = shared_comparison()
    assert searched.verdict.kind == alone.verdict.kind == "winner"
    apart = {"en": ("not chosen", "written down"), "zh": ("未选", "写好的策略")}[language]
    with in_language(language):
        content, title = build_content(searched), searched.title(searched.ranking[0])
        brief, stop = build_brief(searched, content), style().stop
        assert subject(alone) == title and subject(searched) != title
        assert apart[0] in content["money"].heading and apart[0] in brief["money"].heading
        assert apart[1] in content["answer"].bullets[0]
        assert has_work(searched) is False and "work" not in brief.sections
        # the work of the plan follows its verdict, which is told once
        assert list(brief.sections)[:2] == ["answer", "searched"]
        assert brief["searched"].tables and verdict(answer) not in brief["searched"].sentences
        assert apart[1] in brief["answer"].sentences[0]
        assert stop.strip() * 2 not in brief["answer"].sentences[0]


@pytest.mark.parametrize("kind", ["choose", "choose_unless", "undecided"])
@pytest.mark.parametrize("gain", [-341_000.0, 0.0])
def test_a_plan_that_does_not_gain_is_undecided_whatever_its_plays_promise(kind, gain):
    answer = {**ANSWERED, "verdict": kind, "told": {**TOLD, "gain": gain}}
    assert kind_of(answer) == "undecided"
    assert verdict(answer).startswith("Undecided: no plan gains") and not too_good(answer)


@pytest.mark.parametrize("kind", ["winner", "do_nothing", "no_clear_winner"])
def test_the_risk_is_told_by_the_name_of_its_strategy(kind):
    comparison = shared_comparison(kind)
    brief = build_brief(comparison, content_of(kind))
    *whom, risk = brief["answer"].bullets
    assert bool(whom) == (kind != "winner")
    assert risk.startswith(f"Risk: with {comparison.title(comparison.ranking[0])} ")


def test_a_report_without_a_search_does_not_speak_of_one():
    assert "searched" not in parts_of(shared_comparison(), "answer", "searched").sections


def test_an_answer_that_was_edited_or_damaged_since_is_refused_and_the_same_command_mends_it(
    tmp_path, monkeypatch
):
    searches: list[int] = []

    def search(*_):
        searches.append(1)
        return ANSWERED | {"verdict": "undecided", "plays_of_plan": []}, None

    monkeypatch.setattr(optimising, "_search", search)
    seek_beside("grocery", tmp_path, 4, 1, 1)
    path = tmp_path / BESIDE / ANSWER
    before = path.read_bytes()
    place = before.index(b'"budget": 2') + len(b'"budget": ')
    flipped = before[:place] + b"3" + before[place + 1 :]
    unsealed = {name: x for name, x in json.loads(before).items() if name != SEAL}
    for content in (flipped, json.dumps(unsealed).encode(), b'{"verdict', b"[]"):
        path.write_bytes(content)
        with pytest.raises(InputError, match="edited or damaged") as refused:
            parts_of(replace(shared_comparison(), folder=tmp_path), "answer")
        assert "`loyalty optimise --market grocery" in str(refused.value)
        assert f"--out {path.parent}`" in str(refused.value)
        seek_beside("grocery", tmp_path, 4, 1, 1)
        assert path.read_bytes() == before
    seek_beside("grocery", tmp_path, 4, 1, 1)
    assert len(searches) == 5, "what is whole is not sought again"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_money_of_a_search_is_told_with_the_size_of_the_firm_it_is_at(searched, language):
    with in_language(language):
        said = parts_of(searched, "searched")["searched"].sentences
    amounts = {"en": ("$2.00k", "$3.00k"), "zh": ("2,000", "3,000")}[language]
    # stated and drawn size with the budgets that go with them; customers here and in the comparison
    (told,) = [one for one in said if "1,500" in one]
    assert "1,000" in told and all(amount in told for amount in amounts), told
    assert any(
        "500" in one and f"{shared_comparison().manifest.n_customers:,}" in one for one in said
    )


def test_nothing_is_said_of_the_size_of_a_firm_that_no_future_draws():
    size = {"known": 1_000.0, "drawn": 1_000.0, "budget": 2_000.0}
    others = sentences({**ANSWERED, "size": size})
    assert len(others) == len(sentences(ANSWERED)) - 1
    assert not any("on average, where" in one for one in others)


def test_an_answer_that_tells_money_at_another_size_is_refused(searched):
    old = {key: value for key, value in ANSWERED.items() if key != "size"}
    write_json(searched.folder / BESIDE / ANSWER, with_seal(old))
    with pytest.raises(InputError, match="as the workbench gives it now"):
        read_beside(searched.folder)


def test_no_plan_is_chosen_by_fewer_futures_than_have_a_middle_90_percent():
    believed = {**ANSWERED, "plays_of_plan": [{**PLAY, "look_twice": False}]}
    for futures, kind in ((ENOUGH_FUTURES, "choose"), (ENOUGH_FUTURES - 1, "undecided")):
        answer = {**believed, "told": {**TOLD, "futures": futures}}
        assert kind_of(answer) == kind
        assert ("too few to choose by" in verdict(answer)) == (kind == "undecided")


@pytest.mark.parametrize("is_doubted", [False, True])
def test_a_play_beyond_belief_is_to_be_tried_first_however_often_it_earns(is_doubted):
    sure = {**PLAY, "try_first": False, "look_twice": is_doubted, "earns": 1.0}
    _, row = plays_table({**ANSWERED, "plays_of_plan": [sure]})
    assert ("try first" in row[-1]) == is_doubted
