"""How sure the parameters of law B are: the curvature of the likelihood at its top."""

import numpy as np

from sim.calibration.forecast.histories import Histories
from sim.calibration.forecast.moving_rates import WEAKLY, MovingRates, loss_of, scale_of_fit
from sim.calibration.forecast.one_thread import one_thread

_STEP = 1e-2


@one_thread()
def covariance_of(law: MovingRates, histories: Histories) -> tuple[np.ndarray, np.ndarray]:
    """Return the parameters on the scale of the fit, and the covariance of their errors.

    The inverse of minus the second derivatives of the penalised log-likelihood, from differences of its
    exact gradient. What the log does not tell keeps the spread of the weak law that the fit leans on: no
    direction counts as known worse than by that law alone.

    Parameters
    ----------
    law : MovingRates
    histories : Histories
        That it was fitted to.

    Returns
    -------
    logs, covariance : numpy.ndarray
        Shapes (8,) and (8, 8): logs, and the log odds of the share.
    """
    loss, customers = loss_of(histories, law.rate, law.phases)
    logs = scale_of_fit(law.parameters)
    shifts = np.eye(len(logs)) * _STEP
    rows = [(loss(logs + shift)[1] - loss(logs - shift)[1]) / (2.0 * _STEP) for shift in shifts]
    curvature = customers * np.array(rows)
    size, directions = np.linalg.eigh((curvature + curvature.T) / 2.0)
    size = np.maximum(size, WEAKLY**-2)
    return logs, (directions / size) @ directions.T
