"""Which assumed values of a market to ask for first, where no comparison has told.

What a strategy gains is, in short, (customers kept + customers won + further trips) x margin - work. The
order follows this sum: first what multiplies all of it, then what bounds each of its terms (what of the
losses can be prevented, how many there are, what customers could still bring, how much contact they have
already), then what an hour of its work costs and how many customers share what is paid once, last what
each new customer depends on. A comparison says more: on which values its own answer leans
(`sim.analysis.leaning`).
"""

from sim.market.market import Market
from sim.market.values import NEVER_DRAWN

#: Values in the order in which to ask for them, and why.
WHY = {
    "gross_margin": "every gain is a sale, and counts by this share of it",
    "removable_drop_out": "nothing keeps more customers than leave for a reason that a firm can remove",
    "share_of_wallet": "customers can bring what they buy elsewhere, and no more",
    "usual_messages": "a message informs who gets few and tires who gets many",
    "yearly_attrition": "what keeping customers is worth grows with how many are lost",
    "wage_per_hour": "service, analysis and training are hours, paid at this rate",
    "firm_customers": "what is paid once is shared by so many",
    "inflow_per_year": "newcomers are who referrals and talk bring",
    "acquisition_cost": "what a customer kept saves, and what one won costs",
    "failures_per_trip": "service mends what goes wrong, and no more",
}
#: How many are told.
FIRST = 5


def first_to_check(market: Market, count: int = FIRST) -> list[str]:
    """Return the names of the assumed values to ask for first.

    Parameters
    ----------
    market : Market
    count : int
        How many at most.

    Returns
    -------
    list of str
        In the order of `WHY`: values that are assumed within a range
        and drawn in futures.
    """
    unsure = [
        name
        for name, number in market.values.items()
        if number.status == "assumed" and number.low != number.high and name not in NEVER_DRAWN
    ]
    return [name for name in WHY if name in unsure][:count]
