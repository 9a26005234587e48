"""What a customer is expected to spend on a purchase day, given what they have spent."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from sim.calibration.forecast.fitting import fit_logs
from sim.calibration.forecast.histories import MOST_FITTED, Histories
from sim.calibration.spend_choice import choose_law
from sim.calibration.spend_fit import (
    Problem,
    gamma_gamma_problem,
    log_normal_problem,
    mean_spend,
    spend_table,
)
from sim.calibration.spend_law import law_of

#: With fewer customers a law of spend says nothing that their own averages do not.
_FEWEST = 20


def spend_per_purchase(occasions: pd.DataFrame, histories: Histories) -> np.ndarray:
    """Return the expected amount of each customer's purchase days.

    By Gamma-Gamma or log-normal spend on all purchase days of the calibration, whichever foretells its
    later half better (an average of few says little, so that it is drawn towards that of all), scaled so
    that past purchases would have brought what they brought. Where no law can be fitted, the customer's
    own average.

    Parameters
    ----------
    occasions : pandas.DataFrame
        ``customer``, ``day`` and ``amount`` of the calibration, one row per customer-day.
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
    name = choose_law(occasions, _FITS).name
    usual = _FITS[name](spend_table(occasions))
    if usual is None:
        return mean
    expected = law_of(usual).expected(days, mean)
    expected = np.where(np.isfinite(expected), expected, mean)
    return expected * spent.sum() / (days @ expected)


def _fit(
    make: Callable[[pd.DataFrame], Problem], table: pd.DataFrame
) -> Mapping[str, float] | None:
    """Return the parameters of a law, or None where amounts hardly differ or customers are few."""
    mean = table["monetary_value"].to_numpy()
    if len(mean) < _FEWEST or mean.std() <= 1e-6 * mean.mean():
        return None
    if len(mean) > MOST_FITTED:
        rows = np.linspace(0, len(mean) - 1, MOST_FITTED).astype(int)
        table = table.iloc[np.argsort(mean, kind="stable")[rows]]
    problem = make(table)
    return fit_logs(problem.law, np.ones(len(table)), problem.start)


def _fit_gamma_gamma(table: pd.DataFrame) -> Mapping[str, float] | None:
    return _fit(gamma_gamma_problem, table)


def _fit_log_normal(table: pd.DataFrame) -> Mapping[str, float] | None:
    found = _fit(log_normal_problem, table)
    return None if found is None else {**found, "spend_mean": mean_spend(table)[0]}


_FITS = {"gamma_gamma": _fit_gamma_gamma, "log_normal": _fit_log_normal}
