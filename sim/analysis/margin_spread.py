"""How much the gross margin of a customer differs from customer to customer over some weeks, by the laws.

What a trial by customer has to see through. Purchases come at rates of a gamma law, shape r and scale
alpha in weeks, so that those of W weeks are negative binomial (Ehrenberg 1959), with mean W r / alpha and
variance W r / alpha + (W r / alpha)^2 / r; each is paid for by the market's law of spend. Under contracts
a fee is paid with the chance W / period of a renewal in the weeks.
"""

import math

from sim.market.market import Market

#: A gamma-gamma law with fewer degrees has no variance between customers; that of these stands in.
_LEAST_BETWEEN = 2.5


def margin_spread(market: Market, weeks: int) -> float:
    """Return the standard deviation between customers of their gross margin over some weeks.

    Parameters
    ----------
    market : Market
    weeks : int

    Returns
    -------
    float
        In currency. With purchases and mean spend of customers independent,
        Var(sum) = E N E v + E N^2 E M^2 - (E N E M)^2, with M the mean spend of a customer and v the
        variance of a purchase around it.
    """
    gross = market["gross_margin"]
    if market.is_contractual:
        paid, fee = min(weeks / market.period, 1.0), market["fee_mean"]
        squared = fee**2 * math.exp(market["fee_spread"] ** 2)
        return gross * math.sqrt(paid * squared - (paid * fee) ** 2)
    count = weeks * market.mean_trips
    second = count + count**2 * (1.0 + 1.0 / market["purchase_shape"])
    mean = market.mean_trip_spend
    if "spend_mean" in market.values:
        between = math.exp(market["spend_spread_between"] ** 2)
        within = mean**2 * between * math.expm1(market["spend_spread_within"] ** 2)
    else:
        between = 1.0 + 1.0 / (max(market["spend_shape_between"], _LEAST_BETWEEN) - 2.0)
        within = mean**2 * between / market["spend_shape"]
    return gross * math.sqrt(count * within + second * mean**2 * between - (count * mean) ** 2)
