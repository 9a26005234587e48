"""Facts about who buys how often: purchase counts and heavy buyers (S01, S04)."""

from collections.abc import Sequence

import numpy as np
from scipy import stats
from scipy.optimize import brentq

from sim.checks.validation.statistic import Found, mean_of, pooled
from sim.checks.validation.worlds import Setup, each, run_watched, world
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats
from sim.world.population import ACTIVE

_WINDOWS = (12, 26, WEEKS_A_YEAR)
_CLASSES = 5  # counts 0 to 4 one by one, and 5 or more
_HEAVY = 0.2


# -- counts (S01) ----------------------------------------------------------------------------------
def nbd_shape(mean: float, none: float) -> float:
    """Fit a negative binomial law by its mean and the share who bought nothing.

    Parameters
    ----------
    mean : float
        Purchases per person.
    none : float
        Share without any; above exp(-mean), else the law is Poisson and the shape infinite.

    Returns
    -------
    float
        Shape k, which solves ``none = (1 + mean / k) ** -k`` (Ehrenberg 1959).
    """
    if none <= np.exp(-mean):
        return float("inf")
    return float(
        np.exp(brentq(lambda x: np.exp(-np.exp(x) * np.log1p(mean / np.exp(x))) - none, -15, 15))
    )


def misfit(counts: Floats, mean: float) -> float:
    """Return the mean absolute error of an NBD fit over the classes 0, 1, 2, 3, 4 and 5 or more.

    Parameters
    ----------
    counts : ndarray, shape (6,)
        People in each class.
    mean : float
        Purchases per person.

    Returns
    -------
    float
        Mean over classes of |fitted - observed| / observed; a class without anybody counts as missed
        altogether, as 1.
    """
    share = counts / counts.sum()
    k = nbd_shape(mean, float(share[0]))
    if np.isinf(k):
        below = stats.poisson.pmf(np.arange(_CLASSES), mean)
    else:
        below = stats.nbinom.pmf(np.arange(_CLASSES), k, k / (k + mean))
    fitted = np.append(below, 1.0 - below.sum())
    return float(np.mean(np.abs(fitted - share) / np.where(share > 0, share, fitted)))


def _classes(trips: Floats) -> Floats:
    """Count people by number of purchases; the last cell is the sum of all purchases."""
    cut = np.minimum(trips, _CLASSES).astype(int)
    return np.append(np.bincount(cut, minlength=_CLASSES + 1), trips.sum())


def counts_are_nbd(setup: Setup) -> Found:
    """S01: the worst of the NBD fits to 12, 26 and 52 weeks of purchases of today's customers."""

    def one(seed: int) -> Floats:
        model = world(setup, seed, max(_WINDOWS))
        today = model.customers.columns["status"] == ACTIVE
        trips = run_watched(model, "trips")["trips"][:, today]
        return np.array([_classes(trips[:weeks].sum(axis=0)) for weeks in _WINDOWS])

    def errors(parts: Sequence[Floats]) -> list[float]:
        total = np.sum(parts, axis=0)
        return [misfit(row[:-1], row[-1] / row[:-1].sum()) for row in total]

    parts = each(setup, one)
    by_window = ", ".join(
        f"{error:.2g} in {weeks} weeks"
        for error, weeks in zip(errors(parts), _WINDOWS, strict=True)
    )
    return {"S01": pooled(parts, lambda p: max(errors(p)), f"The worst of {by_window}.")}


# -- heavy buyers (S04) ----------------------------------------------------------------------------
def share_of_heaviest(purchases: Floats, part: float = _HEAVY) -> float:
    """Return the share of purchases made by the heaviest part of those who bought.

    Parameters
    ----------
    purchases : ndarray, shape (people,)
        Those without any are left out.
    part : float
        Of the buyers; the last of them counts in part where it is no whole number.

    Returns
    -------
    float
    """
    bought = np.sort(purchases[purchases > 0])[::-1]
    cumulated = np.append(0.0, np.cumsum(bought)) / bought.sum()
    return float(np.interp(part * bought.size, np.arange(bought.size + 1), cumulated))


def heavy_buyers(setup: Setup) -> Found:
    """S04: the heaviest fifth of the buyers of a year make rather more than half of the purchases."""

    def one(seed: int) -> float:
        trips = run_watched(world(setup, seed, WEEKS_A_YEAR), "trips")["trips"]
        return share_of_heaviest(trips.sum(axis=0))

    return {"S04": mean_of(each(setup, one))}
