"""Law A: Pareto/NBD, with the spread of rates among customers read from the log.

The classics fix the shape of the law of purchase and drop-out rates: two independent gammas. Here these
are where a grid of rates begins, and some steps of EM move its weights to what the customers show
(empirical Bayes; Laird 1978, "Nonparametric maximum likelihood estimation of a mixing distribution"). Few
steps refine, many steps would follow every accident: their number is the one that foretells, within the
calibration period, customers who were left out.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc, gammaln, xlogy

from sim.calibration.forecast.fitting import fit_logs
from sim.calibration.forecast.histories import Histories
from sim.calibration.forecast.prediction import Predict, Prediction, finished

#: Nodes of the grid: purchase rates, drop-out rates.
_RATES, _HAZARDS = 48, 18
#: Purchase rates are spaced evenly in their log, but for those far below this one (per week).
_EVEN_BELOW = 0.02
#: Steps of EM after which the grid is judged.
_STEPS = (0, 2, 4, 8, 16, 32)


@dataclass(frozen=True)
class RefinedPrior:
    """A grid of purchase rates and drop-out hazards (per week) with the share of customers at each.

    Attributes
    ----------
    rate, hazard, share : numpy.ndarray
        One entry per node; shares add up to 1.
    steps : int
        Steps of EM that they have been through.
    """

    rate: np.ndarray
    hazard: np.ndarray
    share: np.ndarray
    steps: int

    def described(self) -> dict[str, object]:
        """Return what was chosen, and what the grid says of new customers."""
        return {
            "em_steps": self.steps,
            "em_steps_reason": "foretells best, within calibration, the histories left out",
            "mean_rate": float(self.share @ self.rate),
            "mean_drop_out_hazard": float(self.share @ self.hazard),
        }

    def ahead(self, weeks: int, most: int) -> Predict:
        """Prepare the forecast of the weeks ahead."""
        counts = self._counts(float(weeks), most)
        ends = np.arange(weeks + 1.0)
        lived = -np.expm1(-self.hazard[:, None] * ends) / self.hazard[:, None]
        weekly = (self.rate[:, None] * np.diff(lived, axis=1)).astype(np.float32)
        square = weekly * (1.0 + self.rate[:, None]).astype(np.float32)

        def predict(histories: Histories) -> Prediction:
            cells, inverse = distinct(histories)
            stays, leaves = history_likelihood(cells, self.rate, self.hazard)
            top = np.maximum(stays, leaves).max(axis=1, keepdims=True)
            active = np.exp(stays - top) * self.share
            total = active.sum(axis=1) + (np.exp(leaves - top) * self.share).sum(axis=1)
            active = (active / total[:, None]).astype(np.float32)
            alive = active.sum(axis=1, dtype=float)
            pmf = active @ counts
            pmf[:, 0] += 1.0 - alive
            here = np.bincount(inverse, minlength=len(cells)).astype(float)
            means = active @ weekly
            return Prediction(
                finished(pmf)[inverse],
                means.sum(axis=1, dtype=float)[inverse],
                alive[inverse],
                here @ means,
                here @ (active @ square - means**2),
            )

        return predict

    def _counts(self, weeks: float, most: int) -> np.ndarray:
        """Return the probability of each count for an active customer of each node.

        Poisson while active; leaving at time u of the horizon has density hazard e^(-hazard u), and the
        integral over u of that with Poisson counts is an incomplete gamma function.
        """
        y = np.arange(most + 1.0)
        rate, hazard = self.rate[:, None], self.hazard[:, None]
        both = rate + hazard
        bought = np.exp(xlogy(y, rate * weeks) - gammaln(y + 1.0) - both * weeks)
        gone = np.exp(np.log(hazard / both) + y * np.log(rate / both))
        return (bought + gone * gammainc(y + 1.0, both * weeks)).astype(np.float32)


def distinct(histories: Histories) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct histories (frequency, days since first and last), and each customer's."""
    keys = np.stack([histories.frequency, histories.first_ago, histories.last_ago], axis=1)
    cells, inverse = np.unique(keys, axis=0, return_inverse=True)
    return cells, inverse.ravel()


def history_likelihood(
    cells: np.ndarray, rate: np.ndarray, hazard: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the log-likelihood of each history at each node, with who is still active and who has left.

    lambda^x e^(-(lambda + mu) T), and lambda^x times the integral of mu e^(-(lambda + mu) u) over u from
    the last purchase to T (Fader & Hardie 2005, "A note on deriving the Pareto/NBD model").

    Returns
    -------
    stays, leaves : numpy.ndarray
        Shape (histories, nodes).
    """
    x, first, last = (cells[:, i, None].astype(float) for i in range(3))
    both = rate + hazard
    bought = x * np.log(rate)
    with np.errstate(divide="ignore"):  # a purchase on the last day leaves no time to leave in
        since = np.log(-np.expm1(-both * last / 7.0))
    leaves = bought + np.log(hazard / both) - both * (first - last) / 7.0 + since
    return bought - both * first / 7.0, leaves


def fit_refined_prior(histories: Histories) -> RefinedPrior:
    """Fit a Pareto/NBD on a grid of rates, and refine its shares.

    Parameters
    ----------
    histories : Histories
        A sample of them is used where they are many.
    """
    sample = histories.sample()
    busiest = ((sample.frequency + 2.0) / np.maximum(sample.observed, 2.0)).max()
    rates = _edges(2e-4, max(min(1.3 * busiest, 7.0), 0.3), _RATES, _EVEN_BELOW)
    hazards = _edges(2e-4, 3.0, _HAZARDS, 0.0)
    rate, hazard = (np.sqrt(edges[1:] * edges[:-1]) for edges in (rates, hazards))
    nodes = np.repeat(rate, _HAZARDS), np.tile(hazard, _RATES)
    cells, inverse = distinct(sample)
    both = np.logaddexp(*history_likelihood(cells, *nodes))
    likelihood = np.exp(both - both.max(axis=1, keepdims=True))

    def shares(r: float, alpha: float, s: float, beta: float) -> np.ndarray:
        return np.outer(_shares(rates, r, alpha), _shares(hazards, s, beta)).ravel()

    def law(*values: float) -> np.ndarray:
        return np.log(np.maximum(likelihood @ shares(*values), 1e-300))

    weeks = float(sample.observed.sum() / max(sample.frequency.sum(), 1.0))  # between purchases
    start = {
        "r": 1.0,
        "alpha": weeks,
        "s": 1.0,
        "beta": max(float(np.median(sample.observed)), 1.0),
    }
    share = shares(*fit_logs(law, np.bincount(inverse), start).values())
    # Every second of them by what they did, so that the order of customers' ids decides nothing.
    alike = np.sort(inverse)
    counts = [np.bincount(alike[i::2], minlength=len(cells)) for i in (0, 1)]
    foretold = sum(_foretold(likelihood, counts[i], counts[1 - i], share) for i in (0, 1))
    steps = _STEPS[int(np.argmax(foretold))]
    for _ in range(steps):
        share = _step(likelihood, counts[0] + counts[1], share)
    return RefinedPrior(*nodes, share, steps)


def _edges(low: float, high: float, nodes: int, shift: float) -> np.ndarray:
    """Return the edges of a grid, evenly in logs but for those far below `shift`."""
    return np.geomspace(low + shift, high + shift, nodes + 1) - shift


def _shares(edges: np.ndarray, shape: float, scale: float) -> np.ndarray:
    """Return the share that a gamma law gives to each cell; those at the ends take what lies outside."""
    share = np.diff(np.r_[0.0, gammainc(shape, scale * edges[1:-1]), 1.0])
    share = np.maximum(share, 1e-12)  # EM brings nothing back from 0
    return share / share.sum()


def _step(likelihood: np.ndarray, counts: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return the shares after one step of EM."""
    return share * ((counts / (likelihood @ share)) @ likelihood) / counts.sum()


def _foretold(
    likelihood: np.ndarray, learnt: np.ndarray, left_out: np.ndarray, share: np.ndarray
) -> np.ndarray:
    """Return the log-likelihood of those left out, by the number of steps on the others."""
    found = []
    for step in range(max(_STEPS) + 1):
        if step in _STEPS:
            found.append(float(left_out @ np.log(np.maximum(likelihood @ share, 1e-300))))
        if learnt.sum():
            share = _step(likelihood, learnt, share)
    return np.array(found)
