"""Fit what forecasts: the workbench's own law, half and half of two, and the classics.

Law A (`sim.forecast.refined_prior`) learns who the customers are and takes them to stay as they are; law
B (`sim.forecast.moving_rates`) lets them change. The likelihood within calibration nearly always prefers
B, since it sees the order of purchases as well; but what it says of counts by step does not say which law
foretells a whole horizon better, and a wrong word on change or regularity costs most far ahead. On public
logs half and half was nearly as good as the better law, or better than both, so that the weight is fixed
and nothing is left to a choice that few customers decide.
"""

from sim.forecast.classics import Classic, fit_classics
from sim.forecast.histories import Histories
from sim.forecast.moving_rates import fit_moving_rates
from sim.forecast.prediction import Law, Mixture
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
        ``own``, the forecast, and its parts ``refined_prior`` (law A) and ``moving_rates`` (law B).
    """
    refined = fit_refined_prior(histories, pareto_nbd)
    moving = fit_moving_rates(histories)
    return {OWN: Mixture(refined, moving), "refined_prior": refined, "moving_rates": moving}


def fit_all(histories: Histories) -> dict[str, Law]:
    """Fit the own law with its parts, and the classics."""
    classics = fit_classics(histories)
    return fit_own(histories, classics["pareto_nbd"]) | dict(classics)
