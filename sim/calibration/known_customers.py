"""What law B knows of each customer at the end of a log, and how that leans on the law's values.

The filter gives the law of a customer's rate and the chances to be here or away at the best estimates.
Other values, which the log allows as well, would give others: a customer silent for a while is away the
surer, the sooner others are said to go. So each customer's row holds by how much the log of the mean rate
and the log odds of being away rise with the log of each value, from central differences of the filter
itself; a future moves both by what it draws (`sim.world.moving_start`). On the built-in log of the music
shop, totals of a third of the customers then go with those of the filter run anew (correlation of rates
.97). Whether someone is of the quick kind, given that they are here or away, stays as at the estimates.
"""

import numpy as np
import pandas as pd

from sim.calibration.forecast.histories import Histories
from sim.calibration.forecast.moving_rates import MovingRates, scale_of_fit
from sim.calibration.rfm_histories import AWAY_BY, MOVING_COLUMNS, RATE_BY
from sim.common.random_numbers import Floats

_STEP = 0.1
#: Chances nearer to 0 or 1 have no log odds that could lean on anything.
_SURE = 1e-9
_DIGITS = 3  # of a slope: a log moves by some tenths at most
#: Directions in which no value of the market moves with the law's parameters (a value at its bound).
_FLAT = 1e-6


def known_customers(
    law: MovingRates, known: Histories, names: tuple[str, ...], slopes: Floats
) -> pd.DataFrame:
    """Return what is known of each customer at the end of the log, by customer.

    Parameters
    ----------
    law : MovingRates
    known : Histories
    names : tuple of str
        Values of the market.
    slopes : numpy.ndarray
        How the log of each value rises with each parameter on the scale of the fit; shape
        (parameters, values).

    Returns
    -------
    pandas.DataFrame
        `MOVING_COLUMNS`, and for each value those of `RATE_BY` and `AWAY_BY`.
    """
    logs, by_parameter = scale_of_fit(law.parameters), []
    for shift in np.eye(len(logs)) * _STEP:
        more, less = (_place(law.at(logs + side * shift), known) for side in (1, -1))
        by_parameter.append((more - less) / (2 * _STEP))
    columns, inverse = _states(law, known)
    # what leans on parameters leans on values by the inverse of how these lean on parameters
    leans = np.tensordot(np.linalg.pinv(slopes, _FLAT), np.array(by_parameter), axes=1)
    table = pd.DataFrame(columns[inverse], index=known.codes, columns=list(MOVING_COLUMNS))
    table = table.round({"moving_shape": 5, "moving_scale": 5})
    found = {
        prefix + name: leans[i, k][inverse].round(_DIGITS)
        for k, prefix in enumerate((RATE_BY, AWAY_BY))
        for i, name in enumerate(names)
    }
    return table.join(pd.DataFrame(found, index=known.codes))


def _rates(law: MovingRates) -> Floats:
    """Return the grid of rates as those of days: where these come by chance, two may be one."""
    return 7.0 * -np.expm1(-law.rate / 7.0) if law.phases == 1 else law.rate


def _place(law: MovingRates, known: Histories) -> Floats:
    """Return log mean rate of who is here, and log odds of being away, by course; shape (2, n)."""
    here, away, _ = law.known_at_end(known)
    by_rate = here.sum(axis=0)
    rate = by_rate @ _rates(law) / np.maximum(by_rate.sum(axis=1), 1e-12)
    gone = np.clip(away.sum(axis=0), _SURE, 1.0 - _SURE)
    return np.stack([np.log(rate), np.log(gone) - np.log1p(-gone)])


def _states(law: MovingRates, known: Histories) -> tuple[Floats, np.ndarray]:
    """Return `MOVING_COLUMNS` by course, and the course of each customer."""
    here, away, inverse = law.known_at_end(known)
    rate, by_rate = _rates(law), here.sum(axis=0)
    present = np.maximum(by_rate.sum(axis=1), 1e-12)
    mean = by_rate @ rate / present
    within = rate * np.gradient(np.log(rate))  # a rate of the grid stands for all of its cell
    variance = by_rate @ (rate**2 + within**2 / 12.0) / present - mean**2
    chances = np.stack([here[0].sum(axis=1), away[0], away[1]], axis=1)
    chances /= (here.sum(axis=(0, 2)) + away.sum(axis=0))[:, None]
    columns = np.c_[mean**2 / variance, mean / variance, np.floor(chances * 1e5) / 1e5]
    return columns, inverse
