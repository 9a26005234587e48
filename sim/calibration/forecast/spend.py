"""What a customer is expected to spend on a purchase day, given what they have spent."""

import numpy as np
import pandas as pd

from sim.calibration import gamma_gamma
from sim.calibration.forecast.fitting import fit_logs
from sim.calibration.forecast.histories import MOST_FITTED, Histories

#: With fewer customers a law of spend says nothing that their own averages do not.
_FEWEST = 20


def spend_per_purchase(occasions: pd.DataFrame, histories: Histories) -> np.ndarray:
    """Return the expected amount of each customer's purchase days.

    Gamma-Gamma on all purchase days of the calibration (an average of few says little, so that it is
    drawn towards that of all), scaled so that past purchases would have brought what they brought. Where
    the law cannot be fitted, the customer's own average.

    Parameters
    ----------
    occasions : pandas.DataFrame
        ``customer`` and ``amount`` of the calibration, one row per customer-day.
    histories : Histories
        Of the same customers.

    Returns
    -------
    numpy.ndarray
        Currency per purchase day; shape (n,).
    """
    row = np.searchsorted(histories.codes, occasions["customer"].to_numpy())
    spent = np.bincount(row, occasions["amount"].to_numpy(), len(histories))
    days = histories.frequency + 1.0
    mean = spent / days
    usual = _law(days[mean > 0], mean[mean > 0])
    if usual is None:
        return mean
    expected = gamma_gamma.expected_spend(days, mean, *usual)
    expected = np.where(np.isfinite(expected), expected, mean)
    return expected * spent.sum() / (days @ expected)


def _law(days: np.ndarray, mean: np.ndarray) -> tuple[float, ...] | None:
    """Return the parameters of Gamma-Gamma, or None where amounts hardly differ or customers are few."""
    if len(mean) < _FEWEST or mean.std() <= 1e-6 * mean.mean():
        return None
    if len(mean) > MOST_FITTED:
        few = np.argsort(mean, kind="stable")[
            np.linspace(0, len(mean) - 1, MOST_FITTED).astype(int)
        ]
        days, mean = days[few], mean[few]

    def law(p: float, q: float, v: float) -> np.ndarray:
        return gamma_gamma.log_likelihood(days, mean, p, q, v)

    start = {"spend_shape": 2.0, "spend_shape_between": 3.0, "spend_scale": float(mean.mean())}
    return tuple(fit_logs(law, np.ones(len(mean)), start).values())
