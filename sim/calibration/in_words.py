"""What a calibrated market says of its customers, in words for whoever knows the firm.

A number that is far off is noticed here at once, where in a table of shapes and scales it is not: how
often customers buy, for how much, how many leave in a year, and how many come.
"""

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.formatting import compact, digits, money, percent
from sim.market.market import Market


def in_words(market: Market) -> str:
    """Return rate, spend, leaving and newcomers of a market in words, and newcomers by its log.

    Parameters
    ----------
    market : Market
        Just calibrated.
    """
    a_year = compact(WEEKS_A_YEAR * market.mean_trips)
    spend = money(market.mean_trip_spend, market.currency)
    use = (
        f"a customer uses it {a_year} times a year"
        if market.is_contractual
        else f"while active a customer buys {a_year} times a year, for {spend} each"
    )
    says = [use, _leaving(market), _coming(market)]
    return f"In words: {'; '.join(filter(None, says))}."


def _leaving(market: Market) -> str:
    """Return how many of new customers leave in their first year, and whether the log shows it."""
    if "yearly_attrition" in market.values:
        return f"{percent(market['yearly_attrition'])} leave in a year, as is assumed"
    if "drop_out_shape" not in market.values or market.leaves_in_two_kinds:
        return ""
    # the Pareto law's survival (Schmittlein, Morrison & Colombo 1987)
    beta = market["drop_out_beta"]
    lost = 1.0 - (beta / (beta + WEEKS_A_YEAR)) ** market["drop_out_shape"]
    return f"{percent(lost)} of new ones leave in their first year, by the log"


def _coming(market: Market) -> str:
    """Return how many new customers are assumed to come in a year, and how many the log has."""
    number, held = market.values["inflow_per_year"], market.hold_out
    low, high = number.low, number.high
    ends = "" if low is None or high is None else f" ({compact(low)} to {compact(high)})"
    said = f"{compact(number.value)}{ends} new ones a year come for each customer, as is assumed"
    if held is None or not held.figures:
        return said
    return f"{said}, where the log has {digits(held.newcomers)}"
