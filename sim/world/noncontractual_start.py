"""Customers without contracts at week 0: rates and status drawn given each one's history.

Given frequency x, recency t_x and age T, a customer is alive with the Pareto/NBD probability; if alive,
the purchase rate is Gamma(r + x, alpha + T) and the drop-out rate Gamma(s, beta + T), independent
(Schmittlein, Morrison & Colombo 1987). Where light customers leave sooner, the odds of having left are
multiplied by what the history says of the hazard, m(x, T) of `sim.world.newcomers`, and whoever joined
within the window of a panel has a newcomer's shapes, w r and s + 1: on simulated panels with w of .4 to 1
those active came out within 3 % of their number by `sim.calibration.stock_and_flow`, 3 % too many
without. Where rates move, `moving_start` draws rate and state instead. Prospects are drawn as newcomers.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibration.pareto_nbd import probability_alive
from sim.calibration.spend_law import spend_law
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Draws, Floats, Ints, gamma
from sim.market.market import Market
from sim.world.moving_start import draw_kinds, draw_newcomers_kinds, known_where_rates_move
from sim.world.newcomers import (
    leaves_by_history,
    newcomers_hazards,
    newcomers_rates,
    newcomers_shape,
    tie_to_histories,
)
from sim.world.population import ACTIVE, LAPSED, People
from sim.world.traits import mean_spend, purchase_rates

_HALF_A_DAY = 0.5 / 7.0  # weeks: histories are kept to four digits
_RESTING_WEEKS = WEEKS_A_YEAR  # a lapsed customer is a prospect again after a year


def start_without_contracts(
    people: People, market: Market, draws: Draws, n_customers: int, history: pd.DataFrame | None
) -> tuple[Floats, Floats]:
    """Draw purchase rates, spend, drop-out rates and status at week 0.

    Parameters
    ----------
    people : dict of ndarray
        Columns; traits, status and bookkeeping are written.
    market : Market
        Without contracts.
    draws : Draws
    n_customers : int
        Known customers, the first rows.
    history : DataFrame or None
        As the market's history file has it; none for a fresh cohort.

    Returns
    -------
    tuple of ndarray, each of shape (people,)
        Purchases per week, and expected spend per week.
    """
    everybody = np.arange(draws.size)
    # whoever gets their rates from a history needs none from the population's laws
    unknown = everybody if history is None else everybody[n_customers:]
    new = everybody[n_customers:]
    rate = np.zeros(draws.size)
    rate[unknown] = purchase_rates(market, draws, unknown)
    rate[new] = newcomers_rates(market, draws, new)
    people["mean_spend"][unknown] = mean_spend(market, draws, rate[unknown], unknown)
    measured = "drop_out_beta" in market.values
    left = unknown if measured else everybody
    if not market.leaves_in_two_kinds:
        people["drop_out_rate"][left] = gamma(
            draws.uniform("drop-out rate", rows=left),
            market["drop_out_shape"],
            market.drop_out_beta,
        )
        people["drop_out_rate"][new] = newcomers_hazards(market, draws, new, rate[new])
    if market.rates_move:
        draw_kinds(people, market, draws, unknown)
        draw_newcomers_kinds(people, market, draws, new, rate[new])
    if history is not None:
        known = _set_posterior(people, market, draws, n_customers, history, measured)
        rate[:n_customers] = market.purchase_level * known  # what the log told, at the level ahead
        tie_to_histories(people, market, n_customers)
    return rate, people["mean_spend"] * rate


def _set_posterior(
    people: People,
    market: Market,
    draws: Draws,
    n: int,
    history: pd.DataFrame,
    measured: bool,
) -> Floats:
    """Write the known customers' traits, status and books given their histories; return their rates."""
    row = _rows(draws.uniform("history")[:n], len(history))
    known = history.iloc[row]
    x, t_x, age, mean = (
        known[c].to_numpy() for c in ("frequency", "recency", "T", "monetary_value")
    )
    trips = np.where(mean > 0, x, 0.0)
    uniform = draws.uniform("mean spend")[:n]
    people["mean_spend"][:n] = spend_law(market).own_mean_given(uniform, trips, mean)
    people["frequency"][:n], people["recency"][:n] = x, t_x
    if not history["monetary_value"].any():  # a log without amounts: the firm's books have them
        mean = np.where(x > 0, people["mean_spend"][:n], 0.0)
    people["tenure"][:n], people["monetary_value"][:n] = age, mean
    people["recent_spend"][:n] = x * mean / np.maximum(age, 1.0) * WEEKS_A_YEAR
    if not market.rates_move:
        new = _joined_in_the_window(age, float(history["T"].max()), market)
        return _known_where_rates_stay(people, market, draws, known, measured, new)
    if market.has_pauses and measured:
        # silence is a pause there: whoever is known is a customer still, by an age without drop-out
        people["drop_out_rate"][:n] = gamma(
            draws.uniform("drop-out rate")[:n], market["drop_out_shape"], market.drop_out_beta + age
        )
    return known_where_rates_move(people, market, draws, known)


def _known_where_rates_stay(
    people: People,
    market: Market,
    draws: Draws,
    known: pd.DataFrame,
    measured: bool,
    new: NDArray[np.bool_],
) -> Floats:
    """Write status and drop-out rate of the known customers, and return their purchase rates.

    `new` says who of them joined in a panel's window, as `_joined_in_the_window`.
    """
    n = len(known)
    x, t_x, age = (known[c].to_numpy() for c in ("frequency", "recency", "T"))
    r, s = np.full(n, market["purchase_shape"]), np.full(n, market["drop_out_shape"])
    alpha, beta = market["purchase_alpha"], market.drop_out_beta
    if measured:
        r[new], s[new] = newcomers_shape(market), s[new] + 1.0
        alive = draws.uniform("alive")[:n] < _chance_alive(x, t_x, age, new, market)
        exposed = np.where(alive, age, t_x)
        people["drop_out_rate"][:n] = gamma(
            draws.uniform("drop-out rate")[:n], s + (~alive).astype(float), beta + exposed
        )  # the dead dropped out soon after their last purchase
    else:
        alive, exposed = np.ones(n, dtype=bool), age
    people["status"][:n] = np.where(alive, ACTIVE, LAPSED)
    people["week_lapsed"][:n] = -np.ceil(_RESTING_WEEKS * draws.uniform("week lapsed")[:n])
    return gamma(draws.uniform("purchase rate")[:n], r + x, alpha + exposed)


def _joined_in_the_window(age: Floats, longest: float, market: Market) -> NDArray[np.bool_]:
    """Return whose history begins within the window of a panel: all others' have its length."""
    if not market.known_are_a_stock:
        return np.zeros(age.size, dtype=bool)
    return age < longest - _HALF_A_DAY


def _chance_alive(
    x: Floats, t_x: Floats, age: Floats, new: NDArray[np.bool_], market: Market
) -> Floats:
    """Return the chance of each known customer to be one still."""
    r, alpha = market["purchase_shape"], market["purchase_alpha"]
    s, beta = market["drop_out_shape"], market.drop_out_beta
    alive = probability_alive(x, t_x, age, r, alpha, s, beta)
    if new.any():
        flow = (newcomers_shape(market), alpha, s + 1.0, beta)
        alive[new] = probability_alive(x[new], t_x[new], age[new], *flow)
    if market.newcomer_purchases == 1.0:
        return alive
    return alive / (alive + (1.0 - alive) * leaves_by_history(x, age, market))


def _rows(uniform: Floats, histories: int) -> Ints:
    """Return whose history each known customer has: all once where there are as many, else any."""
    if uniform.size == histories:
        return np.argsort(uniform, kind="stable")
    return np.floor(uniform * histories).astype(np.int64)
