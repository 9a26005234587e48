r"""Newcomers where a log holds a stock of customers: the flow that keeps this stock as it is.

Who is a customer today is no sample of those who ever became one: whoever stays long is met oftener
(length bias; cox1962). In a firm whose customers keep their number and their mix, as many of each sort
come as leave. With g(lambda, mu) the density of purchase rate and hazard of leaving among present
customers, those who come have

    f(lambda, mu) = mu g(lambda, mu) / E_g[mu].

Where drop-out is stated as a share of present customers, or a log is a panel that shows no first
purchases, g is what is known and f follows (`BuyingLaws.known_are_a_stock`); where a log follows
customers from their first purchase, its laws are those of newcomers and nothing here acts.

*How soon they leave.* With mu ~ Gamma(s, beta) among present customers, newcomers have
mu ~ Gamma(s + 1, beta); of two kinds with hazards p and q and a share k of the first, the share
k p / (k p + (1 - k) q).

*How much they buy.* A panel says nothing of it. The market states w, what newcomers buy over what
present customers buy on average (`newcomer_purchases`; 1 where it does not). In a steady firm those who
leave buy as little as those who come, so that the light leave sooner: the hazard of whoever has the
rate lambda is multiplied by

    m(lambda) = Gamma(r) / Gamma(w r) (alpha lambda)^(-(1 - w) r),   E_g[m] = 1,

for lambda ~ Gamma(r, alpha) among present customers, which leaves their mean hazard as it was. Then

    lambda ~ Gamma(w r, alpha),   mu given lambda ~ m(lambda) Gamma(s + 1, beta)

of newcomers: a mean of w r / alpha, most of them light and soon gone, a few as good as any. Sales stay
steady with the number of customers, and a newcomer brings in all, undiscounted, what a present customer
brings in 1 / E_g[mu] weeks, whatever w: the smaller w, the later in fewer people's lives.

*Known customers* show their rate through what they bought, x purchases in T weeks: their hazards are
multiplied by the mean of m given that, lambda ~ Gamma(r + x, alpha + T), and k = (1 - w) r,

    m(x, T) = Gamma(r) / Gamma(w r) ((alpha + T) / alpha)^k Gamma(r + x - k) / Gamma(r + x),

whose mean over histories is that of m, 1. A factor at the rate that is drawn would be m too, and has no
variance for w <= 1/2: a few near nil would hold the mean hazard, and where rates move such a rate is of
the moment and the hazard stays. The mean hazard of the active is then set
to what it was, as the histories of a log need not follow the law.

Where rates move, w and m speak of the rate at which a newcomer begins. It is drawn anew as everybody's,
from Gamma(r, alpha), and the hazard stays, so that a newcomer who stays becomes a customer like others;
newcomers whose rate was drawn by w for good would bring in less than those who leave take away, and the
firm would shrink. Whoever comes back begins as a newcomer does.

Known limits: what a newcomer spends each time hangs on the rate as among present customers; of leaving
in two kinds each kind's hazard is multiplied by m; of two known customers with the same history the
lighter leaves no sooner; where hazards differ more, a year loses fewer of whom the same mean hazard is
stated (at the grocer with w = .4 some 9 in a hundred, not 10).
"""

import numpy as np
from scipy import special

from sim.common.random_numbers import Draws, Floats, Ints, gamma
from sim.market.buying import BuyingLaws, light_leave_sooner
from sim.market.market import Market
from sim.market.moving_rates import share_here
from sim.market.values import LEAVING_VALUES
from sim.world.population import ACTIVE, People

#: Rates over which survival is averaged, evenly by their chance.
_GRID = 512
#: Trips over the scale below which a rate counts as this one: whoever is so light leaves at once.
_NEXT_TO_NONE = 1e-9


def newcomers_shape(market: BuyingLaws) -> float:
    """Return the shape w r of the law of the rates at which newcomers begin."""
    return market.newcomer_purchases * market["purchase_shape"]


def newcomers_rates(market: Market, draws: Draws, rows: Ints) -> Floats:
    """Draw the purchase rates per week of newcomers, Gamma(w r, alpha)."""
    uniform = draws.uniform("purchase rate", rows=rows)
    return gamma(uniform, newcomers_shape(market), market.alpha_ahead)


def leaves_by_rate(rate: Floats, market: BuyingLaws) -> Floats | float:
    """Return m(lambda), the factor on the hazard of people with some purchase rates.

    Parameters
    ----------
    rate : ndarray, shape (m,)
        Purchases here per week when nothing is done.
    market : BuyingLaws
    """
    r, level = market["purchase_shape"], market.newcomer_purchases
    if level == 1.0:
        return 1.0
    return light_leave_sooner(np.maximum(rate * market.alpha_ahead, _NEXT_TO_NONE), r, level)


def newcomers_hazards(market: Market, draws: Draws, rows: Ints, rate: Floats) -> Floats:
    """Draw the hazards of leaving of newcomers with some purchase rates, per week."""
    shape = market["drop_out_shape"] + market.known_are_a_stock
    own = gamma(draws.uniform("drop-out rate", rows=rows), shape, market.drop_out_beta)
    return own * leaves_by_rate(rate, market)


def leaves_by_history(frequency: Floats, age: Floats, market: BuyingLaws) -> Floats:
    """Compute m(x, T), the factor on the hazards of people with some histories.

    Parameters
    ----------
    frequency : ndarray, shape (m,)
        Purchases x in the log.
    age : ndarray, shape (m,)
        Weeks T in which they could be seen to buy.
    market : BuyingLaws
    """
    r, alpha, level = market["purchase_shape"], market["purchase_alpha"], market.newcomer_purchases
    light = (1.0 - level) * r
    log = special.gammaln(r) - special.gammaln(level * r) + light * np.log1p(age / alpha)
    return np.exp(log + special.gammaln(r + frequency - light) - special.gammaln(r + frequency))


def tie_to_histories(people: People, market: Market, n: int) -> None:
    """Multiply the known customers' hazards by what their purchases say; the mean of the active stays.

    Parameters
    ----------
    people : dict of ndarray
        `drop_out_rate` of the first rows is written.
    market : Market
    n : int
        Known customers, the first rows.
    """
    active = people["status"][:n] == ACTIVE
    if market.newcomer_purchases == 1.0 or not active.any():
        return
    own, here = people["drop_out_rate"][:n], people["tenure"][:n]
    if market.has_pauses:
        here = here * share_here(market)  # what was bought was bought between pauses
    tied = own * leaves_by_history(people["frequency"][:n], here, market)
    people["drop_out_rate"][:n] = tied * own[active].sum() / tied[active].sum()


def newcomers_quick_share(market: BuyingLaws, share: float) -> float:
    """Return which share of newcomers is of the quick kind, where customers leave in two kinds."""
    if not market.known_are_a_stock:
        return share
    quick, slow = market["quick_leaving"] * share, market["slow_leaving"] * (1.0 - share)
    return quick / (quick + slow)


def newcomers_survival(market: BuyingLaws, weeks: int) -> Floats:
    """Return the share of newcomers left after 0, 1, ... weeks, shape (weeks + 1,)."""
    week, factor = np.arange(weeks + 1.0)[:, None], np.ones(1)
    level = market.newcomer_purchases
    if level != 1.0:
        even = (np.arange(_GRID) + 0.5) / _GRID
        rate = gamma(even, newcomers_shape(market), market.alpha_ahead)
        factor = np.asarray(leaves_by_rate(rate, market))
    if market.leaves_in_two_kinds:
        share, quick, slow = (market[name] for name in LEAVING_VALUES)
        share = newcomers_quick_share(market, share)
        left = share * np.exp(-quick * factor * week) + (1.0 - share) * np.exp(
            -slow * factor * week
        )
    else:
        scale = market.drop_out_beta
        shape = market["drop_out_shape"] + market.known_are_a_stock
        left = np.power(scale / (scale + factor * week), shape)
    return left.mean(axis=1)
