"""The level of all customers' purchases: what moves everybody together in the time ahead.

Serves: L4.1b
"""

import numpy as np
import pytest

from sim.evidence.own import parameters_for
from sim.experiment.futures import draw_futures
from sim.market.market import load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategies import DO_NOTHING


def _columns(market, level: float):
    scenario = Scenario(
        market.with_values(purchase_level=level), DO_NOTHING, 500, 4, 1, parameters_for(market.name)
    )
    return LoyaltyModel(scenario).customers.columns


@pytest.mark.parametrize("name", ["grocery", "music_shop"])
def test_a_level_moves_what_everybody_buys_and_nothing_else(name):
    """Known customers, prospects and what they buy elsewhere: each rate moves by the same factor."""
    market = load_market(name)
    usual, more = (_columns(market, level) for level in (1.0, 1.25))
    assert more["category_rate"] == pytest.approx(1.25 * usual["category_rate"], rel=1e-9)
    for column in ("base_share", "mean_spend", "drop_out_rate", "status"):
        assert more[column] == pytest.approx(usual[column], rel=1e-9), column
    level = market.with_values(purchase_level=1.25)
    assert level.mean_trips == pytest.approx(
        1.25 * market.with_values(purchase_level=1.0).mean_trips
    )


def test_futures_draw_the_level_as_widely_as_earlier_days_of_the_log_say():
    """Within what 400 independent draws would show but once in 10^4; a hypercube shows less."""
    market = load_market("music_shop")
    stated = market.values["purchase_level"].standard_error
    drawn = draw_futures(market, parameters_for("music_shop").rows, 400, 5)
    levels = np.array([f.values["market.purchase_level"] for f in drawn if not f.luck])
    assert stated > 0.0 and levels.mean() == pytest.approx(1.0, abs=3.9 * stated / np.sqrt(400))
    assert levels.std() == pytest.approx(stated, rel=3.9 / np.sqrt(2 * 400))
