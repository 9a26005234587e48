"""Scenarios of a comparison differ by the strategy alone: same luck, same responses, same budget.

Serves: L1.2c C3.1
"""

from dataclasses import replace

import numpy as np
import pytest

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.errors import InputError
from sim.evidence.parameters import pert_quantile
from sim.experiment import budget, workers
from sim.experiment import compare as experiment
from sim.experiment.budget import size_strategies
from sim.experiment.manifest import read_manifest
from sim.experiment.summary import collect_measures
from sim.market.market import load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.affordability import LEAST_REACH
from sim.playbook.strategies import Play, Strategy
from sim.playbook.strategy_files import load_strategy
from tests.quick import make_quick
from tests.stored import run_of

#: As few as some are lived through twice of.
FUTURES = 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        return experiment.compare(
            load_market("grocery").with_values(firm_customers=(30_000, 55_000, 90_000)),
            ["balanced"], customers=300, weeks=4, futures=FUTURES, seed=1,
            out=tmp_path_factory.mktemp("pairs") / "comparison", jobs=1,
        )  # fmt: skip


def test_before_a_strategy_can_act_its_runs_are_those_of_doing_nothing(folder):
    """In week 0 quality has reached nobody, and rewards have not begun."""
    manifest, seen = read_manifest(folder), []
    for future in manifest.drawn:
        keys = [(name, future.number, future.luck) for name in ("baseline", "balanced")]
        first = [
            run_of(folder, manifest, key).query("week == 0")[
                ["trips", "rival_trips", "spend", "rival_spend", "new_dropped_out"]
            ]
            for key in keys
        ]
        np.testing.assert_array_equal(first[0], first[1])
        seen.append(tuple(first[0]["spend"]))
    assert len(set(seen)) == len(manifest.drawn), "futures and second lives have luck of their own"


def test_all_scenarios_of_a_future_have_its_market_parameters_people_and_luck(folder, monkeypatch):
    made = []

    class Made(Exception):
        """The scenario is what is looked at, not its run."""

    def look(scenario, start):
        made.append(scenario)
        raise Made

    monkeypatch.setattr(workers, "run_lives", look)
    manifest = read_manifest(folder)
    with pytest.raises(InputError, match="Made"):
        workers.run_missing(folder, manifest, list(manifest.runs), 1, lambda *_: None)
    pairs = list(zip(made[::2], made[1::2], strict=True))
    assert len(pairs) == len(manifest.drawn)
    for future, (nothing, balanced) in zip(manifest.drawn, pairs, strict=True):
        assert not nothing.strategy.plays and balanced.strategy.plays
        assert replace(balanced, strategy=nothing.strategy) == nothing
        assert nothing.seed == future.seed
        drawn = {f"market.{name}": number.value for name, number in nothing.market.values.items()}
        drawn |= {row.key: row.value for row in nothing.parameters.rows}
        shares = {name for name in future.values if name.startswith(("rivals.", "channels."))}
        moves = future.values["law.moving_rates"]
        assert nothing.market.rates_move == bool(moves)
        holds = {
            address: value
            for address, value in future.values.items()
            if address not in shares and not address.startswith(("law.", "moving."))
        }
        if moves:  # what holds where rates move stands in the place of the market's own
            moving = {k: v for k, v in future.values.items() if k.startswith("moving.")}
            holds = {
                k: v for k, v in holds.items() if k.replace("market.", "moving.") not in moving
            }
            holds |= {k.replace("moving.", "market."): value for k, value in moving.items()}
        for address, value in holds.items():
            assert drawn[address] == value, address
    assert len({nothing.seed for nothing, _ in pairs}) == len(pairs)


def test_money_of_a_future_is_that_of_the_firms_customers_in_it(folder):
    """The margin of four weeks, times the customers of the firm that each one in the run stands for."""
    manifest = read_manifest(folder)
    table = collect_measures(folder, manifest).query("segment == 'total' and measure == 'margin'")
    for future in manifest.drawn:
        key = ("baseline", future.number, future.luck)
        margin = run_of(folder, manifest, key)["margin"].sum()
        told = table.query("scenario == @key[0] and future == @key[1] and luck == @key[2]")["value"]
        scale = future.values["market.firm_customers"] / 300 * WEEKS_A_YEAR / 4
        assert told.item() == pytest.approx(margin * scale, rel=1e-9)


def test_the_budget_is_the_markets_share_of_the_margin_when_nothing_is_done(monkeypatch):
    monkeypatch.setattr(budget, "PILOT_CUSTOMERS", 1000)
    market, weeks = load_market("grocery"), 52
    sized = size_strategies(market, ["service_first"], weeks)["service_first"]
    customers = budget.PILOT_CUSTOMERS
    nothing = LoyaltyModel(Scenario(market, load_strategy("baseline"), customers, weeks, 0)).run()
    yearly = nothing.weekly["margin"].sum() * 52 / weeks / customers
    assert sized.budget == pytest.approx(market["budget_share"] * yearly, rel=1e-12)


def test_a_plan_below_the_budget_runs_as_written_and_is_the_same_in_processes(monkeypatch):
    """Scaled to a budget, a rebate of one per cent would run as one of three."""
    monkeypatch.setattr(budget, "PILOT_CUSTOMERS", 500)
    market = load_market("grocery").with_values(budget_share=1.0)
    names = ["service_first", "rewards_first"]
    sized = size_strategies(market, names, 6)
    for name in names:
        chosen = sized[name]
        assert chosen.plays == load_strategy(name).plays
        assert 0 < sum(chosen.planned.values()) == chosen.as_written < chosen.budget
    assert size_strategies(market, names, 6, jobs=2) == sized


def _costly(monkeypatch, share: float, **settings: float):
    monkeypatch.setattr(budget, "PILOT_CUSTOMERS", 1_000)
    market = load_market("grocery").with_values(budget_share=1.0)
    plays = [
        Play(lever="incentives", settings={"rebate": 0.01}, reach=0.8),
        Play(lever="service_quality", settings=settings),
    ]
    design = Strategy(name="dear", plays=plays)
    full = size_strategies(market, [design], 8)["dear"]
    used = full.as_written / full.budget
    return full, size_strategies(market.with_any_values(budget_share=share * used), [design], 8)[
        "dear"
    ]


def test_a_plan_above_the_budget_reaches_fewer_by_one_factor_and_keeps_its_settings(monkeypatch):
    full, capped = _costly(monkeypatch, 0.75, staff=0.2)
    used = sum(capped.planned.values()) / capped.budget
    assert 0.9 < used <= 1 + budget._CLOSE_ENOUGH  # a cap: what is below it is not filled up
    assert capped.as_written == pytest.approx(full.as_written)
    factors = [a.reach / b.reach for a, b in zip(capped.plays, full.plays, strict=True)]
    assert factors[0] == pytest.approx(factors[1]) and LEAST_REACH <= factors[0] < 1
    assert [p.settings for p in capped.plays] == [p.settings for p in full.plays]
    assert sum(capped.allowances().values()) == pytest.approx(capped.budget)


def test_a_plan_that_the_budget_pays_for_no_fifth_of_its_customers_runs_as_written_without_a_cap(
    monkeypatch,
):
    full, capped = _costly(monkeypatch, 0.02, staff=0.01)
    assert capped.is_unaffordable and not full.is_unaffordable
    assert capped.plays == full.plays and capped.planned == full.planned
    assert sum(capped.planned.values()) > sum(capped.least.values()) > capped.budget
    assert capped.allowances() is None


def test_the_most_likely_value_of_a_pert_law_has_the_weight_of_four():
    """Its mean is (low + 4 mode + high) / 6."""
    grid = (np.arange(20_000) + 0.5) / 20_000
    mean = np.mean([pert_quantile(u, 1.0, 2.0, 9.0) for u in grid])
    step = (9.0 - 1.0) / grid.size  # no sum of a rising function on a grid is further off
    assert mean == pytest.approx((1 + 4 * 2 + 9) / 6, abs=step)
