"""Markets with contracts: a fee once a period, and an end at a renewal only, which the firm sees."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.calibration.shifted_beta_geometric import hazard_growth, renewal_law, survival
from sim.common.random_numbers import Floats, Ints
from sim.market.market import Market
from sim.model.kinds.market_kind import MarketKind
from sim.model.residual_value.after_horizon import LastWeek
from sim.model.residual_value.coming_back import returned_subscriber
from sim.model.residual_value.contractual import firm_view_fees, residual_fees, sustained_fees
from sim.model.residual_value.noncontractual import Relaxation
from sim.model.week.life_parameters import LifeParameters
from sim.model.week.renewal import begin_contract, leave_at_renewal, renewal_offset, use
from sim.model.week.satisfaction import Experience
from sim.model.week.state import WeekState
from sim.world.population import ACTIVE, People


class Contractual(MarketKind):
    """Renewals by the shifted beta-geometric law or its generalisation: each has a chance to leave."""

    def churn_offset(
        self, people: People, start: NDArray[np.bool_], life: LifeParameters, market: Market
    ) -> float:
        """Return the offset of the log hazard that keeps the mean chance to leave at a renewal."""
        return renewal_offset(people, start, life, market["removable_drop_out"])

    def mean_hazard(self, rates: Floats, market: Market) -> float:
        """Return the mean weekly hazard: friends can move no more than the chance, once a period."""
        return float(-np.expm1(-rates).mean()) / market.period

    def chance_to_stay(
        self, people: People, start: NDArray[np.bool_], market: Market
    ) -> Callable[[int], Floats]:
        """Return the chance to stay through a week: 1 where no renewal is due."""
        hazard, first = people["drop_out_rate"][start], people["renewal_week"][start]
        made, duration = people["renewals"][start], renewal_law(market)[-1]

        def stays(week: int) -> Floats:
            due = (first <= week) & ((week - first) % market.period == 0)
            since = np.maximum(week - first, 0) // market.period
            grown = hazard_growth(made + since, duration) / hazard_growth(made, duration)
            return np.where(due, np.exp(-hazard * grown), 1.0)

        return stays

    def survival_of_newcomers(self, market: Market, weeks: int) -> Floats:
        """Return the share left after 0, 1, ... weeks, by the law of renewal."""
        renewals = np.maximum(np.arange(weeks + 1) - 1, 0) // market.period
        return survival(renewals, *renewal_law(market))

    def leave(self, state: WeekState) -> None:
        """Draw who leaves at a renewal, and book the fees of the others."""
        leave_at_renewal(state)

    def buy(self, state: WeekState) -> None:
        """Draw uses, which are not paid for one by one."""
        use(state)

    def enter(self, state: WeekState, entering: Ints, back: Ints) -> None:
        """Write the contracts of those who enter, and book their first fee."""
        begin_contract(state, entering)

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
        """Return the discounted margin of the fees after the horizon, levers off."""
        return residual_fees(people, rows, experience, offsets, relaxation, market, week)

    def after_return(self, people: People, rows: Ints, market: Market) -> tuple[Floats, Floats]:
        """Return what people bring from coming back to leaving again, and the chance of that."""
        return returned_subscriber(people, rows, market)

    def sustained_equity(
        self, people: People, rows: Ints, last: LastWeek, market: Market, week: int
    ) -> Floats:
        """Return the discounted fees less cost if the last week goes on for ever."""
        due = people["renewal_week"][rows] - float(week)
        return sustained_fees(last.margin, np.exp(-last.hazard), due, last.cost, market)

    def firm_view_equity(self, people: People, market: Market, week: int) -> tuple[Ints, Floats]:
        """Return the active customers: the firm sees who has left."""
        rows = np.flatnonzero(people["status"] == ACTIVE)
        return rows, firm_view_fees(people, rows, market, week)
