"""What customers are worth does not depend on the week in which the horizon ends.

Serves: L1.1d
"""

import numpy as np
import pytest

from sim.common.calendar import WEEKS_A_YEAR
from sim.market.market import load_market
from sim.measures.equity import equity
from sim.measures.weekly import TOTAL, columns_by_segment
from sim.model.residual_value.coming_back import back_within, with_returns
from tests.worlds import assert_mean, uncoupled, world

SEEDS, PEOPLE = 24, 250
#: Nobody new: all that there is to gain is in the people of week 0. None rests after a year within it.
CLOSED = {"inflow_per_year": 0.0, "prospects_per_customer": 0.0, "rival_campaigns_per_year": 0.0}


def _equity(market, weeks: int, seed: int) -> float:
    model = world(
        market,
        n=PEOPLE,
        weeks=weeks,
        seed=seed,
        start="posterior",
        parameters=uncoupled(),
        **CLOSED,
    )
    columns = columns_by_segment(model.run().weekly)[TOTAL]
    return equity(columns, model.market.weekly_discount)


@pytest.mark.parametrize("name", ["music_shop", "subscription"])
def test_equity_is_the_same_whatever_the_horizon(name: str) -> None:
    market = load_market(name)
    moving = market.with_moving_rates() if market.moving_rates is not None else market
    many = moving.with_values(winback_per_year=0.6)
    pairs = np.array([[_equity(many, weeks, seed) for weeks in (4, 48)] for seed in range(SEEDS)])
    assert_mean(pairs[:, 1] - pairs[:, 0], 0.0, "worth gained by looking longer")


def test_a_return_is_worth_what_a_chain_of_returns_adds_up_to() -> None:
    market = load_market("grocery").with_values(winback_per_year=0.5)
    year = back_within(float(WEEKS_A_YEAR), market)
    brings, lost = np.array([10.0]), np.array([0.4])
    chain = sum(10.0 * (0.4 * year) ** k for k in range(200))
    worth, added = with_returns(brings, lost, market)
    assert worth[0] == pytest.approx(chain)
    assert added[0] == pytest.approx(0.4 * year * chain)
    rho, delta, step = market.winback_hazard, market.weekly_discount, 1e-3
    weeks = np.arange(step / 2, WEEKS_A_YEAR, step)
    assert year == pytest.approx(float(np.sum(rho * np.exp(-(rho + delta) * weeks)) * step))


def test_where_nobody_comes_back_nothing_is_added() -> None:
    market = load_market("music_shop").with_values(winback_per_year=0.0)
    model = world(market, n=200, weeks=30, start="posterior").run()
    assert back_within(52.0, market) == 0.0
    last = model.weekly[model.weekly["week"] == 29]
    assert last["residual_equity"].sum() > 0
