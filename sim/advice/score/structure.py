"""Worlds that differ from the model's own structure, so that it is not scored by itself alone.

- `nothing_works`: no lever does anything; each costs what it costs.
- `other_leaving`: instead of a gamma law of drop-out rates two kinds of customers, of whom a third leave
  at 2.8 times the mean hazard of their firm and the others at a tenth of it.
- `other_saturation`: each lever by itself saturates, x becoming c (1 - e^(-x / c)) on the scale of the
  outcome with c = .02, about what presets bring; the model lets levers saturate together only.
- `correlated`: who buys often stays longer and finds that the firm suits them: traits that the model
  draws apart from each other are put into the order of the purchase rate, with a rank correlation of
  about .5.
- `contact_backwards`: what personal messages bring to any outcome has the other sign.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.advice.score.definitions import NOTHING_WORKS, Kind
from sim.common.random_numbers import Draws, Floats, Ints, normal
from sim.levers.base import ActivePlay, Mechanism, Week
from sim.market.market import Market
from sim.model.common_start import CommonStart
from sim.model.switched_off import TERMS, layered, with_terms_off
from sim.world.population import ACTIVE, People

#: Of two kinds: share of those who leave soon, and their hazard over the mean.
_SOON, _HAZARD = 1 / 3, 2.8
#: Where a lever by itself saturates, on the scale of the outcome.
_SATURATION = 0.02
#: Weight of the purchase rate in the score by which traits are ordered: rank correlation of about .5.
_WEIGHT = 0.6


class _Turned(Mechanism):
    """What comes before a lever's own class to change what it does to behaviour."""

    turn: ClassVar[Callable[[Floats], Floats]]

    def effects(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> dict[str, Floats]:
        """Return the terms as they are in this world."""
        terms = super().effects(week, plays, own)
        return {name: type(self).turn(term) for name, term in terms.items()}

    def lasting_terms(
        self, week: Week, own: Mapping[str, NDArray[Any]], weeks: float
    ) -> dict[str, Floats]:
        """Return what lasts of them."""
        lasting = super().lasting_terms(week, own, weeks)
        return {name: type(self).turn(term) for name, term in lasting.items()}


def backwards(term: Floats) -> Floats:
    """Return a term with the other sign."""
    return -np.asarray(term)


def saturated(term: Floats) -> Floats:
    """Return a term of a lever that saturates by itself."""
    return np.sign(term) * _SATURATION * -np.expm1(-np.abs(term) / _SATURATION)


def changed(start: CommonStart, kind: Kind) -> CommonStart:
    """Return the start of a world as its kind has it.

    Parameters
    ----------
    start : CommonStart
        As the model makes it; its people are written.
    kind : str
    """
    levers = start.levers
    if kind == NOTHING_WORKS:
        levers = tuple(with_terms_off(one, [f"{one.name}.{t}" for t in TERMS]) for one in levers)
    elif kind == "contact_backwards":
        levers = tuple(
            layered(one, _Turned, turn=staticmethod(backwards))
            if one.name == "personalisation"
            else one
            for one in levers
        )
    elif kind == "other_saturation":
        levers = tuple(layered(one, _Turned, turn=staticmethod(saturated)) for one in levers)
    elif kind == "other_leaving":
        _two_kinds(start.people, start.market, start.draws)
    elif kind == "correlated":
        _ordered(start.people, start.draws)
    return replace(start, levers=levers)


def _two_kinds(people: People, market: Market, draws: Draws) -> None:
    """Draw one of two hazards of leaving for each, with the mean that the firm's customers have.

    Whoever is no customer is one of those who come: where the known customers are a stock, of the flow
    that keeps it (`sim.world.newcomers`), more of whom leave soon.
    """
    customer = people["status"] == ACTIVE
    mean = float(people["drop_out_rate"][customer].mean())
    of_flow = _SOON * _HAZARD if market.known_are_a_stock else _SOON
    soon = draws.uniform("world: leaves soon") < np.where(customer, _SOON, of_flow)
    rest = mean * (1 - _SOON * _HAZARD) / (1 - _SOON)
    people["drop_out_rate"] = np.where(soon, _HAZARD * mean, rest)


def _ordered(people: People, draws: Draws) -> None:
    """Put hazards of leaving and suitability into an order that goes with the purchase rate.

    Customers among themselves, and the others too: these come and go by laws of their own.
    """
    rate = people["category_rate"] * people["base_share"]
    # what people expect and feel at week 0 follows from their suitability and goes with it
    moved = {"drop_out_rate": (), "suitability": ("satisfaction", "will_expectation")}
    noise = {name: normal(draws.uniform(f"world: order of {name}")) for name in moved}
    customer = people["status"] == ACTIVE
    for rows in (np.flatnonzero(customer), np.flatnonzero(~customer)):
        place = normal((_rank(rate[rows]) + 0.5) / max(rows.size, 1))
        for (name, along), sign in zip(moved.items(), (-1.0, 1.0), strict=True):
            score = sign * (_WEIGHT * place + np.sqrt(1 - _WEIGHT**2) * noise[name][rows])
            who = rows[np.argsort(people[name][rows], kind="stable")[_rank(score)]]
            for column in (name, *along):
                people[column][rows] = people[column][who]


def _rank(values: Floats) -> Ints:
    """Return each value's place among all, from 0."""
    return np.argsort(np.argsort(values, kind="stable"), kind="stable")
