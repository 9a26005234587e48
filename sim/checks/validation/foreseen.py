"""What is foreseen of a figure from simulated futures, with its interval, beside what came.

A figure is foreseen with Student's interval for one more draw, m ± t s sqrt(1 + 1/k), from its k futures;
where a market has two laws of buying, from those of either law, and the range reaches over both
(Hahn & Meeker 1991, Statistical Intervals, section 4.7), at a level that all figures share (Bonferroni):
where the market is right all of them lie inside with the probability `SURE`. Where less than one customer
is expected to do otherwise than all others (of 36 large accounts one buys no more), few futures hold such
a one and their spread says next to nothing: then one customer more is foreseen.
"""

import numpy as np
from scipy.special import stdtrit

from sim.calibration.fit import rounded
from sim.common.random_numbers import Floats
from sim.market.hold_out import Foreseen

#: Chance that all figures of a market that is right lie inside.
SURE = 0.95
_OF_A_LAW = 8


def compare(
    came: dict[str, dict[str, float]],
    futures: list[dict[str, dict[str, float]]],
    laws: list[float] | None = None,
    sizes: dict[str, int] | None = None,
) -> dict[str, dict[str, Foreseen]]:
    """Set figures that came beside those of all futures, with the interval of each.

    Parameters
    ----------
    came : dict
        From `figures_of`.
    futures : list of dict
        The same of each future, two at least; a figure that a future lacks is not compared.
    laws : list of float, optional
        The law of buying in each future. One that holds in fewer than `_OF_A_LAW` is not told apart.
    sizes : dict of str to int, optional
        Customers in each group; without them no share is taken for one of few.

    Returns
    -------
    dict
        Group -> measure -> `Foreseen`.
    """
    shared = {
        (group, measure): [future.get(group, {}).get(measure, np.nan) for future in futures]
        for group, measures in came.items()
        for measure in measures
    }
    whole = {key: np.array(draws) for key, draws in shared.items() if np.isfinite(draws).all()}
    level = 1 - (1 - SURE) / (2 * max(len(whole), 1))
    alike = _alike(laws or [0.0] * len(futures))
    made: dict[str, dict[str, Foreseen]] = {}
    for (group, measure), draws in whole.items():
        mean = float(draws.mean())
        reached = [_reach(draws[rows], level) for rows in alike]
        one = _one_more((sizes or {}).get(group, 0), measure, came[group], mean)
        ends = min(low for low, _ in reached) - one, max(high for _, high in reached) + one
        ends = max(ends[0], 0.0), ends[1]
        if measure in ("active", "repeat", "top_fifth"):
            ends = ends[0], min(ends[1], 1.0)
        low, high = map(rounded, ends)
        numbers = {"came": rounded(came[group][measure]), "expected": rounded(mean)}
        made.setdefault(group, {})[measure] = Foreseen(**numbers, low=low, high=high)
    return made


def _one_more(customers: int, measure: str, came: dict[str, float], expected: float) -> float:
    """Return what one customer is of a share, if less than one is expected on its rare side; else 0."""
    if measure not in ("active", "repeat"):
        return 0.0
    of = customers if measure == "active" else round(customers * came["active"])
    return 1 / of if of > 0 and of * min(expected, 1 - expected) < 1 else 0.0


def _alike(laws: list[float]) -> list[np.ndarray]:
    """Return the futures of each law, or all together where one law has too few to know a spread."""
    held = np.array(laws)
    parts = [np.flatnonzero(held == law) for law in np.unique(held)]
    return parts if min(map(len, parts)) >= _OF_A_LAW else [np.arange(held.size)]


def _reach(draws: Floats, level: float) -> tuple[float, float]:
    """Return Student's interval for one more draw, each end at this level."""
    wide = float(stdtrit(draws.size - 1, level)) * np.sqrt(1 + 1 / draws.size)
    mean, reach = float(draws.mean()), float(wide * draws.std(ddof=1))
    return mean - reach, mean + reach
