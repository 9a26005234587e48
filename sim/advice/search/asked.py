"""What is asked of a search, and whether it can be had: judged before a folder is opened for it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from sim.advice.search.candidates import Limits, limits_of, strategy_of
from sim.advice.search.seek import FUTURES, preset_name
from sim.advice.search.trials import Size, Trials
from sim.common.errors import InputError, check_all
from sim.common.given import number, whole
from sim.evidence.parameters import MARKET_LIFE, ParameterTable
from sim.experiment import budget as budgets
from sim.experiment.compare import BOUNDS
from sim.market.market import Market
from sim.playbook.strategies import DO_NOTHING

_CHECKED = ("max_plays", "customers", "weeks", "futures", "seed", "jobs")


@dataclass(frozen=True)
class Asked:
    """What is asked of a search, beside the market.

    Attributes
    ----------
    budget : float or None
        Most to spend in a year, money of the firm; the market's own share of its margin if None.
    max_plays : int
    avoid, include : tuple of str
        Levers; presets as ``LEVER:PRESET``.
    capacity : mapping of str to float
        Department -> hours a week for leading plays.
    size : Size
    """

    budget: float | None
    max_plays: int
    avoid: tuple[str, ...]
    include: tuple[str, ...]
    capacity: Mapping[str, float]
    size: Size


def check_asked(asked: Asked, jobs: int, table: ParameterTable) -> None:
    """Refuse what no search could keep to, whatever its market.

    Raises
    ------
    InputError
        With all numbers that are out of their bounds, else with what is wrong with the limits.
    """
    check_all(
        lambda: _above_nothing(asked.budget),
        *(lambda name=name: _number(name, asked, jobs) for name in _CHECKED),
    )
    _limits(0.0, asked, table)


def within_budget(
    market: Market, table: ParameterTable, asked: Asked, processes: int
) -> tuple[Market, Limits]:
    """Return the market with the budget that is asked for, and the limits of a search in it.

    Raises
    ------
    InputError
        If the firm does not earn the budget, or the budget does not pay what every plan must have.
    """
    pilot = budgets.PilotRuns(market, asked.size.weeks, table, budgets.PILOT_CUSTOMERS)
    margin = float(pilot.run(DO_NOTHING).weekly["margin"].sum()) * pilot.per_year
    if asked.budget is not None:
        most = margin * market["firm_customers"]
        if asked.budget > most:
            expected = (
                f"money a year, at most the firm's margin of {most:,.0f} {market.currency} a year"
            )
            raise InputError("--budget", "budget", asked.budget, expected)
        market = market.with_any_values(budget_share=asked.budget / most)
    limits = _limits(market["budget_share"] * margin, asked, table)
    if limits.include:
        _check_included(market, table, asked, limits, processes)
    return market, limits


def _check_included(
    market: Market, table: ParameterTable, asked: Asked, limits: Limits, processes: int
) -> None:
    """Refuse plays that every plan must have where none with them could be afforded, or run.

    They are played as the search plays them, in the futures in which plans are sought: no plan would be
    kept whose cost there is above the budget, and the answer would be silent on what was asked for.
    """
    plan, seen = strategy_of(limits.include), range(FUTURES)
    with TemporaryDirectory() as place:
        trials = Trials(Path(place), market, table, asked.size, FUTURES, processes, lambda *_: None)
        can_be = np.isfinite(trials.gains([plan], "search", seen)).all()
        cost = sum(trials.costs(plan, "search", seen).values())
    names = ", ".join(preset_name(play) for play in limits.include)
    if not can_be:
        expected = f"plays that the market {market.name} has what they need for"
        raise InputError("--include", "plays", names, expected)
    if cost > limits.budget:
        size, currency = market["firm_customers"], market.currency
        expected = (
            f"plays that the budget pays: {limits.budget * size:,.0f} {currency} a year, where these "
            f"cost {cost * size:,.0f} {currency} a year in this firm"
        )
        hint = "State a larger --budget, or leave a play out of --include."
        raise InputError("--include", "plays", names, expected, hint=hint)


def _limits(budget: float, asked: Asked, table: ParameterTable) -> Limits:
    """Return the limits of a search with so much money per known customer and year."""
    lead = next(row.value for row in table.rows if row.key == f"{MARKET_LIFE}.lead_hours")
    given = asked.avoid, asked.include, asked.capacity
    return limits_of(budget, asked.max_plays, *given, lead, asked.size.weeks)


def _above_nothing(budget: float | None) -> None:
    """Refuse a budget that is no money."""
    if budget is not None and number("--budget", "budget", budget) <= 0:
        expected = "money a year, above 0"
        raise InputError("--budget", "budget", budget, expected)


def _number(name: str, asked: Asked, jobs: int) -> None:
    """Refuse a number out of its bounds."""
    low, high = {"max_plays": (1, 20), **BOUNDS, "futures": (10, 1000)}[name]
    value = {"max_plays": asked.max_plays, "jobs": jobs, **asdict(asked.size)}[name]
    whole(f"--{name.replace('_', '-')}", name, value, low, high)
