"""The cockpit says what it shows: settings that no control has, what a sample cannot see, wrong names."""

import re

import pytest

from sim.cockpit import words
from sim.cockpit.draft import Draft, opened, possible_name
from sim.cockpit.sample import Sample
from sim.cockpit.session import Session
from sim.cockpit.view import Cockpit
from sim.common.errors import InputError
from sim.market.market import load_market
from sim.report.names import mechanism_label
from sim.report.phrases import in_language
from tests.quick import make_quick

SIZE = {"customers": 100, "weeks": 14, "stages": (2,)}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_quick(monkeypatch.setattr)


@pytest.fixture
def cockpit(monkeypatch: pytest.MonkeyPatch) -> Cockpit:
    """Make a cockpit that tries nothing by itself."""
    monkeypatch.setattr(Session, "look", lambda *_: None)
    return Cockpit("grocery", **SIZE)


def _open(cockpit: Cockpit, name: str) -> None:
    cockpit.strategy.value = name
    cockpit.speak_of(cockpit._open)


@pytest.mark.parametrize(
    "name", ["whole_journey", "weakest_link_first", "friends_bring_friends", "tiers_and_goals"]
)
def test_each_setting_that_no_control_shows_stands_in_the_row_of_its_play(cockpit, name):
    _open(cockpit, name)
    assert any(play.settings for play in cockpit.draft.plays)
    for row, play in zip(cockpit.rows, cockpit.draft.plays, strict=True):
        said = row.beyond.value
        assert all(f"{key} {value:g} (" in said for key, value in play.settings.items())
        assert said and row.beyond.layout.display != "none"


def test_a_row_whose_controls_show_all_of_a_play_says_nothing_more(cockpit):
    cockpit.speak_of(cockpit._add)
    assert [row.beyond.value for row in cockpit.rows] == ["", ""]
    assert cockpit.rows[0].beyond.layout.display == "none"


def test_what_else_an_opened_play_says_is_told(cockpit):
    _open(cockpit, "service_as_identity")
    assert "intensity 1.5" in "".join(row.beyond.value for row in cockpit.rows)
    _open(cockpit, "lifecycle_care_plan")
    assert "phase: foundations" in cockpit.rows[0].beyond.value
    assert "by: Service" in cockpit.rows[0].beyond.value


def test_a_preset_that_drops_settings_says_so_and_undo_brings_them_back(cockpit):
    _open(cockpit, "whole_journey")
    before, preset = cockpit.draft.plays, cockpit.rows[0].fields["preset"]
    assert "easy_returns" in cockpit.rows[0].beyond.value
    kept, other = preset.value, next(v for _, v in preset.options if v != preset.value)
    preset.value = other
    assert "Dropped" in cockpit.said.value and "easy_returns 1" in cockpit.said.value
    assert "easy_returns" not in cockpit.rows[0].beyond.value
    preset.value = kept
    assert "Dropped" not in cockpit.said.value
    assert cockpit.draft.plays != before
    for _ in range(2):
        cockpit.undo.click()
    assert cockpit.draft.plays == before and "easy_returns 1" in cockpit.rows[0].beyond.value


def test_goals_and_reviews_of_an_opened_plan_are_told_and_go_with_the_plan_that_is_opened_next(
    cockpit,
):
    _open(cockpit, "balanced_reviewed")
    weeks = opened("balanced_reviewed", "grocery").kept["reviews"]["every_weeks"]
    assert f"reviewed every {weeks} weeks" in cockpit.beyond.value
    cockpit.rows[0].fields["reach"].value = 0.5
    assert cockpit.draft.written.reviews is not None
    assert f"reviewed every {weeks} weeks" in cockpit.beyond.value
    _open(cockpit, "balanced")
    assert cockpit.beyond.value == ""


def test_an_opened_strategy_is_one_step_and_keeps_its_title(cockpit):
    _open(cockpit, "whole_journey")
    assert cockpit.draft == opened("whole_journey", "grocery")
    cockpit.undo.click()
    assert len(cockpit.draft.plays) == 1 and cockpit.draft.plays[0].lever == "service_quality"


def test_no_step_goes_back_behind_the_plan_that_the_cockpit_opens_with(cockpit):
    assert cockpit.undo.disabled and cockpit.draft.plays
    cockpit.speak_of(cockpit._add)
    assert not cockpit.undo.disabled
    for _ in range(2):
        cockpit.speak_of(cockpit._undo)
        assert cockpit.undo.disabled and len(cockpit.draft.plays) == 1


@pytest.mark.parametrize("start", [13, 14])
def test_a_play_that_starts_after_the_sample_is_said_not_to_be_seen(start):
    sample = Sample(load_market("grocery"), **SIZE)
    draft = Draft().added("service_quality").changed(0, start_week=start)
    shown = [one for one in sample.steps(draft.design("grocery")) if one is not None][-1]
    said = words.gain_html(shown, sample.market, 2)
    assert ("The sample ends after 14 weeks" in said) == (start == 14)
    assert (f"{mechanism_label('service_quality')} starts in week 14" in said) == (start == 14)


@pytest.mark.parametrize("wrong", ["My plan", "Señor's plan B!", "2nd", "方案", "", "a" * 101])
def test_a_wrong_name_is_refused_in_words_with_a_name_that_is_right(wrong):
    with pytest.raises(InputError) as refused:
        Draft("mine").renamed(wrong)
    assert "small letters, digits and underscores" in str(refused.value)
    assert "^" not in refused.value.expected
    named = Draft("mine").renamed(refused.value.nearest)
    assert named.name == possible_name(wrong) and named.written.name == named.name


def test_a_wrong_name_leaves_the_plan_and_its_number_on_the_screen(cockpit):
    cockpit.gain.value, before = "a number", cockpit.draft
    cockpit.name.value = "My plan"
    assert cockpit.gain.value == "a number" and cockpit.draft == before
    assert cockpit.name.value == before.name
    assert "my_plan" in cockpit.said.value and "alert" in cockpit.said.value


def test_what_is_told_of_an_opened_plan_is_told_in_chinese_too(cockpit):
    cockpit.tongue.value = "zh"
    for name in ("weakest_link_first", "balanced_reviewed"):
        _open(cockpit, name)
        texts = [row.beyond.value for row in cockpit.rows] + [cockpit.beyond.value]
        for text in filter(None, texts):
            bare = re.sub(r"<[^>]+>|[a-z_]+ [\d.]+（", "", text)
            assert not re.search(r"[A-Za-z]{3,}", bare), text
    with in_language("zh"):
        cockpit.name.value = "My plan"
    assert "小写字母" in cockpit.said.value


def test_markets_strategies_introduction_and_progress_are_told_in_chinese(cockpit):
    assert ("whole_journey · The whole journey", "whole_journey") in cockpit.strategy.options
    cockpit.tongue.value = "zh"
    for control in (cockpit.market, cockpit.strategy):
        assert control.options and all(
            re.search("· .*[一-鿿]", label) for label, _ in control.options
        )
    cockpit.full._heard(3, 9, "future 13: baseline")
    assert "情景13：baseline · 维持现状" in cockpit.full.told.value
    intro = cockpit.children[1].children[0].value
    assert "驾驶舱" in intro and not re.search(r"[A-Za-z]{4,}", re.sub("<[^>]+>", "", intro))
    assert cockpit.market.value == "grocery" and cockpit.strategy.value is not None


def test_what_is_wrong_with_a_play_names_its_row_and_lever():
    draft = Draft().added("service_quality").added("incentives").changed(1, audience="prospect")
    with pytest.raises(InputError) as fault:
        draft.design("grocery")
    said = words.fault_said(fault.value, draft.plays)
    assert said.startswith("Play 2, incentives: audience: found 'prospect'") and "welcome" in said
    with in_language("zh"):
        assert words.fault_said(fault.value, draft.plays).startswith("第2项做法")
    other = InputError("market", "name", "x", "another")
    assert words.fault_said(other, draft.plays) == str(other)
