"""What a run holds from week to week, what one week adds to it, and what a kind of market decides.

A function of the week takes a `WeekState` (or the few arrays that it needs) and writes what its docstring
names: customers' columns, the recorder, the ledger. Nothing else carries anything from one part of a week
to the next, and no field comes into being in the middle of one.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.common.random_numbers import Draws, Floats, Ints
from sim.levers.base import ActivePlay, Delivery, Mechanism, Schema, Week
from sim.levers.outcomes import OUTCOMES
from sim.market.market import Market
from sim.model.firm import Firm
from sim.model.observers.recorder import Recorder
from sim.model.week import attitudes
from sim.model.week.baseline import Baseline
from sim.model.week.satisfaction import Experience, LifeParameters
from sim.playbook.strategies import Play
from sim.world.ledger import Ledger
from sim.world.social_network import Ties

People = dict[str, NDArray[Any]]
#: Terms of one outcome by what causes them, each of shape (people,).
Terms = dict[str, Floats]


@dataclass
class Levers:
    """The levers of a run.

    Attributes
    ----------
    all : list of Mechanism
        Every lever, in the order in which they act.
    in_use : list of Mechanism
        Those with a play.
    plays : dict of str to list of Play
        The strategy's plays by lever, in the order in which they are written.
    settings : dict of str to Schema
        Validated settings by the key of a play.
    """

    all: list[Mechanism]
    in_use: list[Mechanism]
    plays: dict[str, list[Play]]
    settings: dict[str, Schema]


@dataclass
class RunState:
    """What a run holds from week to week.

    Attributes
    ----------
    week : int
        Weeks that are over.
    market : Market
        As drawn.
    kind : MarketKind
    life : LifeParameters
    draws : Draws
    scale : float
        Customers of the firm per simulated customer.
    people : dict of str to ndarray, each of shape (people,)
        The customers' columns.
    ties : Ties
    experience : Experience
    baseline : Baseline
        What is frozen at week 0.
    firm : Firm
    levers : Levers
    ledger : Ledger
    recorder : Recorder
    """

    market: Market
    kind: "MarketKind"
    life: LifeParameters
    draws: Draws
    scale: float
    people: People
    ties: Ties
    experience: Experience
    baseline: Baseline
    firm: Firm
    levers: Levers
    ledger: Ledger
    recorder: Recorder
    week: int = 0

    @property
    def size(self) -> int:
        """Number of people."""
        return self.draws.size

    def own(self, mechanism: Mechanism) -> People:
        """Return a lever's own columns, to write in."""
        return {column.name: self.people[column.name] for column in mechanism.columns}

    def lever_view(self) -> Week:
        """Return what levers may see of the week that begins."""
        draws, number = self.draws, self.week

        def uniform(decision: str, rows: Ints | None = None, once: bool = False) -> Floats:
            return draws.uniform(decision, 0 if once else number + 1, rows=rows)

        def firm_luck(decision: str) -> float:
            return float(Draws(draws.seed, 1).uniform(f"firm: {decision}", number + 1)[0])

        return Week(
            number=number,
            people=MappingProxyType({name: read_only(one) for name, one in self.people.items()}),
            market=self.market,
            scale=self.scale,
            firm=self.firm.capability,
            attention=attitudes.attention(self.people, self.life),
            uniform=uniform,
            firm_luck=firm_luck,
            trips=np.zeros(self.size, dtype=np.int64),
            spend=np.zeros(self.size),
            complaints=np.zeros(self.size, dtype=np.int64),
            referred_by=np.zeros(self.size),
        )


def read_only(values: NDArray[Any]) -> NDArray[Any]:
    """Return a view of an array that cannot be written to."""
    view = values.view()
    view.flags.writeable = False
    return view


@dataclass
class WeekState:
    """What one week adds to a run.

    Attributes
    ----------
    run : RunState
    view : Week
        What levers may see; `trips`, `spend`, `complaints` and `referred_by` are filled as they happen.
    delivery : Delivery
        What the levers deliver together.
    plays : dict of str to list of ActivePlay
        This week's plays by lever.
    terms : dict of str to dict of str to ndarray
        The levers' terms by outcome and lever.
    at_risk : ndarray of int, shape (m,)
        Rows of the customers who were active when the week began.
    stays : ndarray, shape (m,)
        Fraction of the week for which each of them stays.
    """

    run: RunState
    view: Week
    delivery: Delivery = field(default_factory=Delivery)
    plays: dict[str, list[ActivePlay]] = field(default_factory=dict)
    terms: dict[str, Terms] = field(default_factory=lambda: {outcome: {} for outcome in OUTCOMES})
    at_risk: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    stays: Floats = field(default_factory=lambda: np.zeros(0))


class MarketKind(ABC):
    """What is different where customers have a contract, and where they have none.

    A kind is one module of `sim.model.kinds`, with its start in `sim.world` and the values it declares in
    `sim.market.values`.
    """

    name: ClassVar[str]

    @abstractmethod
    def churn_offset(self, people: People, start: NDArray[np.bool_], life: LifeParameters) -> float:
        """Return the offset of the log hazard that keeps the calibrated mean of leaving."""

    @abstractmethod
    def mean_hazard(self, rates: Floats, market: Market) -> float:
        """Return the mean weekly hazard of leaving of customers with some drop-out rates."""

    @abstractmethod
    def kept(
        self, people: People, start: NDArray[np.bool_], market: Market
    ) -> Callable[[int], Floats]:
        """Return a function: week -> chance of each customer of week 0 to stay through it."""

    @abstractmethod
    def survival_of_newcomers(self, market: Market, weeks: int) -> Floats:
        """Return the share of newcomers left after 0, 1, ... weeks."""

    @abstractmethod
    def leave(self, state: WeekState) -> None:
        """Draw who leaves this week; `at_risk` and `stays` are written."""

    @abstractmethod
    def buy(self, state: WeekState) -> None:
        """Draw the week's purchases; trips, spend and the customers' books are written."""

    @abstractmethod
    def enter(self, state: WeekState, entering: Ints, back: Ints) -> None:
        """Book the purchase with which people become customers, `back` of them once more."""

    @abstractmethod
    def residual(self, run: RunState, rows: Ints, after: "AfterHorizon") -> Floats:
        """Return what active customers are worth after the horizon, levers off; shape (m,)."""

    @abstractmethod
    def sustained(self, run: RunState, rows: Ints, last: "LastWeek") -> Floats:
        """Return what active customers are worth if the last week goes on for ever; shape (m,)."""

    @abstractmethod
    def firm_view(self, run: RunState) -> tuple[Ints, Floats]:
        """Return the rows of customers on the firm's file, and what it would expect of each."""


@dataclass(frozen=True)
class LastWeek:
    """Rates of the last week, all terms included, each of shape (m,).

    Attributes
    ----------
    logit_share : ndarray
        Logit of the share of trips that go to the firm.
    hazard : ndarray
        Of leaving: per week, or under a contract of a renewal.
    margin : ndarray
        Of a trip, or of a period's fee.
    cost : ndarray
        Of the levers per week.
    """

    logit_share: Floats
    hazard: Floats
    margin: Floats
    cost: Floats


@dataclass(frozen=True)
class AfterHorizon:
    """What is left after the horizon, as functions of the weeks since.

    Attributes
    ----------
    quality : callable
        Quality units that the levers still deliver, shape (m,).
    terms : callable
        Terms that the levers leave behind, by outcome, each of shape (m,).
    elsewhere : callable
        What the market gives elsewhere, M.
    """

    quality: Callable[[float], Floats | float]
    terms: Callable[[float], Mapping[str, Floats]]
    elsewhere: Callable[[float], float]
