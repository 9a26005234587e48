"""What each kind of market decides."""

from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.common.random_numbers import Floats, Ints
from sim.market.market import Market
from sim.model.residual_value.after_horizon import LastWeek
from sim.model.residual_value.noncontractual import Relaxation
from sim.model.week.life_parameters import LifeParameters
from sim.model.week.satisfaction import Experience
from sim.model.week.state import WeekState
from sim.world.population import People


class MarketKind(ABC):
    """What is different where customers have a contract, and where they have none.

    A kind is one module of `sim.model.kinds`, with its start in `sim.world` and the values it declares in
    `sim.market.values`.
    """

    @abstractmethod
    def churn_offset(
        self, people: People, start: NDArray[np.bool_], life: LifeParameters, market: Market
    ) -> float:
        """Return the offset of the log hazard that keeps the calibrated mean of leaving."""

    @abstractmethod
    def mean_hazard(self, rates: Floats, market: Market) -> float:
        """Return the mean weekly hazard of leaving of customers with some drop-out rates."""

    @abstractmethod
    def chance_to_stay(
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
    def residual_equity(
        self,
        people: People,
        rows: Ints,
        experience: Experience,
        offsets: dict[str, float],
        relaxation: Relaxation,
        market: Market,
        week: int,
    ) -> Floats:
        """Return what active customers are worth from a week on, levers off; shape (m,)."""

    @abstractmethod
    def after_return(self, people: People, rows: Ints, market: Market) -> tuple[Floats, Floats]:
        """Return what people bring from coming back to leaving again, and the chance of that.

        Both are discounted to the week of their return, shape (m,).
        """

    @abstractmethod
    def sustained_equity(
        self, people: People, rows: Ints, last: LastWeek, market: Market, week: int
    ) -> Floats:
        """Return what they are worth from a week on if the last week goes on for ever; shape (m,)."""

    @abstractmethod
    def firm_view_equity(self, people: People, market: Market, week: int) -> tuple[Ints, Floats]:
        """Return the rows of customers on the firm's file, and what it would expect of each."""
