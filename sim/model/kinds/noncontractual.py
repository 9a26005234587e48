"""Markets without contracts: customers buy when they like and drop out at any time, unseen."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.common.random_numbers import Floats, Ints
from sim.market.market import Market
from sim.model.kinds.market_kind import MarketKind
from sim.model.residual_value.after_horizon import LastWeek
from sim.model.residual_value.coming_back import returned_buyer
from sim.model.residual_value.noncontractual import Relaxation, residual_margin
from sim.model.residual_value.other_views import (
    firm_view_margin,
    sustained_margin,
    sustained_where_rates_move,
)
from sim.model.week.baseline import drop_out_offset
from sim.model.week.churn import leave_at_any_time
from sim.model.week.joining import buy_on_entering
from sim.model.week.life_parameters import LifeParameters
from sim.model.week.purchase import buy
from sim.model.week.satisfaction import Experience
from sim.model.week.state import WeekState
from sim.world.newcomers import newcomers_survival
from sim.world.population import ACTIVE, People


class NonContractual(MarketKind):
    """Purchases by the Pareto/NBD law, or by rates that move: people differ in them and in leaving."""

    def churn_offset(
        self, people: People, start: NDArray[np.bool_], life: LifeParameters, market: Market
    ) -> float:
        """Return the offset of the log hazard that keeps the calibrated mean of leaving."""
        return drop_out_offset(people, start, life)

    def mean_hazard(self, rates: Floats, market: Market) -> float:
        """Return the mean weekly hazard of leaving."""
        return float(rates.mean())

    def chance_to_stay(
        self, people: People, start: NDArray[np.bool_], market: Market
    ) -> Callable[[int], Floats]:
        """Return the chance to stay through a week, the same in each."""
        stays = np.exp(-people["drop_out_rate"][start])
        return lambda week: stays

    def survival_of_newcomers(self, market: Market, weeks: int) -> Floats:
        """Return the share left after 0, 1, ... weeks, by the Pareto law of survival or of two kinds."""
        return newcomers_survival(market, weeks)

    def leave(self, state: WeekState) -> None:
        """Draw when in the week customers drop out, if at all."""
        leave_at_any_time(state)

    def buy(self, state: WeekState) -> None:
        """Draw trips and spend."""
        buy(state)

    def enter(self, state: WeekState, entering: Ints, back: Ints) -> None:
        """Book the trip with which people become customers; where rates move, none of who comes back."""
        returning = back[state.view.trips[back] > 0]
        buy_on_entering(state.view, state.run.people, entering, returning)

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
        """Return the discounted margin after the horizon, levers off."""
        margin, discount = market["gross_margin"], market.weekly_discount
        return residual_margin(people, rows, experience, offsets, relaxation, margin, discount)

    def after_return(self, people: People, rows: Ints, market: Market) -> tuple[Floats, Floats]:
        """Return what people bring from coming back to leaving again, and the chance of that."""
        return returned_buyer(people, rows, market)

    def sustained_equity(
        self, people: People, rows: Ints, last: LastWeek, market: Market, week: int
    ) -> Floats:
        """Return the discounted margin less cost if the last week goes on for ever."""
        if market.rates_move:
            return sustained_where_rates_move(people, rows, last, market)
        return sustained_margin(people["category_rate"][rows], last, market.weekly_discount)

    def firm_view_equity(self, people: People, market: Market, week: int) -> tuple[Ints, Floats]:
        """Return everybody who ever bought, as the firm does not see who has left."""
        known = (people["tenure"] > 0) | (people["status"] == ACTIVE)
        return np.flatnonzero(known), firm_view_margin(people, known, market)
