r"""Two other answers to what customers are worth after the horizon, shown beside the residual.

*Sustained*: levers and costs go on as in the last week, states stay where they are, so that a customer
is worth (m lambda - c) / (mu + delta) at the rates of that week: what the strategy is worth if kept up.

*The firm's view*: what a firm would work out from its own records, knowing nothing of attitudes: the
expected purchases of the Pareto/NBD law given each customer's frequency, recency and age (Schmittlein,
Morrison & Colombo 1987), times the expected spend by the market's law of spend, for
everyone on file, discounted over ten years. It takes purchases of a promotion for a higher rate and sees
almost nothing of a lower risk of leaving: that is why it is not the objective. Where rates move it takes
them to stay.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from sim.calibration.pareto_nbd import conditional_expected_purchases, expected_purchases
from sim.calibration.spend_law import spend_law
from sim.calibration.two_kinds import purchases_ahead_of_two_kinds
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats, Ints
from sim.market.market import Market
from sim.market.moving_rates import share_here
from sim.market.values import LEAVING_VALUES
from sim.model.residual_value.after_horizon import LastWeek
from sim.model.residual_value.rates_ahead import ExpectedRates
from sim.world.population import People

_YEARS = 10


def sustained_margin(category: Floats, last: LastWeek, delta: float) -> Floats:
    """Return each customer's discounted margin less cost if the last week goes on for ever.

    Parameters
    ----------
    category : ndarray, shape (m,)
        Category rate, trips per week.
    last : LastWeek
        Its rates.
    delta : float
        Continuous discount rate per week, positive.

    Returns
    -------
    ndarray, shape (m,)
        Money of the last week.
    """
    return (category * expit(last.logit_share) * last.margin - last.cost) / (last.hazard + delta)


def sustained_where_rates_move(
    people: People, rows: Ints, last: LastWeek, market: Market
) -> Floats:
    """Return the same where rates move: trips go on by their expected rates, lifted as in the last week.

    Parameters
    ----------
    people : dict of ndarray
    rows : ndarray of int, shape (m,)
    last : LastWeek
        Its rates.
    market : Market

    Returns
    -------
    ndarray, shape (m,)
        Money of the last week.
    """
    category, leaving = people["category_rate"][rows], last.hazard + market.weekly_discount
    lifted = category * expit(last.logit_share) / (category * people["base_share"][rows])
    trips = ExpectedRates.of(people, rows, market).discounted(leaving)
    return lifted * last.margin * trips - last.cost / leaving


def firm_view_margin(people: People, known: NDArray[np.bool_], market: Market) -> Floats:
    """Return the discounted margin that the firm would expect of each customer on its file.

    Parameters
    ----------
    people : dict of ndarray
        Columns at the horizon.
    known : ndarray of bool, shape (people,)
        Whoever has ever been a customer.
    market : Market

    Returns
    -------
    ndarray, shape (number known,)
        Money of the last week, ten years ahead; purchases of a year count in its middle.
    """
    x, t_x, age = (people[name][known].astype(float) for name in ("frequency", "recency", "tenure"))
    r, alpha = market["purchase_shape"], market["purchase_alpha"]
    if market.has_pauses:
        alpha /= share_here(market)  # the firm sees how often people buy over their pauses
    ahead = _purchases_ahead((x, t_x, age), (r, alpha), market)
    before, total = np.zeros(x.size), np.zeros(x.size)
    for year in range(1, _YEARS + 1):
        weeks = float(WEEKS_A_YEAR * year)
        until = ahead(weeks)
        total += (until - before) * np.exp(-market.weekly_discount * WEEKS_A_YEAR * (year - 0.5))
        before = until
    spend = spend_law(market).expected(x, people["monetary_value"][known])
    # without a purchase, and for a law of spend without a mean, the expected spend is infinite
    spend = np.where(np.isfinite(spend), spend, market.mean_trip_spend)
    return total * spend * market["gross_margin"]


def _purchases_ahead(
    history: tuple[Floats, Floats, Floats], rates: tuple[float, float], market: Market
) -> Callable[[float], Floats]:
    """Return a function: weeks to come -> purchases given (x, t_x, T), by the market's law of leaving."""
    if market.leaves_in_two_kinds:
        return purchases_ahead_of_two_kinds(*history, rates, [market[k] for k in LEAVING_VALUES])
    law = (*rates, market["drop_out_shape"], market.drop_out_beta)
    if "drop_out_beta" in market.values:
        return lambda weeks: conditional_expected_purchases(weeks, *history, *law)
    # attrition is assumed, not read from recency: everybody on file counts as a customer
    (x, _, age), (r, alpha) = history, rates

    def expected(weeks: float) -> Floats:
        return (r + x) / (alpha + age) * (float(expected_purchases(weeks, *law)) * alpha / r)

    return expected
