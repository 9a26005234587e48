"""Stages of the customer's life, as the firm sees them.

The firm knows when a customer last bought, not whether they have left (unless a contract ends). Someone
is *at risk* after a silence of three times their usual gap between purchases, and *lapsed* after six
times, or once it is seen that they left; *new* in their first quarter; *active* otherwise. So the stages
are wrong where the silence is mere chance, as they are for a firm. Silence needs some weeks to mean
anything, whatever the gap: a month for risk, a quarter for loss.

Its customers are all whom it does not see as lost: some have left unseen, and some whom it gave up are
customers still.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.calendar import WEEKS_A_QUARTER
from sim.common.kernels import stages
from sim.world.population import LAPSED, PROSPECT, TO_COME

#: Stages of the customer's life; nobody is in two of them.
STAGES = ("prospect", "new", "active", "at_risk", "lapsed")
_NO_STAGE = -1  # of those who are yet to come: no play is for them
_NEW_WEEKS = WEEKS_A_QUARTER
_RISK_GAPS, _LOSS_GAPS = 3.0, 6.0
_RISK_WEEKS, _LOSS_WEEKS = 4.0, 13.0
_CODES = (
    _NO_STAGE,
    *(STAGES.index(name) for name in ("prospect", "lapsed", "at_risk", "new", "active")),
)
#: First and last stage, in the order of `STAGES`, of those whom the firm sees as its customers.
_CUSTOMERS = STAGES.index("new"), STAGES.index("at_risk")


def are_customers(seen: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Return who is a customer in the firm's eyes, by the stages of `stage`."""
    first, last = _CUSTOMERS
    return (seen >= first) & (seen <= last)


def stage(people: Mapping[str, NDArray[Any]], week: int, leaving_seen: bool) -> NDArray[np.int8]:
    """Return everybody's stage as the firm sees it, as an index into `STAGES`.

    Parameters
    ----------
    people : mapping of str to ndarray
    week : int
        The week it is.
    leaving_seen : bool
        Whether the firm sees who has left, as at the end of a contract.

    Returns
    -------
    ndarray of int8, shape (people,)
    """
    return stages.stages_of(
        people["status"],
        (TO_COME, PROSPECT, LAPSED),
        people["tenure"],
        people["frequency"],
        people["recency"],
        people["week_lapsed"],
        week,
        (_RISK_GAPS, _LOSS_GAPS),
        (_RISK_WEEKS, _LOSS_WEEKS, float(_NEW_WEEKS)),
        leaving_seen,
        _CODES,
    )
