"""How good a forecast of counts was, customer by customer and in all.

| score | what it asks |
|---|---|
| log score | was what happened given a high probability? |
| CRPS | was the whole distribution close to it? |
| MAE of the median, RMSE of the mean | was the middle close to it? |
| coverage | does the 90 % interval hold 90 %? Ends are randomised, and the expectation taken |

Gneiting & Raftery 2007, "Strictly proper scoring rules"; for counts, Czado, Gneiting & Held 2009.

Smaller is better for all but the last. The MAE of the mean rewards forecasting too little where most buy
nothing: judge the median.
"""

from dataclasses import dataclass, fields

import numpy as np

from sim.calibration.forecast.prediction import HIGH, LOW, quantile

#: No outcome counts as less likely than this, so that one surprise does not drown all others.
_LEAST = 1e-10


@dataclass(frozen=True)
class CustomerScores:
    """Scores by customer, shape (n,) each; `coverage` is the share of the outcome inside 90 %."""

    log_score: np.ndarray
    crps: np.ndarray
    median_error: np.ndarray
    mean_error: np.ndarray
    coverage: np.ndarray

    @classmethod
    def joined(cls, groups: list["CustomerScores"], order: np.ndarray) -> "CustomerScores":
        """Put groups together that were scored in this order of customers."""
        made = {}
        for field in fields(cls):
            column = np.empty(len(order))
            column[order] = np.concatenate([getattr(group, field.name) for group in groups])
            made[field.name] = column
        return cls(**made)

    def summary(self) -> dict[str, float]:
        """Return the means over all customers, by metric."""
        return {
            "log_score": float(self.log_score.mean()),
            "crps": float(self.crps.mean()),
            "mae_median": float(np.abs(self.median_error).mean()),
            "mae_mean": float(np.abs(self.mean_error).mean()),
            "rmse": float(np.sqrt((self.mean_error**2).mean())),
            "coverage_90": float(self.coverage.mean()),
        }


def score_group(
    pmf: np.ndarray, cumulated: np.ndarray, mean: np.ndarray, actual: np.ndarray
) -> CustomerScores:
    """Score the forecasts of some customers.

    Parameters
    ----------
    pmf, cumulated : numpy.ndarray
        Probability of each count, and of it or less; shape (n, most + 1).
    mean, actual : numpy.ndarray
        Expected and actual purchases; shape (n,).
    """
    row, most = np.arange(len(actual)), pmf.shape[1] - 1
    y = np.minimum(actual, most)
    likely = pmf[row, y].astype(float)
    upper = cumulated[row, y].astype(float)
    reached = np.arange(most + 1) >= y[:, None]
    crps = ((cumulated - reached) ** 2).sum(axis=1, dtype=float)
    inside = np.minimum(upper, HIGH) - np.maximum(upper - likely, LOW)
    return CustomerScores(
        log_score=-np.log(np.maximum(likely, _LEAST)),
        crps=crps,
        median_error=quantile(cumulated, 0.5) - actual.astype(float),
        mean_error=mean - actual,
        coverage=np.clip(inside / np.maximum(likely, _LEAST), 0.0, 1.0),
    )


def paired_t(ours: np.ndarray, others: np.ndarray) -> float:
    """Return by how many standard errors the mean of `ours` is below that of `others`, by customer."""
    gain = others - ours
    spread = float(gain.std(ddof=1)) if len(gain) > 1 else 0.0
    return float(gain.mean()) / spread * float(np.sqrt(len(gain))) if spread > 0 else 0.0


#: Classes of purchase days after the first within calibration: from, to, and the label.
FREQUENCIES = (
    (0, 0, "0"),
    (1, 1, "1"),
    (2, 2, "2"),
    (3, 4, "3-4"),
    (5, 9, "5-9"),
    (10, 19, "10-19"),
)
#: Ends the name of the class of all who bought more often.
OR_MORE = " or more"


def frequency_class(frequency: np.ndarray) -> np.ndarray:
    """Return each customer's class, as a position in `frequency_labels`."""
    return np.searchsorted([high for _, high, _ in FREQUENCIES], frequency)


def frequency_labels() -> list[str]:
    """Return the names of the classes of calibration frequency."""
    return [*(label for *_, label in FREQUENCIES), f"20{OR_MORE}"]
