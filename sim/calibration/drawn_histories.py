"""Histories for a market without a log: the year before week 0, drawn from the market's own laws."""

import numpy as np
import pandas as pd

from sim.calibration.rfm_histories import COLUMNS
from sim.calibration.spend_law import SpendLaw
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Draws, Floats, poisson_quantile


def drawn_histories(draws: Draws, rate: Floats, spend: Floats, law: SpendLaw) -> pd.DataFrame:
    """Return a year's histories of customers who were there throughout.

    Purchases of a customer are Poisson at the customer's rate, at times that are uniform given their
    number, so that the last of x stands at U^(1/x) of the year; the mean of x amounts is drawn around the
    customer's own mean by the law of spend.

    Parameters
    ----------
    draws : Draws
        Luck, one address per customer.
    rate : ndarray, shape (customers,)
        Purchases a week.
    spend : ndarray, shape (customers,)
        Mean spend of a purchase, currency.
    law : SpendLaw
        The market's.

    Returns
    -------
    DataFrame
        Columns as in a market's history file: ``frequency`` counts all purchases, as in a panel.
    """
    count = poisson_quantile(draws.uniform("purchases before week 0"), rate * WEEKS_A_YEAR)
    some = np.maximum(count, 1.0)
    last = WEEKS_A_YEAR * draws.uniform("last purchase before week 0") ** (1.0 / some)
    mean = law.mean_of(draws.uniform("spend before week 0"), some, spend)
    bought = count > 0
    table = {
        "frequency": count,
        "recency": np.where(bought, last, 0.0),
        "T": np.full(count.size, float(WEEKS_A_YEAR)),
        "monetary_value": np.where(bought, mean, 0.0),
    }
    return pd.DataFrame(table)[list(COLUMNS)]
