"""What a law expects of customers in the weeks ahead, and what can be read from it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sim.calibration.forecast.histories import Histories

#: The weight of each of two laws where nothing speaks for one of them.
HALF = 0.5
#: Ends of the interval that holds 90 % of the probability.
LOW, HIGH = 0.05, 0.95


@dataclass(frozen=True)
class Prediction:
    """The forecast of a group of customers.

    Attributes
    ----------
    pmf : numpy.ndarray
        Probability of each number of purchases, shape (n, most + 1); the last holds all above.
    mean, active : numpy.ndarray
        Expected purchases, and the probability of being active at the end of calibration; shape (n,).
    week_mean, week_variance : numpy.ndarray
        Of the group's purchases in each week, customers being independent; shape (weeks,).
    week_gap : numpy.ndarray or None
        Standard deviation of the weeks' means where one of two laws holds for all: what no number of
        customers averages out. With its sign, so that groups add up; shape (weeks,).
    """

    pmf: np.ndarray
    mean: np.ndarray
    active: np.ndarray
    week_mean: np.ndarray
    week_variance: np.ndarray
    week_gap: np.ndarray | None = None


#: What a law says of customers, horizon and largest count being fixed.
Predict = Callable[[Histories], Prediction]


class Law(Protocol):
    """A fitted law of buying."""

    def ahead(self, weeks: int, most: int) -> Predict:
        """Prepare the forecast of the weeks ahead, for counts up to `most`."""

    def described(self) -> dict[str, object]:
        """Return parameters and choices as plain values."""


def finished(pmf: np.ndarray, active: np.ndarray | None = None) -> np.ndarray:
    """Return probabilities of all customers: those gone buy nothing, what is missing lies at the end.

    Parameters
    ----------
    pmf : numpy.ndarray
        Of customers who are active; shape (n, most + 1). Written to.
    active : numpy.ndarray, optional
        Probability of being so; shape (n,).
    """
    np.maximum(pmf, 0.0, out=pmf)
    pmf[:, -1] += np.maximum(1.0 - pmf.sum(axis=1), 0.0)
    pmf /= pmf.sum(axis=1, keepdims=True)
    if active is not None:
        pmf *= active[:, None]
        pmf[:, 0] += 1.0 - active
    return pmf.astype(np.float32)


@dataclass(frozen=True)
class Mixture:
    """Two laws, one of which holds in all of a future: the first with probability `weight`."""

    one: Law
    other: Law
    weight: float = HALF

    def described(self) -> dict[str, object]:
        """Return the weights and their reason."""
        reason = (
            "from half towards what foretells best from earlier days, by their share of the horizon"
        )
        return {"weights": [self.weight, 1.0 - self.weight], "weights_reason": reason}

    def ahead(self, weeks: int, most: int) -> Predict:
        """Prepare the forecast of the weeks ahead."""
        one, other = self.one.ahead(weeks, most), self.other.ahead(weeks, most)
        return lambda histories: _mixed(one(histories), other(histories), self.weight)


def _mixed(one: Prediction, other: Prediction, weight: float) -> Prediction:
    """Return the forecast of two laws, the first of which holds with probability `weight`."""

    def both(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return weight * a + (1.0 - weight) * b

    return Prediction(
        pmf=both(one.pmf, other.pmf).astype(np.float32),
        mean=both(one.mean, other.mean),
        active=both(one.active, other.active),
        week_mean=both(one.week_mean, other.week_mean),
        week_variance=both(one.week_variance, other.week_variance),
        week_gap=np.sqrt(weight * (1.0 - weight)) * (one.week_mean - other.week_mean),
    )


def quantile(cumulated: np.ndarray, level: float) -> np.ndarray:
    """Return the smallest count with at least this probability at or below it; shape (n,)."""
    return (cumulated < level - 1e-6).sum(axis=1)
