"""A strategy as a plan of work: which department does what, for whom, from when, and what it costs.

The strategy is planned under the market's budget, and one run at central parameters gives what each play
costs quarter by quarter, for all customers of the firm.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.errors import InputError
from sim.common.random_numbers import Floats
from sim.experiment.budget import size_strategies
from sim.experiment.designs import check_goals
from sim.market.market import Market, load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategies import Play, Strategy, read_strategy
from sim.playbook.strategy_files import load_strategy
from sim.world.renting import Start

#: People in the run, its luck, and the weeks of a quarter.
CUSTOMERS, SEED, QUARTER = 5_000, 1, 13


@dataclass(frozen=True)
class Plan:
    """A strategy sized to a market's budget, with what each play costs there.

    Attributes
    ----------
    market : Market
    strategy : Strategy
        As sized.
    presets : list of str or None
        The preset that each of its plays began with, in their order.
    weeks : int
        Horizon.
    costs : dict
        Key of a play -> array of shape (quarters,), the firm's money in each 13 weeks.
    addressed : dict
        Key of a play -> people whom it is for in its first week, and who are paid for: customers in the
        firm's eyes, some of whom have left unseen. None where it starts after the horizon.
    arriving : dict
        Key of a play for new customers -> people a year whom it is for, who come as time goes.
    stops : dict
        Key of a play -> the weeks in which it stops because its part of the budget is used up.
    starts : dict
        Key of a play -> what starting it costs the firm, built or rented, where there is such a choice.
    reach : float
        Part of those it was written for that the plan reaches, so as to stay within the budget.
    """

    market: Market
    strategy: Strategy
    presets: list[str | None]
    weeks: int
    costs: dict[str, Floats]
    addressed: dict[str, float]
    arriving: dict[str, float]
    stops: dict[str, list[int]]
    starts: dict[str, Start]
    reach: float


def make_plan(strategy_name: str, market_name: str, weeks: int) -> Plan:
    """Size a strategy to a market's budget and work out its cost per quarter.

    Parameters
    ----------
    strategy_name, market_name : str
        Names of a strategy (or the path of its file) and of a market.
    weeks : int
        Horizon; the last quarter may be short.

    Returns
    -------
    Plan

    Raises
    ------
    InputError
        If a name is unknown, or the strategy has no plays.
    """
    market = load_market(market_name)
    design = load_strategy(strategy_name, market_name)
    if not design.plays:
        raise InputError(
            "STRATEGY", "strategy", strategy_name, "a strategy with plays: there is nothing to plan"
        )
    check_goals(design, weeks)
    strategy = size_strategies(market, [design], weeks)[design.name]
    model = LoyaltyModel(Scenario(market, strategy.unreviewed, CUSTOMERS, weeks, SEED))
    spent: dict[str, list[float]] = {play.key: [] for play in strategy.plays}
    addressed: dict[str, float] = {}
    came = {p.key: np.zeros(0, dtype=np.int64) for p in strategy.plays if p.audience == "new"}
    still: dict[str, list[bool]] = {play.key: [] for play in strategy.plays}

    def note(_week: int) -> None:
        for department in model.state.firm.departments:
            for key, cost in department.spent.items():
                spent[key].append(cost)
                still[key].append(department.used_up[key])
        for key, rows in _people(model).items():
            addressed.setdefault(key, rows.size * model.scale)
            if key in came:
                came[key] = np.union1d(came[key], rows)

    model.run(note)
    starts = np.arange(0, weeks, QUARTER)
    return Plan(
        market,
        strategy,
        _presets(strategy_name, market_name),
        weeks,
        {
            key: np.add.reduceat(np.diff(total, prepend=0.0), starts) * model.scale
            for key, total in spent.items()
        },
        addressed,
        {
            play.key: came[play.key].size * model.scale * WEEKS_A_YEAR / play_weeks
            for play in strategy.plays
            if play.key in came and (play_weeks := _weeks(play, weeks)) > 0
        },
        {key: _begins(weeks_off) for key, weeks_off in still.items() if any(weeks_off)},
        {key: start for d in model.state.firm.departments for key, start in d.starts.items()},
        _reach(design, strategy),
    )


def _begins(off: list[bool]) -> list[int]:
    """Return the weeks in which a play begins to stand still."""
    return [week for week, now in enumerate(off) if now and not (week and off[week - 1])]


def _reach(written: Strategy, sized: Strategy) -> float:
    """Return by which factor, the same for all plays, a sized strategy reaches fewer people."""
    pairs = zip(written.plays, sized.plays, strict=True)
    return next((new.reach / old.reach for old, new in pairs if old.reach > 0), 1.0)


def _weeks(play: Play, weeks: int) -> int:
    """Return how many weeks of the horizon a play is on for."""
    return min(weeks, weeks if play.end_week is None else play.end_week) - play.start_week


def _people(model: LoyaltyModel) -> dict[str, NDArray[np.int64]]:
    """Return the rows of those for whom each play of the last week was, by the play's key."""
    week, plays = model.last_week, model.state.levers.plays
    if week is None:
        return {}
    pairs = [
        pair for name in week.plays for pair in zip(plays[name], week.plays[name], strict=True)
    ]
    return {plan.key: play.rows for plan, play in pairs if play.effort > 0}


def _presets(strategy_name: str, market_name: str) -> list[str | None]:
    """Return the presets that a strategy's file names, in the order of its plays."""
    return [play.preset for play in read_strategy(strategy_name, market_name).plays]
