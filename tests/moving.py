"""Markets of tests in which customers' rates move, by laws that are written down here."""

from pathlib import Path

import numpy as np

from sim.calibration.rfm_histories import MOVING_COLUMNS
from sim.market.market import Market, load_market
from sim.market.moving_rates import MovingRates
from sim.market.numbers import Number
from sim.market.values import VALUES
from sim.world.week_zero import read_history

_RATES = {"purchase_shape": 0.8, "purchase_alpha": 1.6, "rate_drift": 0.006, "rate_redraw": 0.01}
#: Away is leaving: two kinds of customers in place of the market's own drop-out.
LEAVING = {**_RATES, "quick_leavers": 0.3, "quick_leaving": 0.08, "slow_leaving": 0.004,
           "winback_per_year": 0.05}  # fmt: skip
#: Away is a pause: the market's own drop-out stays.
PAUSES = {**_RATES, "quick_pausers": 0.4, "quick_pausing": 0.12, "slow_pausing": 0.02,
          "pause_return": 0.25}  # fmt: skip


def section(values: dict[str, float], weight: float = 0.5) -> MovingRates:
    """Return a section of a market's file with these values, as certain as can be."""
    numbers = {
        name: Number(value=value, unit=VALUES[name].unit, status="published", source="a test")
        for name, value in values.items()
    }
    return MovingRates(weight=weight, reason="as a test wants it", values=numbers)


def with_section(market: Market, values: dict[str, float], weight: float = 0.5) -> Market:
    """Return a market that says how rates may move; its histories are not touched."""
    content = market.model_dump() | {"moving_rates": section(values, weight).model_dump()}
    return Market.model_validate(content)


def moving_market(values: dict[str, float], name: str = "grocery") -> Market:
    """Return a market as it is where rates move, for a fresh start."""
    return with_section(load_market(name), values).with_moving_rates()


def with_moving_histories(market: Market, folder: Path) -> Market:
    """Return a market whose histories say what a calibration says where rates may move."""
    table = read_history(load_market(market.name)).copy()
    table["moving_shape"] = table["frequency"] + 0.8
    table["moving_scale"] = table["T"] + 1.6
    for column, chance in zip(MOVING_COLUMNS[2:], (0.2, 0.1, 0.05), strict=True):
        table[column] = chance + 0.01 * (np.arange(len(table)) % 3)
    path = folder / "moving.history.csv"
    table.to_csv(path, index=False)
    return market.with_histories(path)
