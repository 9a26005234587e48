"""How fast one size of market is, and which part of the week takes the time: run in its own process.

Prints one line of JSON. The plain model, if asked for, lives the same weeks turn by turn with the
columns, so that whatever else the machine does slows both alike.
"""

import json
import sys
from collections import defaultdict
from time import process_time
from typing import Any

import numpy as np
import pandas as pd

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Draws
from sim.experiment.result_store import parquet_bytes
from sim.model import loyalty_model
from sim.model.common_start import prepare
from sim.model.kinds.noncontractual import NonContractual
from sim.model.loyalty_model import LoyaltyModel
from sim.model.observers.recorder import Recorder
from sim.model.scenario import Scenario
from sim.model.week import plays
from sim.world.population import VALUE_SEGMENTS
from tests.benchmark.bench_memory import held_bytes, peak_bytes
from tests.benchmark.plain_mesa import PlainModel
from tests.benchmark.strategies import all_levers
from tests.test_oracle import LEFT_OUT, all_three_levers
from tests.worlds import DO_NOTHING, world

#: Parts of the week: where they live, the function's name, and what a reader calls them.
PARTS = (
    (plays, "act", "levers act"),
    (NonContractual, "leave", "drop-out"),
    (NonContractual, "buy", "trips and spend"),
    (loyalty_model, "meet_firm", "experience"),
    (loyalty_model, "_talk", "word of mouth"),
    (loyalty_model, "join_and_return", "joining and going"),
    (plays, "settle", "costs and ledger"),
    (LoyaltyModel, "_record", "measures"),
)
#: What all parts use, and is counted within them.
WITHIN = ((Draws, "uniform", "drawing uniforms"), (Recorder, "add", "adding up records"))


class Clock:
    """Times a model's weeks, and within them the parts, once these are wrapped.

    In seconds of one core: what else the machine does then matters less.
    """

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self.running = False
        self._wrapped: list[tuple[Any, str, Any]] = []

    def wrap(self, home: Any, function: str, name: str) -> None:
        """Have every call of a function counted under a name while a week is timed."""
        inner = getattr(home, function)

        def timed(*args: Any, **options: Any) -> Any:
            before = process_time()
            result = inner(*args, **options)
            if self.running:
                self.spent[name] += process_time() - before
            return result

        self._wrapped.append((home, function, inner))
        setattr(home, function, timed)

    def unwrap(self) -> None:
        """Leave all functions as they were."""
        for home, function, inner in reversed(self._wrapped):
            setattr(home, function, inner)
        self._wrapped.clear()

    def week(self, model: Any) -> float:
        """Live through a week and give its seconds."""
        self.running, before = True, process_time()
        model.step()
        self.running = False
        return process_time() - before


def measure(
    n: int, weeks: int, with_plain: bool, strategy: str, weeks_only: bool = False
) -> dict[str, Any]:
    """Return the times of some weeks of a market of n customers, and the memory it takes."""
    chosen = STRATEGIES[strategy]()
    world("grocery", chosen, 200, 2, start="posterior").run()  # loads the compiled kernels
    before, bare = process_time(), peak_bytes()
    options = {"seed": 1, "start": "posterior", **LEFT_OUT}
    model = world("grocery", chosen, n, weeks + 2, **options)
    creation = process_time() - before
    plain = PlainModel(model) if with_plain else None
    clock, seconds, plain_seconds = Clock(), 0.0, 0.0
    for home, function, name in PARTS + WITHIN:
        clock.wrap(home, function, name)
    try:
        for week in range(weeks + 1):  # the first week fills caches and is not counted
            if week == 1:
                clock.spent.clear()
                seconds = plain_seconds = 0.0
            seconds += clock.week(model)
            if plain is not None:
                before = process_time()
                plain.step()
                plain_seconds += process_time() - before
        parts = dict(clock.spent)
        # the last week also says what customers are worth
        worth = clock.week(model) - seconds / weeks
    finally:
        clock.unwrap()
    setting, weekly, people = model.setting, model.weekly, len(model.customers)
    held, peak = held_bytes(model), peak_bytes() - bare
    del model, plain  # what follows would not fit beside them
    return {
        "customers": n,
        "people": people,
        "weeks": weeks,
        "creation": creation,
        "seconds": seconds,
        "worth": worth,
        "plain_seconds": plain_seconds,
        "parts": {name: parts[name] for _, _, name in PARTS},
        "within": {name: parts[name] for _, _, name in WITHIN},
        "held": held,
        "peak": peak,
        "shared": 0.0 if weeks_only else _seconds_from_shared_start(setting),
        "writing": 0.0 if weeks_only else _seconds_to_write(weekly),
    }


def _seconds_from_shared_start(setting: Scenario) -> float:
    """Return what it takes to open one more run of a start that others have made."""
    start = prepare(setting)
    before = process_time()
    LoyaltyModel(setting, start=start)
    return process_time() - before


def _seconds_to_write(weekly: pd.DataFrame) -> float:
    """Return what it takes to make the file of a year's run."""
    year = weekly.iloc[np.resize(np.arange(len(weekly)), WEEKS_A_YEAR * len(VALUE_SEGMENTS))]
    parquet_bytes(year)  # the first loads the library
    before = process_time()
    parquet_bytes(year)
    return process_time() - before


#: What the table calls a strategy, and the strategy.
STRATEGIES = {
    "baseline": lambda: DO_NOTHING,
    "three levers": lambda: all_three_levers(4),
    "all levers": all_levers,
}


if __name__ == "__main__":
    size, horizon, oracle, only = (int(word) for word in sys.argv[1:5])
    print(json.dumps(measure(size, horizon, bool(oracle), sys.argv[5], bool(only))))
