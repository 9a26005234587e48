"""The laws of a market's people: how often each buys, and how much."""

import numpy as np
from scipy import special

from sim.common.random_numbers import Draws, Floats, Ints, gamma, normal
from sim.market.market import Market


def purchase_rates(market: Market, draws: Draws, rows: Ints | None = None) -> Floats:
    """Draw purchase rates per week, Gamma(r, alpha), of some people or of everybody."""
    uniform = draws.uniform("purchase rate", rows=rows)
    return gamma(uniform, market["purchase_shape"], market["purchase_alpha"])


def mean_spend(market: Market, draws: Draws, rate: Floats, rows: Ints | None = None) -> Floats:
    """Draw mean spend p/nu, nu ~ Gamma(q, v) (Fader, Hardie & Lee 2005).

    A Gaussian copula ties it to the purchase rate where the data show a correlation; the closed form of
    the Gamma-Gamma model then holds for spend alone, not for spend and trips together.
    """
    correlation = market["spend_rate_correlation"]
    score = normal(draws.uniform("mean spend", rows=rows))
    if correlation:
        share = special.gammainc(market["purchase_shape"], market["purchase_alpha"] * rate)
        tied = normal(np.clip(share, 1e-12, 1 - 1e-12))
        score = correlation * tied + np.sqrt(1 - correlation**2) * score
    low_nu = special.gammainccinv(market["spend_shape_between"], special.ndtr(score))
    return market["spend_shape"] * market["spend_scale"] / np.maximum(low_nu, 1e-9)
