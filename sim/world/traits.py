"""The laws of a market's people: how often each buys, and how much."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.optimize import brentq

from sim.calibration.spend_law import spend_law
from sim.common.random_numbers import Draws, Floats, Ints, gamma, normal
from sim.market.market import Market
from sim.world.population import ACTIVE


def purchase_rates(market: Market, draws: Draws, rows: Ints | None = None) -> Floats:
    """Draw purchase rates per week, Gamma(r, alpha), of some people or of everybody."""
    uniform = draws.uniform("purchase rate", rows=rows)
    return gamma(uniform, market["purchase_shape"], market.alpha_ahead)


def rival_shape(market: Market, known_rate: float | None = None) -> float:
    """Return the shape b of the gamma law of what people buy elsewhere (`sim.world.week_zero`).

    Parameters
    ----------
    market : Market
    known_rate : float, optional
        Mean purchase rate of the active known customers, per week; that of new customers if not given.
    """
    share = market["share_of_wallet"]
    here = market["purchase_shape"] if known_rate is None else market.alpha_ahead * known_rate
    return here * (1 - share) / share


def rate_scores(people: Mapping[str, NDArray[Any]]) -> Floats:
    """Return the log of everybody's own purchase rate in SDs from the active customers' mean.

    Parameters
    ----------
    people : mapping of str to ndarray
        Columns at week 0.

    Returns
    -------
    ndarray, shape (people,)
        0 for everybody where the active do not differ.
    """
    log_rate = np.log(np.maximum(people["category_rate"] * people["base_share"], 1e-12))
    active = people["status"] == ACTIVE
    spread = log_rate[active].std() if active.any() else 0.0
    return (log_rate - log_rate[active].mean()) / spread if spread > 0 else 0.0 * log_rate


def average_log_odds(log_odds: Floats, share: float) -> float:
    """Return the log odds of an average customer to be a member at which a share of all are.

    Parameters
    ----------
    log_odds : ndarray, shape (m,)
        Of each customer: log odds less those of the average.
    share : float
        Of them who are members.
    """
    if not log_odds.size:
        return float(special.logit(share))
    return float(brentq(lambda a: float(np.mean(special.expit(a + log_odds))) - share, -50.0, 50.0))


def mean_spend(market: Market, draws: Draws, rate: Floats, rows: Ints | None = None) -> Floats:
    """Draw mean spend by the market's law of spend.

    A Gaussian copula ties it to the purchase rate where the data show a correlation; what is known of the
    law in closed form then holds for spend alone, not for spend and trips together.
    """
    correlation = market["spend_rate_correlation"]
    score = normal(draws.uniform("mean spend", rows=rows))
    if correlation:
        share = special.gammainc(market["purchase_shape"], market.alpha_ahead * rate)
        tied = normal(np.clip(share, 1e-12, 1 - 1e-12))
        score = correlation * tied + np.sqrt(1 - correlation**2) * score
    return spend_law(market).own_mean(score)
