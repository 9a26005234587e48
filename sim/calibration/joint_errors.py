"""The covariances that a market file keeps of what was estimated."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np

from sim.calibration.maximum_likelihood import Estimate


def covariances_of(
    fits: Iterable[Estimate],
    numbers: Mapping[str, Mapping[str, Any]],
    log_normal: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Return how the errors of estimated values go together, as a `Covariance` of the market has them.

    Parameters
    ----------
    fits : iterable of Estimate
        Each by maximum likelihood of the logs of its values: one covariance each.
    numbers : mapping of str to mapping
        All estimated values of the market, as `sim.market.numbers.Number` has them. Those of no fit
        (correlation, season) were estimated alone: a variance each, on their own scale.
    log_normal : collection of str
        Those of no fit whose law is one of logs: their relative error is the error of the log.

    Returns
    -------
    list of dict
    """
    known = [(list(fit.log_errors), fit.covariance) for fit in fits]
    found = [log_covariance(names, matrix) for names, matrix in known if matrix is not None]
    joint = {name for one in found for name in one["values"]}
    for name, number in numbers.items():
        error = number.get("standard_error") if number["status"] == "estimated" else None
        if error and name not in joint:
            log = name in log_normal
            variance = (error / number["value"]) ** 2 if log else error**2
            scale = "log" if log else "plain"
            found.append({"values": [name], "scale": scale, "matrix": [[variance]]})
    return found


def log_covariance(names: list[str], matrix: np.ndarray) -> dict[str, Any]:
    """Return the covariance of the logs of values, rounded to six digits and symmetric."""
    even = (np.asarray(matrix) + np.asarray(matrix).T) / 2.0
    rows = [[float(f"{cell:.6g}") for cell in row] for row in even.tolist()]
    return {"values": names, "scale": "log", "matrix": rows}
