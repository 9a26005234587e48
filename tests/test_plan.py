"""A plan says who does what for whom from when, and its costs are those of the run.

Serves: C3.1 C3.3 L1.1b
"""

import numpy as np
import pytest
from typer.testing import CliRunner

from sim import cli
from sim.errors import InputError
from sim.experiment import plan as plans
from sim.model import LoyaltyModel
from sim.planning import size_strategies
from sim.scenario import Scenario


@pytest.fixture(scope="module")
def made() -> plans.Plan:
    return plans.make_plan("segmented_care", "grocery", 30)


def test_costs_add_up_to_those_of_the_same_run_scaled_to_the_firm(made):
    sized = size_strategies(made.market, ["segmented_care"], 30)["segmented_care"]
    run = LoyaltyModel(Scenario(made.market, sized, plans.CUSTOMERS, 30, plans.SEED)).run()
    scale = made.market["firm_customers"] / plans.CUSTOMERS
    for play in sized.plays:
        weekly = run.weekly.groupby("week")[f"cost.{play.lever}"].sum().to_numpy() * scale
        quarters = [weekly[:13].sum(), weekly[13:26].sum(), weekly[26:].sum()]
        np.testing.assert_allclose(made.costs[play.key], quarters, rtol=1e-9)


def test_every_play_is_told_with_its_department_audience_and_weeks(made):
    head, *rows = plans.who_does_what(made)
    assert head == ("who", "does what", "for whom", "when")
    assert [row[0].split()[0] for row in rows] == ["Market", "Market", "Service"]
    told = {row[1].splitlines()[0]: row for row in rows}
    who, what, whom, when = told["Service quality, trained and staffed"]
    assert whom == "high-value customers"
    assert when.splitlines() == ["from week 4", "in full from week 16", "to the end"]
    play = next(p for p in made.strategy.plays if p.lever == "service_quality")
    assert (
        f"extra training, hours per employee and year: {play.settings['training_hours']:.0f}"
        in (" ".join(what.split()))
    )


def test_phase_end_and_reach_are_told(made):
    play = made.strategy.plays[0].model_copy(
        update={"phase": "first_steps", "start_week": 3, "end_week": 20, "reach": 0.9}
    )
    assert plans._when(play, 30).splitlines() == [
        "phase first steps:",
        "from week 3",
        "until week 20",
    ]
    assert plans._whom(play).startswith("90.0% of ")


def test_the_last_row_is_the_sum_of_the_others(made):
    head, *rows = plans.what_it_costs(made)
    assert head == ("play", "Q1", "Q2", "Q3", "total")
    assert len(rows) == len(made.strategy.plays) + 1
    total = sum(costs.sum() for costs in made.costs.values())
    assert rows[-1][-1] == plans.money(total, "USD")


def test_doing_nothing_is_no_plan():
    with pytest.raises(InputError, match="nothing to plan"):
        plans.make_plan("baseline", "grocery", 8)


def test_the_command_prints_both_tables_and_the_budget():
    done = CliRunner().invoke(cli.app, ["plan", "balanced", "--weeks", "13"])
    assert done.exit_code == 0, done.output
    for words in ("Service department", "Incentives", "Cost per quarter", "Budget: $"):
        assert words in done.output
