"""What happens in a world: the log that its firm exports, and what each plan really brings.

The firm does nothing new while its log is written. From the day of the advice on each plan is lived
through by the very people who wrote the log, many times over with other luck, and so is doing nothing
on the same luck. The mean difference in customer equity is the plan's true gain.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

import pandas as pd

from sim.advice.equity import customer_equity
from sim.advice.score.definitions import Size
from sim.advice.score.structure import changed
from sim.advice.score.world import World, seed_of
from sim.analysis.trial import WEEKS
from sim.common.random_numbers import Draws
from sim.model.common_start import from_here, prepare
from sim.model.loyalty_model import LoyaltyModel
from sim.model.purchase_lines import purchase_lines
from sim.model.rare_events import breaches_in, run_lives
from sim.model.scenario import Rare, Scenario
from sim.model.week.state import RunState, WeekState
from sim.playbook.strategies import BASELINE, DO_NOTHING, Strategy

_START = pd.Timestamp("2023-01-02")


@dataclass(frozen=True)
class Lived:
    """A world on the day of the advice.

    Attributes
    ----------
    world : World
    log : DataFrame
        ``customer``, ``date``, ``amount``: what the firm exports.
    state : RunState
        Of its people and all else.
    """

    world: World
    log: pd.DataFrame
    state: RunState

    @property
    def known(self) -> int:
        """Customers of the log."""
        return int(self.log["customer"].nunique())

    @property
    def firm_customers(self) -> float:
        """Customers of the whole firm, of whom those of the log are a sample."""
        return round(self.known * self.state.scale)


def live_until_advice(world: World, size: Size) -> Lived:
    """Let a world's firm win its customers and write its log.

    Parameters
    ----------
    world : World
    size : Size
    """
    scenario = Scenario(
        world.market,
        DO_NOTHING,
        size.customers,
        # as far as plans and a trial go: what is usual is frozen for all of it
        size.log_weeks + max(size.horizon, *WEEKS),
        world.seed,
        world.table,
        start="fresh",
        acquired_over=size.won_over,
    )
    model = LoyaltyModel(scenario, start=changed(prepare(scenario), world.kind))
    weeks = []
    while model.week < size.log_weeks:
        model.step()
        weeks.append(purchase_lines(cast(WeekState, model.last_week)))
    log = pd.concat(weeks, ignore_index=True)
    if world.shape == "panel":
        log = log[log["day"] >= 7 * (size.log_weeks - size.panel_weeks)]
    dates = _START + pd.to_timedelta(log["day"], "D")
    log = log.assign(date=dates, customer=log["customer"] + 1)  # numbered as a till does, from 1
    return Lived(world, log[["customer", "date", "amount"]].reset_index(drop=True), model.state)


def true_gains(lived: Lived, plans: Mapping[str, Strategy], size: Size) -> pd.DataFrame:
    """Return what each plan adds to customer equity over doing nothing, life by life.

    Parameters
    ----------
    lived : Lived
    plans : mapping of str to Strategy
        Sized, with money per known customer of the log.
    size : Size

    Returns
    -------
    DataFrame
        Lives by plans, money of the firm.
    """
    rows = {}
    weighed = breaches_in(plans.values()) == "weighed"
    for life in range(size.lives):
        seed = seed_of(f"life {lived.world.seed} {life}")
        rare = Rare(*(Draws(seed, 1).uniform(f"rare {what}")[0] for what in ("when", "place")))
        scenario = Scenario(
            lived.world.market,
            DO_NOTHING,
            size.customers,
            size.horizon,
            seed,
            lived.world.table,
            rare=rare if weighed else None,
        )
        start = from_here(scenario, lived.state)
        equity = {
            name: customer_equity(
                run_lives(replace(scenario, strategy=for_all(plan, lived, size)), start)
            )
            for name, plan in {BASELINE: DO_NOTHING, **plans}.items()
        }
        rows[life] = {name: equity[name] - equity[BASELINE] for name in plans}
    return pd.DataFrame.from_dict(rows, orient="index")


def yearly_budget(plans: Mapping[str, Strategy], lived: Lived) -> float:
    """Return what the firm may spend a year, money of the firm."""
    return max((plan.budget or 0.0 for plan in plans.values()), default=0.0) * lived.firm_customers


def for_all(plan: Strategy, lived: Lived, size: Size) -> Strategy:
    """Return a plan whose money per customer of the log is money per simulated customer.

    A log may not hold all who are simulated, and holds some whom the firm has won since.
    """
    by = lived.known / size.customers
    planned = {key: by * cost for key, cost in (plan.planned or {}).items()}
    return plan.model_copy(update={"budget": by * (plan.budget or 0.0), "planned": planned})
