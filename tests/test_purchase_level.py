"""The level of all customers' purchases: what moves everybody together in the time ahead.

Serves: L4.1b
"""

import numpy as np
import pytest
from scipy import stats

from sim.calibration.forecast import rolling
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


def _in_interval(times: int, narrower: float = 1.0) -> int:
    """Return how often the 90 % interval of a year's level holds what comes, the level a random walk.

    Its spread is drawn from the law that the estimate begins with; 39, 26 and 13 weeks before the end of
    a log are looked back from, with luck of 3 % of the mean.
    """
    luck, usual, freedom, held = np.random.default_rng(3), rolling.YEAR_LEVEL, 4.0, 0
    for _ in range(times):
        true = abs(luck.standard_t(freedom)) * usual * np.sqrt((freedom - 2) / freedom)
        steps = true / np.sqrt(52) * luck.standard_normal(39)
        seen = [
            (steps[39 - back :].sum() + 0.03 * luck.standard_normal(), 0.03**2, back / 52)
            for back in (39, 26, 13)
        ]
        spread = narrower * rolling._spread_of_level(seen, usual)
        held += abs(true * luck.standard_normal()) < stats.norm.isf(0.05) * spread
    return held


def test_the_level_of_the_year_ahead_lies_in_its_interval_as_often_as_that_says():
    """At least: one normal law stands for a mixture of them, whose middle is higher and tails longer."""
    times = 1_000
    least = stats.binom.ppf(1e-4, times, 0.9)
    assert _in_interval(times) >= least
    assert _in_interval(times, narrower=0.5) < least  # the control: a fault of this size shows
