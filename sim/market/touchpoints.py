"""Where on a customer's way a market's failures are met: at the purchase, in use, or after the sale.

What meets prospects, information and trial, comes before there is a customer to fail.
"""

from sim.market.market import Market

#: Each touchpoint, with how columns and measures are called after it.
_CALLED = {"purchase": "at_purchase", "use": "in_use", "after_sale": "after_sale"}
#: Touchpoint -> the column that counts its failures, and the measure that is told of them.
FAILURES_AT = {touchpoint: f"failures_{called}" for touchpoint, called in _CALLED.items()}
#: Touchpoint -> the name of what levers avert of its failures alone.
AVERTED_AT = {touchpoint: f"averted_{called}" for touchpoint, called in _CALLED.items()}


def shares_of_failures(market: Market) -> dict[str, float]:
    """Return the share of a market's failures that is met at each touchpoint; they add up to 1.

    Returns
    -------
    dict of str to float
        ``purchase`` (choosing, ordering, paying), ``use`` (delivery or use) and ``after_sale`` (bills,
        returns, refunds, repair).
    """
    first, last = market["failure_share_at_purchase"], market["failure_share_after_sale"]
    shares = {"purchase": first, "use": 1.0 - first - last, "after_sale": last}
    return {touchpoint: shares[touchpoint] for touchpoint in _CALLED}


def weakest_link(market: Market) -> str:
    """Return the touchpoint at which most of a market's failures are met."""
    shares = shares_of_failures(market)
    return max(shares, key=lambda touchpoint: shares[touchpoint])
