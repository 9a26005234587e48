"""How many new customers come in a year for each active one, where a log shows it.

A customer's first purchase in a log is the first one ever where nearly nobody was a customer before the
log begins; where customers join throughout it, as many are taken to come as in its last year:

    inflow = K / A,    A = sum of P(active at the end | history),
    SE = inflow sqrt(1 / K + sum of P (1 - P) / A^2 + g' C g),

K first purchases in the last 52 weeks, a Poisson count; the second term is the luck of who is active,
the third the error of the law: C the covariance of the logs of its parameters, g the slopes of log A over
them. A year holds each season once. What a simulation takes is per active customer as well
(`sim.model.week.baseline.baseline_path`). Nothing is said of a log of less than a year, one of customers
of long standing, one that still wins those with whom it starts, or one with few first purchases; what is
usual in the trade is then assumed. Of a panel that shows who joined, `joining_panel` says it.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.calibration.fit_told import OLD_TOLD
from sim.calibration.maximum_likelihood import Estimate
from sim.calibration.origins import Origins
from sim.calibration.pareto_nbd import probability_alive
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats

#: First purchases in a year of which fewer tell too little: with so many their error is 25 %, and a 90 %
#: interval reaches over a factor of 2.4, less than what is assumed in any trade (4 and more).
LEAST = 16
_DAYS = 7 * WEEKS_A_YEAR
#: Of the log of a parameter, for a slope.
_STEP = 0.01


def inflow_of(
    occasions: pd.DataFrame,
    last_day: pd.Timestamp,
    origins: Origins,
    histories: pd.DataFrame,
    law: Estimate,
) -> tuple[float, float] | None:
    """Return new customers a year per active one with their standard error, None if the log says nothing.

    Parameters
    ----------
    occasions : DataFrame
        ``customer``, ``day``, one row per customer-day.
    last_day : Timestamp
        Of the log.
    origins : Origins
        Since when its customers have been customers.
    histories : DataFrame
        Of all customers from their first purchase: ``frequency, recency, T``, weeks.
    law : Estimate
        Of purchases and drop-out: r, alpha, s, beta of the Pareto/NBD.
    """
    if "drop_out_beta" not in law.values:
        return None
    first = occasions.groupby("customer")["day"].min()
    begins = last_day - pd.Timedelta(days=_DAYS - 1)
    new = int((first >= begins).sum())
    # a start with many at once is over, or few came so
    over = origins.later > origins.at_start or origins.weeks <= (begins - first.min()).days / 7
    joined = over and origins.later > origins.long_standing
    if first.min() > begins or not joined or origins.long_standing >= OLD_TOLD or new < LEAST:
        return None
    alive = _alive(histories, law.values)
    active = float(alive.sum())
    spread = float((alive * (1.0 - alive)).sum()) / active**2
    error = np.sqrt(1.0 / new + spread + _error_of_law(histories, law, active))
    return new / active, new / active * float(error)


def _alive(histories: pd.DataFrame, law: Mapping[str, float]) -> Floats:
    """Return each customer's chance of being active at the end."""
    known = (histories[name].to_numpy() for name in ("frequency", "recency", "T"))
    return probability_alive(*known, *law.values())


def _error_of_law(histories: pd.DataFrame, law: Estimate, active: float) -> float:
    """Return the variance of the log of those active that comes with the law's error."""
    if law.covariance is None:
        return 0.0
    slopes = [
        np.log(
            _alive(histories, {**law.values, name: law.values[name] * np.exp(_STEP)}).sum() / active
        )
        / _STEP
        for name in law.log_errors
    ]
    return float(np.array(slopes) @ np.asarray(law.covariance) @ np.array(slopes))
