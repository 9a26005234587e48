"""Where the gain is lost that the best plan would have brought and the advice does not.

From the best plan with full knowledge down to the advice every step is a choice by less: by what log
and priors tell in many futures, by what the reduced setting sees, at last by the rules of the verdict.
"""

import numpy as np
import pandas as pd

from sim.advice.score.definitions import NOTHING_WORKS, OWN_STRUCTURE
from sim.advice.score.tally import interval_over_worlds


def gaps_of(worlds: pd.DataFrame) -> pd.DataFrame:
    """Return what each step from the best plan to the advice loses.

    Parameters
    ----------
    worlds : DataFrame
        A row per world (`sim.advice.score.tally.worlds_of`).

    Returns
    -------
    DataFrame
        Index: ``of`` (``own`` structure, ``null`` worlds, ``other`` structure), ``gap``. Mean loss in
        yearly budgets, ``low`` and ``high`` of its 90 % interval over worlds, ``worlds``. The gaps of
        one kind of worlds add up to what the best plan brings more than the advice.
    """
    kinds = worlds.index.get_level_values("kind")
    own, null = kinds.isin(OWN_STRUCTURE), kinds == NOTHING_WORKS
    parts = {
        ("own", "information"): (own, "best", "knowable"),
        ("own", "noise"): (own, "knowable", "largest"),
        ("own", "caution"): (own, "largest", "advice"),
        ("null", "structure"): (null, "best", "largest"),
        ("null", "caution"): (null, "largest", "advice"),
        ("other", "structure"): (~(own | null), "best", "largest"),
        ("other", "caution"): (~(own | null), "largest", "advice"),
    }
    rows = {}
    for key, (here, better, worse) in parts.items():
        lost = (worlds.loc[here, better] - worlds.loc[here, worse]).to_numpy(dtype=float)
        if len(lost):
            low, high = interval_over_worlds(lambda x: np.mean(x, axis=-1), lost)
            rows[key] = {"mean": lost.mean(), "low": low, "high": high, "worlds": len(lost)}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["of", "gap"])
