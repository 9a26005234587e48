"""The level of all customers' purchases over fewer weeks than the year that a market states it for.

What moves all customers together wanders, as a random walk, so that the variance of its mean over some
weeks is in proportion to them; `sim.calibration.forecast.rolling` carries it from shorter horizons to a
year by the same law.
"""

import numpy as np

from sim.common.calendar import WEEKS_A_YEAR
from sim.market.market import Market

_NAME = "purchase_level"


def at_level_of(market: Market, weeks: int) -> Market:
    """Return a market whose level of purchases spreads as over so many weeks, not as over a year."""
    if _NAME not in market.values:
        return market
    number, by = market.values[_NAME], float(np.sqrt(weeks / WEEKS_A_YEAR))
    changed: dict[str, float] = {}
    for name in ("low", "high"):
        if (end := getattr(number, name)) is not None:
            changed[name] = number.value + by * (end - number.value)
    if number.standard_error is not None:
        changed["standard_error"] = by * number.standard_error
    covariances = [
        one.model_copy(update={"matrix": [[by**2 * one.matrix[0][0]]]})
        if one.values == [_NAME]
        else one
        for one in market.covariances
    ]
    values = market.values | {_NAME: number.model_copy(update=changed)}
    return market.model_copy(update={"values": values, "covariances": covariances})
