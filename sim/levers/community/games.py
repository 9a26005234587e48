r"""Games of a community: tasks, check-ins and badges to earn, and rankings of members.

They act on the odds that a member is there in a week, and on nothing else: with n of them a week, and w
the weeks for which a member has had them, by

    pull (1 - e^(-n)) [s + (1 - s) e^(-w / novelty)],

s being the share that is left when they are no news any more, which may be negative: games of days
worked well, of weeks somewhat, of years not at all (kim2021). A ranking adds spur (2u - 1) for the
upper half and takes off discouragement (1 - 2u) for the lower, u being a member's place by belonging,
from 0 to 1: rankings spurred in one study (hydari2023) and wore down in another (hanus2015).

Known limits: what a task asks for makes no difference; each ranking holds all members of a play.
"""

from typing import Any

import numpy as np

from sim.common.random_numbers import Floats
from sim.common.ranks import mean_ranks


def odds(chosen: Any, weeks: Floats, belonging: Floats, p: Any) -> Floats:
    """Return what games add to the log odds that members are there in a week.

    Parameters
    ----------
    chosen : Settings
    weeks : ndarray, shape (m,)
        For which each member has had games.
    belonging : ndarray, shape (m,)
    p : Parameters

    Returns
    -------
    ndarray, shape (m,)
    """
    novel = np.exp(-weeks / p.novelty_weeks)
    left = p.game_lasting + (1.0 - p.game_lasting) * novel
    added = -np.expm1(-chosen.tasks) * p.game_pull * left
    if chosen.rankings and belonging.size > 1:
        ahead = 2.0 * (mean_ranks(belonging) - 1.0) / (belonging.size - 1.0) - 1.0
        strength = np.where(ahead > 0.0, p.rank_spur, p.rank_discouragement)
        added = added + chosen.rankings * strength * ahead
    return added


def are_played(chosen: Any) -> bool:
    """Return whether a play offers any."""
    return bool(chosen.tasks or chosen.rankings)
