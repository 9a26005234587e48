"""A run with sums large enough for the threads of the linear algebra.

Sums over more than 10,000 people are where such libraries start to use threads.
"""

import hashlib

from sim.market.market import load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategy_files import load_strategy


def digest() -> str:
    """Return the digest of a run of two weeks with 12,000 customers, and more people besides."""
    scenario = Scenario(load_market("grocery"), load_strategy("balanced"), 12_000, 2, 1)
    table = LoyaltyModel(scenario).run().weekly.drop(columns="segment")
    return hashlib.sha256(table.to_numpy(float).tobytes()).hexdigest()
