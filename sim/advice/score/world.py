"""A world of known truth: a firm, its customers' laws, and how strongly they really respond.

A world is drawn by its kind and number. Its laws of buying go through the ranges of ``data/score.yaml``;
what nobody can read from a log (assumed values of the market, parameters of response) is drawn from the
very ranges that the workbench states: by their laws, or uniform over them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Literal

import numpy as np

from sim.advice.score.definitions import Definitions, Kind, Range
from sim.calibration.market_file import complete
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Draws
from sim.evidence.own import parameters_for
from sim.evidence.parameters import ParameterTable
from sim.experiment.futures import Future, draw_futures
from sim.experiment.uncertain_values import uncertain
from sim.market.market import Market
from sim.market.trade_names import TradeName
from sim.market.values import VALUES, WHOLE

_CURRENCY = "USD"


@dataclass(frozen=True)
class World:
    """A firm of known truth.

    Attributes
    ----------
    kind : str
    number : int
        Of its kind, from 0.
    seed : int
        Of its people and luck.
    trade : str
    shape : {"cohort", "panel"}
        Whether its log holds everybody from the first purchase on, or what the last weeks show.
    market : Market
        As it is; nobody is told.
    table : ParameterTable
        How strongly people respond.
    """

    kind: Kind
    number: int
    seed: int
    trade: TradeName
    shape: Literal["cohort", "panel"]
    market: Market
    table: ParameterTable

    @property
    def name(self) -> str:
        """What its files are called."""
        return f"{self.kind}_{self.number + 1:03d}"


def draw_world(stated: Definitions, kind: Kind, number: int) -> World:
    """Return one world: the same however many there are of its kind.

    Parameters
    ----------
    stated : Definitions
    kind : str
    number : int
        From 0.
    """
    seed = seed_of(f"world {stated.seed} {kind} {number}")
    draws = Draws(seed, 1)

    def uniform(what: str) -> float:
        return float(draws.uniform(f"world: {what}")[0])

    trade = sorted(stated.trades)[int(uniform("trade") * len(stated.trades))]
    market = _firm(stated, trade, uniform)
    table = parameters_for(market)
    if kind == "uniform":
        ranges = uncertain(market, table.rows)
        values = {
            name: low + uniform(name) * (high - low) for name, (low, _, high) in ranges.items()
        }
        values |= {
            f"market.{name}": float(round(values[f"market.{name}"]))
            for name in WHOLE
            if f"market.{name}" in values
        }
        truth = Future(0, 0, seed, values)
    else:
        truth = draw_futures(market, table.rows, 1, seed)[0]
    return World(
        kind,
        number,
        seed,
        trade,
        "cohort" if uniform("shape of the log") < 0.5 else "panel",
        truth.market(market),
        truth.parameters(table),
    )


def _firm(stated: Definitions, trade: TradeName, uniform: Callable[[str], float]) -> Market:
    """Return a firm of a trade with laws of its own; what no log shows as the trade declares it."""
    laws, own = stated.laws, stated.trades[trade]

    def between(ends: Range, what: str, log: bool = False) -> float:
        low, high = np.log(ends) if log else ends
        value = low + uniform(what) * (high - low)
        return float(np.exp(value) if log else value)

    buying = between(laws.alike_in_buying, "alike in buying")
    leaving = between(laws.alike_in_leaving, "alike in leaving")
    lost = between(laws.lost_in_a_year, "lost in a year")
    rate = between(own.purchases_a_year, "purchases a year", log=True) / WEEKS_A_YEAR
    values = {
        "purchase_shape": buying,
        "purchase_alpha": buying / rate,
        "drop_out_shape": leaving,
        # the Pareto law's survival of a year, (beta / (beta + 52))^s (Schmittlein et al. 1987)
        "drop_out_beta": WEEKS_A_YEAR / ((1 - lost) ** (-1 / leaving) - 1),
        "spend_mean": between(own.spend, "spend", log=True),
        "spend_spread_between": between(laws.spread_between, "spread between"),
        "spend_spread_within": between(laws.spread_within, "spread within"),
        "spend_rate_correlation": between(laws.rate_and_spend, "rate and spend"),
        "firm_customers": float(round(between(stated.firm_customers, "firm", log=True))),
    }
    numbers: dict[str, dict[str, Any]] = {
        name: {"value": x, "unit": VALUES[name].unit, "status": "stated", "source": "drawn"}
        for name, x in values.items()
    }
    content = {"name": "firm", "currency": _CURRENCY, "trade": trade, "fit": {}, "data": _NO_DATA}
    return complete(content, numbers, "")


#: A world's market rests on no data; nothing of it is read.
_NO_DATA = {
    "source": "drawn",
    "description": "a world of known truth",
    "licence": "",
    "provenance": "",
    "n_customers": 1,
    "n_transactions": 1,
    "first_date": "",
    "last_date": "",
    "command": "",
}


def seed_of(what: str) -> int:
    """Return the seed of a world or a life, which is what names it."""
    return int.from_bytes(blake2b(what.encode(), digest_size=6).digest(), "little")
