"""Purchases counted by steps of one week or more, and how likely a count is at a steady rate."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, xlogy

from sim.calibration.forecast.histories import Histories


@dataclass(frozen=True)
class StepCounts:
    """Distinct courses of purchases, counted back from the end in steps of equal length.

    Attributes
    ----------
    born, exposed : numpy.ndarray
        The step of the first purchase, and the days of it that follow; shape (n,), `born` rising.
    counts : numpy.ndarray
        Purchase days by step, the first not counted; shape (n, steps).
    customers, inverse : numpy.ndarray
        How many customers took each course (n,), and which course each customer took.
    """

    born: np.ndarray
    exposed: np.ndarray
    counts: np.ndarray
    customers: np.ndarray
    inverse: np.ndarray


def step_days(weeks: float) -> int:
    """Return the length of a step for a log of so many weeks: some tens of steps tell rates apart."""
    return 7 if weeks <= 26 else 14 * int(np.ceil(weeks / 104))


def count_steps(histories: Histories, days: int) -> StepCounts:
    """Count purchases by steps of so many days."""
    first = histories.first_ago
    steps = int(first.max()) // days + 1
    born = steps - 1 - first // days
    table = np.zeros((len(histories), steps + 2), dtype=np.uint8 if steps < 250 else np.uint16)
    table[:, 0], table[:, 1] = born, first % days
    counted = histories.visit_ago < first[histories.visit_row]
    step = steps - 1 - histories.visit_ago[counted] // days
    np.add.at(table, (histories.visit_row[counted], step + 2), 1)
    # As one piece of memory a row sorts as by its columns, only faster; `born` stands first.
    pieces = np.ascontiguousarray(table.astype(">u2")).view(f"V{2 * table.shape[1]}").ravel()
    _, kept, inverse, customers = np.unique(
        pieces, return_index=True, return_inverse=True, return_counts=True
    )
    table = table[kept].astype(np.intp)
    return StepCounts(table[:, 0], table[:, 1], table[:, 2:], customers, inverse.ravel())


def emission(rate: np.ndarray, days: int, most: int, phases: int) -> np.ndarray:
    """Return how likely each count of purchases is in some days, rates being steady.

    With one phase, days are independent: binomial, with probability 1 - e^(-rate / 7) a day. With more,
    purchases are regular: each takes so many steps of a Poisson process that runs as many times as fast
    (Erlang; Chatfield & Goodhardt 1973), and the phase is carried over.

    Parameters
    ----------
    rate : numpy.ndarray
        Purchases per week; shape (S,).
    days, most, phases : int
        Days, largest count, and phases from one purchase to the next.

    Returns
    -------
    numpy.ndarray
        Probability of the count and the phase at the end, given that at the start; shape
        (most + 1, phases, phases, S) as [count, from, to, rate].
    """
    count = np.arange(most + 1.0)
    if phases == 1:
        rest = np.maximum(days - count, 0.0)[:, None]
        ways = gammaln(days + 1.0) - gammaln(count + 1.0)[:, None] - gammaln(rest + 1.0)
        bought = xlogy(count[:, None], -np.expm1(-rate / 7.0))
        likely = np.exp(ways + bought - rest * rate / 7.0) * (count <= days)[:, None]
        return likely[:, None, None, :]
    passed = phases * count[:, None, None] + np.arange(phases) - np.arange(phases)[:, None]
    mean = phases * rate * days / 7.0
    n = np.maximum(passed, 0.0)[..., None]
    likely = np.exp(xlogy(n, mean) - mean - gammaln(n + 1.0))
    return likely * (passed >= 0)[..., None]
