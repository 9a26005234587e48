"""Stages of customers' lives, person by person."""

from typing import Any

import numpy as np

from sim.common.kernels import compiled


@compiled
def stages_of(
    status: Any,
    statuses: Any,
    age: Any,
    purchases: Any,
    last: Any,
    left: Any,
    week: int,
    gaps: Any,
    weeks: Any,
    leaving_seen: bool,
    codes: Any,
) -> Any:
    """Return everybody's stage as the firm sees it, by the rule of `sim.world.customer_stage`.

    Parameters
    ----------
    status : ndarray of int, shape (people,)
    statuses : tuple of int
        Of who is yet to come, a prospect, and lapsed.
    age, last : ndarray of float, shape (people,)
        Weeks as a customer, and of them those at the last purchase.
    purchases : ndarray of int, shape (people,)
        Repeat purchases.
    left : ndarray of int, shape (people,)
        Week in which the lapsed left, negative where that was before week 0.
    week : int
        The week it is.
    gaps : tuple of float
        Usual gaps between purchases after which somebody is at risk, and lost.
    weeks : tuple of float
        Least silence that counts as risk, and as loss; age below which somebody is new.
    leaving_seen : bool
        Whether the firm sees who has left.
    codes : tuple of int
        Of no stage, and of prospect, lapsed, at risk, new and active.

    Returns
    -------
    ndarray of int8, shape (people,)
    """
    to_come, prospect, lapsed = statuses
    out = np.empty(status.size, np.int8)
    for i in range(status.size):
        gap, silent = age[i] / (purchases[i] + 1.0), age[i] - last[i]
        if status[i] == lapsed:
            # an age on file at week 0 already counts the weeks since a customer left before
            silent += week - max(left[i], 0)
        lost = silent > max(gaps[1] * gap, weeks[1])
        if leaving_seen:
            lost = status[i] == lapsed
        risky = silent > max(gaps[0] * gap, weeks[0])
        if status[i] == to_come:
            out[i] = codes[0]
        elif status[i] == prospect:
            out[i] = codes[1]
        elif lost:
            out[i] = codes[2]
        elif risky:
            out[i] = codes[3]
        else:
            out[i] = codes[4] if age[i] < weeks[2] else codes[5]
    return out
