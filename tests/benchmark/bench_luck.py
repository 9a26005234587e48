"""What common random numbers save: how much steadier a difference is on the same luck."""

from typing import Any

import numpy as np
import pandas as pd

from sim.market.market import load_market
from sim.measures.of_run import horizon_measures
from sim.measures.weekly import TOTAL
from sim.playbook.strategies import Strategy
from sim.playbook.strategy_files import load_strategy
from tests.worlds import DO_NOTHING, world

#: The plan that is compared with doing nothing: it reaches everybody, by several levers.
PLAN = "balanced"
MEASURES = (
    "customer_equity",
    "profit",
    "margin",
    "retention",
    "repeat_rate",
    "share_of_wallet",
    "trips",
    "csat",
    "nps",
    "positive_talk_share",
    "new_customers",
)


def _values(plays: Strategy, seed: int, drawn: bool, n: int, weeks: int) -> pd.Series:
    model = world("grocery", plays, n, weeks, seed=seed, drawn=drawn, start="posterior").run()
    table = horizon_measures(model.weekly, load_market("grocery"), model.scale)
    return table[table["segment"] == TOTAL].set_index("measure")["value"]


def savings(n: int, weeks: int, futures: int, drawn: bool) -> dict[str, dict[str, Any]]:
    """Compare the variance of paired differences with that of independent seeds.

    Parameters
    ----------
    n, weeks, futures : int
    drawn : bool
        Whether each seed is a future of its own, as in a comparison.

    Returns
    -------
    dict of str to dict
        By measure: variance of a paired difference, of one between independent seeds (the sum of the
        two variances: other seeds are also other people), and their ratio: how many times fewer
        futures pairing needs.
    """
    worlds = []
    for plays in (DO_NOTHING, load_strategy(PLAN)):
        runs = [_values(plays, k, drawn, n, weeks) for k in range(futures)]
        worlds.append(pd.DataFrame(runs))
    result = {}
    for name in MEASURES:
        base, other = (w[name].to_numpy(dtype=float) for w in worlds)
        paired = float(np.var(other - base, ddof=1))
        apart = float(np.var(other, ddof=1) + np.var(base, ddof=1))
        result[name] = {
            "paired": paired,
            "apart": apart,
            "ratio": apart / paired if paired > 0 else float("inf"),
        }
    return result
