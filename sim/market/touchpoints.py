"""Where on a customer's way a market's failures are met: at the purchase, in use, or after the sale.

What meets prospects, information and trial, comes before there is a customer to fail.
"""

from sim.market.market import Market


def shares_of_failures(market: Market) -> dict[str, float]:
    """Return the share of a market's failures that is met at each touchpoint; they add up to 1.

    Returns
    -------
    dict of str to float
        ``purchase`` (choosing, ordering, paying), ``use`` (delivery or use) and ``after_sale`` (bills,
        returns, refunds, repair).
    """
    first, last = market["failures_at_purchase"], market["failures_after_sale"]
    return {"purchase": first, "use": 1.0 - first - last, "after_sale": last}


def weakest_link(market: Market) -> str:
    """Return the touchpoint at which most of a market's failures are met."""
    shares = shares_of_failures(market)
    return max(shares, key=lambda touchpoint: shares[touchpoint])
