r"""Suggestions: told apart from complaints, made by engaged customers, rewarded by use.

Of those who are invited, person i makes on n purchases

    n rate suggestions e^(engaged A_i),      useful_i = useful (1 + impact by_use g(reward)),

suggestions, A being the person's attachment, SD, and `useful_i` the share of them that the firm can use:
more of them where rewards follow what a suggestion does for the firm and for others, g being 1 at the
usual reward. They are counted as expected numbers. Complaints show why something failed, suggestions
what is wanted: these sharpen releases (`iteration`) and mend nothing. What the firm has heard of late, H
suggestions, tells as much as H / h talks with customers, which show the share
S(H / h) of needs (`sim.world.voices`). What is known of wants moves to

    learning suggestions insight (1 + impact by_use g(reward)) S(H / h), at most 1,
    H <- H (1 - 1 / insight_weeks) + suggestions of the week, of the whole firm.

Praise is told apart from both and shows nothing to change.

Sources: who suggests (bettencourt1997), what is used (hossain2015), rewards by impact (toubia2006), how
many voices show how much (`sim.world.voices`). All sizes but the used share are assumed.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.random_numbers import Floats
from sim.levers.base import ActivePlay, Week
from sim.levers.feedback.handling import worth_of_reward
from sim.levers.messages import let_in


def further_use(chosen: Any, trip: float, p: Any) -> float:
    """Return how many times the usual share of suggestions is useful, by how they are rewarded."""
    return 1.0 + p.reward_impact * chosen.reward_by_use * worth_of_reward(chosen.reward, trip, p)


def made(week: Week, play: ActivePlay, p: Any) -> tuple[Floats, NDArray[np.int64]]:
    """Return the expected number of suggestions of this week's buyers whom a play reaches.

    Returns
    -------
    suggestions : ndarray, shape (m,)
    rows : ndarray of int, shape (m,)
    """
    rows = np.flatnonzero((week.trips > 0) & play.reached)
    invited = play.strength * play.settings.suggestions * p.suggestion_rate
    invited = invited * let_in(week, "feedback", "suggestions", rows)
    engaged = np.exp(p.suggestion_engaged * week.people["attachment"][rows])
    return week.trips[rows] * np.minimum(invited * engaged, 1.0), rows


def wants_shown(chosen: Any, trip: float, p: Any) -> float:
    """Return the share of what customers want that suggestions show in the long run, if many come."""
    shown = p.insight_suggested * further_use(chosen, trip, p)
    return min(chosen.learning * chosen.suggestions * shown, 1.0)
