"""An ordinary Mesa model of the same week: one object per customer, one person at a time.

It is the oracle of `sim.model.loyalty_model`, which does the same to columns, and its speed reference.
It knows the core week and three levers (segmentation, service quality, and of the incentives the points
programme); later levers are not added. Contracts, contagion of churn, drift of expectations, breaches
of data, and the states that no lever here moves (attachment, fatigue) are left out; a market or a
strategy that needs what is not here is refused.

Taken from the columns' model, as it stands at week 0, are the people (traits, attitudes after their
warm-up, ties), what is frozen then (offsets, scale of satisfaction, mean weight of an experience, usual
talk, the baseline's path), and the addressed uniforms. All else is worked out here.
"""

from collections import defaultdict
from math import exp, log, sqrt
from typing import Any

import mesa

from sim.model.loyalty_model import LoyaltyModel
from sim.world.population import COLUMNS, PAUSE_COLUMNS, REGULAR_COLUMNS
from tests.benchmark import plain_rules as rules
from tests.benchmark.plain_costs import COSTS
from tests.benchmark.plain_customer import Customer
from tests.benchmark.plain_person import ACTIVE, HIGH_VALUE, ORDINARY, POTENTIAL
from tests.benchmark.plain_rivals import rivals_term

_KNOWN = {"rebate", "reward_trips", "review_weeks", "tier_count", "promotion_every"}
_KNOWN |= {"promotion_weeks", "basket_share"}  # neutral without tiers and promotions
_KNOWN |= {"goal_every", "goal_within", "goal_rebate"}  # and these without a goal that stretches


class PlainModel(mesa.Model):
    """The market of a `LoyaltyModel` that has not run yet, person by person.

    Parameters
    ----------
    twin : LoyaltyModel
        At week 0.

    Attributes
    ----------
    people : list of Customer
        By row.
    events : dict of str to dict of int to float
        What happened this week: name, person, value; names are those of the weekly table.
    """

    def __init__(self, twin: LoyaltyModel) -> None:
        super().__init__(rng=twin.state.draws.seed)
        self.market = {name: number.value for name, number in twin.market.values.items()}
        if twin.market.is_contractual:
            raise ValueError("the plain model knows no contracts: its customers leave at any time")
        left_out = ["defection_visible", "expectation_drift", "breaches_per_year"]
        left_out += ["usual_rebate", "usual_community"]
        if any(self.market[name] for name in left_out):
            raise ValueError(f"the plain model knows none of {left_out}")
        self.draws, self.life, self.scale = twin.state.draws, twin.state.life, twin.scale
        self.offsets, self.path, self.seasons = (
            twin.state.baseline.offsets,
            twin.state.baseline.path,
            twin.market.season,
        )
        self.parameters = {m.name: m.parameters for m in twin.state.levers.all}
        self.rivals = {rival.name: rival.share.value for rival in twin.market.rivals}
        self.strategy, self.settings = twin.setting.strategy, twin.state.levers.settings
        self.n_customers, self.weeks = twin.setting.n_customers, twin.setting.weeks
        self.mean_trip_spend = twin.market.mean_trip_spend
        alpha = rules.alpha_ahead(self.market)
        yearly_trips = rules.WEEKS_A_YEAR * self.market["purchase_shape"] / alpha
        if "pause_return" in self.market:
            yearly_trips *= rules.time_without_pauses(self.market)
        yearly_margin = yearly_trips * self.mean_trip_spend * self.market["gross_margin"]
        self.cost_of_winning = self.market["acquisition_cost"] * yearly_margin
        self.winback = -log(1 - self.market["winback_per_year"]) / rules.WEEKS_A_YEAR
        self.levers: dict[str, list[Any]] = defaultdict(list)
        for play in self.strategy.plays:
            self.levers[play.lever].append(play)
        self._refuse_what_is_not_here()
        self.spent = {play.key: 0.0 for play in self.strategy.plays}
        self.built = dict(self.spent)
        self.dearest = dict(self.spent)  # week so far, without what was built
        self.setup: dict[str, float | None] = {}  # of a rented start; None where it is built
        self.week = 0
        self.events: dict[str, dict[int, float]] = {}
        self._luck, self._lifelong = dict[str, list[float]](), dict[str, list[float]]()
        self._usual_talk(twin)
        settled, felt = 1 - self.life.satisfaction_memory, twin.state.experience
        mean_weight = settled**2 / float(felt.weights.weights[-1])
        self.feelings = rules.Feelings(
            self.life, self.market["failures_per_trip"], felt.scale, mean_weight
        )
        self.people = self._make_people(twin)
        self.customers = self.agents_by_type[Customer]
        self.share_behind_a_trip = rules.share_behind_a_trip(self.people)
        self._open_firm()

    # -- week 0 -----------------------------------------------------------------------------------
    def _refuse_what_is_not_here(self) -> None:
        for play in self.levers["incentives"]:
            more = {
                name for name, value in self.settings[play.key] if name not in _KNOWN and value != 0
            }
            if more or self.settings[play.key].rebate == 0:
                raise ValueError(f"the plain model knows points only, not {more}")

    def _usual_talk(self, twin: LoyaltyModel) -> None:
        self.usual_praise = twin.state.baseline.talk.prospects_praise
        self.usual_blame = twin.state.baseline.talk.blame.tolist()
        self.kappa = 0.0
        if self.usual_praise > 0:
            weight = self.life.negative_talk_weight * self.market["talk_share_of_inflow"]
            self.kappa = weight / self.usual_praise
        memory = self.life.talk_memory_weeks
        self.log_mean_of_blame = rules.log_mean_of_blame(self.kappa, memory)

    def _make_people(self, twin: LoyaltyModel) -> list[Customer]:
        known = [
            c.name
            for c in (*COLUMNS, *PAUSE_COLUMNS, *REGULAR_COLUMNS)
            if c.name in twin.customers.columns
        ]
        columns = {name: twin.customers.columns[name].tolist() for name in known}
        starts, listeners = twin.state.ties.starts.tolist(), twin.state.ties.listeners.tolist()
        return [
            Customer(
                self,
                row,
                {name: values[row] for name, values in columns.items()},
                listeners[starts[row] : starts[row + 1]],
            )
            for row in range(len(twin.customers))
        ]

    def _open_firm(self) -> None:
        active = [c for c in self.people if c.status == ACTIVE]
        m = self.market
        per_trip = m["contacts_per_trip"] + m["failures_per_trip"] * self.life.complaint_share
        usual = sum(c.usual_rate for c in active if not c.pausing) * per_trip * self.scale
        self.desk = rules.Desk(self.scale, max(usual, 1e-6), m)
        logs = [log(c.usual_rate) for c in active]
        mean = sum(logs) / len(logs)
        spread = sqrt(sum((x - mean) ** 2 for x in logs) / len(logs))
        p = self.parameters["incentives"]
        for c in self.people:
            score = (log(c.usual_rate) - mean) / spread if spread > 0 else 0.0
            c.willingness = rules.expit(p.enrolment_intercept + p.enrolment_slope * score)
        others, goal = 1 - self.share_behind_a_trip, p.reference_reward * self.mean_trip_spend
        self.room_lift, self.goal_pull = rules.pulls(active, others, goal, p)
        self._score(self.people, 0.2, 0.3)

    # -- luck and notes ---------------------------------------------------------------------------
    def luck(self, decision: str) -> list[float]:
        """This week's uniforms of a decision, one per person."""
        if decision not in self._luck:
            self._luck[decision] = self.draws.uniform(decision, self.week + 1).tolist()
        return self._luck[decision]

    def lifelong_luck(self, decision: str) -> list[float]:
        """Uniforms that are the same every week."""
        if decision not in self._lifelong:
            self._lifelong[decision] = self.draws.uniform(decision).tolist()
        return self._lifelong[decision]

    def note(self, name: str, row: int, value: float) -> None:
        """Write down what happened to somebody."""
        page = self.events.setdefault(name, {})
        page[row] = page.get(row, 0) + value

    # -- the week ---------------------------------------------------------------------------------
    def step(self) -> None:
        """Live through one week."""
        self.events, self._luck = {}, {}
        self.season = self.seasons(self.week)
        self.joining_hazard = float(self.path.joining_hazard[self.week])
        self.contacts = self.expected_contacts = 0.0
        self.rivals_term = rivals_term(self)
        self.customers.do("open_week")
        self.customers.do("move_rate")
        self._carry_out()
        self.customers.do("live")
        self.customers.do("meet_failures")
        luck = (self.contacts - self.expected_contacts) / sqrt(self.desk.scale)
        self.wait = self.desk.serve(max(self.expected_contacts + luck, 0.0), self.extra_staff)
        self.customers.do("feel")
        self.customers.do("talk")
        self.customers.do("listen")
        self.customers.do("come_and_go")
        if self.levers["incentives"]:
            self.customers.do("collect_points", self.levers["incentives"])
        self._pay()
        self.customers.do("record")
        self.week += 1

    def _level(self, play: Any) -> float:
        """The ramp of a play, or nothing while its share of the budget may not pay another week."""
        if self.strategy.budget is not None:
            years = min(self.week // rules.WEEKS_A_YEAR + 1, self.weeks / rules.WEEKS_A_YEAR)
            budget = years * self.strategy.budget / len(self.strategy.plays) * self.n_customers
            left = 1 - years * rules.WEEKS_A_YEAR / self.weeks
            spent = self.spent[play.key] - left * self.built[play.key]
            short = spent + self.dearest[play.key] > (1 + rules.NEAR_BUDGET) * budget
            if spent > 0 and (spent >= budget or short):
                return 0.0
        begun = (self.week - play.start_week + 1) / play.ramp_weeks
        return min(1.0, max(0.0, begun))

    def _carry_out(self) -> None:
        """Reach people, first through segmentation, and let the levers act."""
        self.scored = set()
        for play in self.levers["segmentation"]:
            self.customers.do("be_reached", play, self._level(play))
            chosen = self.settings[play.key]
            reached = [c for c in self.people if c.strength[play.key] > 0]
            if chosen.rescore_weeks and self.week % chosen.rescore_weeks == 0 and reached:
                self._score(reached, chosen.high_value_share, chosen.potential_share)
                self.scored.add(play.key)
        service, incentives = self.levers["service_quality"], self.levers["incentives"]
        for play in service + incentives:
            self.customers.do("be_reached", play, self._level(play))
        self.extra_staff = self.automation_quality = 0.0
        if service:
            self.automation_quality = self.parameters["service_quality"].automation_quality
            self.customers.do("build_service", [(p, self._quality(p)) for p in service])
        seen = [c for c in self.people if c.is_seen_as_customer()]
        for play in service:
            reach = sum(c.strength[play.key] for c in seen) / max(len(seen), 1)
            self.extra_staff += self.settings[play.key].staff * reach
        if incentives:
            self.customers.do("consider_programme", incentives)

    def _score(self, whom: list[Customer], top: float, middle: float) -> None:
        """Cut people by the customers' quantiles of the spend on record."""
        seen = {c.row: c.spend_on_record() for c in self.people}
        known = [seen[c.row] for c in self.people if c.is_seen_as_customer()]
        high = rules.quantile(known, 1 - top)
        low = rules.quantile(known, 1 - top - middle)
        for c in whom:
            spend = seen[c.row]
            c.segment = HIGH_VALUE if spend > high else POTENTIAL if spend > low else ORDINARY

    def _quality(self, play: Any) -> float:
        """Quality that training and staff lead to in the long run."""
        p, chosen = self.parameters["service_quality"], self.settings[play.key]
        trained = chosen.training_hours / (chosen.training_hours + p.training_half_hours)
        return p.training_gain * trained + p.staffing_gain * log(1 + chosen.staff)

    def talk_factor(self, c: Customer) -> tuple[float, float]:
        """What talk makes of a prospect's joining hazard, and the share of it due to talk."""
        omega, customers = self.market["talk_share_of_inflow"], float(self.path.active[self.week])
        if self.usual_praise <= 0 or customers <= 0:
            return 1.0, omega
        told = omega * c.praise_heard / (self.usual_praise * customers)
        usually = customers * self.usual_blame[c.row] * self.log_mean_of_blame
        reached = 1 - omega + told
        share = told / reached if reached > 0 else 0.0
        return reached * exp(-self.kappa * c.blame_heard - usually), share

    # -- what it costs ----------------------------------------------------------------------------
    def _pay(self) -> None:
        for lever, plays in self.levers.items():
            for index, play in enumerate(plays):
                before = self.spent[play.key] - self.built[play.key]
                for row, cost in COSTS[lever](self, play, index):
                    self.note(f"cost.{lever}", row, cost)
                    self.spent[play.key] += cost
                paid = self.spent[play.key] - self.built[play.key] - before
                self.dearest[play.key] = max(self.dearest[play.key], paid)
