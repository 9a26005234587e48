"""The week of a market under a strategy, as a Mesa model over columns of customers."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import mesa
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logit

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Draws, Floats, Ints
from sim.evidence.parameters import draw_market, fill
from sim.levers import MECHANISMS
from sim.levers.base import ActivePlay, Delivery, Mechanism, Week
from sim.model.firm import Channel, Department, Rival
from sim.model.observers.recorder import Recorder
from sim.model.residual_value.record import record_worth
from sim.model.scenario import Scenario
from sim.model.week import (
    attitudes,
    churn_contagion,
    data_breach,
    joining,
    plays,
    purchase,
    renewal,
    service_encounters,
)
from sim.model.week.baseline import baseline_path, expected_talk, frozen_offsets
from sim.model.week.satisfaction import Experience, LifeParameters
from sim.playbook.pages import DEPARTMENTS
from sim.playbook.strategies import settings_of
from sim.world.capability import Capability
from sim.world.ledger import Ledger
from sim.world.population import ACTIVE, PROSPECT, CustomerSet, make_people
from sim.world.service_desk import ServiceDesk
from sim.world.social_network import make_ties


class LoyaltyModel(mesa.Model):
    """Customers of one firm under one strategy, week by week.

    ``model.agents`` holds the firm's departments, channels and desk, its rivals, and one `CustomerSet`
    in which a person is a row.

    Parameters
    ----------
    scenario : Scenario
    rng : int, optional
        Seed that replaces the scenario's.

    Attributes
    ----------
    customers : CustomerSet
    week : int
        Weeks that are over.
    ledger : Ledger
    weekly : DataFrame
        What was recorded, one row per week and value segment.
    """

    def __init__(self, scenario: Scenario, rng: int | None = None) -> None:
        seed = scenario.seed if rng is None else int(rng)
        super().__init__(rng=seed)
        self.setting = scenario
        market, table = scenario.market, scenario.parameters
        if scenario.draw is not None:
            market, table = draw_market(market, scenario.draw), table.draw(scenario.draw)
        self.market, self.week = market, 0
        self.life = fill(LifeParameters, table, "market_life")
        self.mechanisms: list[Mechanism] = [
            m(fill(m.Parameters, table, m.name)) for m in MECHANISMS
        ]
        n = scenario.n_customers
        self.scale = market["firm_customers"] / n
        prospects = int(round(market["prospects_per_customer"] * n))
        self.draws = Draws(seed, n + prospects)
        people = make_people(market, self.draws, n, self.life.fit_spread, scenario.start)
        self.customers = CustomerSet(self, people)
        self.ties = make_ties(self.draws, n + prospects, self.life.mean_ties, self.life.ties_spread)
        self.experience = Experience(self.life, market["failures_per_trip"])
        start = people["status"] == ACTIVE
        self.experience.warm_up(
            people, np.flatnonzero(people["status"] != PROSPECT), start, self.draws
        )
        self.base_logit = logit(people["base_share"])
        self.offsets = frozen_offsets(people, start, self.life)
        if market.is_contractual:
            self.offsets["churn"] = renewal.offset(people, start, self.life)
        self.usual_talk = expected_talk(people, self.ties, start, self.life)
        self.path = baseline_path(people, market, scenario.weeks)
        self.reproduction = self._reproduction(start)
        self.firm = Capability(market["execution"], market["data_quality"])
        self._open_firm(start)
        self._begin_levers()
        self.ledger = Ledger()
        self.datacollector = mesa.DataCollector(
            model_reporters={
                name: name for name in ("n_active", "trips", "profit", "mean_satisfaction")
            }
        )

    # -- what the collector reads -----------------------------------------------------------------
    n_active = trips = profit = mean_satisfaction = 0.0

    @property
    def weekly(self) -> pd.DataFrame:
        """The weekly table so far."""
        return self.recorder.frame()

    def run(self, on_week: Callable[[int], None] | None = None) -> "LoyaltyModel":
        """Run to the horizon.

        Parameters
        ----------
        on_week : callable, optional
            Called with the number of weeks done after each.

        Returns
        -------
        LoyaltyModel
            Itself.
        """
        while self.week < self.setting.weeks:
            self.step()
            if on_week is not None:
                on_week(self.week)
        return self

    def step(self) -> None:
        """Live through one week."""
        week = self.open_week()
        # 1. The firm: departments carry out the plan with what it is able to do; incidents happen.
        delivery = Delivery()
        for department in self.departments:
            department.carry_out(self.week)
        plays.equip(self, week)
        data_breach.befall(self, week, delivery)
        # 2. Segmentation re-scores (it is the first lever); plays find their audience.
        # 3. Levers act: each moves the columns it owns and adds terms to the outcomes.
        terms = plays.act(self, week, delivery)
        # 4. Drop-out within the week first, then trips, then spend.
        if self.market.is_contractual:
            renewal.renew(self, week, terms, delivery)
            renewal.use(self, week, terms)
        else:
            purchase.drop_out(self, week, terms["churn"], delivery)
            purchase.buy(self, week, terms, delivery)
        # 5. Experience: encounters, failures, the desk's queue; satisfaction and the other attitudes.
        service_encounters.experience_week(self, week, delivery)
        # 6. Word of mouth; everybody talks before anybody listens.
        purchase.talk_and_listen(self, week, terms["talk"])
        # 7. The lapsed come back or come to rest, prospects join.
        joining.come_and_go(self, week, terms["join"], plays.referrals(self, week))
        # 8. Ledger and measures.
        plays.settle(self, week, delivery)
        self._record(terms, delivery)

    # -- the parts of a week that belong to the firm ------------------------------------------------
    def _open_firm(self, start: NDArray[np.bool_]) -> None:
        strategy, market, people = self.setting.strategy, self.market, self.customers.columns
        budget = None
        if strategy.budget is not None:
            budget = strategy.budget * self.setting.n_customers
        self.departments = [
            Department(
                self,
                name,
                [p for p in strategy.plays if p.owner == name],
                budget,
                self.setting.weeks,
            )
            for name in DEPARTMENTS
        ]
        self.channels = [Channel(self, c.name, c.share.value) for c in market.channels]
        self.rivals = [Rival(self, r.name, r.share.value) for r in market.rivals]
        usual_trips = float((people["category_rate"] * people["base_share"])[start].sum())
        per_trip = market["contacts_per_trip"]
        per_trip += market["failures_per_trip"] * self.life.complaint_share
        self.desk = ServiceDesk(
            self,
            self.scale,
            max(usual_trips * per_trip * self.scale, 1e-6),
            market["desk_load"],
            market["handling_minutes"],
            market["desk_hours"],
        )

    def _begin_levers(self) -> None:
        strategy = self.setting.strategy
        people = self.customers.columns
        used = {play.lever for play in strategy.plays}
        self.recorder = Recorder(people["value_segment"], self.setting.weeks, tuple(sorted(used)))
        self.n_start = people["status"] == ACTIVE
        self.settings = {
            play.key: settings_of(play.lever, play.settings, strategy.name, play.key)
            for play in strategy.plays
        }
        week = self.open_week()
        for mechanism in self.mechanisms:
            if mechanism.name in used or mechanism.always:
                for column in mechanism.columns:
                    people[column.name] = column.filled(len(self.customers))
                mechanism.begin(week, self.own(mechanism))
        self.active_plays: dict[str, list[ActivePlay]] = {}
        self.mechanisms_in_use = [m for m in self.mechanisms if m.name in used]

    def open_week(self) -> Week:
        """Return what levers may see of the week that begins."""
        people = self.customers.columns
        views = {name: self.customers.get(name) for name in people}

        def uniform(decision: str, rows: Ints | None = None, once: bool = False) -> Floats:
            return self.draws.uniform(decision, 0 if once else self.week + 1, rows=rows)

        def firm_luck(decision: str) -> float:
            return float(Draws(self.draws.seed, 1).uniform(f"firm: {decision}", self.week + 1)[0])

        size = len(self.customers)
        return Week(
            number=self.week,
            people=MappingProxyType(views),
            market=self.market,
            scale=self.scale,
            firm=self.firm,
            attention=attitudes.attention(people, self.life),
            uniform=uniform,
            firm_luck=firm_luck,
            trips=np.zeros(size, dtype=np.int64),
            spend=np.zeros(size),
            complaints=np.zeros(size, dtype=np.int64),
            referred_by=np.zeros(size),
        )

    def own(self, mechanism: Mechanism) -> dict[str, NDArray[Any]]:
        """Return a lever's own columns, to write in."""
        return {c.name: self.customers.columns[c.name] for c in mechanism.columns}

    def elsewhere(self, week: float) -> float:
        """Return what the market gives elsewhere, M, SD of an encounter: it drifts up from week 0."""
        return self.market["expectation_drift"] * week / WEEKS_A_YEAR

    def _reproduction(self, start: NDArray[np.bool_]) -> float:
        """Return R of the contagion of churn, 0 where leaving is not seen; refuse unstable markets."""
        if not self.market["defection_visible"] or not start.any():
            return 0.0
        rate = self.customers.columns["drop_out_rate"][start]
        hazard = float(rate.mean())
        if self.market.is_contractual:  # friends can move no more than the chance, once a period
            hazard = float(-np.expm1(-rate).mean()) / self.market.period
        number = self.market["defection_visible"] * churn_contagion.reproduction(
            self.life.contagion_ratio, self.life.mean_ties, self.life.contagion_weeks, hazard
        )
        churn_contagion.check_stable(self.market.name, number)
        return number

    def _record(self, terms: dict[str, dict[str, Floats]], delivery: Delivery) -> None:
        people, record = self.customers.columns, self.recorder
        record.add_states(people)
        record.add("n_start", 1, self.n_start)
        for name in ("residual_equity", "sustained_equity", "firm_view_equity"):
            record.add(name, 0.0)
        if self.week == self.setting.weeks - 1:
            record_worth(self, terms, delivery)
        costs = sum(record.total(name) for name in record.table if name.startswith("cost."))
        self.n_active, self.trips = record.total("n_active"), record.total("trips")
        self.profit = record.total("margin") - costs - record.total("acquisition_cost")
        self.mean_satisfaction = record.total("satisfaction_sum") / max(self.n_active, 1.0)
        self.datacollector.collect(self)
        self.week += 1
        record.week = self.week
