"""Strategies that share a start: each run is what it would be alone, whatever ran from it before."""

from dataclasses import replace

import numpy as np
import pytest

from sim.common.errors import InputError
from sim.evidence.own import parameters_for
from sim.experiment.futures import draw_futures
from sim.market.market import load_market
from sim.market.places import market_names
from sim.model.common_start import prepare
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategies import Play, Strategy
from sim.playbook.strategy_files import as_strategy, load_strategy
from tests.benchmark.strategies import all_levers

N, WEEKS, SEED = 150, 9, 4


def _assert_same(one: LoyaltyModel, other: LoyaltyModel) -> None:
    """Fail when anything of two runs differs in a bit: weeks, people, books, the firm."""
    assert one.weekly.equals(other.weekly)
    assert one.state.people.keys() == other.state.people.keys()
    for name, column in one.state.people.items():
        assert np.array_equal(column, other.state.people[name]), name
    assert vars(one.ledger) == vars(other.ledger)
    assert vars(one.state.firm.capability) == vars(other.state.firm.capability)
    assert one.state.experience == other.state.experience


@pytest.mark.parametrize("market", market_names())
def test_a_run_from_a_shared_start_is_bit_by_bit_the_run_alone(market):
    strategies = (all_levers(), load_strategy("baseline"), load_strategy("balanced"))
    drawn = draw_futures(load_market(market), parameters_for(market).rows, 1, SEED)[0]
    scenario = drawn.scenario(load_market(market), parameters_for(market), strategies[0], N, WEEKS)
    start = prepare(scenario)
    for strategy in (*strategies, strategies[0]):  # each after the others, the first twice
        mine = replace(scenario, strategy=strategy)
        _assert_same(LoyaltyModel(mine, start=start).run(), LoyaltyModel(mine).run())


def test_runs_from_one_start_may_take_turns():
    scenario = Scenario(load_market("grocery"), load_strategy("balanced"), N, WEEKS, SEED)
    start = prepare(scenario)
    others = [replace(scenario, strategy=s) for s in (all_levers(), load_strategy("baseline"))]
    models = [LoyaltyModel(one, start=start) for one in (scenario, *others)]
    for _ in range(WEEKS):
        for model in models:
            model.step()
    for model in models:
        _assert_same(model, LoyaltyModel(model.setting).run())


@pytest.mark.parametrize(
    "change",
    [
        {"n_customers": N + 1},
        {"weeks": WEEKS + 1},
        {"seed": SEED + 1},
        {"start": "fresh"},
        {"market": load_market("grocery").with_values(failures_per_trip=0.2)},
        {"market": load_market("music_shop")},
    ],
    ids=lambda change: "-".join(change),
)
def test_a_start_of_another_scenario_is_refused(change):
    scenario = Scenario(load_market("grocery"), load_strategy("baseline"), N, WEEKS, SEED)
    start = prepare(scenario)
    with pytest.raises(ValueError, match="strategy only"):
        LoyaltyModel(replace(scenario, **change), start=start)


def test_a_play_means_in_a_run_what_it_means_in_a_comparison():
    """Its preset, intensity and owner are filled in; left out, the plan once did nothing, or half."""
    play = Play(lever="incentives", preset="points_programme", intensity=2.0)
    plain = Strategy(name="rewards", plays=[play])
    market = load_market("grocery")
    given, full = (Scenario(market, each, 200, 8, 1) for each in (plain, as_strategy(plain)))
    assert given.strategy == full.strategy
    assert given.strategy.plays[0].owner and given.strategy.plays[0].settings
    with pytest.raises(InputError, match="plays.0.lever: found 'incentivs'"):
        Scenario(market, Strategy(name="wrong", plays=[Play(lever="incentivs")]), 200, 8, 1)
