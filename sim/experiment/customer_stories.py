"""One strategy once, told through three customers: who they are is decided by rule, not by taste.

The strategy and the baseline are run twice with the same people and luck. The first time each person's
purchases are counted, and from them the three are chosen; the second time their diaries are kept.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.common.errors import InputError
from sim.common.random_numbers import Floats
from sim.experiment.budget import size_strategies
from sim.market.market import Market, load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.observers.diary import keep_diary, keep_tally
from sim.model.scenario import Scenario
from sim.playbook.strategies import BASELINE, Strategy, load_strategy
from sim.world.population import ACTIVE

#: How each of the three is chosen, in words, in the order of choice.
RULES = {
    "stays": "of the high-value customers who stay to the end, the one in the middle by number of "
    "purchases",
    "leaves": "of the customers who leave after the first quarter of the time, the one who bought more "
    "than three quarters of them",
    "changes": "of the others, the one whose number of purchases the strategy changes most, up or "
    "down",
}


def rules(contract: bool) -> dict[str, str]:
    """Return how each of the three is chosen; under contracts people use, and do not buy."""
    if not contract:
        return RULES
    words = (("purchases", "uses"), ("bought", "used it"))
    said = dict(RULES)
    for old, new in words:
        said = {role: text.replace(old, new) for role, text in said.items()}
    return said


@dataclass(frozen=True)
class Life:
    """One customer under the strategy, and under doing nothing.

    Attributes
    ----------
    role : {"stays", "leaves", "changes"}
        The rule by which the customer was chosen.
    person : int
        Row of the customer.
    start : Series
        The customer's columns before the first week.
    diary, baseline : DataFrame
        Entries of the diary, one row per week, indexed by week.
    contract : bool
        Whether the customer has a contract: risks are then told per renewal, not per year.
    """

    role: str
    person: int
    start: pd.Series
    diary: pd.DataFrame
    baseline: pd.DataFrame
    contract: bool = False


@dataclass(frozen=True)
class Story:
    """A strategy and doing nothing, on the same people and luck.

    Attributes
    ----------
    market : Market
    strategy : Strategy
        As sized to the budget.
    weeks : int
    scale : float
        Customers of the firm per simulated customer.
    weekly, baseline : DataFrame
        Weekly tables.
    model : LoyaltyModel
        Under the strategy, after the last week.
    lives : tuple of Life
        At most three: nobody may have left.
    """

    market: Market
    strategy: Strategy
    weeks: int
    scale: float
    weekly: pd.DataFrame
    baseline: pd.DataFrame
    model: LoyaltyModel
    lives: tuple[Life, ...]


def tell(market_name: str, strategy_name: str, customers: int, weeks: int, seed: int) -> Story:
    """Run a strategy beside the baseline and follow three customers.

    Parameters
    ----------
    market_name, strategy_name : str
        Names of a file in ``data/markets`` and in ``playbook/strategies``.
    customers, weeks, seed : int
        Customers in the simulation, horizon, luck.

    Returns
    -------
    Story

    Raises
    ------
    InputError
        If a name is unknown, a number is out of range, or the strategy is doing nothing.
    """
    for name, value, least in (
        ("customers", customers, 100),
        ("weeks", weeks, 4),
        ("seed", seed, 0),
    ):
        if value < least:
            raise InputError("one scenario", name, value, f"a whole number from {least}")
    if strategy_name == BASELINE:
        raise InputError(
            "one scenario", "strategy", strategy_name, "a strategy to hold against doing nothing"
        )
    market = load_market(market_name)
    load_strategy(strategy_name)  # a wrong name is said before the sizing takes time
    sized = size_strategies(market, [strategy_name], weeks)

    def model(name: str) -> LoyaltyModel:
        return LoyaltyModel(Scenario(market, sized[name], customers, weeks, seed))

    chosen = _choose(model(BASELINE), model(strategy_name))
    models = {name: model(name) for name in (BASELINE, strategy_name)}
    diaries = {name: keep_diary(each, chosen.values()) for name, each in models.items()}
    for each in models.values():
        each.run()
    entries = {name: diary.entries().set_index("week") for name, diary in diaries.items()}
    lives = tuple(
        Life(
            role,
            person,
            diaries[strategy_name].start.loc[person],
            entries[strategy_name][entries[strategy_name]["person"] == person],
            entries[BASELINE][entries[BASELINE]["person"] == person],
            market.is_contractual,
        )
        for role, person in chosen.items()
    )
    return Story(
        market,
        sized[strategy_name],
        weeks,
        models[BASELINE].scale,
        models[strategy_name].weekly,
        models[BASELINE].weekly,
        models[strategy_name],
        lives,
    )


def _choose(baseline: LoyaltyModel, strategy: LoyaltyModel) -> dict[str, int]:
    """Run both models and give role -> person by the rules."""
    start = np.flatnonzero(strategy.customers.columns["status"] == ACTIVE)
    trips = {}
    for name, model in (("nothing", baseline), ("strategy", strategy)):
        tally = keep_tally(model, "trips")
        model.run()
        trips[name] = tally.sums["trips"]
    people = strategy.customers.columns
    chosen: dict[str, int] = {}
    high = start[people["kept"][start] & (people["value_segment"][start] == 0)]
    if high.size:
        chosen["stays"] = _at(high, trips["strategy"], 0.5)
    lost = start[~people["kept"][start]]
    late = lost[people["week_lapsed"][lost] >= strategy.setting.weeks / 4]
    if lost.size:
        chosen["leaves"] = _at(late if late.size else lost, trips["strategy"], 0.75)
    others = np.setdiff1d(start, list(chosen.values()))
    if others.size:
        change = np.abs(trips["strategy"] - trips["nothing"])[others]
        chosen["changes"] = int(others[np.argmax(change)])
    return chosen


def _at(rows: NDArray[np.int64], score: Floats, place: float) -> int:
    """Return the row at a place from 0 (smallest score) to 1, equals in the order of their rows."""
    order = rows[np.argsort(score[rows], kind="stable")]
    return int(order[min(int(place * order.size), order.size - 1)])
