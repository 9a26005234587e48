"""Contracts as they stand at week 0: who pays which fee, since when, and until when.

A customer pays the fee of a period on joining and on each renewal, and can leave at a renewal only.
The chance to leave then is each customer's own, drawn given the renewals made so far from the shifted
beta-geometric law or its generalisation (`sim.calibration.shifted_beta_geometric`). Fees differ as plans
do and do not vary with use:

    fee_i = fee_mean exp(fee_spread z_i - fee_spread^2 / 2),   z_i ~ N(0, 1),

independent of the chance to leave and of use, as no published cohort shows them together.
"""

import numpy as np
import pandas as pd

from sim.calibration.shifted_beta_geometric import chance_to_leave, hazard_growth, renewal_law
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Draws, Floats, normal, poisson
from sim.market.market import Market
from sim.world.population import People
from sim.world.traits import purchase_rates


def fees(market: Market, draws: Draws) -> Floats:
    """Return everybody's fee of a period, currency, shape (people,)."""
    spread = market["fee_spread"]
    return market["fee_mean"] * np.exp(spread * normal(draws.uniform("mean spend")) - spread**2 / 2)


def start_with_contracts(
    people: People, market: Market, draws: Draws, n_customers: int, history: pd.DataFrame | None
) -> tuple[Floats, Floats]:
    """Draw uses and fees, a contract for the known customers, and everybody's hazard at a renewal.

    Parameters
    ----------
    people : dict of ndarray
        Columns; fees, those of the contract and of the bookkeeping are written.
    market : Market
        With contracts.
    draws : Draws
    n_customers : int
        Known customers, the first rows.
    history : DataFrame or None
        As the market's history file has it, ``frequency`` being renewals; none for a fresh cohort.

    Returns
    -------
    tuple of ndarray, each of shape (people,)
        Uses per week, and the fee of a period.
    """
    rate = purchase_rates(market, draws)
    people["mean_spend"] = fees(market, draws)
    period, n = market.period, n_customers
    renewals, age = np.zeros(draws.size), np.zeros(draws.size)
    if history is not None:
        row = np.floor(draws.uniform("history")[:n] * len(history)).astype(np.int64)
        renewals[:n], age[:n] = (history[c].to_numpy()[row] for c in ("frequency", "T"))
    law = renewal_law(market)
    theta = chance_to_leave(draws.uniform("drop-out rate"), renewals, *law)
    people["drop_out_rate"] = -np.log1p(-theta) * hazard_growth(renewals, law[-1])
    people["renewals"][:] = renewals
    ahead = np.floor((renewals + 1) * period - age)  # weeks that are paid for, from week 0 on
    people["renewal_week"][:] = np.clip(ahead, 0, period)
    people["fee_paid"][:n] = people["mean_spend"][:n]
    people["monetary_value"][:n] = people["mean_spend"][:n]
    people["recent_spend"][:n] = people["mean_spend"][:n] * WEEKS_A_YEAR / period
    people["tenure"][:] = age
    people["frequency"][:n] = poisson(draws.uniform("uses so far")[:n], rate[:n] * age[:n])
    silence = -np.log(draws.uniform("last use")) / np.maximum(rate, 1e-9)
    people["recency"][:] = np.maximum(age - silence, 0.0)
    return rate, people["mean_spend"]
