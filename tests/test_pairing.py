"""Scenarios of a comparison differ by the strategy alone: same luck, same responses, same budget.

Serves: L1.2c C3.1
"""

import json

import numpy as np
import pytest
from weekly_tables import write_comparison

from sim.analysis.load_comparison import load_comparison
from sim.common.errors import InputError
from sim.evidence.parameters import pert_quantile
from sim.experiment import budget, result_store, workers
from sim.experiment import compare as experiment
from sim.experiment.budget import size_strategies
from sim.experiment.manifest import read_manifest
from sim.experiment.result_store import MANIFEST
from sim.market.market import load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategy_files import load_strategy
from tests.quick import make_quick
from tests.sealed import write_sealed

REPLICATIONS = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        return experiment.compare(
            "grocery", ["balanced"], customers=300, weeks=4, replications=REPLICATIONS, seed=1,
            out=tmp_path_factory.mktemp("pairs") / "comparison", jobs=1,
        )  # fmt: skip


def test_before_a_strategy_can_act_its_runs_are_those_of_doing_nothing(folder):
    """In week 0 quality has reached nobody, and rewards have not begun."""
    seen = []
    for k in range(REPLICATIONS):
        first = [
            result_store.read_run(folder, ("central", name, k)).query("week == 0")[
                ["trips", "rival_trips", "spend", "rival_spend", "new_dropped_out"]
            ]
            for name in ("baseline", "balanced")
        ]
        np.testing.assert_array_equal(first[0], first[1])
        seen.append(tuple(first[0]["spend"]))
    assert len(set(seen)) == REPLICATIONS, "replications have luck of their own"


def test_each_replication_has_its_own_draw_shared_by_all_scenarios(folder, monkeypatch):
    made = []

    class Made(Exception):
        """The scenario is what is looked at, not its run."""

    def look(scenario):
        made.append(scenario)
        raise Made

    monkeypatch.setattr(workers, "LoyaltyModel", look)
    manifest = read_manifest(folder)
    for path in folder.glob("runs/*/*.parquet"):
        path.unlink()
    with pytest.raises(InputError, match="Made"):
        workers.run_missing(folder, manifest, manifest.run_keys(), 1, lambda *_: None)
    keys = manifest.run_keys()
    for (_, _, replication), scenario in zip(keys, made, strict=True):
        assert (scenario.seed, scenario.draw) == (1 + replication, replication)


def test_every_variant_is_scaled_by_its_own_number_of_customers(tmp_path):
    market = load_market("grocery")
    write_comparison(tmp_path, market, {"balanced": [1.0, 2.0, 3.0]})
    manifest = json.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))
    end = list(manifest["variants"])[1]
    before = load_comparison(tmp_path).measures
    manifest["variants"][end]["scale"] *= 2
    write_sealed(tmp_path, manifest)
    after = load_comparison(tmp_path).measures
    margin = before["measure"] == "margin"
    ratio = after.loc[margin, "value"] / before.loc[margin, "value"]
    assert ratio[before["variant"] == end].to_numpy() == pytest.approx(2.0)
    assert ratio[before["variant"] != end].to_numpy() == pytest.approx(1.0)


def test_the_budget_is_the_markets_share_of_the_margin_when_nothing_is_done(monkeypatch):
    monkeypatch.setattr(budget, "_PILOT_CUSTOMERS", 1000)
    market, weeks = load_market("grocery"), 52
    sized = size_strategies(market, ["service_first"], weeks)["service_first"]
    customers = budget._PILOT_CUSTOMERS
    nothing = LoyaltyModel(Scenario(market, load_strategy("baseline"), customers, weeks, 0)).run()
    yearly = nothing.weekly["margin"].sum() * 52 / weeks / customers
    assert sized.budget == pytest.approx(market["budget_share"] * yearly, rel=1e-12)
    assert sum(sized.planned.values()) == pytest.approx(sized.budget, rel=budget._CLOSE_ENOUGH)


def test_a_design_is_not_stretched_to_use_up_a_budget_and_the_plan_is_the_same_in_processes():
    market = load_market("grocery").with_values(budget_share=0.5)
    names = ["service_first", "rewards_first"]
    sized = size_strategies(market, names, 6)
    design = load_strategy("rewards_first").plays[0].settings["rebate"]
    chosen = sized["rewards_first"]
    assert chosen.plays[0].settings["rebate"] == budget.MOST_SCALE * design
    assert sum(chosen.planned.values()) < chosen.budget
    assert size_strategies(market, names, 6, jobs=2) == sized


def test_the_most_likely_value_of_a_pert_law_has_the_weight_of_four():
    """Its mean is (low + 4 mode + high) / 6."""
    grid = (np.arange(20_000) + 0.5) / 20_000
    mean = np.mean([pert_quantile(u, 1.0, 2.0, 9.0) for u in grid])
    step = (9.0 - 1.0) / grid.size  # no sum of a rising function on a grid is further off
    assert mean == pytest.approx((1 + 4 * 2 + 9) / 6, abs=step)
