"""The people of a market as they stand at week 0.

Known customers are drawn from the firm's own histories, each from their posterior
(`noncontractual_start`, `contractual_start`); prospects from the laws of newcomers. The rest of the
category is bought at rate lambda' ~ Gamma(b, alpha), for everybody and independent of the rate here: the
two-brand Dirichlet of Goodhardt, Ehrenberg & Chatfield (1984).

The share of wallet that is entered is that of the customers whom the firm knows: what they buy here over
what they buy of the category, so that whoever buys much counts for much. With m the mean rate of the
known customers who are active,

    b = alpha m (1 - share) / share,

as then E[sum lambda] / E[sum (lambda + lambda')] = share. Of a fresh cohort m = r / alpha, b is
r (1 - share) / share, and shares of wallet are beta, independent of the category rate. Known customers
are no such cohort: a log holds those who bought, and most of all those who buy often.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibration.drawn_histories import drawn_histories
from sim.calibration.rfm_histories import MOVING_COLUMNS, read_histories
from sim.calibration.spend_law import spend_law
from sim.common.errors import InputError
from sim.common.paths import shown
from sim.common.random_numbers import Draws, Floats, gamma, normal
from sim.market.market import Market
from sim.world.contractual_start import start_with_contracts
from sim.world.noncontractual_start import start_without_contracts
from sim.world.population import (
    ACTIVE,
    COLUMNS,
    CONTRACT_COLUMNS,
    PAUSE_COLUMNS,
    REGULAR_COLUMNS,
    VALUE_SHARES,
    People,
)
from sim.world.regular_purchases import chance_of_a_purchase, draw_phases
from sim.world.talkativeness import talkativeness
from sim.world.traits import mean_spend, purchase_rates, rival_shape

_CASE_SEED = 2**31  # of no run that anybody is likely to make


def read_history(market: Market) -> pd.DataFrame:
    """Return the customers' histories of a market, as `sim.calibration.rfm_histories.read_histories`.

    Those of a case are drawn from its own laws, the same ones whatever the seed of a run.
    """
    if market.based_on:
        draws = Draws(_CASE_SEED, market.data.n_customers)
        rate = purchase_rates(market, draws)
        spend = mean_spend(market, draws, rate)
        return drawn_histories(draws, rate, spend, spend_law(market))
    path = market.history_path
    history = read_histories(path, shown(path), market.data.history)
    may_move = market.rates_move or market.moving_rates is not None
    if may_move and MOVING_COLUMNS[0] not in history:
        raise InputError(
            shown(path),
            "columns",
            list(history),
            "those of customers whose rates move: " + ", ".join(MOVING_COLUMNS),
            hint="Make the market again with `loyalty calibrate`, or take its moving_rates out.",
        )
    return history


def make_people(
    market: Market,
    draws: Draws,
    n_customers: int,
    suitability_spread: float,
    start: str = "posterior",
) -> People:
    """Draw the people of a market as they stand at week 0.

    Parameters
    ----------
    market : Market
    draws : Draws
        Of the size of the whole population.
    n_customers : int
        Customers known to the firm; the other rows are prospects.
    suitability_spread : float
        Standard deviation of `suitability`, in SD of an encounter.
    start : {"posterior", "fresh"}
        Known customers from their histories, or just acquired (a cohort for tests of known laws).

    Returns
    -------
    dict of str to ndarray, each of shape (draws.size,)
        The columns of `COLUMNS`, under contracts those of `CONTRACT_COLUMNS`, and where people pause
        those of `PAUSE_COLUMNS`, where they buy regularly those of `REGULAR_COLUMNS`.
    """
    contract, pauses = market.is_contractual, market.has_pauses
    columns = (
        *COLUMNS,
        *(CONTRACT_COLUMNS if contract else ()),
        *(PAUSE_COLUMNS if pauses else ()),
        *(REGULAR_COLUMNS if market.purchase_phases > 1 else ()),
    )
    people = {c.name: c.filled(draws.size) for c in columns}
    people["status"][:n_customers] = ACTIVE
    history = read_history(market) if start == "posterior" else None
    start_customers = start_with_contracts if market.is_contractual else start_without_contracts
    rate, paid = start_customers(people, market, draws, n_customers, history)
    active = people["status"][:n_customers] == ACTIVE
    known = None if history is None or not active.any() else rate[:n_customers][active].mean()
    shape = rival_shape(market, known)
    rival_rate = gamma(draws.uniform("rival rate"), shape, market.alpha_ahead)
    people["category_rate"] = rate + rival_rate
    people["base_share"] = np.clip(rate / (rate + rival_rate), 1e-9, 1 - 1e-9)
    people["usual_habit"] = chance_of_a_purchase(market.purchase_phases, rate)
    people["habit"] = people["usual_habit"].copy()
    people["talkativeness"] = talkativeness(draws, market["talk_spread"])
    people["suitability"] = suitability_spread * normal(draws.uniform("fit"))
    shares = np.cumsum([part.share.value for part in market.channels])
    people["channel"] = np.minimum(
        np.searchsorted(shares, draws.uniform("channel")), shares.size - 1
    ).astype(np.int8)
    people["value_segment"] = _value_segment(paid, n_customers)
    people["kept"] = people["status"] == ACTIVE
    if history is not None:
        draw_phases(people, market, draws, n_customers)
    return people


def _value_segment(value: Floats, n_customers: int) -> NDArray[np.int8]:
    """Cut everybody by the known customers' quantiles of expected spend a week."""
    top, middle = np.quantile(
        value[:n_customers], [1 - VALUE_SHARES[0], 1 - VALUE_SHARES[0] - VALUE_SHARES[1]]
    )
    return np.where(value > top, 0, np.where(value > middle, 1, 2)).astype(np.int8)
