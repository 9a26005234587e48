"""How many futures fit into a time, from how long one takes."""

import time
from collections.abc import Mapping

from joblib import cpu_count

from sim.experiment.futures import ONE_IN
from sim.market.market import Market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategies import DO_NOTHING, Strategy

#: As few and as many as a time is spent on.
LEAST, MOST = 8, 100_000


def futures_in(
    minutes: float,
    market: Market,
    strategies: Mapping[str, Strategy],
    customers: int,
    weeks: int,
    jobs: int,
) -> int:
    """Return how many futures of a comparison take about so many minutes.

    Doing nothing and each strategy are run once, and timed.

    Parameters
    ----------
    minutes : float
        At least `LEAST` futures are taken, however short.
    market : Market
    strategies : mapping of str to Strategy
        As sized.
    customers, weeks : int
        Size of each run.
    jobs : int
        Processes; 0 for one per processor.
    """
    scenarios = [
        Scenario(market, strategy, customers, weeks)
        for strategy in (DO_NOTHING, *strategies.values())
    ]
    LoyaltyModel(scenarios[0]).run()  # the first run of a process compiles and reads
    started = time.perf_counter()
    for scenario in scenarios:
        LoyaltyModel(scenario).run()
    one = (time.perf_counter() - started) * (1 + 1 / ONE_IN)
    return int(min(max(60 * minutes * (jobs or cpu_count()) / one, LEAST), MOST))
