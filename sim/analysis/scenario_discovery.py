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

import math
from collections.abc import Collection, Iterator
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
#: By its place among values and their negatives, which futures each limit of a box lets in.
Limits = dict[int, Mask]


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
    ranks: Floats = values.rank(method="min").to_numpy(dtype=float).T
    places = np.concatenate([ranks, -ranks])  # what lies lowest is peeled off, of either
    found = max(_boxes(places, cases), key=lambda one: _surprise_within(cases, one))
    best, as_good = _surprise_within(cases, found), 0
    rng = np.random.default_rng(_SEED)
    for _ in range(_SHUFFLES):
        other = rng.permutation(cases)
        as_good += any(_surprise_within(other, one) >= best for one in _boxes(places, other))
        if (1 + as_good) / (1 + _SHUFFLES) > ALPHA:
            return None
    return _box(values, cases, found)


def _boxes(places: Floats, cases: Mask) -> Iterator[Limits]:
    """Yield the best box of one limit at most, of two, and so on."""
    return (_search(places, cases, most) for most in range(1, MOST_LIMITS + 1))


def _search(places: Floats, cases: Mask, limits: int) -> Limits:
    """Return the best box of so many limits at most."""
    least = max(LEAST_CASES, int(np.ceil(_LEAST * len(cases))))
    inside, all_cases = np.arange(len(cases)), int(cases.sum())
    best, most, limited = dict[int, float](), 0.0, dict[int, float]()
    everywhere = np.arange(len(places))
    while True:
        columns = np.sort(list(limited)) if len(limited) >= limits else everywhere
        step = _peel(places[columns][:, inside], cases[inside], least)
        if step is None:
            return _pruned({one: places[one] > edge for one, edge in best.items()}, cases)
        column, edge = int(columns[step[0]]), step[1]
        limited[column] = (
            edge  # who is inside lies above the edges before, so that it is the highest
        )
        inside = inside[places[column, inside] > edge]
        hits = int(cases[inside].sum())
        if (surprise := _surprise(hits, len(inside), all_cases, len(cases))) > most:
            most, best = surprise, dict(limited)


def _peel(found: Floats, cases: Mask, least: int) -> tuple[int, float] | None:
    """Return which row to limit next and above what, None if a box would be too small."""
    out = max(1, int(_PEEL * len(cases)))
    edges = np.partition(found, out - 1, axis=1)[:, out - 1]
    kept = found > edges[:, None]
    size = np.count_nonzero(kept, axis=1)
    hits = np.count_nonzero(kept[:, cases], axis=1)
    density = np.where(size >= least, hits / np.maximum(size, 1), -1.0)
    row = int(density.argmax())
    return (row, float(edges[row])) if density[row] >= 0 else None


def _within(limits: Limits, cases: Mask) -> Mask:
    """Return which futures all limits let in."""
    inside = np.ones(len(cases), dtype=bool)
    for kept in limits.values():
        inside &= kept
    return inside


def _surprise_within(cases: Mask, limits: Limits) -> float:
    """Return the surprise of a box."""
    inside = _within(limits, cases)
    return _surprise(int(cases[inside].sum()), int(inside.sum()), int(cases.sum()), len(cases))


def _surprise(hits: int, size: int, all_cases: int, n: int) -> float:
    """Return the cases in a box over those that as many futures have on average, in standard errors."""
    share = all_cases / n
    spread = math.sqrt(size * share * (1 - share) * (1 - size / n))
    return (hits - size * share) / spread if spread > 0 else 0.0


def _pruned(limits: Limits, cases: Mask) -> Limits:
    """Return a box without the limits that chance would bring."""
    while limits:
        chances = {one: _quasi_p(limits, cases, one) for one in sorted(limits)}
        worst = max(chances, key=lambda one: chances[one])
        if chances[worst] <= _BY_CHANCE:
            break
        limits = {one: kept for one, kept in limits.items() if one != worst}
    return limits


def _quasi_p(limits: Limits, cases: Mask, column: int) -> float:
    """Return how often a random part of a box without one limit has as many cases as with it."""
    without = _within({one: kept for one, kept in limits.items() if one != column}, cases)
    inside = without & limits[column]
    share = float(cases[without].mean())
    return float(stats.binom.sf(cases[inside].sum() - 1, int(inside.sum()), share))


def _box(values: pd.DataFrame, cases: Mask, found: Limits) -> Box | None:
    """Return a box in the values' own units, None if nothing is limited."""
    inside, limits = _within(found, cases), []
    for column in sorted(found):
        above, kept = column < values.shape[1], found[column]
        one = values.iloc[:, column % values.shape[1]]
        ends = (one[~kept].max(), one[kept].min()) if above else (one[kept].max(), one[~kept].min())
        chance = _quasi_p(found, cases, column)
        limits.append(Limit(str(one.name), above, float(sum(ends)) / 2, chance))
    if not limits:
        return None
    order = tuple(sorted(limits, key=lambda one: one.chance))
    return Box(order, int(inside.sum()), int(cases[inside].sum()), int(cases.sum()))
