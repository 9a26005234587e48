"""How many customers and futures make the most of a time, from a pilot of small futures.

A future of n customers costs a + b n seconds, and a gain differs between futures by what is drawn, V, and
by luck, L / n. The mean over the futures that fit into a time T then has the variance
(V + L / n) (a + b n) / T, which is least at

    n* = sqrt(L a / (V b)),

whatever the time (two-stage sampling: Cochran 1977, section 10.6). The pilot lives a few small futures
through twice, which tells luck from what is drawn (`sim.analysis.intervals`), and some larger ones, which
tell what a customer costs; in as many processes as the comparison, since these slow each other down. So
few futures tell V badly and often see none of it: it is shrunk to what it usually is beside luck.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import numpy as np

from sim.common.size import ENOUGH_FUTURES
from sim.evidence.parameters import ParameterTable
from sim.experiment.cluster import LOCAL
from sim.experiment.futures import ONE_IN, Future, draw_futures
from sim.experiment.result_store import parquet_bytes
from sim.experiment.workers import in_any_order
from sim.market.market import Market
from sim.measures.equity import equity
from sim.measures.weekly import TOTAL, columns_by_segment, with_other_life
from sim.model.common_start import prepare
from sim.model.rare_events import breaches_in, columns_of, run_lives
from sim.playbook.strategies import BASELINE, DO_NOTHING, Strategy

#: As few and as many futures as a time is spent on.
LEAST, MOST = 8, 100_000
#: Customers of a pilot's futures, of its larger one, and as few and as many as it may find best.
PILOT, LARGER, FEWEST, LARGEST = 500, 2_000, 500, 10_000
#: Futures of a pilot, each lived through twice; a part of the time at most, but some in any case.
_PILOT_FUTURES, _LEAST_FUTURES, _PART = 8, 3, 0.15
_ROUND = 100
#: L / V as it usually is, in customers: the median of the eleven strategies of ``reports/example``, which
#: go from 37 to 25,000; and for how many futures of a pilot it counts, few as the range is so wide.
_USUAL_RATIO, _COUNTS_FOR = 400.0, 2


#: Below so many seconds, starting worker processes takes longer than they save.
_WORTH_PROCESSES = 20.0
#: Seconds of one process that a run takes once more when it is summed up and judged, of any length up to
#: some years; those that any comparison takes besides, and what starting and ending a local cluster adds.
_TOLD, _AROUND, _CLUSTER = 0.02, 6.0, 8.0
#: Weeks of the first run of a process, which compiles and reads: as many as every play needs to begin.
_FIRST_WEEKS = 8


class Size(NamedTuple):
    """How large a comparison is: customers in each run, and futures."""

    n_customers: int
    futures: int


class _End(NamedTuple):
    """What a future of a pilot came to."""

    future: int
    luck: int
    gains: dict[str, float]
    seconds: float


#: Lives futures through with so many customers: what they come to, and seconds of a core for each.
_Live = Callable[[list[Future], int], tuple[list[_End], float]]


@dataclass(frozen=True)
class Pilot:
    """What a pilot found.

    Attributes
    ----------
    fixed, each : float
        Seconds of a core that a future takes whatever its size, and more for each customer.
    drawn, luck : float
        Variance of the leading strategy's gain by what is drawn, and by luck times customers.
    """

    fixed: float
    each: float
    drawn: float
    luck: float

    def seconds(self, customers: int) -> float:
        """Return what a future of so many customers takes, second lives included."""
        return (self.fixed + self.each * customers) * (1 + 1 / ONE_IN)

    @property
    def best(self) -> float:
        """Customers of a future that make the mean best known in a time."""
        if not (self.drawn > 0 and self.each > 0):
            return math.inf if self.luck > 0 else 0.0
        return math.sqrt(self.luck * max(self.fixed, 0.0) / (self.drawn * self.each))


def size_in(
    seconds: float,
    cores: int,
    market: Market,
    table: ParameterTable,
    strategies: Mapping[str, Strategy],
    weeks: int,
    seed: int,
    customers: int | None = None,
    cluster: str = "",
) -> Size:
    """Return what size of a comparison makes the most of a time.

    Parameters
    ----------
    seconds : float
        By the clock, the pilot's included; `LEAST` futures are taken, however short.
    cores : int
        Runs that are made at a time, if the time is worth the start of their processes.
    market : Market
        As stated, not drawn.
    table : ParameterTable
        As stated, not drawn.
    strategies : mapping of str to Strategy
        As sized.
    weeks : int
    seed : int
        Of the comparison: the pilot's futures are its first.
    customers : int, optional
        Customers in each run, if they are not to be found.
    cluster : str
        Where the runs are made instead of here. The pilot starts no local one: its processes are
        like those here.
    """
    started = time.perf_counter()
    cores = cores if cluster or seconds >= _WORTH_PROCESSES else 1
    place = "" if cluster == LOCAL else cluster
    live = partial(_live, market, table, strategies, weeks, cores, place)
    drawn = draw_futures(market, table.rows, ONE_IN * _PILOT_FUTURES, seed)
    first = (drawn[:1] * cores, PILOT)
    _live(market, table, strategies, min(weeks, _FIRST_WEEKS), cores, place, *first)
    around = _AROUND + (_CLUSTER if cluster == LOCAL else 0.0)
    pilot = _make_pilot(_PART * seconds, live, drawn, cores, customers)
    # one process does it while the others wait
    told = _TOLD * len({BASELINE, *strategies}) * cores
    pilot = replace(pilot, fixed=pilot.fixed + told)
    left = (seconds - around - (time.perf_counter() - started)) * cores
    if customers is None:
        customers = _customers(pilot, left)
    return Size(customers, int(min(max(left / pilot.seconds(customers), LEAST), MOST)))


def _customers(pilot: Pilot, seconds: float) -> int:
    """Return the best number of customers, as far as it leaves room for `ENOUGH_FUTURES` futures."""
    room = max(seconds / (ENOUGH_FUTURES * (1 + 1 / ONE_IN)) - pilot.fixed, 0.0)
    # no further than was tried, where no cost was seen
    most = float(LARGER if room > 0 else FEWEST)
    if pilot.each > 0:
        most = room / pilot.each
    best = min(max(min(pilot.best, most), FEWEST), LARGEST)
    return int(round(best / _ROUND)) * _ROUND


def _make_pilot(
    seconds: float, live: _Live, drawn: list[Future], cores: int, customers: int | None
) -> Pilot:
    """Run small futures twice while the time lasts, and some larger ones; or some of a given size.

    As many at a time as there are cores, so that all are busy to the end.
    """
    begun, ends, times = time.perf_counter(), list[_End](), list[float]()
    again = {future.number: future for future in drawn if future.luck}
    lives = [one for future in drawn[:_PILOT_FUTURES] for one in (future, again[future.number])]
    size = PILOT if customers is None else customers
    for begin in range(0, max(len(lives) - cores, 0) + 1, cores):
        found, each = live(lives[begin : begin + cores], size)
        ends, times = ends + found, [*times, each]
        enough = 2 * _LEAST_FUTURES if customers is None else cores
        spent = time.perf_counter() - begun
        ends_late = spent * (1 + 1 / len(times)) > seconds  # of the next, if it took as long
        if len(ends) >= enough and ends_late:
            break
    small = float(np.mean(times))
    if customers is not None:
        return Pilot(small, 0.0, 0.0, 0.0)
    _, larger = live(drawn[:cores], LARGER)
    each = max(larger - small, 0.0) / (LARGER - PILOT)
    return Pilot(small - PILOT * each, each, *_variances(_pairs(ends)))


def _pairs(ends: list[_End]) -> list[list[dict[str, float]]]:
    """Return the gains in both lives of each future that was lived through twice."""
    found: dict[int, list[dict[str, float]]] = {}
    for end in sorted(ends, key=lambda end: (end.future, end.luck)):
        found.setdefault(end.future, []).append(end.gains)
    return [pair for pair in found.values() if len(pair) == 2]


def _variances(lives: list[list[dict[str, float]]]) -> tuple[float, float]:
    """Return the variance by what is drawn and by luck, times customers, of what gains most.

    One-way analysis of variance with random effects, two lives of each future; what is drawn is shrunk.
    """
    gains = {
        name: np.array([[one[name] for one in pair] for pair in lives]) for name in lives[0][0]
    }
    leading = max(gains.values(), key=lambda each: float(each.mean()))
    luck = float(np.mean((leading[:, 0] - leading[:, 1]) ** 2) / 2)
    drawn = float(leading.mean(axis=1).var(ddof=1)) - luck / 2
    seen, usual = len(lives) - 1, luck * PILOT / _USUAL_RATIO
    drawn = (seen * max(drawn, 0.0) + _COUNTS_FOR * usual) / (seen + _COUNTS_FOR)
    return drawn, luck * PILOT


def _live(
    market: Market,
    table: ParameterTable,
    strategies: Mapping[str, Strategy],
    weeks: int,
    cores: int,
    cluster: str,
    futures: list[Future],
    customers: int,
) -> tuple[list[_End], float]:
    """Live futures through as a comparison does: what they come to, and seconds of a core for each."""
    begun = time.perf_counter()
    tasks = ((future, market, table, strategies, customers, weeks) for future in futures)
    ends = list(in_any_order(end_of, tasks, cores, cluster))
    if cluster:  # which is connected to for each batch
        return ends, float(np.mean([end.seconds for end in ends]))
    return ends, (time.perf_counter() - begun) * min(cores, len(futures)) / len(futures)


def end_of(
    future: Future,
    market: Market,
    table: ParameterTable,
    strategies: Mapping[str, Strategy],
    customers: int,
    weeks: int,
) -> _End:
    """Return what each strategy gains in a future."""
    begun = time.perf_counter()
    gains = _gains(future, market, table, strategies, customers, weeks)
    return _End(future.number, future.luck, gains, time.perf_counter() - begun)


def _gains(
    future: Future,
    market: Market,
    table: ParameterTable,
    strategies: Mapping[str, Strategy],
    customers: int,
    weeks: int,
) -> dict[str, float]:
    """Return what each strategy adds to the firm's customer equity in a future."""
    scenario = future.scenario(market, table, DO_NOTHING, customers, weeks)
    if breaches_in(strategies.values()) == "weighed":
        scenario = replace(scenario, rare=future.rare)
    start, worth, nothing = prepare(scenario), dict[str, float](), dict[str, np.ndarray]()
    scale = scenario.market["firm_customers"] / customers
    for name, strategy in {BASELINE: DO_NOTHING, **strategies}.items():
        weekly = columns_of(run_lives(replace(scenario, strategy=strategy), start))
        parquet_bytes(weekly)  # as a run is kept, which takes its time too
        nothing = nothing or weekly
        columns = columns_by_segment(with_other_life(weekly, nothing))[TOTAL]
        worth[name] = scale * equity(columns, scenario.market.weekly_discount)
    return {name: worth[name] - worth[BASELINE] for name in strategies if name != BASELINE}
