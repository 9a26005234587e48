"""Maximum likelihood for the laws of purchase, drop-out and spend, under statsmodels.

Parameters are estimated on the log scale, where they are unbounded and the likelihood is closer to
quadratic; standard errors on the natural scale follow by the delta method. The models have no
regressors, so that statsmodels counts exactly the parameters named (a dummy regressor would make its
AIC and BIC wrong).
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.base.model import GenericLikelihoodModel
from statsmodels.tools.sm_exceptions import ConvergenceWarning, HessianInversionWarning

from sim.calibration import pareto_nbd
from sim.calibration.panel_window import Window

#: Parameters stay within a factor e^8 = 3000 of their starting values, which come from the data; past
#: e^6 = 400 nothing can be told from the bound.
LOG_BOUND, LOG_LIMIT = 8.0, 6.0
#: Largest standard errors, on the log scale, of a shape and of the scale that goes with it.
SHAPE_ERROR, SCALE_ERROR = 1.0, 2.0
#: With this shape customers differ by 10 % (one standard deviation): hardly.
EVEN_SHAPE = 100.0
#: A drop-out rate that is the same for all must be two standard errors away from none.
EVEN_DROP_OUT_ERROR = 0.5
#: A fit that sets a shape may lose this much log-likelihood (p = 0.05 for one parameter).
EVEN_LOSS = 1.92


class LawOfHistories(GenericLikelihoodModel):
    """A law of customer histories with positive parameters and no regressors.

    Parameters
    ----------
    endog : array_like
        One number per customer (counts or mean spend).
    law : callable
        ``law(*parameters)`` gives the log-likelihood of each customer.
    start : dict of str to float
        Names and starting values of the parameters, in the order of `law`.
    """

    def __init__(
        self, endog: npt.ArrayLike, law: Callable[..., np.ndarray], start: dict[str, float]
    ) -> None:
        self.law = law
        self.start_params = np.log(list(start.values()))
        super().__init__(np.asarray(endog), extra_params_names=[f"log {n}" for n in start])

    def natural(self, params: np.ndarray) -> np.ndarray:
        """Return the parameters on the natural scale, within their bounds."""
        low, high = self.start_params - LOG_BOUND, self.start_params + LOG_BOUND
        return np.exp(np.clip(params, low, high))

    def loglikeobs(self, params: np.ndarray) -> np.ndarray:
        """Return the log-likelihood of each customer at the logs of the parameters."""
        return self.law(*self.natural(params))


@dataclass(frozen=True)
class Estimate:
    """Parameters with what is known of their error.

    Attributes
    ----------
    values : dict
        All parameters of the law, natural scale.
    errors, log_errors : dict
        Standard errors of those estimated, natural and log scale; nan where there is no maximum.
    results : GenericLikelihoodModelResults
        The statsmodels results (log scale): covariance, AIC, BIC, summary.
    fixed : tuple of str
        Parameters in `values` that were set, not estimated.
    covariance : ndarray or None
        Of the logs of those estimated, in the order of `errors`; none where there is no maximum.
    """

    values: dict[str, float]
    errors: dict[str, float]
    log_errors: dict[str, float]
    results: Any
    fixed: tuple[str, ...] = ()
    covariance: np.ndarray | None = None

    def unidentified(self) -> list[str]:
        """Return the parameters that the data do not identify: near a bound, or with a huge error."""
        run = np.abs(self.results.params - self.results.model.start_params)
        return [
            name
            for (name, error), distance in zip(self.log_errors.items(), run, strict=True)
            if distance > LOG_LIMIT or not error < self._largest_error(name)
        ]

    def _largest_error(self, name: str) -> float:
        if name == "drop_out_beta" and "drop_out_shape" in self.fixed:
            return EVEN_DROP_OUT_ERROR
        return SHAPE_ERROR if "shape" in name else SCALE_ERROR


def maximise(
    endog: npt.ArrayLike,
    law: Callable[..., np.ndarray],
    start: dict[str, float],
    fixed: dict[str, float] | None = None,
) -> Estimate:
    """Fit a law by maximum likelihood.

    Parameters
    ----------
    endog : array_like
        As for `LawOfHistories`.
    law : callable
        ``law(*parameters)``, in the order of `start`, gives each customer's log-likelihood.
    start : dict
        Names and starting values (natural scale) of all parameters.
    fixed : dict, optional
        Parameters that are set, not estimated.

    Returns
    -------
    Estimate
    """
    fixed = fixed or {}
    free = {name: value for name, value in start.items() if name not in fixed}

    def partial(*values: float) -> np.ndarray:
        known = {**dict(zip(free, values, strict=True)), **fixed}
        return law(*(known[name] for name in start))

    model = LawOfHistories(endog, partial, free)
    rough = model.fit(method="nm", maxiter=2000, disp=0, skip_hessian=True, xtol=1e-2, ftol=1e-5)
    with warnings.catch_warnings():  # a likelihood without a maximum is reported by `unidentified`
        warnings.simplefilter("ignore", HessianInversionWarning)
        warnings.simplefilter("ignore", ConvergenceWarning)
        results = model.fit(rough.params, method="bfgs", maxiter=100, disp=0, gtol=1e-6)
    values = model.natural(results.params)
    log_errors, covariance = np.full(len(values), np.nan), None
    if results.normalized_cov_params is not None:
        covariance = np.asarray(results.cov_params())
        variances = np.diag(covariance)
        log_errors = np.sqrt(np.where(variances > 0, variances, np.nan))
    known = {**dict(zip(free, values.tolist(), strict=True)), **fixed}
    return Estimate(
        values={name: known[name] for name in start},
        errors=dict(zip(free, (values * log_errors).tolist(), strict=True)),
        log_errors=dict(zip(free, log_errors.tolist(), strict=True)),
        results=results,
        fixed=tuple(fixed),
        covariance=covariance,
    )


def maximise_or_even(
    endog: npt.ArrayLike,
    law: Callable[..., np.ndarray],
    start: dict[str, float],
    scales: dict[str, tuple[str, int]],
) -> Estimate:
    """Fit a law; where customers hardly differ, with the shape that says so set.

    As customers become alike the likelihood keeps rising with a shape and its scale, and only their
    ratio is known. Then the shape is set to `EVEN_SHAPE`, if it had run past that or if no more than
    `EVEN_LOSS` is lost by it.

    Parameters
    ----------
    endog, law, start
        As for `maximise`.
    scales : dict of str to (str, int)
        Shapes that may be set, each with the scale that follows it and the power by which it does.

    Returns
    -------
    Estimate
        The free fit if all its parameters are identified, or if none of the others is better.
    """
    free = maximise(endog, law, start)
    if not free.unidentified():
        return free
    candidates = []
    for n in range(1, len(scales) + 1):
        for names in combinations(scales, n):
            begin = dict(start)
            for name in names:
                scale, power = scales[name]
                begin[scale] *= (EVEN_SHAPE / start[name]) ** power
            even = maximise(endog, law, begin, dict.fromkeys(names, EVEN_SHAPE))
            lost = free.results.llf - even.results.llf
            ran = all(free.values[name] > EVEN_SHAPE for name in names)
            if not even.unidentified() and (ran or lost < EVEN_LOSS * n):
                candidates.append(even)
    return max(candidates, key=lambda fit: fit.results.llf, default=free)


def fit_pareto_nbd(histories: pd.DataFrame) -> Estimate:
    """Fit purchase and drop-out rates of a cohort (``frequency``, ``recency``, ``T``)."""
    columns = histories[["frequency", "recency", "T"]].to_numpy(float)
    rows, index = np.unique(columns, axis=0, return_inverse=True)  # many share a history
    x, t_x, T = rows.T

    def law(r: float, alpha: float, s: float, beta: float) -> np.ndarray:
        return pareto_nbd.log_likelihood(x, t_x, T, r, alpha, s, beta)[index]

    weeks = float(histories["T"].median())
    start = {
        "purchase_shape": 1.0,
        "purchase_alpha": weeks / max(histories["frequency"].mean(), 0.01),
        "drop_out_shape": 1.0,
        "drop_out_beta": weeks,
    }
    scales = {"purchase_shape": ("purchase_alpha", 1), "drop_out_shape": ("drop_out_beta", 1)}
    return maximise_or_even(histories["frequency"], law, start, scales)


def fit_panel(histories: pd.DataFrame, window: Window) -> Estimate:
    """Fit purchase rates of a panel from which people leave, by its window.

    From the window's start on, customers of long standing follow the Pareto/NBD as new ones do (their
    first purchase in it counts), given that they bought at all: L(x, t_x, T) / (1 - L(0, 0, T)), as
    `pareto_nbd.nbd_log_likelihood` has it without drop-out. Newcomers follow it from their own first
    purchase on: L(x, t_x, T), T their own weeks. One window tells how many leave, not how rates of
    leaving differ: they are exponential between customers, as where drop-out is assumed.
    """
    columns = histories[["frequency", "recency", "T"]].to_numpy(float)
    known = window.known_before(histories)
    rows, index = np.unique(np.c_[columns, known], axis=0, return_inverse=True)
    (x, t_x, T, known), zero = rows.T, np.zeros(1)

    def law(r: float, alpha: float, s: float, beta: float) -> np.ndarray:
        none = pareto_nbd.log_likelihood(zero, zero, window.weeks, r, alpha, s, beta)
        seen = known * np.log(-np.expm1(none))
        return (pareto_nbd.log_likelihood(x, t_x, T, r, alpha, s, beta) - seen)[index]

    start = {
        "purchase_shape": 1.0,
        "purchase_alpha": float(histories["T"].mean() / histories["frequency"].mean()),
        "drop_out_shape": 1.0,
        "drop_out_beta": 6.0 * window.weeks,
    }
    return maximise(histories["frequency"], law, start, {"drop_out_shape": 1.0})


def fit_nbd(histories: pd.DataFrame, window: Window | None) -> Estimate:
    """Fit purchase rates without drop-out, each customer by their own weeks.

    Who was there before a panel's `window` bought at least once in it; repeat purchases of newcomers, and
    of a cohort (None), may be none (`pareto_nbd.nbd_log_likelihood`).
    """
    known = np.zeros(len(histories)) if window is None else window.known_before(histories)
    columns = np.c_[histories[["frequency", "T"]].to_numpy(float), known]
    rows, index = np.unique(columns, axis=0, return_inverse=True)
    x, T, seen = rows.T

    def law(r: float, alpha: float) -> np.ndarray:
        return pareto_nbd.nbd_log_likelihood(x, T, r, alpha, seen > 0)[index]

    rate = histories["frequency"].mean() / histories["T"].mean()
    start = {"purchase_shape": 1.0, "purchase_alpha": 1.0 / rate}
    return maximise_or_even(
        histories["frequency"], law, start, {"purchase_shape": ("purchase_alpha", 1)}
    )


def spend_rate_correlation(histories: pd.DataFrame, r: float, alpha: float) -> tuple[float, float]:
    """Return the correlation of log purchase rate and log mean spend, and its standard error.

    Pearson's, over customers with a mean above 0; the rate is the posterior mean
    (r + x) / (alpha + T). Logs, because both are skew. Standard error (1 - rho^2) / sqrt(n - 1).
    """
    spent = histories[(histories["frequency"] > 0) & (histories["monetary_value"] > 0)]
    rate = np.log((r + spent["frequency"]) / (alpha + spent["T"]))
    spend = np.log(spent["monetary_value"])
    if rate.std() == 0 or spend.std() == 0:
        return 0.0, 0.0
    rho = float(np.corrcoef(rate, spend)[0, 1])
    return rho, (1.0 - rho**2) / np.sqrt(len(spent) - 1.0)
