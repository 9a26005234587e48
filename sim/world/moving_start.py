"""Customers whose rates move, as they stand at week 0: rate, kind and state.

Whoever is new has a rate from Gamma(r, alpha) and is of the quick kind with the share that the market
states. Of a known customer the history says what the filter of `sim.calibration.forecast.moving_rates`
knew at the log's end: the gamma law of the rate now (two moments), and the chances of both kinds to be
here or away. That was at the best estimates: in a future that draws the law's values, rate and odds of
being away move by as much as the filter's do, to first order (columns `RATE_BY`, `AWAY_BY`), within a
factor. Away is leaving or a pause, as `sim.market.moving_rates` says. Whoever has left counts as
having left just now, so that the chance to come back is that of the law for a year; where away is a
pause, silence is a pause and every known customer is still one.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibration.rfm_histories import AWAY_BY, RATE_BY
from sim.common.random_numbers import Draws, Floats, Ints, gamma
from sim.market.market import Market
from sim.world.newcomers import leaves_by_rate, newcomers_quick_share
from sim.world.population import ACTIVE, LAPSED, People

#: Trips a week to which a rate may rise, as in the fit (`moving_rates.rate_grid`).
MOST_TRIPS = 12.0
#: Rates and odds in a future are within this factor of those at the estimates (a log): beyond it, what
#: is true to first order says little.
_FARTHEST = 1.5
_LAPSED_BEFORE = -1  # the week before week 0


def draw_kinds(people: People, market: Market, draws: Draws, rows: Ints) -> None:
    """Draw for new people whether they are of the quick kind; their hazard of going away is written."""
    share = market["quick_pausers" if market.has_pauses else "quick_leavers"]
    decision = "pause rate" if market.has_pauses else "drop-out rate"
    _write_kinds(people, market, rows, draws.uniform(decision, rows=rows) < share)


def draw_newcomers_kinds(
    people: People, market: Market, draws: Draws, rows: Ints, rate: Floats
) -> None:
    """Draw the kinds of newcomers at some rates: where away is leaving, by the flow of customers."""
    draw_kinds(people, market, draws, rows)
    if market.leaves_in_two_kinds and market.known_are_a_stock:
        share = newcomers_quick_share(market, market["quick_leavers"])
        _write_kinds(people, market, rows, draws.uniform("drop-out rate", rows=rows) < share)
        people["drop_out_rate"][rows] *= leaves_by_rate(rate, market)


def _write_kinds(people: People, market: Market, rows: Ints, quick: NDArray[np.bool_]) -> None:
    column, name = ("pause_rate", "pausing") if market.has_pauses else ("drop_out_rate", "leaving")
    people[column][rows] = np.where(quick, market[f"quick_{name}"], market[f"slow_{name}"])


def known_where_rates_move(
    people: People, market: Market, draws: Draws, history: pd.DataFrame
) -> Floats:
    """Write kind and state of the known customers given their histories, and return their rates.

    Parameters
    ----------
    people : dict of ndarray
        Status, and the hazards or states of going away, are written.
    market : Market
        Where rates move.
    draws : Draws
    history : DataFrame
        The history of each known customer, the first rows of the people.

    Returns
    -------
    ndarray, shape (len(history),)
        Purchases per week.
    """
    n = len(history)
    quick_here, quick_away, slow_away = _chances(market, history)
    place = draws.uniform("kind and state")[:n]
    quick = place < quick_here + quick_away
    away = (place >= quick_here) & (place < quick_here + quick_away + slow_away)
    _write_kinds(people, market, np.arange(n), quick)
    if market.has_pauses:
        people["pausing"][:n] = away
    else:
        people["status"][:n] = np.where(away, LAPSED, ACTIVE)
        people["week_lapsed"][:n] = _LAPSED_BEFORE
    shape, scale = (history[name].to_numpy() for name in ("moving_shape", "moving_scale"))
    scale = scale / np.exp(_off(market, history, RATE_BY))
    return np.minimum(gamma(draws.uniform("purchase rate")[:n], shape, scale), MOST_TRIPS)


def _chances(market: Market, history: pd.DataFrame) -> list[Floats]:
    """Return the chances to be of the quick kind and here, quick and away, and slow and away."""
    quick_here, quick_away, slow_away = (
        history[name].to_numpy() for name in ("quick_here", "quick_away", "slow_away")
    )
    odds = np.exp(_off(market, history, AWAY_BY))
    every = 1.0 + (quick_away + slow_away) * (odds - 1.0)
    return [quick_here / every, quick_away * odds / every, slow_away * odds / every]


def _off(market: Market, history: pd.DataFrame, by: str) -> Floats:
    """Return by how much a log is off what it is at the estimates; shape (len(history),)."""
    told = {name: off for name, off in market.off_estimate.items() if by + name in history}
    found = np.zeros(len(history))
    for name, off in told.items():
        found += off * history[by + name].to_numpy()
    return np.clip(found, -_FARTHEST, _FARTHEST)
