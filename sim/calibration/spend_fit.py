"""Fit the laws of spend: Gamma-Gamma to customers' means, log-normal to single amounts.

What is maximised stands here once, as a `Problem`; `fit_gamma_gamma` and `fit_log_normal` give it with
standard errors, a forecast solves it without (`sim.calibration.forecast.spend`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.calibration import gamma_gamma, log_normal
from sim.calibration.maximum_likelihood import Estimate, maximise, maximise_or_even
from sim.market.values import SPEND_LAWS

#: Customers, or one customer's amounts, differ by 10 %: hardly (as with `EVEN_SHAPE` of a gamma law).
EVEN_SPREAD = 0.1
#: Where a search for a spread begins at the least.
_LEAST_START = 0.05


@dataclass(frozen=True)
class Problem:
    """What a fit of a law of spend maximises.

    Attributes
    ----------
    endog : ndarray
        A number per customer.
    law : callable
        ``law(*parameters)`` gives each customer's log-likelihood.
    start : dict of str to float
        Names of the parameters, as a market's values have them, and where to begin.
    """

    endog: np.ndarray
    law: Callable[..., np.ndarray]
    start: dict[str, float]


def spend_table(occasions: pd.DataFrame) -> pd.DataFrame:
    """Count what the laws of spend are fitted on.

    Parameters
    ----------
    occasions : DataFrame
        ``customer`` and ``amount``, one row per customer-day.

    Returns
    -------
    DataFrame
        Indexed by customer, those who spent anything: ``frequency`` and ``monetary_value`` as in a
        history, and of the amounts above 0, which alone have a log, ``amounts`` (their number),
        ``log_mean`` and ``log_squares`` (sum of squares around it).
    """
    customer, rows = np.unique(occasions["customer"].to_numpy(), return_inverse=True)
    amount = occasions["amount"].to_numpy(float)
    n, some = len(customer), amount > 0
    logs, of = np.log(amount[some]), rows[some]
    count = np.bincount(of, minlength=n)
    mean = np.bincount(of, logs, n) / np.maximum(count, 1)
    frequency = np.bincount(rows, minlength=n)
    table = pd.DataFrame(
        {
            "frequency": frequency,
            "monetary_value": np.bincount(rows, amount, n) / np.maximum(frequency, 1),
            "amounts": count,
            "log_mean": mean,
            "log_squares": np.bincount(of, (logs - mean[of]) ** 2, n),
        },
        index=customer,
    )
    return table[table["amounts"] > 0]


def gamma_gamma_problem(histories: pd.DataFrame) -> Problem:
    """Return what Gamma-Gamma maximises, on customers whose occasions have a mean above 0."""
    spent = histories[(histories["frequency"] > 0) & (histories["monetary_value"] > 0)]
    x, mean = spent["frequency"].to_numpy(float), spent["monetary_value"].to_numpy(float)

    def law(p: float, q: float, v: float) -> np.ndarray:
        return gamma_gamma.log_likelihood(x, mean, p, q, v)

    start = {"spend_shape": 2.0, "spend_shape_between": 3.0, "spend_scale": float(mean.mean())}
    return Problem(mean, law, start)


def log_normal_problem(table: pd.DataFrame) -> Problem:
    """Return what the log-normal law maximises, on a table of `spend_table`.

    Spreads begin at their estimates by analysis of variance with unequal numbers (Searle, Casella &
    McCulloch 1992, section 3.6), the mean at the law's own for them.
    """
    x, log_mean, squares = (
        table[name].to_numpy(float) for name in ("amounts", "log_mean", "log_squares")
    )
    within = squares.sum() / max(x.sum() - len(x), 1.0)
    between = log_mean.var() - within * (1.0 / x).mean()
    b, w = (max(float(np.sqrt(max(part, 0.0))), _LEAST_START) for part in (between, within))

    def law(mean: float, b: float, w: float) -> np.ndarray:
        return log_normal.log_likelihood(x, log_mean, squares, mean, b, w)

    mean = float(np.exp(log_mean.mean() + (b**2 + w**2) / 2.0))
    return Problem(log_mean, law, dict(zip(SPEND_LAWS["log_normal"], (mean, b, w), strict=True)))


def mean_spend(table: pd.DataFrame) -> tuple[float, float]:
    """Return mean spend over customers, with its standard error: what a log-normal law is scaled to."""
    mean = table["monetary_value"].to_numpy(float)
    return float(mean.mean()), float(mean.std() / np.sqrt(max(len(mean) - 1.0, 1.0)))


def fit_gamma_gamma(histories: pd.DataFrame) -> Estimate:
    """Fit Gamma-Gamma, on customers whose counted occasions have a mean above 0."""
    problem = gamma_gamma_problem(histories)
    scales = {"spend_shape_between": ("spend_scale", 1), "spend_shape": ("spend_scale", -1)}
    return maximise_or_even(problem.endog, problem.law, problem.start, scales)


def fit_log_normal(table: pd.DataFrame) -> Estimate:
    """Fit the log-normal law; a spread that the data do not tell from none is set to `EVEN_SPREAD`.

    Parameters
    ----------
    table : DataFrame
        As `spend_table` gives it.

    Returns
    -------
    Estimate
        Spreads by maximum likelihood; the mean is that of the table, so that totals are kept, with the
        standard error of a mean.
    """
    problem, (b, w) = log_normal_problem(table), SPEND_LAWS["log_normal"][1:]
    found = maximise(problem.endog, problem.law, problem.start)
    small = tuple(name for name in (b, w) if found.values[name] < EVEN_SPREAD)
    for names in (small, (b,), (w,), (b, w)):  # of one purchase each, all is put down to one part
        if names and found.unidentified():
            set_to = dict.fromkeys(names, EVEN_SPREAD)
            found = maximise(problem.endog, problem.law, problem.start, set_to)
    mean, error = mean_spend(table)
    # the mean goes with the spreads as the law's own does, by an error of its own
    wider = np.ones(len(found.log_errors))
    wider[0] = error / mean / found.log_errors["spend_mean"]
    return replace(
        found,
        values=found.values | {"spend_mean": mean},
        errors=found.errors | {"spend_mean": error},
        log_errors=found.log_errors | {"spend_mean": error / mean},
        covariance=None if found.covariance is None else found.covariance * np.outer(wider, wider),
    )


#: How each law is fitted, with errors, to a table of `spend_table`.
FITS: dict[str, Callable[[pd.DataFrame], Estimate]] = {
    "gamma_gamma": fit_gamma_gamma,
    "log_normal": fit_log_normal,
}
