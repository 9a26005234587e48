"""Customers without contracts at week 0: rates and status drawn given each one's history.

Given frequency x, recency t_x and age T, a customer is alive with the Pareto/NBD probability; if alive,
the purchase rate is Gamma(r + x, alpha + T) and the drop-out rate Gamma(s, beta + T), independent
(Schmittlein, Morrison & Colombo 1987). Where rates move, `moving_start` draws rate and state instead.
Prospects are drawn as newcomers (`sim.world.newcomers`).
"""

import numpy as np
import pandas as pd

from sim.calibration.pareto_nbd import probability_alive
from sim.calibration.spend_law import spend_law
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Draws, Floats, Ints, gamma
from sim.market.market import Market
from sim.world.moving_start import draw_kinds, draw_newcomers_kinds, known_where_rates_move
from sim.world.newcomers import newcomers_hazards, newcomers_rates, tie_to_histories
from sim.world.population import ACTIVE, LAPSED, People
from sim.world.traits import mean_spend, purchase_rates

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
        return _known_where_rates_stay(people, market, draws, known, measured)
    if market.has_pauses and measured:
        # silence is a pause there: whoever is known is a customer still, by an age without drop-out
        people["drop_out_rate"][:n] = gamma(
            draws.uniform("drop-out rate")[:n], market["drop_out_shape"], market.drop_out_beta + age
        )
    return known_where_rates_move(people, market, draws, known)


def _known_where_rates_stay(
    people: People, market: Market, draws: Draws, known: pd.DataFrame, measured: bool
) -> Floats:
    """Write status and drop-out rate of the known customers, and return their purchase rates."""
    n = len(known)
    x, t_x, age = (known[c].to_numpy() for c in ("frequency", "recency", "T"))
    r, alpha = market["purchase_shape"], market["purchase_alpha"]
    s, beta = market["drop_out_shape"], market.drop_out_beta
    if measured:
        alive = draws.uniform("alive")[:n] < probability_alive(x, t_x, age, r, alpha, s, beta)
        exposed = np.where(alive, age, t_x)
        people["drop_out_rate"][:n] = gamma(
            draws.uniform("drop-out rate")[:n], s + (~alive).astype(float), beta + exposed
        )  # the dead dropped out soon after their last purchase
    else:
        alive, exposed = np.ones(n, dtype=bool), age
    people["status"][:n] = np.where(alive, ACTIVE, LAPSED)
    people["week_lapsed"][:n] = -np.ceil(_RESTING_WEEKS * draws.uniform("week lapsed")[:n])
    return gamma(draws.uniform("purchase rate")[:n], r + x, alpha + exposed)


def _rows(uniform: Floats, histories: int) -> Ints:
    """Return whose history each known customer has: all once where there are as many, else any."""
    if uniform.size == histories:
        return np.argsort(uniform, kind="stable")
    return np.floor(uniform * histories).astype(np.int64)
