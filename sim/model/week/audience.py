"""Whom a play reaches: value segments and stages of the customer's life, as the firm sees them.

The firm knows when a customer last bought, not whether they have left (unless a contract ends). Someone
is *at risk* after a silence of three times their usual gap between purchases, and *lapsed* after six
times, or once it is seen that they left; *new* in their first quarter; *active* otherwise. So the stages
are wrong where the silence is mere chance, as they are for a firm. Silence needs some weeks to mean
anything, whatever the gap: a month for risk, a quarter for loss.
"""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.common.calendar import WEEKS_A_QUARTER
from sim.common.random_numbers import Floats
from sim.world.population import ACTIVE, LAPSED, PROSPECT, TO_COME, VALUE_SEGMENTS, People

#: Stages of the customer's life; nobody is in two of them.
STAGES = ("prospect", "new", "active", "at_risk", "lapsed")
_NO_STAGE = -1  # of those who are yet to come: no play is for them
_NEW_WEEKS = WEEKS_A_QUARTER
_RISK_GAPS, _LOSS_GAPS = 3.0, 6.0
_RISK_WEEKS, _LOSS_WEEKS = 4.0, 13.0


class Audiences:
    """Who is in which audience in a week.

    Parameters
    ----------
    people : dict of ndarray
    week : int
        The week it is.
    leaving_seen : bool
        Whether the firm sees who has left, as at the end of a contract.
    """

    def __init__(self, people: People, week: int = 0, leaving_seen: bool = False) -> None:
        self.people, self.week, self.leaving_seen = people, week, leaving_seen

    @cached_property
    def active(self) -> NDArray[np.bool_]:
        """Return who is an active customer."""
        return self.people["status"] == ACTIVE

    @cached_property
    def active_rows(self) -> NDArray[np.int64]:
        """Return the rows of the active customers."""
        return np.flatnonzero(self.active)

    @cached_property
    def stage(self) -> NDArray[np.int8]:
        """Return everybody's stage of life."""
        return stage(self.people, self.week, self.leaving_seen)

    def of(self, name: str) -> NDArray[np.bool_]:
        """Return who is in an audience.

        Parameters
        ----------
        name : str
            everyone (all active customers), one of the firm's segments among them, or a stage.

        Returns
        -------
        ndarray of bool, shape (people,)
        """
        if name == "everyone":
            return self.active
        if name in VALUE_SEGMENTS:
            return self.active & (self.people["segment"] == VALUE_SEGMENTS.index(name))
        return self.stage == STAGES.index(name)


def stage(people: People, week: int, leaving_seen: bool) -> NDArray[np.int8]:
    """Return everybody's stage as the firm sees it, as an index into `STAGES`.

    Parameters
    ----------
    people : dict of ndarray
    week : int
        The week it is.
    leaving_seen : bool

    Returns
    -------
    ndarray of int8, shape (people,)
    """
    status = people["status"]
    silent = silence(people, week)
    gap = people["tenure"] / (people["frequency"] + 1.0)
    lost = silent > np.maximum(_LOSS_GAPS * gap, _LOSS_WEEKS)
    if leaving_seen:
        lost = status == LAPSED
    risky = silent > np.maximum(_RISK_GAPS * gap, _RISK_WEEKS)
    new = people["tenure"] < _NEW_WEEKS
    codes = [STAGES.index(name) for name in ("prospect", "lapsed", "at_risk", "new")]
    seen = np.select([status == PROSPECT, lost, risky, new], codes, STAGES.index("active"))
    return np.where(status == TO_COME, _NO_STAGE, seen).astype(np.int8)


def silence(people: People, week: int) -> Floats:
    """Return the weeks since each customer's last purchase, shape (people,)."""
    # an age on file at week 0 already counts the weeks since a customer left before
    since = week - np.maximum(people["week_lapsed"], 0)
    gone = np.where(people["status"] == LAPSED, since, 0)
    return people["tenure"] - people["recency"] + gone
