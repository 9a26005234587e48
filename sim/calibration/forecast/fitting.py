"""Maximum likelihood where only the forecast matters: no standard errors, never a failure.

`sim.calibration.maximum_likelihood` works out errors and asks whether parameters are identified, which
takes several fits; a forecast is the same along a ridge, so that the first point on it will do.
"""

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize

#: Parameters stay within a factor e^8 = 3000 of where they start.
LOG_BOUND = 8.0


def fit_logs(
    log_likelihood: Callable[..., np.ndarray], counts: np.ndarray, start: dict[str, float]
) -> dict[str, float]:
    """Return the positive parameters of the highest likelihood.

    Parameters
    ----------
    log_likelihood : callable
        ``log_likelihood(*parameters)`` gives that of each distinct history.
    counts : numpy.ndarray
        Customers with each.
    start : dict of str to float
        Names and starting values, in order.
    """
    begin = np.log(list(start.values()))
    customers = counts.sum()

    def loss(logs: np.ndarray) -> float:
        value = -float(counts @ log_likelihood(*np.exp(logs))) / customers
        return value if np.isfinite(value) else 1e6  # a step too far

    bounds = [(value - LOG_BOUND, value + LOG_BOUND) for value in begin]
    # Likelihoods are flat along a ridge: with slopes from one side the search ends short of the top, at
    # a place that differs between processors in the digits that are shown.
    best = minimize(
        loss,
        begin,
        method="L-BFGS-B",
        jac="3-point",
        bounds=bounds,
        options={"ftol": 1e-14, "gtol": 1e-8},
    )
    return dict(zip(start, np.exp(best.x).tolist(), strict=True))
