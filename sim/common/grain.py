"""What the day of a line stands for: itself, or a period of a table of customers and periods."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

Grain = Literal["day", "week", "month", "period"]

#: Days that periods lie apart at least, how many there are at least, and lines for each on the mean.
APART, PERIODS, LINES = 6, 3, 3
#: Days from one month to the next, on whichever day of it its lines are dated.
_MONTH = (27, 31)


def grain_of(days: Sequence[int] | np.ndarray, lines: int) -> Grain:
    """Return what the days of a log stand for.

    A shop sells on days that lie near each other; where there are three days or more, six or more apart
    from each other and each with several lines, they stand for what was bought within a period.

    Parameters
    ----------
    days : sequence of int
        Different days on which there are lines, in order.
    lines : int
        Of all days.

    Examples
    --------
    >>> grain_of([0, 31, 59, 90], 40)
    'month'
    >>> grain_of([0, 2, 31, 59, 90], 40)
    'day'
    """
    if len(days) < PERIODS or lines < LINES * len(days):
        return "day"
    steps = np.diff(days)
    if steps.min() < APART:
        return "day"
    if (steps % 7 == 0).all() and steps.min() == 7:
        return "week"
    return "month" if _MONTH[0] <= steps.min() <= _MONTH[1] else "period"
