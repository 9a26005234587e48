"""The classics that every forecast stands beside: NBD, BG/NBD and Pareto/NBD, with whole distributions.

All are conditional on a customer's history. An active customer's rate is Gamma(r + x, alpha + T), so that
purchases in a stretch of time are negative binomial; drop-out makes a mixture of these.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from sim.calibration import pareto_nbd
from sim.calibration.forecast import bg_nbd
from sim.calibration.forecast.fitting import fit_logs
from sim.calibration.forecast.histories import Histories
from sim.calibration.forecast.prediction import Predict, Prediction, finished

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)


def negative_binomial(shape, weeks, ahead, most: int) -> np.ndarray:
    """Return the probabilities of 0 to `most` purchases at a rate ~ Gamma(shape, weeks).

    Parameters
    ----------
    shape, weeks, ahead : array_like
        Shape and rate of the law of rates, and the stretch of time (weeks); shapes broadcast.
    most : int
        Largest count.

    Returns
    -------
    numpy.ndarray
        The broadcast shape, with a last axis of length most + 1.
    """
    shape, weeks, ahead = (
        np.asarray(part, dtype=float)[..., None] for part in (shape, weeks, ahead)
    )
    y = np.arange(most + 1)
    ways = gammaln(shape + y) - gammaln(shape) - gammaln(y + 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):  # no time leaves 0 for sure
        bought = np.where(y > 0, y * (np.log(ahead) - np.log(weeks + ahead)), 0.0)
    return np.exp(ways + shape * (np.log(weeks) - np.log(weeks + ahead)) + bought)


@dataclass(frozen=True)
class Classic:
    """A classic law with its parameters; `kind` is ``nbd``, ``bg_nbd`` or ``pareto_nbd``."""

    kind: str
    parameters: dict[str, float]

    def described(self) -> dict[str, object]:
        """Return the parameters."""
        return dict(self.parameters)

    def ahead(self, weeks: int, most: int) -> Predict:
        """Prepare the forecast of the weeks ahead."""
        values = list(self.parameters.values())
        given = _GIVEN_ACTIVE[self.kind]

        def predict(histories: Histories) -> Prediction:
            # Customers who share frequency and age share all but the probability of being active.
            keys = np.stack([histories.frequency, histories.first_ago], axis=1)
            cells, inverse = np.unique(keys, axis=0, return_inverse=True)
            x, T = cells[:, 0].astype(float), cells[:, 1] / 7.0
            pmf, grown = given(x, T, weeks, most, *values)
            active = self._active(histories)
            r, alpha = values[:2]
            weekly = np.diff(grown, axis=1)
            mean_rate = (r + x) / (alpha + T)
            # A week's count is Poisson while active: its square adds E[rate^2] to its mean.
            square = weekly * (1.0 + (mean_rate + 1.0 / (alpha + T))[:, None])
            cell_active = np.bincount(inverse.ravel(), active, len(cells))
            cell_square = np.bincount(inverse.ravel(), active**2, len(cells))
            week_mean = cell_active @ weekly
            week_variance = cell_active @ square - cell_square @ weekly**2
            expected = grown[inverse.ravel(), -1] * active
            return Prediction(
                finished(pmf[inverse.ravel()], active), expected, active, week_mean, week_variance
            )

        return predict

    def _active(self, histories: Histories) -> np.ndarray:
        """Return the probability that each customer is active."""
        if self.kind == "nbd":
            return np.ones(len(histories))
        alive = {"bg_nbd": bg_nbd, "pareto_nbd": pareto_nbd}[self.kind].probability_alive
        keys = np.stack([histories.frequency, histories.first_ago, histories.last_ago], axis=1)
        cells, inverse = np.unique(keys, axis=0, return_inverse=True)
        x, first, last = cells.T
        values = self.parameters.values()
        return alive(x, (first - last) / 7.0, first / 7.0, *values)[inverse.ravel()]


def _nbd(x, T, weeks, most, r, alpha):
    """Return probabilities and expected purchases by week, cumulated, of customers who stay."""
    grown = ((r + x) / (alpha + T))[:, None] * np.arange(weeks + 1)
    return negative_binomial(r + x, alpha + T, weeks, most), grown


def _pareto_nbd(x, T, weeks, most, r, alpha, s, beta):
    """Return the same for active customers whose drop-out rate is Gamma(s, beta + T)."""
    rate = ((r + x) / (alpha + T))[:, None]
    life = [pareto_nbd.expected_purchases(np.arange(weeks + 1.0), 1, 1, s, beta + t) for t in T]
    stay = (1.0 + weeks / (beta + T)) ** -s
    pmf = stay[:, None] * negative_binomial(r + x, alpha + T, weeks, most)
    # The rest leave within the horizon: an integral over the share that is left at the time.
    for node, weight in zip((_NODES + 1.0) / 2.0, _WEIGHTS / 2.0, strict=True):
        left = stay + (1.0 - stay) * node
        time = np.minimum((beta + T) * np.expm1(-np.log(left) / s), weeks)
        share = weight * (1.0 - stay)
        pmf += share[:, None] * negative_binomial(r + x, alpha + T, time, most)
    return pmf, rate * np.array(life)


def _bg_nbd(x, T, weeks, most, r, alpha, a, b):
    """Return the same for active customers who leave with probability ~ Beta(a, b + x) each time."""
    y = np.arange(most + 1.0)
    after = (b + x)[:, None]
    stays, leaves = bg_nbd.stays(y, a, after), bg_nbd.leaves_at(np.maximum(y, 1.0), a, after)
    grown = np.zeros((len(x), weeks + 1))
    for week in range(1, weeks + 1):
        counts = negative_binomial(r + x, alpha + T, week, most)
        at_least = 1.0 - np.cumsum(counts, axis=1) + counts  # of those who would never leave
        grown[:, week] = (at_least[:, 1:] * stays[:, :-1]).sum(axis=1)
    pmf = counts * stays
    pmf[:, 1:] += at_least[:, 1:] * leaves[:, 1:]
    return pmf, grown


_GIVEN_ACTIVE: dict[str, Callable[..., tuple[np.ndarray, np.ndarray]]] = {
    "nbd": _nbd,
    "bg_nbd": _bg_nbd,
    "pareto_nbd": _pareto_nbd,
}


def fit_classics(histories: Histories) -> dict[str, Classic]:
    """Fit NBD, BG/NBD and Pareto/NBD by maximum likelihood, on a sample where customers are many.

    Returns
    -------
    dict of str to Classic
        ``nbd``, ``bg_nbd`` and ``pareto_nbd``.
    """
    table = histories.sample().table().to_numpy()
    (x, t_x, T), counts = _distinct(table)
    weeks = float(table[:, 2].sum() / max(table[:, 0].sum(), 1.0))  # between purchases, roughly
    rates = {"purchase_shape": 1.0, "purchase_alpha": weeks}

    def nbd(r: float, alpha: float) -> np.ndarray:
        # Whoever came on the last day has had no time to come again, and says nothing.
        told = pareto_nbd.nbd_log_likelihood(x, np.maximum(T, 1e-9), r, alpha, seen=False)
        return np.where(T > 0, told, 0.0)

    def bg(*values: float) -> np.ndarray:
        return bg_nbd.log_likelihood(x, t_x, T, *values)

    def pareto(*values: float) -> np.ndarray:
        return pareto_nbd.log_likelihood(x, t_x, T, *values)

    leaving = {"leaving_shape": 1.0, "leaving_beta": 3.0}
    drop_out = {"drop_out_shape": 1.0, "drop_out_beta": max(float(np.median(table[:, 2])), 1.0)}
    return {
        "nbd": Classic("nbd", fit_logs(nbd, counts, rates)),
        "bg_nbd": Classic("bg_nbd", fit_logs(bg, counts, rates | leaving)),
        "pareto_nbd": Classic("pareto_nbd", fit_logs(pareto, counts, rates | drop_out)),
    }


def _distinct(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct histories, one row per quantity, and how many customers have each."""
    rows, counts = np.unique(table, axis=0, return_counts=True)
    return rows.T, counts
