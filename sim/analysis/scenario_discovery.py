"""When the advice loses: the futures in which it does, as limits of a few uncertain values.

Scenario discovery by the patient rule induction method (PRIM: Friedman & Fisher 1999; Bryant & Lempert
2010). A box begins with all futures; step by step the tenth of its futures with the smallest or the
largest of one value is peeled off, whichever leaves the largest share of cases (its density). Of the
boxes so passed the one is taken that has most cases over what its number of futures has on average, in
standard errors. Limits without which a box as dense comes about by chance more often than one in
twenty (the quasi-p-value of Bryant & Lempert) are given up. So it is done for boxes of one limit, of two
and of three at most, and the best of them is told.

Few futures of many values hold dense boxes by chance. The same search among futures whose cases were
shuffled says how good a box chance finds; one that chance finds as good more often than one in ten is
not told. Shuffles end as soon as that is certain (Besag & Clifford 1991).
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from sim.analysis.intervals import ALPHA
from sim.analysis.known_futures import Futures
from sim.analysis.leaning import leader_of
from sim.analysis.verdict import Verdict
from sim.common.random_numbers import Floats
from sim.common.size import ENOUGH_FUTURES
from sim.playbook.strategies import BASELINE

#: Limits of a box: more are no sentence.
MOST_LIMITS = 3
#: Fewer cases, or others, are too few to find a pattern in; a box holds as many futures at least.
LEAST_CASES = 5
#: Share of its futures that a box loses at a step, and of all futures that it keeps at least.
_PEEL, _LEAST = 0.1, 0.1
_SHUFFLES, _SEED = 99, 1
#: A limit is given up that chance brings more often.
_BY_CHANCE = 0.05

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Limit:
    """Above or below what one value lies in a box.

    Attributes
    ----------
    address : str
        As in `sim.experiment.futures.Future.values`.
    above : bool
        Whether it lies above `value`; else below.
    value : float
        Half way between the last value within and the next one outside.
    chance : float
        Quasi-p-value: how often a random part of the box without this limit is as dense.
    """

    address: str
    above: bool
    value: float
    chance: float


@dataclass(frozen=True)
class Box:
    """Futures in which cases are frequent.

    Attributes
    ----------
    limits : tuple of Limit
        What surprises most first.
    futures, cases : int
        Within the box.
    all_cases : int
        In all futures.
    """

    limits: tuple[Limit, ...]
    futures: int
    cases: int
    all_cases: int

    @property
    def density(self) -> float:
        """Share of the box that are cases."""
        return self.cases / self.futures

    @property
    def coverage(self) -> float:
        """Share of all cases that lie in the box."""
        return self.cases / self.all_cases


@dataclass(frozen=True)
class Losing:
    """In which futures the advice is wrong.

    Attributes
    ----------
    strategy : str
        The strategy with the largest mean gain.
    of_advice : bool
        Whether it is advised or nothing is decided, so that a case is a future in which it earns less
        than doing nothing; else doing nothing is advised, and a case is a future in which it earns more.
    cases, futures : int
    box : Box or None
        Where cases are frequent, if more is found than chance explains.
    """

    strategy: str
    of_advice: bool
    cases: int
    futures: int
    box: Box | None

    @property
    def is_rare(self) -> bool:
        """Whether there are too few futures, cases or others to find a pattern in."""
        fewest = min(self.cases, self.futures - self.cases)
        return self.futures < ENOUGH_FUTURES or fewest < LEAST_CASES


def when_it_loses(futures: Futures, verdict: Verdict, matter: Collection[str]) -> Losing:
    """Return in which futures the advice is wrong, and where these are frequent.

    Parameters
    ----------
    futures : Futures
    verdict : Verdict
    matter : collection of str
        Addresses of the values that can move the gain of the leading strategy.
    """
    leader = leader_of(verdict)
    gains: Floats = futures.gains[leader].to_numpy(dtype=float)
    advised = verdict.chosen != BASELINE or verdict.kind == "undecided"
    cases: Mask = gains < 0 if advised else gains > 0
    found = Losing(leader, advised, int(cases.sum()), len(cases), None)
    values = futures.values[futures.moving(matter)]
    if found.is_rare or values.empty:
        return found
    return Losing(leader, advised, found.cases, found.futures, find_box(values, cases))


def find_box(values: pd.DataFrame, cases: Mask) -> Box | None:
    """Return the box where cases are frequent, None if chance finds one as good.

    Parameters
    ----------
    values : DataFrame
        Futures by addresses.
    cases : ndarray of bool, shape (futures,)
    """
    ranks: Floats = values.rank(method="min").to_numpy(dtype=float)
    places = np.concatenate([ranks, -ranks], axis=1)  # what lies lowest is peeled off, of either
    found = _best(places, cases)
    best, as_good = _surprise(cases, found.all(axis=1)), 0
    rng = np.random.default_rng(_SEED)
    for _ in range(_SHUFFLES):
        other = rng.permutation(cases)
        as_good += bool(_surprise(other, _best(places, other).all(axis=1)) >= best)
        if (1 + as_good) / (1 + _SHUFFLES) > ALPHA:
            return None
    return _box(values, cases, found)


def _best(places: Floats, cases: Mask) -> Mask:
    """Return the best box of one limit or more: which futures each limit lets in, futures by places."""
    boxes = [_search(places, cases, most) for most in range(1, MOST_LIMITS + 1)]
    return max(boxes, key=lambda within: _surprise(cases, within.all(axis=1)))


def _search(places: Floats, cases: Mask, limits: int) -> Mask:
    """Return the best box of so many limits at most."""
    n = len(places)
    within = np.ones(places.shape, dtype=bool)
    best, most, least = within, 0.0, max(LEAST_CASES, int(np.ceil(_LEAST * n)))
    while (step := _peel(places, cases, within, least, limits)) is not None:
        column, edge = step
        within[:, column] &= places[:, column] > edge
        if (surprise := _surprise(cases, within.all(axis=1))) > most:
            most, best = surprise, within.copy()
    return _pruned(best, cases)


def _peel(
    places: Floats, cases: Mask, within: Mask, least: int, limits: int
) -> tuple[int, float] | None:
    """Return the place to limit next and above what, None if a box would be too small."""
    inside, limited = within.all(axis=1), np.flatnonzero(~within.all(axis=0))
    columns = limited if len(limited) >= limits else np.arange(places.shape[1])
    found = places[np.ix_(inside, columns)]
    out = max(1, int(_PEEL * len(found)))
    edges = np.partition(found, out - 1, axis=0)[out - 1]
    kept = found > edges
    size = kept.sum(axis=0)
    density = np.where(
        size >= least, (kept & cases[inside, None]).sum(axis=0) / np.maximum(size, 1), -1.0
    )
    place = int(np.argmax(density))
    return (int(columns[place]), float(edges[place])) if density[place] >= 0 else None


def _surprise(cases: Mask, inside: Mask) -> float:
    """Return the cases in a box over those that as many futures have on average, in standard errors."""
    share, size = float(cases.mean()), int(inside.sum())
    spread = np.sqrt(size * share * (1 - share) * (1 - size / len(cases)))
    return float((cases[inside].sum() - size * share) / spread) if spread > 0 else 0.0


def _pruned(within: Mask, cases: Mask) -> Mask:
    """Return a box without the limits that chance would bring."""
    while True:
        limited = [int(one) for one in np.flatnonzero(~within.all(axis=0))]
        chances = [_quasi_p(within, cases, one) for one in limited]
        if not limited or max(chances) <= _BY_CHANCE:
            return within
        within = within.copy()
        within[:, limited[int(np.argmax(chances))]] = True


def _quasi_p(within: Mask, cases: Mask, column: int) -> float:
    """Return how often a random part of a box without one limit has as many cases as with it."""
    inside = within.all(axis=1)
    without = np.delete(within, column, axis=1).all(axis=1)
    share = float(cases[without].mean())
    return float(stats.binom.sf(cases[inside].sum() - 1, int(inside.sum()), share))


def _box(values: pd.DataFrame, cases: Mask, within: Mask) -> Box | None:
    """Return a box in the values' own units, None if nothing is limited."""
    inside, limits = within.all(axis=1), []
    for column in np.flatnonzero(~within.all(axis=0)):
        above, kept = column < values.shape[1], within[:, column]
        one = values.iloc[:, column % values.shape[1]]
        ends = (one[~kept].max(), one[kept].min()) if above else (one[kept].max(), one[~kept].min())
        chance = _quasi_p(within, cases, int(column))
        limits.append(Limit(str(one.name), bool(above), float(sum(ends)) / 2, chance))
    if not limits:
        return None
    order = tuple(sorted(limits, key=lambda one: one.chance))
    return Box(order, int(inside.sum()), int(cases[inside].sum()), int(cases.sum()))
