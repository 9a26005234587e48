"""A small sample of futures that is kept warm: what a plan adds in the first few, sharpened by more.

Plans are sized to the market's budget and lived as a comparison does, in its futures of that seed. What
is the same for all plans, the people of a future and doing nothing there, is lived once, so that a change
of a plan costs the runs of the plan alone.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

import numpy as np

from sim.analysis.choice import luck_of
from sim.analysis.intervals import Interval, paired_interval
from sim.analysis.load_comparison import seen_in
from sim.cockpit.estimate import Estimate
from sim.cockpit.lived import Lived, Nothing, kept_of, weekly_of
from sim.common.random_numbers import Floats
from sim.evidence.own import parameters_for
from sim.experiment.budget import size_strategies
from sim.experiment.futures import Future, draw_futures, second_lives
from sim.experiment.left_out import without_lever
from sim.experiment.plan import QUARTER
from sim.market.market import Market
from sim.model.common_start import prepare
from sim.model.rare_events import breaches_in
from sim.playbook.affordability import shortfall
from sim.playbook.strategies import DO_NOTHING, Strategy

#: Customers and weeks of a run: large enough to show which way a plan leans, small enough to wait for.
CUSTOMERS, WEEKS, SEED = 500, 52, 1
#: After so many futures something is shown; the first few come at once.
STAGES = (2, 4, 8, 16, 32)
#: After so many it is asked what each lever brings.
PARTS_AT = 8
#: What a plan is called, which no run depends on.
_CALLED = {"name", "title", "summary"}
#: Plans whose runs are kept.
_MOST_PLANS = 100


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
            yield from self.lives(plan, futures)
            yield replace(self.estimate(plan, futures), brings=brings)
            if futures == min(PARTS_AT, self.stages[-1]):
                for lever, interval in self._brings(plan, futures):
                    if interval is not None:
                        brings = brings | {lever: interval}
                    yield None
                yield replace(self.estimate(plan, futures), brings=brings)

    def lives(self, plan: Strategy, futures: int) -> Iterator[None]:
        """Run a sized plan in the first futures, one run at a time; what was run is taken over."""
        for place in self._places(futures):
            self.lived(plan, *place)
            yield

    def sized(self, design: Strategy) -> Strategy:
        """Return a plan as sized to the market's budget; another name of it costs no run."""
        key = design.model_dump_json(exclude=_CALLED)
        if key not in self._sized:
            made = size_strategies(self.market, [design], self.weeks, 1, self.table)
            self._sized[key] = made[design.name]
        called = {name: getattr(design, name) for name in _CALLED}
        return self._sized[key].model_copy(update=called)

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
            self._firm(plan, first),
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
        return paired_interval(
            self._differences(plan, first, "customer_equity"),
            self._differences(plan, again, "customer_equity", 1),
            luck_of(self.customers, self._firm(plan, first)),
            seen_in(own, usual),
        )

    def _firm(self, plan: Strategy, numbers: range) -> float:
        """Return the customers of the firm, mean over futures."""
        lived = (self.nothing(k, 0, breaches_in([plan])) for k in numbers)
        return float(np.mean([one.scenario.market["firm_customers"] for one in lived]))

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
            weekly = weekly_of(scenario, start)
            self._nothing[key] = Nothing(scenario, start, weekly, kept_of(weekly, weekly, scenario))
        return self._nothing[key]

    def lived(self, plan: Strategy, number: int, luck: int, breaches: str = "") -> Lived:
        """Return what a sized plan comes to in a future."""
        key = (number, luck, breaches or breaches_in([plan]))
        name = plan.model_dump_json(exclude=_CALLED)
        if name not in self._lived and len(self._lived) >= _MOST_PLANS:
            self._lived.pop(next(iter(self._lived)))
        runs = self._lived.setdefault(name, {})
        if key not in runs:
            usual = self.nothing(*key)
            scenario = replace(usual.scenario, strategy=plan)
            runs[key] = kept_of(weekly_of(scenario, usual.start), usual.weekly, scenario)
        return runs[key]
