"""What a play starts with: its department builds or rents it, whichever is cheaper over the plan."""

from dataclasses import replace
from typing import Protocol

from sim.levers.base import ActivePlay, Cost
from sim.market.market import Market
from sim.model.firm import Department
from sim.playbook.strategies import Play
from sim.world.renting import Start, start_of, weekly_fee
from sim.world.staffing import work


class Run(Protocol):
    """Whose week it is: a firm's market, its customers per simulated customer, and the week."""

    market: Market
    scale: float
    week: int


def with_start(run: Run, department: Department, plan: Play, play: ActivePlay, cost: Cost) -> Cost:
    """Return what a play costs this week with its part of what is built, or with the rent.

    Parameters
    ----------
    run : Run
    department : Department
        Of the play; it notes in `starts` what it has taken.
    plan : Play
    play : ActivePlay
        The same as this week sees it. Where it stands still or is for nobody, nothing is paid.
    cost : Cost
        Of the lever, with `to_build` and `upkeep`.
    """
    if cost.to_build + cost.upkeep <= 0 or play.paid_effort <= 0:
        return cost
    if plan.key not in department.starts:
        department.starts[plan.key] = _choice(run, department, plan, play, cost)
    start = department.starts[plan.key]
    if not start.is_rented:
        built = work(run, play.building * cost.to_build, "engineer")
        return replace(cost, fixed=cost.fixed + cost.upkeep, built=built)
    fixed, each = weekly_fee(run.market, 1.0)
    return replace(
        cost,
        fixed=cost.fixed + fixed / run.scale,
        built=play.building * start.whole_setup / run.scale,
        per_served=each,
    )


def _choice(run: Run, department: Department, plan: Play, play: ActivePlay, cost: Cost) -> Start:
    """Return what the start costs either way, as the department sees it in the play's first week."""
    end = department.horizon if plan.end_week is None else min(plan.end_week, department.horizon)
    customers = play.rows.size * run.scale
    upkeep = cost.upkeep / play.paid_effort * run.scale
    weeks = end - run.week
    return start_of(run.market, cost.to_build, plan.ramp_weeks, customers, weeks, upkeep)
