"""Compile the loops of `sim.common.kernels` ahead of the first run: two weeks under each strategy."""

from sim.market.market import load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategy_files import load_strategy
from sim.playbook.strategy_places import strategy_names

for name in strategy_names():
    LoyaltyModel(
        Scenario(load_market("grocery"), load_strategy(name), n_customers=200, weeks=2)
    ).run()
