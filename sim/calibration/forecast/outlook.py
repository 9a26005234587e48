"""All customers' forecasts by one law: read group by group, so that memory does not grow with them."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import nbinom, poisson

from sim.calibration.forecast.histories import Histories, most_purchases
from sim.calibration.forecast.one_thread import one_thread
from sim.calibration.forecast.prediction import HIGH, LOW, Law, Prediction, quantile
from sim.calibration.forecast.scores import CustomerScores, score_group

#: Customers at a time, and cells of their table of probabilities.
_GROUP, _CELLS = 5_000, 2_000_000


@dataclass(frozen=True)
class Outlook:
    """What a law expects of all customers.

    Attributes
    ----------
    mean, active, again : numpy.ndarray
        Expected purchases, and the probabilities of being active and of buying in the horizon; (n,).
    median, low, high : numpy.ndarray
        Of the number of purchases; low and high hold 90 % at least; shape (n,).
    week_mean, week_variance, week_gap : numpy.ndarray
        Of all customers' purchases by week (see `Prediction`); shape (weeks,).
    total_variance : float
        Of their sum over the horizon, customers being independent.
    scores : CustomerScores or None
        By customer, where it is known what they bought.
    """

    mean: np.ndarray
    active: np.ndarray
    again: np.ndarray
    median: np.ndarray
    low: np.ndarray
    high: np.ndarray
    week_mean: np.ndarray
    week_variance: np.ndarray
    week_gap: np.ndarray
    total_variance: float
    scores: CustomerScores | None

    def week_interval(self, common: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the 90 % interval of each week's purchases.

        Parameters
        ----------
        common : float
            Standard deviation of what moves all customers in a week together, as a share of the mean; 0
            for luck alone.
        """
        variance = self.week_variance + self.week_gap**2 + (common * self.week_mean) ** 2
        return interval(self.week_mean, variance)

    def total_interval(self, common: float) -> tuple[float, float]:
        """Return the 90 % interval of the horizon's purchases (`common` as for a week)."""
        total = self.week_mean.sum()
        variance = self.total_variance + self.week_gap.sum() ** 2 + (common * total) ** 2
        low, high = interval(np.array([total]), np.array([variance]))
        return float(low[0]), float(high[0])


def interval(mean: np.ndarray, variance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the 90 % interval of a count: negative binomial, or Poisson where it spreads no more."""
    mean = np.maximum(mean, 1e-9)
    over = np.maximum(variance - mean, 1e-9 * mean)
    shape = mean**2 / over
    wide = over > 1e-6 * mean
    ends = [
        np.where(
            wide,
            nbinom.ppf(level, np.minimum(shape, 1e9), 1.0 / (1.0 + over / mean)),
            poisson.ppf(level, mean),
        )
        for level in (LOW, HIGH)
    ]
    return ends[0], ends[1]


@one_thread()
def look_ahead(
    law: Law, histories: Histories, weeks: int, actual: np.ndarray | None = None
) -> Outlook:
    """Forecast all customers by one law.

    Parameters
    ----------
    law : Law
    histories : Histories
    weeks : int
        Horizon.
    actual : numpy.ndarray, optional
        What each bought in it, where that is known; shape (n,).
    """
    most = most_purchases(histories, weeks)
    predict = law.ahead(weeks, most)
    n = len(histories)
    # Neighbours in this order share their histories, which a law then works out once.
    order = np.lexsort((histories.last_ago, histories.first_ago, histories.frequency))
    columns, weekly = np.empty((6, n)), np.zeros((3, weeks))
    variance, scored = 0.0, []
    size = int(np.clip(_CELLS // (most + 1), 500, _GROUP))
    for start in range(0, n, size):
        rows = order[start : start + size]
        made = predict(histories.take(rows))
        columns[:, rows], cumulated, spread = _read(made)
        variance += spread
        gap = made.week_gap if made.week_gap is not None else 0.0
        weekly += np.stack([made.week_mean, made.week_variance, 0.0 * weekly[0] + gap])
        if actual is not None:
            scored.append(score_group(made.pmf, cumulated, made.mean, actual[rows]))
    found = CustomerScores.joined(scored, order) if actual is not None else None
    mean, active, again, median, low, high = columns
    week_mean, week_variance, week_gap = weekly
    return Outlook(
        mean,
        active,
        again,
        median,
        low,
        high,
        week_mean,
        week_variance,
        week_gap,
        variance,
        found,
    )


def _read(made: Prediction) -> tuple[np.ndarray, np.ndarray, float]:
    """Return columns by customer, cumulated probabilities, and the sum of the customers' variances."""
    cumulated = np.cumsum(made.pmf, axis=1)
    ends = [quantile(cumulated, level) for level in (0.5, LOW, HIGH)]
    y = np.arange(made.pmf.shape[1], dtype=np.float32)
    spread = made.pmf @ y**2 - (made.pmf @ y) ** 2
    return (
        np.stack([made.mean, made.active, 1.0 - made.pmf[:, 0], *ends]),
        cumulated,
        float(spread.sum(dtype=float)),
    )
