"""What would do nothing is refused: settings without what they need, audiences they cannot act on.

Serves: C3.4
"""

import pytest

from sim.common.errors import InputError
from sim.experiment.compare import compare
from sim.experiment.designs import check_goals
from sim.levers import BY_NAME
from sim.model.reviews.twins import can_be_held_out
from sim.playbook.pages import load_page
from sim.playbook.reviews import Goal, Reviews
from sim.playbook.strategies import Play, Strategy
from sim.playbook.strategy_files import as_strategy


def chosen(lever: str, audience: str = "everyone", **settings: float) -> Strategy:
    play = Play.model_validate({"lever": lever, "audience": audience, "settings": settings})
    return as_strategy(Strategy(name="trial", plays=[play]))


NEEDS = [
    ("feedback", {"weakest_link": 1.0}, {"mend_causes": 0.5}),
    ("feedback", {"reward_by_use": 1.0, "suggestions": 0.5}, {"reward": 3.0}),
    ("feedback", {"reward_by_use": 1.0, "reward": 3.0}, {"suggestions": 0.5}),
    ("feedback", {"reply_reviews": 1.0}, {"unknown": 0.5}),
    ("segmentation", {"by_potential": 1.0}, {"rescore_weeks": 13}),
    ("segmentation", {"by_ties": 1.0}, {"rescore_weeks": 13}),
    ("segmentation", {"by_conduct": 1.0}, {"rescore_weeks": 13}),
]


@pytest.mark.parametrize(("lever", "idle", "needed"), NEEDS)
def test_a_setting_that_does_nothing_alone_is_refused_and_what_it_needs_is_named(
    lever: str, idle: dict, needed: dict
) -> None:
    with pytest.raises(InputError) as told:
        chosen(lever, **idle)
    assert f"plays.0.settings.{next(iter(idle))}" in str(told.value)
    assert f"{next(iter(needed))} above 0" in str(told.value)
    assert chosen(lever, **idle, **needed).plays


WHOM = [
    ("emotional_connection", "responsibility", 0.02, {"everyone"}),
    ("incentives", "welcome", 0.2, {"everyone", "prospect"}),
    (
        "service_quality",
        "guidance",
        1.0,
        {"everyone", "high_value", "potential", "ordinary", "new", "active", "at_risk"},
    ),
    (
        "service_quality",
        "priority",
        1.0,
        {"high_value", "potential", "ordinary", "new", "active", "at_risk", "lapsed"},
    ),
    (
        "personalisation",
        "preference_centre",
        1.0,
        {"everyone", "high_value", "potential", "ordinary", "new", "active", "at_risk"},
    ),
]
EVERY = {"everyone", "high_value", "potential", "ordinary"} | {
    *("prospect", "new", "active", "at_risk", "lapsed")
}


@pytest.mark.parametrize(("lever", "setting", "value", "whom"), WHOM)
def test_a_play_is_refused_for_those_on_whom_its_setting_cannot_act(
    lever: str, setting: str, value: float, whom: set[str]
) -> None:
    for audience in whom:
        assert chosen(lever, audience, **{setting: value}).plays
    for audience in EVERY - whom:
        with pytest.raises(InputError, match=r"plays\.0\.audience") as told:
            chosen(lever, audience, **{setting: value})
        assert setting in str(told.value)
        if audience != "prospect":  # on whom what is nil acts as little (`test_prospects.py`)
            assert chosen(lever, audience, **{setting: 0.0}).plays


def test_what_changes_the_firm_is_refused_for_part_of_its_customers() -> None:
    for lever in ("organisation", "data_stewardship"):
        with pytest.raises(InputError, match=f"everyone: {lever} changes the firm"):
            chosen(lever, "high_value")


def test_a_preset_that_is_not_for_everyone_is_for_somebody() -> None:
    for lever, mechanism in BY_NAME.items():
        for preset in load_page(lever).presets.values():
            allowed = [set(whom) for whom in mechanism.confined(preset.settings).values()]
            assert set.intersection(EVERY, *allowed)


def test_nobody_can_go_without_responsible_conduct() -> None:
    care = Play(lever="emotional_connection", settings={"moments": 6.0})
    conduct = Play(lever="emotional_connection", settings={"responsibility": 0.02})
    assert can_be_held_out(care) and not can_be_held_out(conduct)


def test_a_goal_after_the_horizon_is_refused_before_anything_is_run(tmp_path) -> None:
    plan = Strategy(
        name="late",
        plays=[Play(lever="incentives", preset="points_programme")],
        goals=[Goal(measure="csat", target=0.8, by_week=53)],
        reviews=Reviews(),
    )
    with pytest.raises(InputError, match=r"goals\.0\.by_week: found 53, expected a week from 1 to"):
        compare("grocery", [plan], 100, 52, 2, 1, out=tmp_path / "found", jobs=1)
    check_goals(plan, 53)
