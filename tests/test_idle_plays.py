"""A play that does nothing is refused, or said to do nothing where the plan is told."""

from dataclasses import replace

import pytest

from sim.cli import plan_tables
from sim.common.errors import InputError
from sim.experiment.plan import make_plan
from sim.playbook.strategies import Strategy
from sim.playbook.strategy_files import as_strategy


@pytest.mark.parametrize("play", [{}, {"settings": {}}, {"reach": 0.5}])
def test_a_play_without_preset_and_settings_is_refused_with_the_presets_of_its_lever(play):
    plan = Strategy(name="idle", plays=[{"lever": "incentives", **play}])
    with pytest.raises(InputError, match=r"plays\.0\.preset: .*a preset, one of points_programme"):
        as_strategy(plan)


def test_a_play_that_does_nothing_within_the_plan_is_told():
    made = make_plan("segmented_care", "grocery", 30)
    assert plan_tables.without_effect(made) == []
    first, second, *others = made.strategy.plays
    idle = [
        first.model_copy(update={"start_week": made.weeks}),
        second.model_copy(update={"reach": 0.0}),
    ]
    plan = replace(made, strategy=made.strategy.model_copy(update={"plays": [*idle, *others]}))
    late, unheard = sorted(plan_tables.without_effect(plan), key=lambda told: "reaches" in told)
    assert f"begins in week {made.weeks + 1}, after these {made.weeks} weeks" in late
    assert "reaches nobody" in unheard
    just = first.model_copy(update={"start_week": made.weeks - 1})
    plan = replace(made, strategy=made.strategy.model_copy(update={"plays": [just, *others]}))
    plan = replace(plan, presets=made.presets[1:])
    assert plan_tables.without_effect(plan) == []
