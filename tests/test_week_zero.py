"""All strategies of a future start from one week 0, and none of them changes it for the next."""

from dataclasses import replace

import numpy as np
import pytest

from sim.market.market import load_market, market_names
from sim.model.loyalty_model import LoyaltyModel
from sim.model.opening import prepare
from sim.model.scenario import Scenario
from sim.playbook.strategies import DO_NOTHING
from sim.playbook.strategy_files import load_strategy

STRATEGIES = (DO_NOTHING, "balanced", "personal_omnichannel", DO_NOTHING)


@pytest.mark.parametrize("market", market_names())
def test_a_run_from_a_shared_week_zero_is_that_of_its_own(market):
    base = Scenario(load_market(market), DO_NOTHING, 200, 12, seed=7)
    shared = prepare(base, base.seed)
    for each in STRATEGIES:
        strategy = load_strategy(each) if isinstance(each, str) else each
        scenario = replace(base, strategy=strategy)
        own = LoyaltyModel(scenario).run().weekly
        assert LoyaltyModel(scenario, week_zero=shared).run().weekly.equals(own), strategy.name


def test_no_run_writes_to_the_shared_week_zero():
    base = Scenario(load_market("subscription"), load_strategy("balanced"), 200, 12, seed=7)
    shared, fresh = prepare(base, base.seed), prepare(base, base.seed)
    LoyaltyModel(base, week_zero=shared).run()
    assert shared.people.keys() == fresh.people.keys()
    for name, column in shared.people.items():
        assert np.array_equal(column, fresh.people[name]), name
    for name, frozen in vars(fresh.baseline.path).items():
        assert np.array_equal(getattr(shared.baseline.path, name), frozen), name
    for name, offset in fresh.baseline.offsets.items():
        assert np.array_equal(shared.baseline.offsets[name], offset), name
    assert shared.experience == fresh.experience
