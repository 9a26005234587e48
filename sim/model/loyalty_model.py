"""A market under a strategy, week by week, as a Mesa model over columns of customers."""

from collections.abc import Callable
from typing import Any

import mesa
import pandas as pd

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.errors import InputError
from sim.common.given import whole
from sim.common.kernels.rows import rows_with
from sim.market.market import Market, load_market
from sim.model.common_start import CommonStart
from sim.model.horizon import WORTH_COLUMNS, record_worth
from sim.model.kinds import kind_of
from sim.model.opening import open_run
from sim.model.reviews.reviewer import Reviewer, prepare_reviews
from sim.model.scenario import Scenario
from sim.model.week import plays, usual_conduct, word_of_mouth
from sim.model.week.data_breach import draw_breach
from sim.model.week.joining import join_and_return
from sim.model.week.moving_rates import move_rates
from sim.model.week.public_posts import said
from sim.model.week.service_encounters import meet_firm
from sim.model.week.state import RunState, WeekState
from sim.model.week.terms import sum_terms
from sim.playbook.strategy_files import load_strategy
from sim.world.ledger import Ledger
from sim.world.population import ACTIVE, PROSPECT, CustomerSet

#: What the data collector reads each week, from the model's attributes of these names.
COLLECTED = ("n_active", "trips", "profit", "mean_satisfaction")


class LoyaltyModel(mesa.Model):
    """Customers of one firm under one strategy, week by week.

    ``model.agents`` holds the firm's departments, channels and desk, its rivals, the `Platform` on
    which it is written about, its `Reputation`, and one `CustomerSet` in which a person is a row. Each
    week begins with ``agents.do("step")``, in the order in which agents were made: departments set how
    far each of their plays is on, and an agent that a user adds acts after them, before any lever does.
    Then comes the week of `step`, the same for everybody.

    What Mesa does not do here, and why:

    - Customers are no agents of their own: a million objects would take hours where columns take
      seconds. `CustomerSet` has Mesa's verbs (`select`, `agg`, `get`, `groupby`) over columns.
    - Random numbers do not come from ``model.rng``. They are addressed by seed, decision, week and person
      (`sim.common.random_numbers`), so that strategies meet the same chance events, which a generator
      consumed in order cannot give.
    - There are no ``agent_reporters``: a record of each person a week would outgrow memory. The data
      collector holds four aggregates; `weekly` holds what reports need, by value segment.
    - ``mesa.batch_run`` works, and keeps all in memory without resuming or common random numbers
      between strategies: comparisons have a runner of their own (`sim.experiment`).

    Parameters
    ----------
    scenario : Scenario, optional
        What to run. Without it, one is put together from the names below.
    rng : int, optional
        Seed that replaces the scenario's.
    start : CommonStart, optional
        What runs of other strategies start from as well (`sim.model.common_start.prepare`).
    valued : bool
        Whether what customers are worth is worked out at the horizon, which takes as long as some twenty
        weeks. Where only flows are looked at, the weekly table goes without its columns.
    market, strategy : str
        Names of a market and of a strategy, which then runs as it is written, without a budget.
    customers, weeks : int
        Customers known to the firm; horizon.

    Attributes
    ----------
    setting : Scenario
        What is run (Mesa keeps the name `scenario` for its own).
    customers : CustomerSet
    state : RunState
        All that a run holds from week to week.
    reviewer : Reviewer or None
        Looks at results and changes the plan, where the strategy says when and by which rules.
    kind : MarketKind
        What is particular to markets with contracts, or to those without.
    last_week : WeekState or None
        What happened in the last week.

    Examples
    --------
    >>> model = LoyaltyModel(market="grocery", strategy="balanced", customers=100, weeks=4)
    >>> model.run().week
    4
    >>> list(model.datacollector.get_model_vars_dataframe())
    ['n_active', 'trips', 'profit', 'mean_satisfaction']
    """

    def __init__(
        self,
        scenario: Scenario | None = None,
        rng: int | None = None,
        *,
        start: CommonStart | None = None,
        valued: bool = True,
        market: str = "grocery",
        strategy: str = "baseline",
        customers: int = 1_000,
        weeks: int = WEEKS_A_YEAR,
    ) -> None:
        if scenario is None:
            scenario = Scenario(load_market(market), load_strategy(strategy), customers, weeks)
        if not isinstance(scenario, Scenario):
            raise InputError("LoyaltyModel", "scenario", scenario, "a Scenario")
        seed = scenario.seed if rng is None else whole("LoyaltyModel", "rng", rng, 0)
        super().__init__(rng=seed)
        scenario, start = prepare_reviews(scenario, start, seed)
        self.setting, self.valued = scenario, valued
        self.state = open_run(self, scenario, seed, start)
        self.kind = kind_of(self.state.market)
        self.customers = CustomerSet(self, self.state.people)
        self.last_week: WeekState | None = None
        self.n_active = self.trips = self.profit = self.mean_satisfaction = 0.0
        reviews = scenario.strategy.reviews
        self.reviewer = None
        if reviews is not None:
            self.reviewer = Reviewer(self, reviews, lambda one: type(self)(one, seed, start=start))
        self.datacollector = mesa.DataCollector(model_reporters={name: name for name in COLLECTED})

    def __getstate__(self) -> dict[str, Any]:
        """Return a complete checkpoint; what one week only looked at is left out."""
        return {**vars(self), "last_week": None}

    @property
    def week(self) -> int:
        """Weeks that are over."""
        return self.state.week

    @property
    def market(self) -> Market:
        """The market as drawn."""
        return self.state.market

    @property
    def ledger(self) -> Ledger:
        """The firm's books."""
        return self.state.ledger

    @property
    def scale(self) -> float:
        """Customers of the firm per simulated customer."""
        return self.state.scale

    @property
    def weekly(self) -> pd.DataFrame:
        """What was recorded so far, one row per week and value segment."""
        return self.state.recorder.frame()

    @property
    def reproduction(self) -> float:
        """R, the further losses that one loss brings; 0 where leaving is not seen."""
        return self.state.baseline.reproduction

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
        while self.running:
            self.step()
            if on_week is not None:
                on_week(self.week)
        return self

    def step(self) -> None:
        """Simulate one week.

        Raises
        ------
        RuntimeError
            At the horizon: there is no room for what a further week would record.
        """
        if self.week >= (weeks := self.setting.weeks):
            raise RuntimeError(f"The run is over after its {weeks} weeks; take a longer horizon.")
        run = self.state
        week = self.last_week = WeekState(run, run.lever_view())
        # 0. Customers' own rates move, where the market says so.
        move_rates(week)
        # 1. The firm: departments carry out the plan with what it is able to do; incidents happen.
        self.agents.do("step")
        plays.build_capability(week)
        damage = draw_breach(week.view, run.life, run.first_breach)
        week.delivery.trust_lost += run.life.breach_trust_loss * damage
        # 2. Segmentation re-scores (it is the first lever); plays find their audience.
        # 3. Levers act: each moves the columns it owns and adds terms to the outcomes.
        plays.act(week)
        # 4. Drop-out within the week first, then trips, then spend.
        self.kind.leave(week)
        self.kind.buy(week)
        # 5. Experience: encounters, failures, the desk's queue; satisfaction and the other attitudes.
        meet_firm(week)
        # 6. Word of mouth and what the public makes of it; everybody talks before anybody listens.
        _talk(week, damage)
        # 7. The lapsed come back, or are prospects again after a year; prospects join.
        entering, back = join_and_return(week, plays.referral_chance(week))
        self.kind.enter(week, entering, back)
        # 8. Ledger and measures.
        plays.settle(week)
        if self.reviewer is not None:
            self.reviewer.after(self, week)
        self._record(week)
        self.running = run.week < self.setting.weeks

    def _record(self, week: WeekState) -> None:
        """Record the states at the end of the week, and at the horizon what customers are worth."""
        run, record = self.state, self.state.recorder
        record.add_states(run.people)
        record.add("n_start", 1, run.baseline.start)
        _record_participation(run)
        if self.valued:
            record.expect(*WORTH_COLUMNS)
            if run.week == self.setting.weeks - 1:
                record_worth(week, self.kind)
        costs = sum(record.total(name) for name in record.costs)
        self.n_active, self.trips = record.total("n_active"), record.total("trips")
        self.profit = record.total("margin") - costs - record.total("acquisition_cost")
        self.mean_satisfaction = record.total("satisfaction_sum") / max(self.n_active, 1.0)
        self.datacollector.collect(self)
        run.week += 1
        record.week = run.week


def _record_participation(run: RunState) -> None:
    """Record who takes part, who has opted out, and what is seen and thought of the firm in public."""
    people, record, platform = run.people, run.recorder, run.firm.platform
    if "belonging" in people:
        active = rows_with(people["status"], ACTIVE)
        record.add("n_taking_part", people["belonging"][active], active)
    if "let_in" in people:
        active = rows_with(people["status"], ACTIVE)
        record.add("n_opted_out", people["let_in"][active] == 0.0, active)
    reputation = run.firm.reputation.value
    if platform.present or reputation != 0.0:
        prospects = rows_with(people["status"], PROSPECT)
    if platform.present:
        record.add("platform_reach", platform.reach - 1.0, prospects)
        record.add("platform_posts", platform.volume - 1.0, prospects)
    if reputation != 0.0:
        record.add("reputation", reputation, prospects)


def _talk(week: WeekState, damage: float) -> None:
    """Let active customers talk, record what is said, and let the public hear of it and of a breach."""
    run = week.run
    rows = rows_with(run.people["status"], ACTIVE)
    eta = sum_terms(run.recorder, "talk", week.terms["talk"], rows)
    chance = word_of_mouth.talk_chance(run.people, rows, run.life, eta)
    praise, blame = word_of_mouth.talk(run.people, run.ties, week.view, rows, chance, run.life)
    run.recorder.add("n_positive_talk", 1, praise)
    run.recorder.add("n_negative_talk", 1, blame)
    platform, reputation, odds = run.firm.platform, run.firm.reputation, 1.0
    if (present := platform.find_presence(week.delivery)) or reputation.is_heard_of:
        good, bad = said(run.people["satisfaction"][rows], chance, run.life)
        if present:
            platform.take_in(good, bad, float(run.baseline.path.active[run.week]), week.delivery)
        if reputation.is_heard_of:
            odds = usual_conduct.odds_over_usual(run.people, rows, (good, bad), run.life)
    reputation.move(week.delivery.reputation, damage, odds)
