r"""Purchases at regular intervals: each takes some phases of a Poisson process that runs as much faster.

A market may say by `purchase_phases` k that its customers buy regularly (Erlang-k, Chatfield & Goodhardt
1973; `sim.calibration.forecast.step_counts` fits it). Who has passed f phases since their last purchase
and buys at rate lambda buys in a week

    n = floor((f + m) / k),   f' = (f + m) mod k,   m ~ Poisson(k lambda);

k = 1 is purchases by chance. A first purchase and the end of a pause begin at f = 0, as in the fit; the
known customers of a log stand in any phase, each as likely, so that their expected purchases of any time
are lambda times its length. A week with a purchase then has the chance

    P(n > 0) = 1/k sum_{j = 1..k} P(m >= j).

Known limit: what customers are worth after the horizon counts lambda for a return from a pause too, which
overstates it by (k - 1) / (2 k) of a purchase for each.
"""

import numpy as np
from scipy.special import gammainc

from sim.common.random_numbers import Draws, Floats, Ints, poisson
from sim.market.market import Market
from sim.world.population import People


def chance_of_a_purchase(phases: int, rate: Floats) -> Floats:
    """Return the chance of a purchase or more in a week, any phase being as likely.

    Parameters
    ----------
    phases : int
        From one purchase to the next.
    rate : ndarray, shape (m,)
        Purchases per week.
    """
    if phases == 1:
        return -np.expm1(-rate)
    at_least = [gammainc(j, phases * rate) for j in range(1, phases + 1)]
    return np.mean(at_least, axis=0)


def draw_phases(people: People, market: Market, draws: Draws, n: int) -> None:
    """Draw in which phase the first `n` people stand, each as likely; their phase is written."""
    if market.purchase_phases > 1:
        place = draws.uniform("purchase phase")[:n]
        people["purchase_phase"][:n] = place * market.purchase_phases


def draw_purchases(
    people: People, market: Market, uniform: Floats, rate: Floats, rows: Ints
) -> Ints:
    """Draw a week's purchases; where these are regular, the phase of each customer is written.

    Parameters
    ----------
    people : dict of ndarray
    market : Market
    uniform, rate : ndarray, shape (m,)
        Luck, and purchases per week.
    rows : ndarray of int, shape (m,)
        Who they are.
    """
    phases = market.purchase_phases
    if phases == 1:
        return poisson(uniform, rate)
    passed = people["purchase_phase"][rows] + poisson(uniform, phases * rate)
    bought, people["purchase_phase"][rows] = np.divmod(passed, phases)
    return bought


def begin_phases(people: People, rows: Ints) -> None:
    """Let some people begin in the first phase, where purchases are regular."""
    if "purchase_phase" in people:
        people["purchase_phase"][rows] = 0
