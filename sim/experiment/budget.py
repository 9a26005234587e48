"""Plan what strategies cost a year, by pilot runs, and keep them within the firm's budget.

Strategies run as they are written; how intensively a play is used is a decision of whoever writes it. A
pilot of the whole week, at central parameters and without a spending cap, gives each play's cost, c_k.
The budget is a cap on their sum. Where the sum is above it, all plays reach fewer people by one factor f,

    sum of c_k(f r_k) = budget,   found by a straight line through the last two pilots,

since serving fewer is what a firm can do with the money that it has: settings stay as they were written,
so that the plan stays what studies measured, and the plays keep their proportions. Nothing is ever scaled
up. What does not fall with the number of people (building, analysts) may be above the budget by itself.
A plan that the budget does not pay even at f = `LEAST_REACH` is too dear for the firm
(`sim.playbook.affordability`): it is kept as it was written, with what it costs at that reach, and runs
without a cap, so that a report can say what it would bring if it were paid for, apart from the others.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from joblib import Parallel, delayed, parallel_config

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.in_worker import in_worker
from sim.evidence.own import parameters_for
from sim.evidence.parameters import ParameterTable
from sim.market.market import Market
from sim.model.common_start import CommonStart, prepare
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.affordability import LEAST_REACH
from sim.playbook.strategies import BASELINE, Strategy
from sim.playbook.strategy_files import as_strategy

_CLOSE_ENOUGH, _MOST_PILOTS = 0.005, 5
_PILOT_SEED = 0
#: Customers of a pilot, and how many it usually takes to plan a strategy.
PILOT_CUSTOMERS, USUAL_PILOTS = 2_500, 2


def size_strategies(
    market: Market,
    strategies: Iterable[Strategy | str],
    weeks: int,
    jobs: int = 1,
    table: ParameterTable | None = None,
) -> dict[str, Strategy]:
    """Return strategies as they run under the market's budget, with their planned cost.

    Parameters
    ----------
    market : Market
        At its central values.
    strategies : iterable of Strategy or str
        Strategies, or their names in the playbook; the baseline is always added.
    weeks : int
        Horizon; costs are planned as a mean per year over it.
    jobs : int
        Processes to plan in.
    table : ParameterTable, optional
        How strongly people respond; the market's own parameters if none are given.

    Returns
    -------
    dict of str to Strategy
        With full settings, and `budget`, `planned` and `as_written` (currency per known customer and
        year): what each may spend, what each play is planned to cost, and all of it as written; with
        `least` and `least_fixed` where that is too dear.
    """
    baseline, table = as_strategy(BASELINE), table or parameters_for(market)
    pilot = PilotRuns(market, weeks, table, PILOT_CUSTOMERS)
    margin = pilot.run(baseline).weekly["margin"]
    budget = market["budget_share"] * float(margin.sum()) * pilot.per_year
    sized = {BASELINE: baseline.model_copy(update={"budget": 0.0})}
    others = [each for each in map(as_strategy, strategies) if each.name != BASELINE]
    with parallel_config(backend="loky", n_jobs=jobs, inner_max_num_threads=1):
        plans = Parallel()(
            delayed(in_worker)(os.getpid(), _plan, pilot, other, budget) for other in others
        )
    return sized | {plan.name: plan for plan in plans}


@dataclass(frozen=True)
class PilotRuns:
    """Runs that tell what plays cost, all the same but for the strategy.

    Attributes
    ----------
    market : Market
    weeks : int
    table : ParameterTable
    customers : int
    """

    market: Market
    weeks: int
    table: ParameterTable
    customers: int

    @property
    def per_year(self) -> float:
        """What turns money of a run into money per customer and year."""
        return WEEKS_A_YEAR / self.weeks / self.customers

    @cached_property
    def start(self) -> CommonStart:
        """What all of them start from."""
        return prepare(self._scenario(as_strategy(BASELINE)))

    def _scenario(self, strategy: Strategy) -> Scenario:
        size = (self.customers, self.weeks, _PILOT_SEED)
        return Scenario(self.market, strategy, *size, self.table)

    def run(self, strategy: Strategy) -> LoyaltyModel:
        """Return the run of a strategy as it is written, without reviews and without a spending cap."""
        uncapped = strategy.unreviewed.model_copy(update={"budget": None})
        return LoyaltyModel(self._scenario(uncapped), start=self.start, valued=False).run()

    def costs(self, strategy: Strategy) -> tuple[dict[str, float], dict[str, float]]:
        """Return what each play costs per customer and year, and what of it is fixed."""
        departments = self.run(strategy).state.firm.departments
        spent = {key: cost for d in departments for key, cost in d.spent.items()}
        fixed = {key: float(paid.sum()) for d in departments for key, paid in d.fixed.items()}
        return (
            {key: cost * self.per_year for key, cost in spent.items()},
            {key: cost * self.per_year for key, cost in fixed.items()},
        )


def _plan(pilot: PilotRuns, written: Strategy, budget: float) -> Strategy:
    """Return a strategy as it runs under a budget, with what it costs as written and as planned."""
    as_it_is, _ = pilot.costs(written)
    as_written = sum(as_it_is.values())
    known = {"budget": budget, "as_written": as_written}
    plan, costs, tried = written, as_it_is, [(1.0, as_written)]
    while tried[-1][1] > (1 + _CLOSE_ENOUGH) * budget and len(tried) < _MOST_PILOTS:
        factor = max(LEAST_REACH, _next_factor(tried, budget))
        plan = _with_reach(written, factor)
        costs, fixed = pilot.costs(plan)
        tried.append((factor, sum(costs.values())))
        if factor == LEAST_REACH and tried[-1][1] > (1 + _CLOSE_ENOUGH) * budget:
            needs = {"planned": as_it_is, "least": costs, "least_fixed": fixed}
            return written.model_copy(update=known | needs)
    return plan.model_copy(update=known | {"planned": costs})


def _next_factor(tried: list[tuple[float, float]], budget: float) -> float:
    """Return the factor of reach at which a straight line through the last pilots meets the budget."""
    factor, cost = tried[-1]
    if len(tried) == 1:
        return budget / cost
    before, dearer = tried[-2]
    slope = (dearer - cost) / (before - factor)
    return factor - (cost - budget) / slope if slope > 0 else 0.0


def _with_reach(written: Strategy, factor: float) -> Strategy:
    """Return a strategy that serves a part of those it was written for."""
    plays = [p.model_copy(update={"reach": p.reach * factor}) for p in written.plays]
    return written.model_copy(update={"plays": plays})
