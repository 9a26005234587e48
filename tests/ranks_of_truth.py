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
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from sim.calibration.forecast.histories import Histories, histories_until
from sim.calibration.forecast.moving_errors import covariance_of
from sim.calibration.forecast.moving_rates import NAMES, fit_moving_rates
from sim.calibration.forecast.one_thread import one_thread
from sim.calibration.maximum_likelihood import Estimate, fit_nbd, fit_panel, fit_pareto_nbd
from sim.calibration.panel_window import Window
from sim.calibration.shifted_beta_geometric import fit_bdw
from sim.calibration.spend_fit import fit_gamma_gamma, fit_log_normal, spend_table
from tests.moving_logs import moving_log

#: Draws from what was estimated; ranks go from 0 to it.
DRAWS = 99
#: Groups of ranks that a chi-square counts.
_BINS = 10

Luck = np.random.Generator


@dataclass(frozen=True, eq=False)
class Case:
    """A law: the prior of its parameters, logs simulated from it, and the fit.

    Attributes
    ----------
    prior : dict of str to (float, float)
        Ends of each parameter's range, in which its log is uniform.
    simulate : callable
        (luck, customers, parameters) -> histories.
    fit : callable
        Histories -> Estimate, or what has its values and covariance.
    fixed : tuple of str
        Parameters that the fit sets, at their true values.
    """

    prior: dict[str, tuple[float, float]]
    simulate: Callable[..., Any]
    fit: Callable[[Any], Any]
    fixed: tuple[str, ...] = ()


def _nbd(luck: Luck, n: int, r: float, alpha: float) -> pd.DataFrame:
    """Return a year of a panel: whoever bought nothing is not in it."""
    bought = luck.poisson(52.0 * luck.gamma(r, 1 / alpha, n))
    return pd.DataFrame({"frequency": bought[bought > 0], "T": 52.0})


_START = pd.Timestamp("2023-01-02")
#: 52 weeks.
_YEAR = Window(_START, _START + pd.Timedelta(days=363))


def _fit_of_window(histories: pd.DataFrame) -> Estimate:
    """Fit that law to those seen in 52 weeks."""
    return fit_nbd(histories, _YEAR)


def _panel(luck: Luck, n: int, r: float, alpha: float, beta: float) -> pd.DataFrame:
    """Return a year of a panel from which people leave: whoever bought nothing is not in it."""
    found = _lives(luck, np.full(n, _YEAR.weeks), r, alpha, 1.0, beta)
    return found[found["frequency"] > 0]


def _renewals(luck: Luck, n: int, alpha: float, beta: float, duration: float) -> pd.DataFrame:
    """Return the customers left of a cohort after each of twelve renewals."""
    stays = 1.0 - luck.beta(alpha, beta, n)
    made = np.arange(13.0)
    # renewals last while luck is above the survival of one's own chance, (1 - theta)^(k^c)
    left = (luck.uniform(size=n) < stays ** (made[:, None] ** duration)).sum(axis=1)
    return pd.DataFrame({"customers": left})


def _pareto_nbd(luck: Luck, n: int, r: float, alpha: float, s: float, beta: float) -> pd.DataFrame:
    """Return two years and more of a cohort that was acquired within a quarter."""
    return _lives(luck, luck.uniform(104, 117, n), r, alpha, s, beta)


def _lives(
    luck: Luck, age: np.ndarray, r: float, alpha: float, s: float, beta: float
) -> pd.DataFrame:
    """Return the histories of customers who leave, each of an age."""
    n = age.size
    rate, gone = luck.gamma(r, 1 / alpha, n), luck.gamma(s, 1 / beta, n)
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


@dataclass(frozen=True)
class _Fitted:
    """What a case needs to know of a fit that is no `Estimate`."""

    values: dict[str, float]
    covariance: np.ndarray
    fixed: tuple[str, ...] = ()

    @property
    def log_errors(self) -> dict[str, float]:
        """Standard errors of the logs, by name."""
        return dict(zip(self.values, np.sqrt(np.diag(self.covariance)), strict=True))


def _moving(luck: Luck, n: int, **law: float) -> Histories:
    """Return 60 weeks of customers whose rates move; `quick` is given as odds, as it is fitted."""
    share = {"quick": law["quick"] / (1.0 + law["quick"])}
    log = moving_log(law | share, n, 60, int(luck.integers(2**31)))
    return histories_until(log, log["day"].max())


def _fit_moving(known: Histories) -> _Fitted:
    """Fit law B; one thread, as its commands do."""
    with one_thread():
        logs, covariance = covariance_of(fit_moving_rates(known, phases=1), known)
    return _Fitted(dict(zip(NAMES, np.exp(logs).tolist(), strict=True)), covariance)


#: Laws whose draws are no normal law of a likelihood that is close to one: for figures, not for tests.
ROUGH = {
    "law B": Case(
        {"r": (0.6, 1.4), "alpha": (1.0, 3.0), "drift": (0.002, 0.008), "redraw": (0.003, 0.012),
         "quick": (0.25, 1.0), "quick_hazard": (0.04, 0.12), "slow_hazard": (0.002, 0.006),
         "back": (0.008, 0.025)},
        _moving,
        _fit_moving,
    ),
}  # fmt: skip
CASES = {
    "NBD": Case({"r": (0.5, 2.0), "alpha": (1.0, 6.0)}, _nbd, _fit_of_window),
    "Pareto/NBD": Case(
        {"r": (0.6, 1.6), "alpha": (2.0, 6.0), "s": (0.7, 1.6), "beta": (15.0, 40.0)},
        _pareto_nbd,
        fit_pareto_nbd,
    ),
    "panel": Case(
        {"r": (0.6, 1.6), "alpha": (1.0, 5.0), "beta": (40.0, 200.0)},
        _panel,
        lambda histories: fit_panel(histories, _YEAR),
        fixed=("drop_out_shape",),
    ),
    "renewals": Case(
        {"alpha": (0.6, 1.5), "beta": (2.0, 6.0), "duration": (0.8, 1.5)},
        _renewals,
        lambda left: fit_bdw(left["customers"]),
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
    for truth, found, normal in _fits(case, times, customers, seed):
        estimates = [found.values[name] for name in found.log_errors]
        drawn = error_scale * normal
        root = np.linalg.cholesky(np.asarray(found.covariance))
        error = np.log(list(truth.values())) - np.log(estimates)
        of_values = (drawn @ root.T < error).sum(axis=0)
        of_parts = (drawn < np.linalg.solve(root, error)).sum(axis=0)
        named = {f"part {i}": int(rank) for i, rank in enumerate(of_parts, 1)}
        yield dict(zip(truth, of_values.tolist(), strict=True)) | named


@cache
def _fits(case: Case, times: int, customers: int, seed: int) -> list[tuple[dict, Any, np.ndarray]]:
    """Return truth, fit and normal draws of each log, made once: a control differs by its fault."""
    luck, made = np.random.default_rng(seed), []
    for _ in range(times):
        truth = {
            name: float(np.exp(luck.uniform(*np.log(ends)))) for name, ends in case.prior.items()
        }
        found = case.fit(case.simulate(luck, customers, **truth))
        assert found.fixed == case.fixed, (
            "a shape was set: choose a prior whose laws are identified"
        )
        made.append((truth, found, luck.standard_normal((DRAWS, len(truth)))))
    return made


def in_parts(ranks: pd.DataFrame) -> pd.Series:
    """Return the ranks of all independent parts, one after the other."""
    return ranks.filter(like="part ").melt()["value"]


def uniformity(ranks: pd.Series) -> float:
    """Return the probability of ranks as uneven as these or more, were they uniform (chi-square)."""
    counts = np.bincount(ranks * _BINS // (DRAWS + 1), minlength=_BINS)
    return float(stats.chisquare(counts).pvalue)
