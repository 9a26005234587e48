r"""What those are worth who come back by themselves after the horizon: the lapsed, and who leaves later.

Whoever has left comes back at the market's win-back hazard rho within a year of leaving, and is a
prospect after it. With delta the discount rate a week and T the weeks that are left of the year, a
return is worth today

    b(T) = rho / (rho + delta) (1 - e^(-(rho + delta) T))

of what it is worth then, W. Who returns brings R, by the laws of the market, leaves at hazard mu
(discounted chance L = mu / (mu + delta)) and may return again:

    W = R + L b(52) W,   so that   W = R / (1 - b(52) L).

A customer who is here at the horizon adds L b(52) W to their worth, and one who lapsed b(T) W.
Attitudes of who returns are neutral, rates those of the person or, where rates move, fresh ones.
"""

from dataclasses import replace

import numpy as np

from sim.calibration.shifted_beta_geometric import hazard_growth, renewal_law
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats, Ints
from sim.market.market import Market
from sim.model.residual_value.rates_ahead import ExpectedRates
from sim.world.newcomers import newcomers_shape
from sim.world.population import People


def back_within(weeks: Floats | float, market: Market) -> Floats | float:
    """Return what a return within some weeks is worth today, of what it is worth then: b(T)."""
    rho, delta = market.winback_hazard, market.weekly_discount
    return rho / (rho + delta) * -np.expm1(-(rho + delta) * np.maximum(weeks, 0.0))


def with_returns(returned: Floats, lost: Floats, market: Market) -> tuple[Floats, Floats]:
    """Return what a return is worth, W, and what later returns add to a customer who is here.

    Parameters
    ----------
    returned : ndarray, shape (m,)
        What who returns brings until leaving, R.
    lost : ndarray, shape (m,)
        Discounted chance that a customer leaves, L.
    market : Market
    """
    year = back_within(float(WEEKS_A_YEAR), market)
    worth = returned / (1.0 - year * lost)
    return worth, lost * year * worth


def weeks_left(people: People, rows: Ints, week: int) -> Floats:
    """Return the weeks in which each of the lapsed may still come back, shape (m,)."""
    return np.asarray(WEEKS_A_YEAR - (week - people["week_lapsed"][rows]), dtype=float)


def returned_buyer(people: People, rows: Ints, market: Market) -> tuple[Floats, Floats]:
    """Return R and L of people who buy when they like, each of shape (m,)."""
    margin, hazard = (
        people["mean_spend"][rows] * market["gross_margin"],
        people["drop_out_rate"][rows],
    )
    leaving = hazard + market.weekly_discount
    if market.rates_move:  # at a fresh rate, without a purchase on returning
        fresh = np.full(rows.size, newcomers_shape(market) / market.alpha_ahead)
        ahead = ExpectedRates.of(people, rows, market)
        trips = replace(ahead, own=fresh, here=np.ones(rows.size)).discounted(leaving)
    else:
        trips = 1.0 + people["category_rate"][rows] * people["base_share"][rows] / leaving
    return margin * trips, hazard / leaving


def returned_subscriber(people: People, rows: Ints, market: Market) -> tuple[Floats, Floats]:
    """Return R and L of people under contract, who begin anew, each of shape (m,)."""
    growth = hazard_growth(people["renewals"][rows], renewal_law(market)[-1])
    stays = np.exp(-people["drop_out_rate"][rows] / growth)
    kept = np.exp(-market.weekly_discount * market.period)
    fee = people["mean_spend"][rows] * market["gross_margin"]
    return fee / (1.0 - stays * kept), (1.0 - stays) * kept / (1.0 - stays * kept)
