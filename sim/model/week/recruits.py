r"""Customers won beyond the usual: what reach then costs, whom they displace, and what they bring.

*Dearer.* What paid reach wins grows less than in proportion to what is spent, n ~ spend^epsilon, epsilon
below one (the long-run elasticity of advertising: sethuraman2011). With x the customers that reach wins
over those it wins as usual, in expectation, the cost of each is

    c x^(1 / epsilon - 1).

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


def price_of_reach(lift: Floats, by_reach: Floats, elasticity: float) -> float:
    """Return what a customer won by reach costs this week, over the usual cost.

    Parameters
    ----------
    lift : ndarray, shape (m,)
        Factor of the levers on each prospect's joining hazard.
    by_reach : ndarray, shape (m,)
        Hazard of joining by reach without them.
    elasticity : float
        Of customers won to what is spent, epsilon.

    Returns
    -------
    float
        1 where levers bring nobody: whoever keeps people away makes the others no cheaper.
    """
    usual = float(by_reach.sum())
    if usual <= 0.0:
        return 1.0
    more = max(1.0, float(np.sum(lift * by_reach)) / usual)
    return float(more ** (1.0 / elasticity - 1.0))


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
