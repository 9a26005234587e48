"""What each play of a plan is worth in it, and which plays help each other or get in each other's way.

The players are the plays of a plan, and what a coalition brings is the gain over doing nothing of the
plan with these plays alone, each with the money it has in the whole. All coalitions of a future meet the
same people and luck. A future is a game (`sim.analysis.shapley`); worths add up to the plan's mean gain
over the futures that were looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.analysis.intervals import mean_interval
from sim.analysis.shapley import (
    EVERY_ORDER,
    Coalition,
    Game,
    Order,
    Pair,
    Value,
    coalitions_of,
    interactions,
    orders_of,
    shapley_values,
)
from sim.experiment.made_of import WHOLE, Case, Setup, those, work_out
from sim.experiment.workers import Progress
from sim.playbook.strategies import Strategy

#: Runs that are meant to do beside those of the comparison, and futures that are looked at in any case.
RUNS, LEAST_FUTURES = 240, 6


@dataclass(frozen=True)
class WorthOfPlays:
    """What the plays of a plan are worth; the firm's money.

    Attributes
    ----------
    strategy : Strategy
        As planned for the market.
    futures, runs : int
        That were looked at, and coalitions that were run in them.
    gain, low, high : float
        Mean gain of the plan in these futures, with its 90 % interval.
    values : list of Value
        By play, in the order of the plan.
    pairs : list of Pair
        The largest first; none of more than `EVERY_PAIR` plays.
    """

    strategy: Strategy
    futures: int
    runs: int
    gain: float
    low: float
    high: float
    values: list[Value]
    pairs: list[Pair]

    @property
    def is_exact(self) -> bool:
        """Whether every order of the plays was looked at."""
        return len(self.values) <= EVERY_ORDER

    @property
    def has_pairs(self) -> bool:
        """Whether every pair of plays was looked at."""
        return bool(self.pairs)

    def key_of(self, player: int) -> str:
        """Return the key of a play."""
        return self.strategy.plays[player].key


def coalitions_in(strategy: Strategy, futures: int, seed: int) -> list[list[Order]]:
    """Return the orders that are looked at, future by future: as many futures as runs allow.

    Parameters
    ----------
    strategy : Strategy
    futures : int
        That there are.
    seed : int
        Of the orders that are drawn.
    """
    players, rng = len(strategy.plays), np.random.default_rng(seed)
    drawn = [orders_of(players, rng) for _ in range(futures)]
    each = len(coalitions_of(players, drawn[0])) - 1  # the whole has been run
    return drawn[: max(LEAST_FUTURES, RUNS // each)] if each else drawn


def worth_of_plays(
    setup: Setup,
    orders: Sequence[Sequence[Order]],
    folder: Path,
    jobs: int = 0,
    say: Progress | None = None,
    others: Path | None = None,
) -> WorthOfPlays:
    """Return what plays are worth, from runs that are made where they are missing.

    Parameters
    ----------
    setup : Setup
        Plan, size and the futures that are looked at, two or more.
    orders : sequence of sequence
        Those of each future.
    folder, jobs, say, others
        As `sim.experiment.made_of.work_out`.
    """
    players = len(setup.strategy.plays)
    where: dict[Coalition, list[int]] = {}
    for future, drawn in enumerate(orders):
        for one in coalitions_of(players, drawn):
            where.setdefault(one, []).append(future)
    cases = {one: _case(setup.strategy, one) for one in where}
    only = {cases[one]: futures for one, futures in where.items()}
    gains = work_out(setup, only, {}, folder, jobs, say, others, only)
    games: list[dict[Coalition, float]] = [{} for _ in orders]
    for one, futures in where.items():
        for future, gain in zip(futures, gains[cases[one]].equity, strict=True):
            games[future][one] = float(gain)
    return _told(setup.strategy, games, orders)


def _case(strategy: Strategy, coalition: Coalition) -> Case:
    """Return the case in which the plays of a coalition are left."""
    if len(coalition) == len(strategy.plays):
        return WHOLE
    return those(play.key for i, play in enumerate(strategy.plays) if i in coalition)


def _told(
    strategy: Strategy, games: Sequence[Game], orders: Sequence[Sequence[Order]]
) -> WorthOfPlays:
    players = len(strategy.plays)
    whole = np.array([game[frozenset(range(players))] for game in games])
    return WorthOfPlays(
        strategy,
        len(games),
        sum(len(game) - 1 for game in games),
        float(whole.mean()),
        *mean_interval(whole),
        shapley_values(players, games, orders),
        interactions(players, games),
    )
