"""The worlds that facts are looked for in: small, at central parameters, watched from outside."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from sim.common.random_numbers import Floats
from sim.evidence.own import parameters_for
from sim.evidence.parameters import ParameterTable
from sim.market.market import Market
from sim.measures.of_run import horizon_measures
from sim.measures.weekly import TOTAL
from sim.model.horizon import WORTH_COLUMNS
from sim.model.loyalty_model import LoyaltyModel
from sim.model.observers.recorder import Recorder, Rows
from sim.model.scenario import Scenario
from sim.playbook.strategies import Play, Strategy

BASELINE = Strategy(name="baseline", title="Do nothing", summary="")


@dataclass(frozen=True)
class Setup:
    """Where and how thoroughly facts are tested.

    Attributes
    ----------
    market : Market
    customers : int
        Of the firm, in each replication.
    replications : int
        Lives of the market, each with its own luck.
    seed : int
        Luck of the first.
    """

    market: Market
    customers: int = 4_000
    replications: int = 10
    seed: int = 1

    @property
    def seeds(self) -> range:
        """Luck of each replication."""
        return range(self.seed, self.seed + self.replications)

    def in_market(self, market: Market) -> "Setup":
        """Return the same in another market."""
        return replace(self, market=market)

    def times(self, factor: float) -> "Setup":
        """Return the same with more or fewer customers, at least a hundred."""
        return replace(self, customers=max(100, int(self.customers * factor)))


class Panel(Recorder):
    """A recorder that also keeps some flows of each person, week by week.

    It draws no luck and writes no column, so that a run that is watched is the same run.

    Parameters
    ----------
    recorder : Recorder
        The one whose place it takes.
    names : tuple of str
        Flows of the weekly table, such as ``trips``.

    Attributes
    ----------
    flows : dict of str to ndarray of float, each of shape (weeks, people)
    """

    def __init__(self, recorder: Recorder, names: tuple[str, ...]) -> None:
        vars(self).update(vars(recorder))
        shape = (self.weeks, self.value_segment.size)
        self.flows: dict[str, Floats] = {name: np.zeros(shape) for name in names}

    def __getitem__(self, name: str) -> Floats:
        return self.flows[name]

    def add(self, name: str, values: Any, rows: Rows | None = None) -> None:
        """Add a column's values to this week's sums, and to everybody's own."""
        super().add(name, values, rows)
        if name in self.flows:
            self.flows[name][self.week, slice(None) if rows is None else rows] += values


def watch(model: LoyaltyModel, *names: str) -> Panel:
    """Make a model keep some flows of each person from its next week on."""
    assert model.valued or not set(names) & set(WORTH_COLUMNS), "nobody is valued there"
    panel = Panel(model.state.recorder, names)
    model.state.recorder = panel
    return panel


def world(
    setup: Setup,
    seed: int,
    weeks: int,
    strategy: Strategy = BASELINE,
    parameters: ParameterTable | None = None,
    start: Literal["posterior", "fresh"] = "posterior",
    valued: bool = False,
) -> LoyaltyModel:
    """Return a model of the setup's market, not yet run.

    Parameters
    ----------
    setup : Setup
    seed, weeks : int
    strategy : Strategy
        Without a spending cap.
    parameters : ParameterTable, optional
        Those of the market by default.
    start : {"posterior", "fresh"}
        The firm's customers as its history leaves them, or people just acquired.
    valued : bool
        Whether what customers are worth at the horizon is asked (see `equity`).

    Returns
    -------
    LoyaltyModel
    """
    table = parameters or parameters_for(setup.market)
    customers = setup.customers
    scenario = Scenario(setup.market, strategy, customers, weeks, seed, table, start)
    return LoyaltyModel(scenario, valued=valued)


def play(
    lever: str, settings: dict[str, float], start_week: int = 0, reach: float = 1.0
) -> Strategy:
    """Return a strategy of one lever for everyone, without a spending cap."""
    chosen = Play(
        lever=lever,
        settings=settings,
        owner="market",
        start_week=start_week,
        reach=reach,
    )
    return Strategy(name="trial", title="", summary="", plays=[chosen])


def run_watched(model: LoyaltyModel, *names: str) -> Panel:
    """Run a model to its horizon and return what was watched."""
    panel = watch(model, *names)
    model.run()
    return panel


def equity(model: LoyaltyModel, measure: str = "customer_equity") -> float:
    """Run a valued model and return customer equity, or another measure of it, of its people."""
    table = horizon_measures(model.run().weekly, model.market, 1.0)
    total = table[table["segment"] == TOTAL].set_index("measure")["value"]
    return float(total[measure])


def each(setup: Setup, one: Callable[[int], Any]) -> list[Any]:
    """Return what a function gives for the luck of each replication."""
    return [one(seed) for seed in setup.seeds]
