"""A small sample of futures that is kept warm: what a plan adds in the first few, sharpened by more.

Plans are sized to the market's budget and lived as a comparison does, in its futures of that seed. What
is the same for all plans, the people of a future and doing nothing there, is lived once, so that a change
of a plan costs the runs of the plan alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from sim.analysis.choice import luck_of
from sim.analysis.intervals import Interval, paired_interval
from sim.analysis.load_comparison import seen_in
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats
from sim.evidence.own import parameters_for
from sim.experiment.budget import size_strategies
from sim.experiment.futures import Future, draw_futures, second_lives
from sim.experiment.left_out import without_lever
from sim.experiment.plan import QUARTER
from sim.experiment.summary import views_of
from sim.market.market import Market
from sim.measures.definitions import MEASURES
from sim.measures.weekly import TOTAL, Columns, with_other_life
from sim.model.common_start import CommonStart, prepare
from sim.model.rare_events import breaches_in, run_lives, table_of
from sim.model.scenario import Scenario
from sim.playbook.affordability import Shortfall, shortfall
from sim.playbook.strategies import DO_NOTHING, Strategy

#: Customers and weeks of a run: large enough to show which way a plan leans, small enough to wait for.
CUSTOMERS, WEEKS, SEED = 500, 52, 1
#: After so many futures something is shown; the first few come at once.
STAGES = (2, 4, 8, 16, 32)
#: After so many it is asked what each lever brings.
PARTS_AT = 8
#: What is kept of a run.
_KEPT = ("customer_equity", "equity_within", "equity_after", "discounted_cost", "cost")
#: Plans whose runs are kept.
_MOST_PLANS = 100


@dataclass(frozen=True)
class Lived:
    """What is kept of a run, all customers together; money is the firm's.

    Attributes
    ----------
    values : dict
        Measure -> its value, those in the lives without and with a rare event, and the latter's chance,
        as `sim.experiment.summary` has them.
    costs : dict
        Lever -> its cost in each week.
    """

    values: dict[str, tuple[float, float, float, float]]
    costs: dict[str, Floats]


@dataclass(frozen=True)
class Nothing:
    """Doing nothing in a future: what every plan there starts from, its weekly table, what is kept."""

    scenario: Scenario
    start: CommonStart
    weekly: Columns
    lived: Lived


@dataclass(frozen=True)
class Estimate:
    """What a plan adds over doing nothing in a small sample of futures; money is the firm's.

    Attributes
    ----------
    plan : Strategy
        As sized to the budget.
    futures, customers, weeks, seed : int
        Of the sample, which is that of `sim.compare` with these.
    gain : Interval
        In customer equity.
    cost : Interval
        A year.
    parts : dict
        What the gain is the sum of: ``before`` (discounted profit of the horizon, costs of levers not
        counted), ``cost`` (those, discounted) and ``after`` (what customers still bring then).
    quarters : dict
        Lever -> its cost in each 13 weeks over doing nothing, mean over futures.
    gains : ndarray, shape (futures,)
        Future by future: those of another plan are in the same ones.
    brings : dict
        Lever -> what the gain loses without it, whose money is then spent on nothing else. Empty until
        that was run, and where there is one lever only.
    too_expensive : Shortfall or None
        By how much the budget does not pay it.
    """

    plan: Strategy
    futures: int
    customers: int
    weeks: int
    seed: int
    gain: Interval
    cost: Interval
    parts: dict[str, float]
    quarters: dict[str, Floats]
    gains: Floats
    brings: dict[str, Interval] = field(default_factory=dict)
    too_expensive: Shortfall | None = None


class Sample:
    """The futures of a market in which plans are tried, with what is the same for all plans.

    Parameters
    ----------
    market : Market
    customers, weeks, seed : int
        As `sim.compare` takes them.
    stages : tuple of int
        After how many futures there is an estimate.
    """

    def __init__(
        self,
        market: Market,
        customers: int = CUSTOMERS,
        weeks: int = WEEKS,
        seed: int = SEED,
        stages: tuple[int, ...] = STAGES,
    ) -> None:
        self.market, self.customers, self.weeks, self.seed = market, customers, weeks, seed
        self.stages = stages
        self.table = parameters_for(market)
        self._nothing: dict[tuple[int, int, str], Nothing] = {}
        self._sized: dict[str, Strategy] = {}
        self._lived: dict[str, dict[tuple[int, int, str], Lived]] = {}

    @cached_property
    def futures(self) -> dict[tuple[int, int], Future]:
        """All futures, and second lives of some, by number and luck."""
        drawn = draw_futures(self.market, self.table.rows, self.stages[-1], self.seed)
        return {(one.number, one.luck): one for one in drawn}

    def warm(self) -> Iterator[None]:
        """Live through doing nothing in each future, one at a time."""
        for place in self._places(self.stages[-1]):
            self.nothing(*place, "drawn")
            yield

    def steps(self, design: Strategy) -> Iterator[Estimate | None]:
        """Try a plan in more and more futures.

        Parameters
        ----------
        design : Strategy
            With full settings, as `sim.playbook.strategy_files.as_strategy` gives it.

        Yields
        ------
        Estimate or None
            An estimate after each stage, and None after each run in between, so that whoever listens
            may stop there.
        """
        plan = self.sized(design)
        yield None
        brings: dict[str, Interval] = {}
        for futures in self.stages:
            for place in self._places(futures):
                self.lived(plan, *place)
                yield None
            yield replace(self.estimate(plan, futures), brings=brings)
            if futures == min(PARTS_AT, self.stages[-1]):
                for lever, interval in self._brings(plan, futures):
                    if interval is not None:
                        brings = brings | {lever: interval}
                    yield None
                yield replace(self.estimate(plan, futures), brings=brings)

    def sized(self, design: Strategy) -> Strategy:
        """Return a plan as sized to the market's budget."""
        key = design.model_dump_json()
        if key not in self._sized:
            made = size_strategies(self.market, [design], self.weeks, 1, self.table)
            self._sized[key] = made[design.name]
        return self._sized[key]

    def estimate(self, plan: Strategy, futures: int) -> Estimate:
        """Return what a sized plan adds in the first futures."""
        first = range(futures)
        within, after, cost = (
            float(np.mean(self._differences(plan, first, measure)))
            for measure in ("equity_within", "equity_after", "discounted_cost")
        )
        return Estimate(
            plan,
            futures,
            self.customers,
            self.weeks,
            self.seed,
            self._interval(plan, futures),
            paired_interval(self._differences(plan, first, "cost")),
            {"before": within + cost, "cost": -cost, "after": after},
            self._quarters(plan, first),
            self._differences(plan, first, "customer_equity"),
            too_expensive=shortfall(plan, self.market["firm_customers"]),
        )

    def _interval(self, plan: Strategy, futures: int) -> Interval:
        """Return the gain in customer equity with its intervals, as a comparison works them out."""
        first, again = range(futures), range(second_lives(futures))
        breaches = breaches_in([plan])
        own, usual = (
            np.array([one.values["customer_equity"] for one in each])
            for each in (
                [self.lived(plan, k, 0) for k in first],
                [self.nothing(k, 0, breaches).lived for k in first],
            )
        )
        sizes = [self.nothing(k, 0, breaches).scenario.market["firm_customers"] for k in first]
        return paired_interval(
            self._differences(plan, first, "customer_equity"),
            self._differences(plan, again, "customer_equity", 1),
            luck_of(self.customers, float(np.mean(sizes))),
            seen_in(own, usual),
        )

    def _brings(self, plan: Strategy, futures: int) -> Iterator[tuple[str, Interval | None]]:
        """Run a plan without each of its levers, one run at a time, and yield what that takes away."""
        levers = dict.fromkeys(play.lever for play in plan.plays)
        breaches = breaches_in([plan])
        whole = self._differences(plan, range(futures), "customer_equity")
        for lever in levers if len(levers) > 1 else ():
            part = without_lever(plan, lever)
            for k in range(futures):
                self.lived(part, k, 0, breaches)
                yield lever, None
            rest = self._differences(part, range(futures), "customer_equity", 0, breaches)
            yield lever, paired_interval(whole - rest)

    def _quarters(self, plan: Strategy, numbers: range) -> dict[str, Floats]:
        """Return what each lever costs in each 13 weeks over doing nothing, mean over futures."""
        breaches = breaches_in([plan])
        starts = np.arange(0, self.weeks, QUARTER)
        found: dict[str, Floats] = {}
        for k in numbers:
            usual = self.nothing(k, 0, breaches).lived.costs
            own, none = self.lived(plan, k, 0).costs, np.zeros(self.weeks)
            for lever in dict.fromkeys([*own, *usual]):
                over = own.get(lever, none) - usual.get(lever, none)
                spent = np.add.reduceat(over, starts) / len(numbers)
                found[lever] = found.get(lever, np.zeros(len(starts))) + spent
        return {lever: costs for lever, costs in found.items() if np.any(costs)}

    def _differences(
        self, plan: Strategy, numbers: range, measure: str, luck: int = 0, breaches: str = ""
    ) -> Floats:
        """Return a measure of a plan less that of doing nothing, future by future."""
        breaches = breaches or breaches_in([plan])
        return np.array(
            [
                self.lived(plan, k, luck, breaches).values[measure][0]
                - self.nothing(k, luck, breaches).lived.values[measure][0]
                for k in numbers
            ]
        )

    def _places(self, futures: int) -> list[tuple[int, int]]:
        """Return the futures of a stage, and the second lives that a comparison of so many has."""
        return [(k, 0) for k in range(futures)] + [(k, 1) for k in range(second_lives(futures))]

    def nothing(self, number: int, luck: int, breaches: str) -> Nothing:
        """Return doing nothing in a future, with its rare events drawn or weighed."""
        key = (number, luck, breaches)
        if key not in self._nothing:
            future, size = self.futures[number, luck], (self.customers, self.weeks)
            scenario = future.scenario(self.market, self.table, DO_NOTHING, *size)
            scenario = replace(scenario, rare=future.rare if breaches == "weighed" else None)
            start = prepare(scenario)
            weekly = _weekly(scenario, start)
            self._nothing[key] = Nothing(scenario, start, weekly, _kept(weekly, weekly, scenario))
        return self._nothing[key]

    def lived(self, plan: Strategy, number: int, luck: int, breaches: str = "") -> Lived:
        """Return what a sized plan comes to in a future."""
        key = (number, luck, breaches or breaches_in([plan]))
        name = plan.model_dump_json()
        if name not in self._lived and len(self._lived) >= _MOST_PLANS:
            self._lived.pop(next(iter(self._lived)))
        runs = self._lived.setdefault(name, {})
        if key not in runs:
            usual = self.nothing(*key)
            scenario = replace(usual.scenario, strategy=plan)
            runs[key] = _kept(_weekly(scenario, usual.start), usual.weekly, scenario)
        return runs[key]


def _weekly(scenario: Scenario, start: CommonStart) -> Columns:
    """Run a scenario and return its weekly table as columns."""
    table = table_of(run_lives(scenario, start))
    return {str(name): table[name].to_numpy() for name in table}


def _kept(weekly: Columns, nothing: Columns, scenario: Scenario) -> Lived:
    """Return what is kept of a run; `nothing` is the weekly table of doing nothing there."""
    views, chance = views_of(with_other_life(weekly, nothing))
    scale = scenario.market["firm_customers"] / scenario.n_customers
    discount = scenario.market.weekly_discount
    expected, *lives = (view[TOTAL] for view in views)
    spared, struck = lives or (expected, None)
    values = {}
    for name in _KEPT:
        value, first, second = (
            scale * MEASURES[name].function(columns, discount) if columns else float("nan")
            for columns in (expected, spared, struck)
        )
        values[name] = (value, first, second, chance)
    costs = {
        name.removeprefix("cost."): scale * flow
        for name, flow in expected.items()
        if name.startswith("cost.")
    }
    return Lived(values, costs)


def yearly(estimate: Estimate, lever: str) -> float:
    """Return what a lever costs a year, by its quarters."""
    return float(estimate.quarters[lever].sum()) * WEEKS_A_YEAR / estimate.weeks
