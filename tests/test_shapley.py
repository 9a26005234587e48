"""Shapley values and interactions are those of theory, and noise is worth nothing.

Serves: C3.4
"""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from sim.analysis.intervals import ALPHA
from sim.analysis.shapley import (
    EVERY_ORDER,
    EVERY_PAIR,
    LEAST_GAMES,
    coalitions_of,
    interactions,
    orders_of,
    shapley_values,
)
from tests.worlds import FALSE_ALARM


def _played(brings, players: int, games: int = 4, seed: int = 1, noise: float = 0.0):
    """Return games of `brings` with a noise of their own for each coalition, and their orders."""
    rng, played, drawn = np.random.default_rng(seed), [], []
    for _ in range(games):
        orders = orders_of(players, rng)
        asked = coalitions_of(players, orders)
        played.append({one: brings(one) + noise * rng.normal() for one in asked})
        drawn.append(orders)
    return played, drawn


def _exact(brings, players: int) -> list[float]:
    """Return Shapley values by their definition, a sum over coalitions without the player."""
    found = []
    for player in range(players):
        others = [one for one in range(players) if one != player]
        total = 0.0
        for size in range(players):
            weight = 1 / (players * math.comb(players - 1, size))
            for some in itertools.combinations(others, size):
                with_, without = frozenset({*some, player}), frozenset(some)
                total += weight * (brings(with_) - (brings(without) if without else 0.0))
        found.append(total)
    return found


@pytest.mark.parametrize("players", [1, 3, EVERY_ORDER, 7, EVERY_PAIR + 4])
def test_players_that_only_add_are_worth_what_they_add(players: int) -> None:
    adds = np.arange(players) - 1.5
    games, orders = _played(lambda some: float(adds[list(some)].sum()), players)
    values = shapley_values(players, games, orders)
    assert [one.mean for one in values] == pytest.approx(list(adds))
    assert not any(pair.is_told for pair in interactions(players, games))


def _bent(some) -> float:
    """Return what a coalition of a game with interactions of all orders brings."""
    return math.sqrt(sum(1 + one for one in some)) + 2.0 * ({0, 1} <= some)


def test_every_order_of_few_players_gives_the_values_of_the_definition() -> None:
    games, orders = _played(_bent, EVERY_ORDER)
    values = [one.mean for one in shapley_values(EVERY_ORDER, games, orders)]
    assert values == pytest.approx(_exact(_bent, EVERY_ORDER))


def test_drawn_orders_give_the_values_of_the_definition_on_average() -> None:
    players, games = 6, 400
    played, orders = _played(_bent, players, games)
    values = shapley_values(players, played, orders)
    step = stats.norm.isf(FALSE_ALARM / 2 / players) / stats.norm.isf(ALPHA / 2)
    for one, true in zip(values, _exact(_bent, players), strict=True):
        assert abs(one.mean - true) <= step * (one.high - one.low) / 2


@pytest.mark.parametrize("players", [EVERY_ORDER, 9])
def test_worths_add_up_to_what_all_bring_together(players: int) -> None:
    games, orders = _played(_bent, players, noise=3.0)
    whole = np.mean([game[frozenset(range(players))] for game in games])
    values = shapley_values(players, games, orders)
    assert sum(one.mean for one in values) == pytest.approx(whole)


def test_the_interval_of_a_player_that_adds_nothing_holds_nil_as_often_as_it_says() -> None:
    repeats, players = 300, 3
    held = 0
    for seed in range(repeats):
        games, orders = _played(lambda some: float(1 in some), players, 8, seed, 1.0)
        null = shapley_values(players, games, orders)[0]
        held += null.low <= 0 <= null.high
    assert stats.binom.cdf(held, repeats, 1 - ALPHA) > FALSE_ALARM / 2
    assert stats.binom.sf(held - 1, repeats, 1 - ALPHA) > FALSE_ALARM / 2


def test_a_pair_that_helps_or_hurts_is_told_with_what_it_brings_more_or_less() -> None:
    def brings(some) -> float:
        return len(some) + 5.0 * ({0, 1} <= some) - 3.0 * ({2, 3} <= some)

    games, _ = _played(brings, EVERY_PAIR, LEAST_GAMES, noise=0.1)
    told = {one.players: one.mean for one in interactions(EVERY_PAIR, games) if one.is_told}
    assert told.keys() >= {(0, 1), (2, 3)}
    assert told[0, 1] == pytest.approx(5, abs=0.5) and told[2, 3] == pytest.approx(-3, abs=0.5)


def test_in_noise_a_pair_is_told_in_one_of_ten_games_at_most() -> None:
    repeats, players = 60, EVERY_PAIR
    told = 0
    for seed in range(repeats):
        games, _ = _played(lambda some: float(len(some)), players, LEAST_GAMES, seed, 1.0)
        told += any(pair.is_told for pair in interactions(players, games))
    assert told <= stats.binom.isf(FALSE_ALARM, repeats, ALPHA)


def test_pairs_of_very_many_players_or_in_few_games_are_not_looked_at() -> None:
    few, _ = _played(_bent, EVERY_PAIR, LEAST_GAMES - 1, noise=1.0)
    assert interactions(EVERY_PAIR, few) == []
    games, _ = _played(lambda some: float(len(some)), EVERY_PAIR + 1)
    assert interactions(EVERY_PAIR + 1, games) == []
    assert max(len(game) for game in games) <= 2 * EVERY_PAIR + 1
