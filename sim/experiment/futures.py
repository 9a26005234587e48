"""Futures: joint draws of everything that is uncertain, the same for every strategy.

A future says how strongly people respond (each parameter with a range), what the firm and its trade are
like (each value of the market that is assumed: nobody has stated it with a source; and those that a log
tells, by their joint law), and which people and luck there are. All strategies meet the same futures
(common random numbers), so that they differ by what they do alone.

Each value goes through its range by a Latin hypercube sample (McKay, Beckman & Conover 1979), which
doubles as it grows: the first k futures of a seed are the same however many there are, and a value's
numbers hang on its own name alone, so that a new parameter moves no other.

Where a market says how rates may move (`sim.market.moving_rates`), one law of buying holds in a future,
drawn by its weight: rates move, or stay as its own values say.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b

import numpy as np

from sim.common.random_numbers import Floats
from sim.evidence.parameters import Parameter, ParameterTable
from sim.experiment.latin_hypercube import spread
from sim.experiment.uncertain_values import (
    LAW,
    draw_values,
    joint_of,
    of_kind,
    parts_of,
    values_at,
    with_shares,
)
from sim.market.market import Market
from sim.model.scenario import Rare, Scenario
from sim.model.switched_off import TERMS
from sim.playbook.strategies import Strategy

#: One future in so many is lived through a second time, with other people and luck.
ONE_IN = 4


@dataclass(frozen=True)
class Future:
    """One joint draw of everything uncertain.

    Attributes
    ----------
    number : int
        From 0.
    luck : int
        0, or 1 for the second life of the same values with other people and luck.
    seed : int
        Of people and luck.
    values : dict of str to float
        Address -> value drawn: ``market.NAME``, ``rivals.NAME``, ``channels.NAME`` for the market,
        ``law.moving_rates`` (1 where rates move, else 0) and ``moving.NAME`` for what then holds,
        ``LEVER.NAME`` for parameters. Shares are those that are simulated: of all parts where one is
        drawn, made to add up to 1.
    rare : Rare
        Uniforms of rare events, where these are weighed.
    off : tuple of str
        Terms that do not act, ``LEVER.TERM``: of plans that do nothing here, as trials let expect.
    """

    number: int
    luck: int
    seed: int
    values: Mapping[str, float] = field(default_factory=dict)
    rare: Rare = Rare(0.5, 0.5, 0.5)
    off: tuple[str, ...] = ()

    def market(self, market: Market) -> Market:
        """Return a market as it is in this future: its assumed values, and its law of buying."""
        parts = {kind: of_kind(self.values, f"{kind}.") for kind, _ in parts_of(market)}
        own, replaced = of_kind(self.values, "market."), set[str]()
        if self.values.get(LAW) and market.moving_rates is not None:
            replaced = set(market.moving_rates.values)
            market = market.with_moving_rates(**of_kind(self.values, "moving."))
        kept = {name: x for name, x in own.items() if name in market.values.keys() - replaced}
        return market.with_any_values(**kept).with_shares(**parts)

    def parameters(self, table: ParameterTable) -> ParameterTable:
        """Return parameters as they are in this future."""
        return table.with_values(self.values)

    def scenario(
        self,
        market: Market,
        table: ParameterTable,
        strategy: Strategy,
        customers: int,
        weeks: int,
        people: int | None = None,
    ) -> Scenario:
        """Return what is run of a strategy in this future.

        Parameters
        ----------
        market : Market
            As stated, not drawn.
        table : ParameterTable
            As stated, not drawn.
        strategy : Strategy
        customers, weeks : int
        people : int, optional
            Seed of the people, the same in all futures; each has its own without it.
        """
        drawn, strengths = self.market(market), self.parameters(table)
        size = (customers, weeks, self.seed)
        return Scenario(drawn, strategy, *size, strengths, people=people, off=self.off)


def draw_futures(
    market: Market, parameters: Iterable[Parameter], futures: int, seed: int
) -> list[Future]:
    """Return futures, and the second lives of one in `ONE_IN` of them.

    Parameters
    ----------
    market : Market
    parameters : iterable of Parameter
    futures : int
        How many.
    seed : int
        Of values, people and luck alike.

    Returns
    -------
    list of Future
        All with luck 0 by number, then the first few with luck 1 (see `second_lives`).
    """
    drawn = _values(market, parameters, futures, seed)
    return [
        Future(k, luck, _seed(seed, k, luck), drawn[k][0], rare, drawn[k][1])
        for luck, count in ((0, futures), (1, second_lives(futures)))
        for k, rare in enumerate(_rare(luck, count, seed))
    ]


def _values(
    market: Market, parameters: Iterable[Parameter], futures: int, seed: int
) -> list[tuple[dict[str, float], tuple[str, ...]]]:
    """Return what is drawn of each future, and what does not act: of ranges, or as trials left them."""
    learned, off = market.learned, list[tuple[str, ...]]()
    if learned is None:
        drawn = draw_values(market, parameters, futures, seed)
        chosen, off = list(range(futures)), [()] * futures
    else:
        drawn = draw_values(market, parameters, len(learned.weights), learned.seed)
        chosen = learned.chosen(spread("learned", futures, seed)).tolist()
        idle = {n: spread(f"learned {n}", futures, seed) for n in learned.plans}
        off = [
            tuple(f"{lever}.{term}" for lever in learned.idle(k, i, idle) for term in TERMS)
            for k, i in enumerate(chosen)
        ]
    values = [{name: x[i] for name, x in drawn.items()} for i in chosen]
    return [(with_shares(market, one), terms) for one, terms in zip(values, off, strict=True)]


def _rare(luck: int, count: int, seed: int) -> list[Rare]:
    """Return the uniforms of rare events of futures, each evenly spread; second lives have their own."""
    drawn = [spread(f"rare {what} {luck}", count, seed).tolist() for what in Rare._fields]
    return [Rare(*each) for each in zip(*drawn, strict=True)]


def futures_at(
    market: Market, parameters: Iterable[Parameter], places: Mapping[str, Floats], like: Future
) -> list[Future]:
    """Return futures whose values stand at some places of their laws, with the people and luck of one.

    Parameters
    ----------
    market : Market
    parameters : iterable of Parameter
    places : mapping
        Address -> places in (0, 1), shape (futures,); other values stand at their medians.
    like : Future
        Whose people, luck and rare events all have.
    """
    middle = np.full(len(next(iter(places.values()))), 0.5)
    drawn = values_at(market, parameters, lambda address: places.get(address, middle))
    return [
        replace(like, number=k, values=with_shares(market, {n: x[k] for n, x in drawn.items()}))
        for k in range(middle.size)
    ]


def second_lives(futures: int) -> int:
    """Return how many futures are lived through twice: a quarter, none if that is less than two."""
    lives = futures // ONE_IN
    return lives if lives >= 2 else 0


def independent_values(market: Market, drawn: Iterable[Future]) -> dict[str, list[float]]:
    """Return what was drawn, future by future, each estimate by its own part: all independent."""
    lives = list(drawn)
    found = {address: [one.values[address] for one in lives] for address in lives[0].values}
    for addresses, law in joint_of(market):
        parts = law.own_parts(np.array([found[each] for each in addresses]))
        found |= dict(zip(addresses, parts.tolist(), strict=True))
    return found


def _seed(seed: int, number: int, luck: int) -> int:
    """Return the seed of people and luck of a future: no two seeds share one."""
    word = blake2b(f"{seed} {number} {luck}".encode(), digest_size=6).digest()
    return int.from_bytes(word, "little")
