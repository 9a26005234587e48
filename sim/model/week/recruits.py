r"""Customers won beyond the usual: what reach then costs, whom they displace, and what they bring.

*Reach and conversion.* Customers won are the prospects who are reached, times the part of them who are
won (blattberg1996). Reach is bought: more money for it reaches people who are harder to win, so that its
returns fall, n ~ spend^epsilon. What its next dollar wins at usual spend, epsilon / c, is no assumption
apart from what a customer won by usual reach costs, c, and what one is worth, v: with rho what that
dollar brings back,

    epsilon v / c = rho,    epsilon = min(rho c / v, 1),

1 where a firm's spend is set best (dorfman1954), less in four brands of five (shapiro2021), and never
more than usual reach returns on average, v / c. v is what a newcomer brings from joining on when nothing
new is done (`sim.model.future_customers`), worked out at week 0 and the same in all strategies. The money
that a plan adds is spent on a platform, which holds this law (`sim.world.platform`). What levers add to
joining (a first offer, samples, a showroom, lower prices) and a good name win more of those who are
reached, and leave what reach costs as it is. With r_i the chance of a week that reach wins prospect i
without them, and w_i with them, each customer whom usual reach wins then costs

    c sum_i r_i / sum_i w_i,    w_i = 1 - e^(-L_i h_i) of whom no talk brings,

L_i being the lift of the hazard h_i: the firm spends on reach what it spends as usual, and wins no more
than there are. Whatever keeps people away, or has brought them already, makes those who still come dearer
in the same way, so that no spend on reach is saved. `REACH` and
`CONVERSION` say which is which.

*Displaced.* Of those whom a rewarded recommendation wins, a share d would have come within the year by
reach or by word of mouth. They are owed, O <- O + d n, and let fewer join as the weeks go by:

    joining hazard x (1 - r / J),   r = min(O / 52, J),   O <- O - r,

J being the joins expected of the week. The person won is no prospect any more, which displaces that
person's own joining by itself and is not counted again.

*Less fitting.* Whoever joins because of an offer made to them (of those a lever's term brings, the part
1 - e^(-eta)) brings a share w of what others bring (lewis2006: about half the long-term value of who
came for a first discount): ln w / (1 - S) on the logit of their share, S being the share of wallet
behind a trip; under contracts, whose fee is the same for all, -ln w on the log hazard.

A friend who is recommended for a reward was offered nothing: the reward is the referrer's. What such
programmes find of them is that they are worth more, not less (schmitt2011, whose referrers were paid;
lower margins in wolters2019), through who is asked and through the tie (vandenbulte2018). They carry
`referred_churn` and no share w.
"""

import numpy as np

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.kernels.states import anybody
from sim.common.random_numbers import Floats, Ints
from sim.market.market import Market
from sim.model.week.life_parameters import LifeParameters
from sim.world.population import People

#: What lifts joining and is no lever's: by more people who are reached, which is paid for by its own
#: cost, or by more of them who are won. All that levers add to joining by their terms is conversion.
REACH, CONVERSION = ("platform",), ("reputation",)


def lift_of_untold(told: Floats, log_lift: float) -> Floats:
    """Return the factor on people's hazard of joining where whom no talk brings is lifted, shape (m,).

    Parameters
    ----------
    told : ndarray, shape (m,)
        Part of the hazard that talk brings, which stays as it is.
    log_lift : float
    """
    return 1.0 + (1.0 - told) * np.expm1(log_lift)


def won_by_reach(hazard: Floats, told: Floats) -> float:
    """Return how many of a week's prospects are expected to join whom no talk brings."""
    return float(np.sum(-np.expm1(-hazard) * (1.0 - told)))


def cost_of_each(usual: float, won: float) -> float:
    """Return what a customer won by usual reach costs this week, over the usual cost.

    Parameters
    ----------
    usual, won : float
        Customers expected of the same reach, without what conversion adds and with it.

    Returns
    -------
    float
        1 where reach wins nobody.
    """
    return usual / won if won > 0.0 else 1.0


def elasticity_of_reach(returned: float, cost: float, worth: float) -> float:
    """Return the elasticity of customers won to what is spent on reach, at usual spend.

    Parameters
    ----------
    returned : float
        What the next dollar brings back, rho.
    cost, worth : float
        Of a customer won by usual reach: what winning one costs, c, and what one brings, v, currency.

    Returns
    -------
    float
        At most 1; 0 where a customer is worth nothing.
    """
    return min(returned * cost / worth, 1.0) if worth > 0.0 else 0.0


def repaid(owed: float, expected: float) -> float:
    """Return how many of a week's expected joins have come already, on a recommendation.

    Parameters
    ----------
    owed : float
        People who came early and whose own time is still ahead, O.
    expected : float
        Joins expected this week, J.

    Returns
    -------
    float
    """
    return min(owed / WEEKS_A_YEAR, expected)


def purchase_term(
    people: People, rows: Ints | slice, life: LifeParameters, behind: float
) -> Floats:
    """Return what being won by an offer takes off the logit of some customers' share, shape (m,).

    Parameters
    ----------
    people : dict of ndarray
    rows : ndarray of int, or slice
    life : LifeParameters
    behind : float
        Mean share of wallet behind a trip, S.
    """
    return np.log(life.promoted_worth) / (1.0 - behind) * people["promoted"][rows]


def churn_term(people: People, rows: Ints | slice, life: LifeParameters) -> Floats:
    """Return what being won by an offer adds to the log hazard of leaving a contract, shape (m,)."""
    return -np.log(life.promoted_worth) * people["promoted"][rows]


def terms(
    people: People, rows: Ints, life: LifeParameters, market: Market, behind: float
) -> dict[str, Floats]:
    """Return the terms by outcome of customers won by an offer, which last; none where nobody was.

    Parameters are those of `purchase_term`, and the market.
    """
    if are_there(people, market, contracts=True):
        return {"churn": churn_term(people, rows, life)}
    if are_there(people, market, contracts=False):
        return {"purchase": purchase_term(people, rows, life, behind)}
    return {}


def are_there(people: People, market: Market, contracts: bool) -> bool:
    """Return whether anybody was won by an offer, in a market with contracts or in one without."""
    return market.is_contractual is contracts and anybody(people["promoted"])
