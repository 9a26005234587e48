"""Who buys again and what they are worth, by how often they bought within calibration."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.calibration.forecast.histories import Histories, most_purchases
from sim.calibration.forecast.outlook import Outlook
from sim.calibration.forecast.prediction import HIGH, LOW, Law
from sim.calibration.forecast.scores import frequency_class, frequency_labels
from sim.common.calendar import WEEKS_A_YEAR, weekly_rate

#: Weeks ahead that a customer's worth counts: what comes later no log of a few years can tell.
WORTH_WEEKS = 3 * WEEKS_A_YEAR
#: Customers of a group from which its worth is read.
_READ = 200


@dataclass(frozen=True)
class Worth:
    """How a customer's worth is counted: yearly discount rate, and share of sales that is kept."""

    discount: float = 0.0
    margin: float = 1.0


#: Sales as they come.
SALES = Worth()


def groups_of(
    law: Law,
    own: Outlook,
    known: Histories,
    spend: np.ndarray,
    worth: Worth,
    came: np.ndarray | None,
) -> pd.DataFrame:
    """Return a row per group of calibration frequency that has customers.

    Parameters
    ----------
    law : Law
        The forecast's own.
    own : Outlook
        Its forecast of all customers.
    known : Histories
    spend : numpy.ndarray
        Expected amount of a purchase day, by customer; shape (n,).
    worth : Worth
    came : numpy.ndarray or None
        What each customer bought in the horizon, where that is known; shape (n,).

    Returns
    -------
    DataFrame
        ``frequency`` (purchase days after the first), ``customers``; ``again`` (chance to buy in the
        horizon) and ``expected`` purchases of the mean customer; ``came_again`` and ``came``, nan where
        not known; ``worth``: mean discounted margin of the purchases of `WORTH_WEEKS`, and ``worth_low``
        and ``worth_high``, between which nine in ten customers of the group lie.
    """
    of, rows = frequency_class(known.frequency), []
    for place, label in enumerate(frequency_labels()):
        here = np.flatnonzero(of == place)
        if not here.size:
            continue
        mean, low, high = _worth(law, known, here, spend, worth)
        rows.append(
            {
                "frequency": label,
                "customers": here.size,
                "again": float(own.again[here].mean()),
                "expected": float(own.mean[here].mean()),
                "came_again": np.nan if came is None else float((came[here] > 0).mean()),
                "came": np.nan if came is None else float(came[here].mean()),
                "worth": mean,
                "worth_low": low,
                "worth_high": high,
            }
        )
    return pd.DataFrame(rows)


def _worth(
    law: Law, known: Histories, rows: np.ndarray, spend: np.ndarray, worth: Worth
) -> tuple[float, float, float]:
    """Return the mean worth of customers, and the ends between which nine in ten of them lie.

    The mixture of their distributions: whoever is drawn from the group has a purchase count by the law
    given their own history, at their own expected amount. Purchases are discounted as those of the group
    fall over time.
    """
    # by frequency and spend, so that the few stand for all of them
    order = rows[np.lexsort((spend[rows], known.last_ago[rows], known.frequency[rows]))]
    few = np.sort(order[np.linspace(0, order.size - 1, min(order.size, _READ)).astype(int)])
    chosen = known.take(few)
    made = law.ahead(WORTH_WEEKS, most_purchases(chosen, WORTH_WEEKS))(chosen)
    fading = np.exp(-weekly_rate(worth.discount) * (np.arange(WORTH_WEEKS) + 0.5))
    kept = worth.margin * float(made.week_mean @ fading) / max(float(made.week_mean.sum()), 1e-12)
    each = kept * spend[few]
    amounts = each[:, None] * np.arange(made.pmf.shape[1])
    order = np.argsort(amounts, axis=None)
    chance = np.cumsum(made.pmf.ravel()[order] / few.size)
    ends = np.searchsorted(chance, [LOW, HIGH])
    low, high = amounts.ravel()[order][np.minimum(ends, order.size - 1)]
    return float((each * made.mean).mean()), float(low), float(high)
