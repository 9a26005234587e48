"""What share of the budget a strategy's cost is: as written, as planned under the cap, in fact, or owed.

One rule for every place that tells such a share, so that all tell the same number. Costs are planned up
to the budget and no further; what is spent may be less or more, since costs follow what people do and
what is owed by a play that pauses, such as a reward that was promised, is still paid.
"""

from typing import Literal

import pandas as pd

Cost = Literal["design", "planned", "actual", "owed"]


def share_of_budget(line: pd.Series, cost: Cost) -> float:
    """Return a cost of a strategy as a share of its budget.

    Parameters
    ----------
    line : Series
        The strategy's row of `sim.analysis.answers.Answers.money`.
    cost : str
        ``design`` (as written), ``planned`` (under the cap), ``actual``, or ``owed`` (of that).

    Returns
    -------
    float
        NaN where there is no budget.
    """
    budget = float(line["budget"])
    return float(line[f"{cost}_cost"]) / budget if budget > 0 else float("nan")
