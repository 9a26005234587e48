"""How many futures of a small market with and without a plan a warm process works out in a given time.

Each pair is a future of its own, with its own luck and strengths of response; both runs share their
start. Prints one line of JSON; `make bench` runs it in one process and in two at once.
"""

import json
import sys
from dataclasses import replace
from time import perf_counter, process_time
from typing import Any

from sim.evidence.parameters import load_parameters
from sim.experiment.futures import draw_futures
from sim.market.market import load_market
from sim.measures.of_run import horizon_measures
from sim.model.common_start import prepare
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategies import DO_NOTHING, Strategy
from sim.playbook.strategy_files import load_strategy
from tests.benchmark.bench_memory import peak_bytes

CUSTOMERS, WEEKS, PLAN = 500, 52, "balanced"
#: Futures that are drawn: more than any machine works out in the time.
_MOST = 2_000


def _pair(scenario: Scenario, plan: Strategy) -> None:
    """Run a future with and without the plan, and measure both."""
    start = prepare(scenario)
    for strategy in (scenario.strategy, plan):
        model = LoyaltyModel(replace(scenario, strategy=strategy), start=start).run()
        horizon_measures(model.weekly, scenario.market, model.scale)


def pairs(seconds: float, customers: int = CUSTOMERS, weeks: int = WEEKS) -> dict[str, Any]:
    """Work out pairs of runs until the time is over, from a first one on that is not counted.

    Parameters
    ----------
    seconds : float
        By the clock on the wall.
    customers, weeks : int
        Of each run.

    Returns
    -------
    dict
        ``pairs`` done, the ``seconds`` that they took by the clock on the wall, those ``of a core``, and
        the ``peak`` of the process, bytes.
    """
    market, table, plan = load_market("grocery"), load_parameters(), load_strategy(PLAN)
    futures = draw_futures(market, table.rows, _MOST, 1)
    scenarios = (one.scenario(market, table, DO_NOTHING, customers, weeks) for one in futures)
    _pair(next(scenarios), plan)  # loads the compiled kernels
    done, begun, busy = 0, perf_counter(), process_time()
    while perf_counter() - begun < seconds:
        done += 1
        _pair(next(scenarios), plan)
    return {
        "pairs": done,
        "seconds": perf_counter() - begun,
        "of a core": process_time() - busy,
        "peak": peak_bytes(),
    }


if __name__ == "__main__":
    print(json.dumps(pairs(float(sys.argv[1]))))
