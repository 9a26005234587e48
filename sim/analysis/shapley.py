"""What each player of a game is worth, and which pairs help each other or get in each other's way.

A game says what each coalition of players brings. A player comes into an order of players and adds what
the coalition brings with it less what it brings without it; the mean over all orders is its Shapley value
(Shapley 1953). Values of all players add up to what all together bring. Of a few players every order is
looked at. Of more, each game (the same players in another future) has one order, drawn at random, and its
reverse (antithetic sampling: Mitchell et al. 2022); each such mean is unbiased, so that the mean over
games with the interval of `sim.analysis.intervals.mean_interval` holds what games and orders leave open.

Two players interact by what all bring less what they bring without the one, without the other, and
with neither:

    v(N) - v(N - i) - v(N - j) + v(N - i - j)

above nil where they help each other within the whole. A pair is told only if its mean over games differs
from nil (Student's t) at a false-discovery rate for all pairs (Benjamini & Hochberg 1995).
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats
from statsmodels.stats.multitest import multipletests

from sim.analysis.intervals import ALPHA, mean_interval
from sim.common.random_numbers import Floats

Coalition = frozenset[int]
Order = tuple[int, ...]
#: What coalitions bring in one game; no player brings nothing.
Game = Mapping[Coalition, float]
#: Up to so many players every order is looked at, and up to so many also each pair.
EVERY_ORDER = EVERY_PAIR = 4
#: Games from which a pair may be told: of fewer, that are skew, Student's t would tell most.
LEAST_GAMES = 12


@dataclass(frozen=True)
class Value:
    """What a player is worth, with its 90 % interval."""

    player: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Pair:
    """How much more two players bring together than one by one, with its 90 % interval.

    Attributes
    ----------
    players : tuple of int
    mean, low, high : float
    is_told : bool
        Whether it stands out from noise among all pairs.
    """

    players: tuple[int, int]
    mean: float
    low: float
    high: float
    is_told: bool


def orders_of(players: int, rng: np.random.Generator) -> list[Order]:
    """Return the orders of one game: every one of a few players, else one and its reverse."""
    if players <= EVERY_ORDER:
        return list(itertools.permutations(range(players)))
    drawn = tuple(int(one) for one in rng.permutation(players))
    return [drawn, drawn[::-1]]


def coalitions_of(players: int, orders: Sequence[Order]) -> list[Coalition]:
    """Return the coalitions that orders, and each pair of not too many players, ask for; never none."""
    everyone = frozenset(range(players))
    found = {frozenset(order[:size]) for order in orders for size in range(1, players + 1)}
    if players <= EVERY_PAIR:
        for out in itertools.combinations(range(players), 2):
            found |= {everyone - {out[0]}, everyone - {out[1]}, everyone - set(out)}
    return sorted(found - {frozenset()}, key=sorted)


def shapley_values(
    players: int, games: Sequence[Game], orders: Sequence[Sequence[Order]]
) -> list[Value]:
    """Return what each player is worth.

    Parameters
    ----------
    players : int
    games : sequence of mapping
        Two or more.
    orders : sequence of sequence
        Those of each game.
    """
    each = np.array([_worth(players, *one) for one in zip(games, orders, strict=True)])
    return [
        Value(player, float(column.mean()), *mean_interval(column))
        for player, column in enumerate(each.T)
    ]


def _worth(players: int, game: Game, orders: Sequence[Order]) -> Floats:
    """Return the mean of what each player adds when it comes, over orders."""
    added = np.zeros(players)
    for order in orders:
        before = 0.0
        for size, player in enumerate(order, start=1):
            after = game[frozenset(order[:size])]
            added[player] += after - before
            before = after
    return added / len(orders)


def interactions(players: int, games: Sequence[Game]) -> list[Pair]:
    """Return how each pair interacts, the largest first.

    None where there are too many players, or too few games.

    Parameters
    ----------
    players : int
    games : sequence of mapping
        Two or more.
    """
    pairs = list(itertools.combinations(range(players), 2))
    if players > EVERY_PAIR or len(games) < LEAST_GAMES or not pairs:
        return []
    each = np.array([[_together(players, game, pair) for pair in pairs] for game in games])
    told = multipletests([_chance(one) for one in each.T], alpha=ALPHA, method="fdr_bh")[0]
    found = [
        Pair(pair, float(column.mean()), *mean_interval(column), bool(sure))
        for pair, column, sure in zip(pairs, each.T, told, strict=True)
    ]
    return sorted(found, key=lambda one: -abs(one.mean))


def _together(players: int, game: Game, pair: tuple[int, int]) -> float:
    """Return how much more two players bring together than one by one, beside all others."""
    everyone = frozenset(range(players))

    def brings(out: set[int]) -> float:
        return game[everyone - out] if everyone - out else 0.0

    one, other = pair
    return brings(set()) - brings({one}) - brings({other}) + brings({one, other})


def _chance(values: Floats) -> float:
    """Return how often chance takes a mean so far from nil, by Student's t."""
    if not values.std() > 0:
        return float(values[0] == 0)
    return float(stats.ttest_1samp(values, 0.0).pvalue)
