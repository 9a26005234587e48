"""What a trial has taught is followed by a comparison of the plan that was tried, wherever that is kept.

Serves: C3.4
"""

import os

import pytest
import yaml

from sim.experiment import tried_plan
from sim.experiment.trial_design import trial_designs, write_design
from sim.experiment.tried_plan import next_command
from sim.market.learned import Learned, Plan
from sim.playbook.strategy_files import load_strategy
from tests.own_trials import design, own_shop
from tests.test_learn import TRIED

NAME = "best_for_shop"
FILE = {
    "format": 2,
    "name": NAME,
    "title": "Best plan for shop",
    "summary": "The plan that a search recommends.",
    "plays": [{"lever": "incentives", "preset": "points_programme", "intensity": 1.5}],
}


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """Return the folder of a client, whose last trial was of a plan that a search had found."""
    folder = own_shop(tmp_path, monkeypatch)
    path = _kept(folder / "results" / "optimum_shop")
    plan = load_strategy(str(path)).model_copy(update={"budget": 20.0})
    write_design("shop", design().model_copy(update={"arm": NAME, "plan": plan}))
    assert NAME in trial_designs("shop")
    return folder


def _kept(folder, intensity=1.5):
    folder.mkdir(parents=True, exist_ok=True)
    content = {**FILE, "plays": [{**FILE["plays"][0], "intensity": intensity}]}
    path = folder / f"{NAME}.yaml"
    path.write_text(yaml.safe_dump(content), "utf-8")
    return path


def _learned(strategy):
    trial = TRIED.model_copy(update={"name": strategy, "strategy": strategy})
    plans = {strategy: Plan(levers=["incentives"], idle=[0.0, 0.0])}
    return Learned(
        seed=1, market="a", parameters="b", trials=[TRIED, trial], weights=[0.5, 0.5], plans=plans
    )


def _strategy(command):
    market, after = command.partition(" --strategies ")[::2]
    assert market == "loyalty compare --market shop" and command.endswith(" --report --lang zh")
    return after.removesuffix(" --report --lang zh")


def test_a_plan_of_a_search_is_named_by_its_file_and_that_is_read(shop):
    named = _strategy(next_command("shop", _learned(NAME), " --lang zh"))
    assert named == str(shop / "results" / "optimum_shop" / f"{NAME}.yaml")
    assert load_strategy(named, "shop").name == NAME


def test_a_later_search_that_found_another_plan_is_not_taken_for_what_was_tried(shop):
    other = _kept(shop / "results" / "shop" / "search", intensity=1.0)
    first = shop / "results" / "optimum_shop" / f"{NAME}.yaml"
    os.utime(first, (1, 1))
    assert _strategy(next_command("shop", _learned(NAME), " --lang zh")) == str(first)
    # of two that found the same the last is named
    _kept(other.parent)
    assert _strategy(next_command("shop", _learned(NAME), " --lang zh")) == str(other)


def test_a_plan_that_is_known_by_its_name_is_named_by_it(shop):
    _kept(shop / "strategies")
    assert _strategy(next_command("shop", _learned(NAME), " --lang zh")) == NAME
    # one that was changed since stands back behind the file of what was tried
    _kept(shop / "strategies", intensity=1.0)
    assert _strategy(next_command("shop", _learned(NAME), " --lang zh")).endswith(f"{NAME}.yaml")
    assert _strategy(next_command("shop", _learned("balanced"), " --lang zh")) == "balanced"


def test_where_the_plan_is_kept_nowhere_all_strategies_are_compared(shop, monkeypatch):
    monkeypatch.setattr(tried_plan, "trial_designs", lambda _: {})
    told = next_command("shop", _learned(NAME), " --lang zh")
    assert told == "loyalty compare --market shop --report --lang zh"
