"""One strategy once, told through three customers chosen by fixed rules.

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
from sim.experiment.run_once import RunPair
from sim.market.market import Market, load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.observers.diary import keep_diary, keep_tally
from sim.model.scenario import Scenario
from sim.playbook.strategies import BASELINE, Strategy
from sim.playbook.strategy_files import as_strategy
from sim.world.population import ACTIVE


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
    removable : float
        Share of leaving that a firm can remove.
    """

    role: str
    person: int
    start: pd.Series
    diary: pd.DataFrame
    baseline: pd.DataFrame
    contract: bool
    removable: float


@dataclass(frozen=True)
class Story(RunPair):
    """A strategy and doing nothing on the same people and luck, and the lives of some of them.

    Attributes
    ----------
    lives : tuple of Life
        At most three: nobody may have left.
    """

    lives: tuple[Life, ...]


def follow_customers(
    market: Market | str, strategy: Strategy | str, customers: int, weeks: int, seed: int
) -> Story:
    """Run a strategy beside the baseline and follow three customers.

    Parameters
    ----------
    market, strategy : Market and Strategy, or str
        A market and a strategy, or their names.
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
    if isinstance(market, str):
        market = load_market(market)
    # what is wrong is said before the sizing takes time
    design = as_strategy(strategy, market.name)
    name = design.name
    if name == BASELINE:
        raise InputError(
            "one scenario", "strategy", name, "a strategy to hold against doing nothing"
        )
    sized = size_strategies(market, [design], weeks)
    scenarios = {
        key: Scenario(market, sized[key], customers, weeks, seed) for key in (BASELINE, name)
    }
    chosen = _choose(*(LoyaltyModel(scenario) for scenario in scenarios.values()))
    return _follow(scenarios[BASELINE], scenarios[name], chosen)


def _follow(baseline: Scenario, strategy: Scenario, chosen: dict[str, int]) -> Story:
    """Run both scenarios and keep the diaries of those chosen, role -> person."""
    scenarios = {"baseline": baseline, "strategy": strategy}
    models = {key: LoyaltyModel(scenario) for key, scenario in scenarios.items()}
    diaries = {key: keep_diary(each.state, chosen.values()) for key, each in models.items()}
    for each in models.values():
        each.run()
    entries = {key: diary.entries().set_index("week") for key, diary in diaries.items()}
    lives = tuple(
        Life(
            role,
            person,
            diaries["strategy"].start.loc[person],
            entries["strategy"][entries["strategy"]["person"] == person],
            entries["baseline"][entries["baseline"]["person"] == person],
            strategy.market.is_contractual,
            strategy.market["removable_drop_out"],
        )
        for role, person in chosen.items()
    )
    return Story(
        strategy.market,
        strategy.strategy,
        models["strategy"].weekly,
        models["baseline"].weekly,
        models["strategy"],
        lives,
    )


def _choose(baseline: LoyaltyModel, strategy: LoyaltyModel) -> dict[str, int]:
    """Run both models and give role -> person by the rules."""
    start = np.flatnonzero(strategy.customers.columns["status"] == ACTIVE)
    trips = {}
    for name, model in (("nothing", baseline), ("strategy", strategy)):
        tally = keep_tally(model.state, "trips")
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
