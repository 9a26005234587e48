"""Simulation-based calibration: where the truth ranks among draws from what was estimated.

Talts, Betancourt, Simpson, Vehtari & Gelman 2018, "Validating Bayesian inference algorithms with
simulation-based calibration": parameters are drawn from a prior, a log from the parameters, and draws
from the posterior given the log. The rank of the truth among the draws is then uniform.

The workbench has no posterior but the normal law of the logs of maximum-likelihood estimates with their
covariance, which is one under a flat prior where customers are many. So priors here are wide beside the
standard errors (flat where the likelihood lives), and customers a thousand and more: with few the
estimates of a heavy-tailed law are still skew, and ranks would tell that from the truth.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from sim.calibration.maximum_likelihood import Estimate, fit_nbd, fit_pareto_nbd
from sim.calibration.panel_window import Window
from sim.calibration.spend_fit import fit_gamma_gamma, fit_log_normal, spend_table

#: Draws from what was estimated; ranks go from 0 to it.
DRAWS = 99
#: Groups of ranks that a chi-square counts.
_BINS = 10

Luck = np.random.Generator


@dataclass(frozen=True)
class Case:
    """A law: the prior of its parameters, logs simulated from it, and the fit.

    Attributes
    ----------
    prior : dict of str to (float, float)
        Ends of each parameter's range, in which its log is uniform.
    simulate : callable
        (luck, customers, parameters) -> histories.
    fit : callable
        Histories -> Estimate.
    """

    prior: dict[str, tuple[float, float]]
    simulate: Callable[..., pd.DataFrame]
    fit: Callable[[pd.DataFrame], Estimate]


def _nbd(luck: Luck, n: int, r: float, alpha: float) -> pd.DataFrame:
    """Return a year of a panel: whoever bought nothing is not in it."""
    bought = luck.poisson(52.0 * luck.gamma(r, 1 / alpha, n))
    return pd.DataFrame({"frequency": bought[bought > 0], "T": 52.0})


def _fit_of_window(histories: pd.DataFrame) -> Estimate:
    """Fit that law to those seen in 52 weeks."""
    start = pd.Timestamp("2023-01-02")
    return fit_nbd(histories, Window(start, start + pd.Timedelta(days=363)))


def _pareto_nbd(luck: Luck, n: int, r: float, alpha: float, s: float, beta: float) -> pd.DataFrame:
    """Return two years and more of a cohort that was acquired within a quarter."""
    rate, gone = luck.gamma(r, 1 / alpha, n), luck.gamma(s, 1 / beta, n)
    age = luck.uniform(104, 117, n)
    life = np.minimum(luck.exponential(1 / gone), age)
    bought = luck.poisson(rate * life)
    # the last of x uniform times stands at U^(1/x) of them
    last = life * luck.uniform(size=n) ** (1 / np.maximum(bought, 1))
    return pd.DataFrame({"frequency": bought, "recency": np.where(bought, last, 0.0), "T": age})


def _spend(luck: Luck, n: int, p: float, q: float, v: float) -> pd.DataFrame:
    """Return the mean spend of customers with some purchases."""
    bought = 1 + luck.poisson(luck.gamma(1.0, 6.0, n))
    nu = luck.gamma(q, 1 / v, n)
    mean = luck.gamma(p * bought) / nu / bought
    return pd.DataFrame({"frequency": bought, "monetary_value": mean})


def _amounts(luck: Luck, n: int, mean: float, b: float, w: float) -> pd.DataFrame:
    """Return what single amounts tell of log-normal spend."""
    customer = np.repeat(np.arange(n), 1 + luck.poisson(luck.gamma(1.0, 6.0, n)))
    own = mean * np.exp(b * luck.standard_normal(n) - b**2 / 2)
    amount = own[customer] * np.exp(w * luck.standard_normal(customer.size) - w**2 / 2)
    return spend_table(pd.DataFrame({"customer": customer, "amount": amount}))


CASES = {
    "NBD": Case({"r": (0.5, 2.0), "alpha": (1.0, 6.0)}, _nbd, _fit_of_window),
    "Pareto/NBD": Case(
        {"r": (0.6, 1.6), "alpha": (2.0, 6.0), "s": (0.7, 1.6), "beta": (15.0, 40.0)},
        _pareto_nbd,
        fit_pareto_nbd,
    ),
    "spend": Case({"p": (1.0, 6.0), "q": (2.5, 6.0), "v": (10.0, 60.0)}, _spend, fit_gamma_gamma),
    "log-normal spend": Case(
        {"mean": (5.0, 80.0), "b": (0.3, 1.0), "w": (0.4, 1.2)}, _amounts, fit_log_normal
    ),
}


def ranks_of_truth(
    case: Case, times: int, customers: int, seed: int = 1, error_scale: float = 1.0
) -> pd.DataFrame:
    """Return the rank of each true parameter among draws from what was estimated.

    Parameters
    ----------
    case : Case
    times : int
        Logs.
    customers : int
        In each.
    seed : int
    error_scale : float
        What standard errors are multiplied by: other than 1 is a fault that ranks must show.

    Returns
    -------
    DataFrame
        A row per log, a column per parameter, and one per independent part (``part 1``, ...) into which
        the covariance takes the error apart: their ranks are independent, so that all can be counted
        together, and they tell a wrong correlation too. From 0 to `DRAWS`.
    """
    return pd.DataFrame(list(_ranks(case, times, customers, seed, error_scale)))


def _ranks(
    case: Case, times: int, customers: int, seed: int, error_scale: float
) -> Iterator[dict[str, int]]:
    luck = np.random.default_rng(seed)
    for _ in range(times):
        truth = {
            name: float(np.exp(luck.uniform(*np.log(ends)))) for name, ends in case.prior.items()
        }
        found = case.fit(case.simulate(luck, customers, **truth))
        assert not found.fixed, "a shape was set: choose a prior whose laws are identified"
        # the same luck whatever the scale, so that the control differs by its fault alone
        drawn = error_scale * luck.standard_normal((DRAWS, len(truth)))
        root = np.linalg.cholesky(np.asarray(found.covariance))
        error = np.log(list(truth.values())) - np.log(list(found.values.values()))
        of_values = (drawn @ root.T < error).sum(axis=0)
        of_parts = (drawn < np.linalg.solve(root, error)).sum(axis=0)
        named = {f"part {i}": int(rank) for i, rank in enumerate(of_parts, 1)}
        yield dict(zip(truth, of_values.tolist(), strict=True)) | named


def in_parts(ranks: pd.DataFrame) -> pd.Series:
    """Return the ranks of all independent parts, one after the other."""
    return ranks.filter(like="part ").melt()["value"]


def uniformity(ranks: pd.Series) -> float:
    """Return the probability of ranks as uneven as these or more, were they uniform (chi-square)."""
    counts = np.bincount(ranks * _BINS // (DRAWS + 1), minlength=_BINS)
    return float(stats.chisquare(counts).pvalue)
