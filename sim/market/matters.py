"""Which assumed values of a market to ask for first, where no comparison has told.

What a strategy gains is, in short, (customers kept + customers won + further trips) x margin - work. The
order follows this sum: first what multiplies all of it, then what bounds each of its terms (what of the
losses can be prevented, how many there are, what customers could still bring, how much contact they have
already, whether it runs a points programme or keeps a community; with how many members, and what the
community costs, where it has said that it does), then what an hour of its work costs and how many
customers share what is paid once, last what each new customer depends on. What the market's own log
contradicts comes before all: how many customers are new, where its last part shows more or fewer than
any that are assumed; so does a wage in dollars beside amounts of which nobody said what they are in. A
comparison says more: on which values its own answer leans (`sim.analysis.leaning`).
"""

from sim.common.currencies import UNSTATED
from sim.common.translated import told, translated
from sim.market.hold_out import HoldOut
from sim.market.market import Market
from sim.market.values import NEVER_DRAWN

#: Values in the order in which to ask for them, and why.
WHY = {
    "gross_margin": "every gain is a sale, and counts by this share of it",
    "removable_drop_out": "nothing keeps more customers than leave for a reason that a firm can remove",
    "share_of_wallet": "customers can bring what they buy elsewhere, and no more",
    "usual_messages": "a message informs who gets few and tires who gets many",
    "usual_rebate": "where points are given already, what they do is in the log, and more bring less",
    "usual_community": "where a community is kept, what it does is in the log and ends with it",
    "usual_enrolment": "only members of the points programme lose or win by a change of it",
    "usual_hosting": "what the community costs already is saved by its end, and paid in all else",
    "yearly_attrition": "what keeping customers is worth grows with how many are lost",
    "wage_per_hour": "service, analysis and training are hours, paid at this rate",
    "firm_customers": "what is paid once is shared by so many; count as a log does, who left among them",
    "inflow_per_year": "newcomers are who referrals and talk bring",
    "newcomer_purchases": "a panel shows no first purchases, and so not what newcomers are worth",
    "acquisition_cost": "what a customer kept saves, and what one won costs",
    "failures_per_trip": "service mends what goes wrong, and no more",
}
#: How many are told.
FIRST = 5
#: A log follows one cohort if this share of its customers was won in the first weeks.
_ONE_COHORT = 0.95
#: What no future draws, since the firm knows whether it does it.
_DONE_ALREADY = {"usual_rebate", "usual_community"}
#: By lever: asked before all that is guessed, where a strategy uses the lever; no comparison leans on it.
OF_LEVER = {"incentives": "usual_rebate", "community": "usual_community"}
#: What is asked of it once the firm has said that it does it.
_OF_WHAT_IS_DONE = {"usual_enrolment": "usual_rebate", "usual_hosting": "usual_community"}
_INFLOW, _WAGE = "inflow_per_year", "wage_per_hour"


def follows_one_cohort(market: Market, held: HoldOut) -> bool:
    """Return whether a log shows no newcomers since it follows one cohort: it says nothing of inflow."""
    start = market.fit.get("share_acquired_at_the_start", 0.0)
    return start >= _ONE_COHORT and not held.newcomers


def inflow_differs(market: Market, held: HoldOut) -> bool:
    """Return whether the last part of a log shows more or fewer newcomers than any that are assumed."""
    number = market.values.get(_INFLOW)
    if number is None or number.low is None or number.high is None:  # a stated value has no ends
        return False
    if not held.figures or follows_one_cohort(market, held):
        return False
    return not number.low <= held.newcomers <= number.high


def contradicted(market: Market) -> dict[str, str]:
    """Return the assumed values that the market's own log contradicts or may not share, and how."""
    found, held, wage = {}, market.hold_out, market.values.get(_WAGE)
    if market.currency == UNSTATED and wage is not None and wage.status == "assumed":
        found[_WAGE] = told(
            "the currency of the log was not given, and an hour is taken to cost as many of its units "
            "as dollars; {why}",
            why=translated(WHY[_WAGE]),
        )
    if held is not None and inflow_differs(market, held):
        found[_INFLOW] = told(
            "the log shows {newcomers:.2g} in its last {weeks} weeks, outside what is assumed; {why}",
            newcomers=held.newcomers,
            weeks=held.weeks,
            why=translated(WHY[_INFLOW]),
        )
    return found


def asked_of(lever: str) -> list[str]:
    """Return the values by which a firm says whether it does already what a lever is about, and how."""
    usual = OF_LEVER.get(lever)
    return [usual, *(n for n, of in _OF_WHAT_IS_DONE.items() if of == usual)] if usual else []


def _is_done(market: Market, name: str) -> bool:
    """Return whether a value is one of what the firm has said that it does already."""
    return name in _OF_WHAT_IS_DONE and market[_OF_WHAT_IS_DONE[name]] > 0


def first_to_check(market: Market) -> dict[str, str]:
    """Return the assumed values to ask for first, and why.

    Parameters
    ----------
    market : Market

    Returns
    -------
    dict of str to str
        What the log contradicts, then values in the order of `WHY`: such as are assumed within a range
        and drawn in futures, and what the firm does already that it has not spoken of.
    """
    unsure = {
        name
        for name, number in market.values.items()
        if number.status == "assumed"
        and number.low != number.high
        and (name not in NEVER_DRAWN or name in _DONE_ALREADY or _is_done(market, name))
    }
    reasons = contradicted(market)
    return reasons | {n: why for n, why in WHY.items() if n in unsure and n not in reasons}
