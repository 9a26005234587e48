"""Law B of the forecast as the section ``moving_rates`` of a market, and what it knows of each customer.

The law is fitted as `sim.calibration.forecast` fits it, and its weight is what earlier days of the log
show. Its parameters become values of a market with the covariance of their errors. A purchase of a market
is a customer-day: where days come by chance, a rate lambda of purchases gives 7 (1 - exp(-lambda / 7))
days a week, and rates are translated by their first two moments. Where people stay away for more than
`_LONG` weeks on average, away is leaving; else it is a pause. A drop-out that was measured without pauses
takes long ones for leaving; beside them stands what their own likelihood leaves (`leaving_beside`).
A pause that ends within a step of the filter (one or two weeks) counts as a rate drawn anew.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from sim.calibration.fit_told import too_little_for_moves
from sim.calibration.forecast.histories import Histories, histories_until
from sim.calibration.forecast.laws import fit_own
from sim.calibration.forecast.leaving_beside import leaving_beside
from sim.calibration.forecast.moving_errors import covariance_of
from sim.calibration.forecast.moving_rates import MovingRates, scale_of_fit
from sim.calibration.forecast.one_thread import one_thread
from sim.calibration.forecast.prediction import Mixture
from sim.calibration.forecast.rolling import YEAR_ENDS, Common
from sim.calibration.joint_errors import log_covariance
from sim.calibration.known_customers import known_customers
from sim.calibration.maximum_likelihood import EVEN_SHAPE
from sim.calibration.transactions import Log
from sim.common.calendar import WEEKS_A_YEAR
from sim.market.values import VALUES, range_of_value

#: What law B needs of a log: weeks, and customers who came back. Below, drift and pauses are told by the
#: weak law that the fit begins with, not by the log.
LEAST_WEEKS, LEAST_REPEATING = 26, 200
#: Mean weeks away above which away is leaving.
_LONG = WEEKS_A_YEAR / 2
_RATES = ("purchase_shape", "purchase_alpha", "rate_drift", "rate_redraw")
_LEAVING = (*_RATES, "quick_leavers", "quick_leaving", "slow_leaving", "winback_per_year")
_PAUSING = (*_RATES, "quick_pausers", "quick_pausing", "slow_pausing", "pause_return")
_STEP = 1e-4
#: By how much all customers move together where a log is too short to show it.
_LEVEL_UNSEEN = {
    "value": 1.0,
    "unit": VALUES["purchase_level"].unit,
    "status": "assumed",
    "low": YEAR_ENDS[0],
    "high": YEAR_ENDS[1],
    "source": "a year of a shop may be a fifth better or worse than the last for all customers at "
    "once; this log is too short to say",
}
#: Told what is being done.
Say = Callable[[str], None]


@one_thread()
def moving_section(
    log: Log, histories: pd.DataFrame, measured: bool, say: Say
) -> tuple[dict[str, Any] | None, pd.DataFrame, dict[str, Any], list[str]]:
    """Fit law B to a log, and learn from its earlier days by how much all customers move together.

    Parameters
    ----------
    log : Log
    histories : pandas.DataFrame
        The customers of the market, by customer.
    measured : bool
        Whether the market's own drop-out was measured, not assumed.
    say : callable
        Told what is being done.

    Returns
    -------
    section : dict or None
        As `sim.market.moving_rates.MovingRates`; None if the log is too short or too small.
    histories : pandas.DataFrame
        With the columns of the law, if there is a section.
    level : dict
        The value ``purchase_level``.
    cautions : list of str
    """
    occasions, end = log.open_occasions, log.last_day
    known = histories_until(occasions, end)
    weeks, repeating = _told_of_moves(occasions, end, known)
    if weeks < LEAST_WEEKS or repeating < LEAST_REPEATING:
        told = too_little_for_moves(weeks, repeating, LEAST_WEEKS, LEAST_REPEATING)
        return None, histories, _LEVEL_UNSEEN, [told]
    say(f"Fitting rates that move to {len(known):,} customers")
    laws, common = fit_own(occasions, known, end, WEEKS_A_YEAR)
    law, mixture = laws["moving_rates"], laws["own"]
    assert isinstance(law, MovingRates) and isinstance(mixture, Mixture)
    say("Working out how sure that is")
    names = _LEAVING if 1.0 / law.parameters["back"] > _LONG else _PAUSING
    slopes = _slopes(law, names)
    section = _section(log, law, known, 1.0 - mixture.weight, names, slopes)
    if measured and "pause_return" in section["values"]:
        _leave_beside_pauses(section, law, known)
    customers = known_customers(law, known, names, slopes)
    return section, histories.join(customers), _level(log, common), []


def _told_of_moves(
    occasions: pd.DataFrame, end: pd.Timestamp, known: Histories
) -> tuple[float, int]:
    """Return what a log must have enough of to tell rates that move: weeks, customers who came back."""
    weeks = ((end - occasions["day"].min()).days + 1) / 7
    return weeks, int((known.frequency > 0).sum())


def tells_moves(log: Log) -> bool:
    """Return whether a log tells rates that move."""
    known = histories_until(log.open_occasions, log.last_day)
    weeks, repeating = _told_of_moves(log.open_occasions, log.last_day, known)
    return weeks >= LEAST_WEEKS and repeating >= LEAST_REPEATING


def _level(log: Log, common: Common) -> dict[str, Any]:
    """Return by how much all customers together may buy more or less in a year, as a market's value."""
    return {
        "value": 1.0,
        "unit": VALUES["purchase_level"].unit,
        "status": "estimated",
        "standard_error": float(f"{common.level:.6g}"),
        "source": f"{log.source}, {log.first_day:%Y-%m-%d} to {log.last_day:%Y-%m-%d}",
        "method": "what forecasts from earlier days of the log missed, beyond luck and laws, over a year",
    }


def _slopes(law: MovingRates, names: tuple[str, ...]) -> np.ndarray:
    """Return how the logs of a market's values rise with each parameter on the scale of the fit."""
    logs = scale_of_fit(law.parameters)
    rows = []
    for shift in np.eye(len(logs)) * _STEP:
        more, less = (np.log(_values(logs + x, law.phases, names)) for x in (shift, -shift))
        rows.append((more - less) / (2.0 * _STEP))
    return np.array(rows)


def _section(
    log: Log,
    law: MovingRates,
    known: Histories,
    weight: float,
    names: tuple[str, ...],
    slopes: np.ndarray,
) -> dict[str, Any]:
    """Return the section of a market file (values and slopes as `_slopes`)."""
    logs, errors = covariance_of(law, known)
    away = 1.0 / law.parameters["back"]
    values = _values(logs, law.phases, names)
    matrix = slopes.T @ errors @ slopes
    data = f"{log.source}, {log.first_day:%Y-%m-%d} to {log.last_day:%Y-%m-%d}"
    regularity = str(law.described()["regularity"])
    method = (
        f"maximum likelihood of a filter by steps of {law.days} days, weakly drawn, {regularity}"
    )
    numbers = {
        name: {
            "value": float(f"{value:.6g}"),
            "unit": VALUES[name].unit,
            "status": "estimated",
            "standard_error": float(f"{value * np.sqrt(variance):.6g}"),
            "source": data,
            "method": method,
        }
        for name, value, variance in zip(names, values, np.diag(matrix), strict=True)
    }
    if law.phases > 1:
        numbers["purchase_phases"] = {
            "value": float(law.phases),
            "unit": VALUES["purchase_phases"].unit,
            "status": "estimated",
            "standard_error": 0.0,
            "source": data,
            "method": str(law.described()["regularity_reason"]),
        }
    kind = "leaving" if names is _LEAVING else "a pause"
    return {
        "weight": round(weight, 3),
        "reason": (
            "weight from half towards what foretold better from earlier days of this log, by their share "
            f"of a year; purchases as {regularity}, {law.described()['regularity_reason']}; people stay "
            f"away for {away:,.0f} weeks on average, so that away is {kind}"
        ),
        "values": numbers,
        "covariances": [log_covariance(list(names), matrix)],
    }


def _leave_beside_pauses(section: dict[str, Any], law: MovingRates, known: Histories) -> None:
    """Put into a section of pauses how many customers leave for good, in place of the market's own."""
    hazard, error = leaving_beside(law, known)
    lost = float(-np.expm1(-WEEKS_A_YEAR * hazard))
    error *= WEEKS_A_YEAR * hazard * (1.0 - lost) / lost  # of the log of the share
    data = section["values"]["pause_return"]["source"]
    name = "yearly_attrition"
    section["values"][name] = {
        "value": float(f"{lost:.6g}"),
        "unit": VALUES[name].unit,
        "status": "estimated",
        "standard_error": float(f"{lost * error:.6g}"),
        "source": data,
        "method": "maximum likelihood beside the pauses, weakly drawn to what is assumed elsewhere",
    }
    section["values"]["drop_out_shape"] = {
        "value": EVEN_SHAPE,
        "unit": VALUES["drop_out_shape"].unit,
        "status": "assumed",
        "low": EVEN_SHAPE,
        "high": EVEN_SHAPE,
        "source": "beside pauses all customers are taken to leave at one rate",
    }
    section["covariances"].append(log_covariance([name], np.array([[error**2]])))


def _values(logs: np.ndarray, phases: int, names: tuple[str, ...]) -> np.ndarray:
    """Return the values of a market from the parameters on the scale of the fit, within what can be."""
    r, alpha, drift, redraw, odds, quick, slow, back = np.exp(logs)
    mean, square = _days_of_gamma(r, alpha) if phases == 1 else (r / alpha, r * (r + 1) / alpha**2)
    variance = square - mean**2
    last = -np.expm1(-WEEKS_A_YEAR * back) if names is _LEAVING else back
    shares = (odds / (1.0 + odds), quick, slow, last)
    found = np.array([mean**2 / variance, mean / variance, drift, redraw, *shares])
    ends = np.array([range_of_value(name) for name in names])
    return np.clip(found, np.maximum(ends[:, 0], 1e-9), ends[:, 1])


def _days_of_gamma(r: float, alpha: float) -> tuple[float, float]:
    """Return the first two moments of days a week, 7 (1 - exp(-lambda / 7)), lambda ~ Gamma(r, alpha)."""
    one, two = ((alpha / (alpha + k / 7.0)) ** r for k in (1, 2))
    return 7.0 * (1.0 - one), 49.0 * (1.0 - 2.0 * one + two)
