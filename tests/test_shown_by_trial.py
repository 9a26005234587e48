"""What was doubted before a trial is told, after one, by what that trial found: shown, open, or nothing.

Serves: C2.1
"""

from dataclasses import asdict, replace

import pytest

from sim.advice.search.answer import trial_of_plays
from sim.advice.search.read import ANSWER, BESIDE, kind_of
from sim.analysis import shown_by_trial
from sim.analysis.plain import plain_answer
from sim.analysis.plausibility import doubted, doubtful_plays
from sim.analysis.shown_by_trial import found_of
from sim.analysis.trial_finding import Finding
from sim.common.own_digest import with_seal
from sim.common.writing import write_json
from sim.market.learned import Learned, Plan
from sim.report.comparison import chosen
from sim.report.comparison.content import build_content
from sim.report.comparison.glance import at_a_glance
from sim.report.comparison.plans_found import too_good, verdict
from sim.report.comparison.plausibility import cautions
from sim.report.comparison.searched import on_terminal, plays_note
from sim.report.documents.brief import build_brief
from sim.report.documents.sheets import build_sheets
from sim.report.documents.slides import build_slides
from sim.report.phrases import in_language
from tests.own_trials import design
from tests.sections import parts_of
from tests.test_belief import CHEAP, DEAR, with_plays
from tests.test_learn import TRIED
from tests.test_searched import ANSWERED, OPTION, PLAY, TOLD

#: Difference, its standard error, the chance that the plan does nothing, and what that shows.
OUTCOMES = {
    "shown": (20.0, 4.0, 0.0),
    "open": (5.0, 4.0, 0.5),
    "nothing": (0.5, 4.0, 0.95),
    "harm": (-20.0, 4.0, 0.2),
}
BEFORE = {"en": "before a trial", "zh": "未经试验不可"}
CHOSEN = {"en": "still what to choose", "zh": "仍应选择它"}
SAID = {
    "shown": {"en": "A trial has shown what half or more", "zh": "试验已证明"},
    "open": {"en": "A trial did not settle it: +$5.00", "zh": "试验未能确定"},
    "nothing": {"en": "Do nothing new: a trial has shown", "zh": "维持现状：试验已表明"},
    "harm": {"en": "Do nothing new: a trial has shown", "zh": "维持现状：试验已表明"},
}
KEY, OTHER = f"{CHEAP}:everyone", f"{DEAR}:everyone"
PLAYS = {KEY: {"votes": 2.0}, OTHER: {"value": 1.0}}


def _trial(difference, error, **more):
    return TRIED.model_copy(update={"difference": difference, "error": error, **more})


def _learned(*trials, idle=0.0):
    return Learned(
        seed=1,
        market="of",
        parameters="these",
        trials=list(trials),
        weights=[0.5, 0.5],
        plans={"balanced": Plan(levers=[CHEAP], idle=[idle, idle])},
    )


@pytest.fixture
def tried(monkeypatch):
    """Take trials as of plays that are given, by the trials' names."""
    plays = {"balanced": {KEY: {}, OTHER: {}}}

    def of(_market, learned):
        return [plays.get(trial.name, {}) for trial in learned.trials]

    monkeypatch.setattr(shown_by_trial, "_plays_of_trials", of)
    return plays


def _after(outcome):
    """Return a comparison whose leader's cheap play is beyond belief, after a trial of both its plays."""
    difference, error, idle = OUTCOMES[outcome]
    one = with_plays(0.6)
    learned = _learned(_trial(difference, error), idle=idle)
    return doubted(replace(one, market=one.market.model_copy(update={"learned": learned})))


# -- the rule
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_what_a_trial_found_is_read_from_its_own_interval(tried, outcome):
    difference, error, idle = OUTCOMES[outcome]
    tried["balanced"] = PLAYS
    market = _market(_learned(_trial(difference, error), idle=idle))
    found = found_of(market, PLAYS, [KEY])
    assert found.outcome == ("nothing" if outcome == "harm" else outcome)
    assert (found.low + found.high) / 2 == pytest.approx(difference)


def _market(learned):
    return with_plays(0.6).market.model_copy(update={"learned": learned})


@pytest.mark.parametrize(
    "plays",
    [
        {KEY: {"votes": 3.0}},  # set otherwise
        {f"{CHEAP}:new": {"votes": 2.0}},  # for others
        {OTHER: PLAYS[OTHER]},  # of another play
        {**PLAYS, "community:everyone": {}},  # beside one that may have done it
        {},  # of which nothing is known
    ],
)
def test_a_trial_of_other_plays_tells_nothing_of_one_that_is_doubted(tried, plays):
    tried["balanced"] = plays
    assert found_of(_market(_learned(_trial(20.0, 4.0))), PLAYS, [KEY]) is None


def test_campaigns_of_the_records_and_a_market_without_trials_show_nothing(tried):
    tried["balanced"] = PLAYS
    assert found_of(_market(_learned(_trial(20.0, 4.0, by_lot=False))), PLAYS, [KEY]) is None
    assert found_of(_market(None), PLAYS, [KEY]) is None


def test_of_several_trials_of_a_play_the_surest_tells_and_all_plays_must_be_shown(tried):
    """Whatever they found: a small trial undoes no large one, by its luck or without it."""
    tried |= {
        "balanced": {KEY: PLAYS[KEY]},
        "small": {KEY: PLAYS[KEY]},
        "dear": {OTHER: PLAYS[OTHER]},
    }
    large, small = _trial(20.0, 4.0), _trial(-20.0, 9.0, name="small")
    for order in ((large, small), (small, large)):
        assert found_of(_market(_learned(*order)), PLAYS, [KEY]).outcome == "shown"
    unclear = _trial(5.0, 4.0, name="dear")
    both = _market(_learned(large, unclear))
    assert found_of(both, PLAYS, [KEY, OTHER]).outcome == "open"
    assert found_of(both, PLAYS, [KEY, OTHER]).difference == 5.0
    assert found_of(_market(_learned(large)), PLAYS, [KEY, OTHER]) is None


def test_the_plays_of_a_trial_are_those_of_the_design_that_is_kept(monkeypatch):
    plan = design().plan
    plays = {play.key: play.settings for play in plan.plays}
    monkeypatch.setattr(shown_by_trial, "trial_designs", lambda _: {"balanced": design()})
    market = _market(_learned(_trial(20.0, 4.0)))
    assert found_of(market, plays, list(plays)).outcome == "shown"
    monkeypatch.setattr(shown_by_trial, "trial_designs", lambda _: {})
    assert found_of(market, plays, list(plays)) is None


# -- a strategy that is written down
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_after_a_trial_page_brief_slides_and_terminal_say_what_it_found(tried, language, outcome):
    judged = _after(outcome)
    kinds = {"shown": "winner", "open": "not_settled"}
    assert judged.verdict.kind == kinds.get(outcome, "do_nothing")
    assert plain_answer(judged)["trial"] == asdict(judged.verdict.found)
    assert "trial" not in plain_answer(with_plays(0.6))
    with in_language(language):
        content = build_content(judged)
        page, brief = repr(content), repr(build_brief(judged, content)["answer"])
        slides = repr(build_slides(judged, content, build_sheets(judged, content)))
        voices = {
            "page": page,
            "brief": brief,
            "slides": slides,
            "terminal": at_a_glance(judged)[0],
        }
    for voice, text in voices.items():
        assert SAID[outcome][language] in text, voice
        assert BEFORE[language] not in text, voice
    assert (CHOSEN[language] in page) == (outcome == "shown")


def test_where_no_trial_told_it_is_to_be_tried_first(tried):
    tried.clear()
    judged = _after("shown")
    assert judged.verdict.kind == "too_good" and BEFORE["en"] in at_a_glance(judged)[0]
    assert CHOSEN["en"] not in repr(parts_of(judged, "learned"))


def test_how_much_a_shown_plan_returns_stays_a_figure(tried, monkeypatch):
    monkeypatch.setattr("sim.analysis.plausibility._gain_over_cost", lambda *_: 12.0)
    told, doubts = at_a_glance(_after("shown"))[0], at_a_glance(_after("open"))[0]
    assert "Balanced: it gains 12 times what it costs." in told
    look, of_all = "Look twice before you believe the number of Balanced", ": it gains 12 times"
    assert look in doubts and doubts.partition(look)[2].count(of_all) == 1
    assert not [line for line in told.splitlines() if line.startswith(look) and of_all in line]


# -- a plan that a search found
def _searched(outcome):
    difference, error, _ = OUTCOMES[outcome]
    which = "nothing" if outcome == "harm" else outcome
    found = Finding(which, difference, difference - 1.645 * error, difference + 1.645 * error, 26)
    return {**ANSWERED, "plays_of_plan": [PLAY], "trial": asdict(found)}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_after_a_trial_a_search_says_what_it_found(tmp_path, language, outcome):
    answer, kinds = _searched(outcome), {"shown": "choose", "open": "not_settled"}
    assert kind_of(answer) == kinds.get(outcome, "do_nothing")
    (tmp_path / BESIDE).mkdir()
    write_json(tmp_path / BESIDE / ANSWER, with_seal(answer))
    comparison = replace(with_plays(0.4), folder=tmp_path)
    with in_language(language):
        said = "\n".join([verdict(answer), *too_good(answer)])
        content = parts_of(comparison, "answer", "searched", "trial")
        terminal = "\n".join(on_terminal(comparison, "A."))
    for text in (said, repr(content), terminal):
        assert SAID[outcome][language] in text
        assert BEFORE[language] not in text


@pytest.mark.parametrize(("share", "is_told"), [(0.2, False), (0.6, True)])
def test_a_trial_of_less_than_half_of_a_gain_is_not_said_to_have_shown_half_of_it(
    monkeypatch, share, is_told
):
    plays = [{**PLAY, "adds": share * OPTION["gain"]}]
    answer, comparison = {**_searched("shown"), "plays_of_plan": plays}, with_plays(0.4)
    monkeypatch.setattr(chosen, "search_of", lambda _: answer)
    monkeypatch.setattr(chosen, "alone_of", lambda _: comparison)
    told = chosen.told_of(comparison)
    said = "\n".join(cautions(told, told.ranking[0]))
    assert (SAID["shown"]["en"] in said) == is_told


def test_the_terminal_says_of_what_each_verdict_is(tmp_path):
    (tmp_path / BESIDE).mkdir()
    write_json(tmp_path / BESIDE / ANSWER, with_seal(_searched("shown")))
    written, found, _ = on_terminal(replace(with_plays(0.4), folder=tmp_path), "Do nothing.")
    assert written == "Of the strategies that are written down: Do nothing."
    assert found.startswith("Of all plans that could be put together: Choose Plan 1")
    assert on_terminal(with_plays(0.4), "Do nothing.") == ["Do nothing."]


def test_a_search_keeps_what_trials_had_found_of_its_plays(tried):
    key = f"{PLAY['lever']}:{PLAY['audience']}"
    tried["balanced"] = {key: PLAY["settings"]}
    kept = trial_of_plays(_market(_learned(_trial(20.0, 4.0))), [PLAY])
    assert kept["trial"]["outcome"] == "shown" and kept["trial"]["weeks"] == TRIED.weeks
    assert trial_of_plays(_market(None), [PLAY]) == {}
    assert (
        trial_of_plays(_market(_learned(_trial(20.0, 4.0))), [{**PLAY, "look_twice": False}]) == {}
    )


# -- one denominator
@pytest.mark.parametrize("told", [0.5, 2.0])
def test_whoever_divides_the_numbers_of_the_table_gets_what_a_search_says(told):
    """Whatever the plan gains in the futures kept apart for the verdict."""
    for share in (0.49, 0.51):
        plays = [{**PLAY, "adds": share * OPTION["gain"]}]
        of_told = {**TOLD, "gain": told * OPTION["gain"]}
        answer = {**ANSWERED, "plays_of_plan": plays, "told": of_told}
        assert (kind_of(answer) == "too_good") == (share >= 0.5)
    assert "the plan gains $50.0k on average" in plays_note(answer)


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_whoever_divides_worths_of_plays_gets_what_a_comparison_says(scale):
    """Whatever the plan gains over all futures, beside those in which its plays were left out."""
    for share in (0.49, 0.51):
        one = with_plays(share, 100.0)
        worths = one.worths
        values = [
            replace(x, mean=scale * x.mean, low=scale * x.low, high=scale * x.high)
            for x in worths.values
        ]
        other = replace(one, worths=replace(worths, gain=scale * worths.gain, values=values))
        assert doubtful_plays(other) == {KEY: pytest.approx(share * other.worths.gain)}
        assert (doubted(other).verdict.kind == "too_good") == (share >= 0.5)
