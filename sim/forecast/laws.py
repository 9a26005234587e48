"""Fit what forecasts: the workbench's own law and its parts."""

from sim.forecast.classics import Classic, fit_classics
from sim.forecast.histories import Histories
from sim.forecast.prediction import Law
from sim.forecast.refined_prior import fit_refined_prior

#: The name of the forecast among the models that are scored.
OWN = "own"


def fit_own(histories: Histories, pareto_nbd: Classic) -> dict[str, Law]:
    """Fit the workbench's own law.

    Parameters
    ----------
    histories : Histories
    pareto_nbd : Classic
        Fitted on the same; law A begins with it.

    Returns
    -------
    dict of str to Law
        ``own``, the forecast, and its parts.
    """
    refined = fit_refined_prior(histories, pareto_nbd)
    return {OWN: refined}


def fit_all(histories: Histories) -> dict[str, Law]:
    """Fit the own law with its parts, and the classics."""
    classics = fit_classics(histories)
    return fit_own(histories, classics["pareto_nbd"]) | dict(classics)
