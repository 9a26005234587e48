"""Fit what forecasts: the workbench's own law, a mixture of two, and the classics.

Law A (`refined_prior`) learns who the customers are and takes them to stay as they are; law B
(`moving_rates`) lets them change. Their likelihoods within calibration cannot be compared (B sees the
order of purchases as well), and do not say which foretells a horizon better. Forecasts from earlier days
do (`rolling`), for horizons that may be shorter than the one ahead: so that the weights lie between
theirs and half and half.
"""

import pandas as pd

from sim.calibration.forecast.classics import fit_classics
from sim.calibration.forecast.histories import Histories
from sim.calibration.forecast.moving_rates import fit_moving_rates
from sim.calibration.forecast.prediction import Law, Mixture
from sim.calibration.forecast.refined_prior import fit_refined_prior
from sim.calibration.forecast.rolling import Common, common_movement, look_back, weight_by_evidence

#: The name of the forecast among the models that are scored.
OWN = "own"


def fit_own(
    occasions: pd.DataFrame, known: Histories, end: pd.Timestamp, weeks: int
) -> tuple[dict[str, Law], Common]:
    """Fit the workbench's own law, with what moves all customers together.

    Parameters
    ----------
    occasions : pandas.DataFrame
        The log; what comes after `end` is not looked at.
    known : Histories
        Of the same customers up to `end`.
    end : pandas.Timestamp
        Last day of calibration.
    weeks : int
        Horizon.

    Returns
    -------
    laws : dict of str to Law
        ``own``, the forecast, and its parts ``refined_prior`` (law A) and ``moving_rates`` (law B).
    common : Common
    """
    refined, moving = fit_refined_prior(known), fit_moving_rates(known)
    origins = look_back(occasions, end, weeks, moving.phases)
    weight = weight_by_evidence(origins, weeks)
    mixture = Mixture(refined, moving, weight)
    laws: dict[str, Law] = {OWN: mixture, "refined_prior": refined, "moving_rates": moving}
    return laws, common_movement(origins, weight, weeks)


def fit_rivals(histories: Histories) -> dict[str, Law]:
    """Fit the classics that the forecast is scored beside."""
    return dict(fit_classics(histories))
