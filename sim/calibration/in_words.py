"""What a calibrated market says of its customers, in words for whoever knows the firm.

A number that is far off is noticed here at once, where in a table of shapes and scales it is not: how
often customers buy, for how much, how many leave in a year, and how many come.
"""

from sim.calibration.calibration import Calibration
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.formatting import compact, digits, money, percent
from sim.common.grain import Grain
from sim.common.style import day, style
from sim.common.translated import told
from sim.market.market import Market

#: How often a customer buys, by what the day of a purchase stands for.
USE: dict[Grain, str] = {
    "day": "while active a customer buys {times} times a year, for {spend} each",
    "week": "while active a customer buys in {times} weeks a year, for {spend} in each",
    "month": "while active a customer buys in {times} months a year, for {spend} in each",
    "period": "while active a customer buys in {times} periods a year, for {spend} in each",
}


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
        told("a customer uses it {times} times a year", times=a_year)
        if market.is_contractual
        else told(USE[market.data.grain], times=a_year, spend=spend)
    )
    says = style().clause.join(filter(None, [use, _leaving(market), _coming(market)]))
    return told("In words: {says}.", says=says)


def known_in_words(made: Calibration) -> str | None:
    """Return how often a panel's customers bought, who are told apart from all whom the law counts.

    Whoever happened not to buy in the window is not among them, so that theirs is the higher number, and
    the one that stands in the firm's own books. None of a cohort and of contracts, or where a day stands
    for more than itself.

    Parameters
    ----------
    made : Calibration
        Just made.
    """
    if made.window is None or made.market.is_contractual or made.market.data.grain != "day":
        return None
    bought, years = made.histories["frequency"].sum(), made.histories["T"].sum() / WEEKS_A_YEAR
    return told(
        "{customers} customers bought since {first}, {times} times a year each; the rate before counts "
        "those too who happened not to buy.",
        customers=f"{len(made.histories):,}",
        first=day(made.window.start.date()),
        times=digits(bought / years),
    )


def _leaving(market: Market) -> str:
    """Return how many leave in a year, of new customers or a panel's, and whether the log shows it."""
    if "yearly_attrition" in market.values:
        lost = percent(market["yearly_attrition"])
        return told("{share} leave in a year, as is assumed", share=lost)
    if "drop_out_shape" not in market.values or market.leaves_in_two_kinds:
        return ""
    says = "{share} of new ones leave in their first year, by the log"
    if market.known_are_a_stock:
        says = "{share} leave in a year, by the log"
    return told(says, share=percent(market.lost_in_a_year))


def _coming(market: Market) -> str:
    """Return how many new customers come in a year, by the log or as is assumed, and how many it has."""
    number, held = market.values["inflow_per_year"], market.hold_out
    if number.status == "estimated":
        says = "{number} new ones a year come for each active customer, by the log"
        return told(says, number=compact(number.value))
    low, high = number.low, number.high
    ends = (
        ""
        if low is None or high is None
        else told(" ({low} to {high})", low=compact(low), high=compact(high))
    )
    says = "{number}{ends} new ones a year come for each customer, as is assumed"
    said = told(says, number=compact(number.value), ends=ends)
    if held is None or not held.figures:
        return said
    return told("{said}, where the log has {number}", said=said, number=digits(held.newcomers))
