r"""Contagion of churn: a customer whose friends have just left is likelier to leave, for a short while.

    eta_i = ln(ratio) * (number of i's outgoing ties lost in the last weeks - the number expected),

capped at +-ln 4. Only ties that i talks to count, and only recent losses (haenlein2013); the hazard ratio
per lost tie is below the observed 1.8, part of which is likeness of friends (nitzan2011). Without the
expected number a market that loses customers as usual would lose ever more. It acts only where
others can see that somebody left (contracts, visible lapses: `defection_visible`).

R = (ratio - 1) * mean ties * weeks * mean removable hazard is the number of further losses that one
loss brings; a market with R above one half is refused, since its results would hang on the tail of a
cascade.
"""

import numpy as np

from sim.common.errors import InputError
from sim.common.random_numbers import Floats
from sim.model.week.state import RunState
from sim.world.population import LAPSED
from sim.world.social_network import Ties

_CAP = np.log(4.0)
MOST_STABLE = 0.5


def lost_ties(ties: Ties, lost: np.ndarray) -> Floats:
    """Count each person's outgoing ties to people who are lost.

    Parameters
    ----------
    ties : Ties
    lost : ndarray of bool, shape (people,)

    Returns
    -------
    ndarray of float, shape (people,)
    """
    hits = np.concatenate(([0], np.cumsum(lost[ties.listeners])))
    return (hits[ties.starts[1:]] - hits[ties.starts[:-1]]).astype(float)


def term(run: RunState, heard_more: Floats | float = 0.0) -> Floats:
    """Return everybody's term on the log hazard, from the losses of the weeks before this one.

    Parameters
    ----------
    run : RunState
    heard_more : ndarray, shape (people,), or float
        How much more than usual one's friends' leaving counts.

    Returns
    -------
    ndarray, shape (people,)
    """
    people, week, window = run.people, run.week, int(round(run.life.contagion_weeks))
    ago = week - people["week_lapsed"]
    lost = (people["status"] == LAPSED) & (ago >= 1) & (ago <= window) & (ago <= week)
    past = run.baseline.path.lost[max(0, week - window) : week]
    expected = np.diff(run.ties.starts) * (past.sum() / run.size)
    surplus = lost_ties(run.ties, lost) - expected
    weight = run.market["defection_visible"] * np.log(run.life.contagion_ratio)
    return np.clip(weight * surplus * (1.0 + heard_more), -_CAP, _CAP)


def reproduction(ratio: float, mean_ties: float, weeks: float, mean_hazard: float) -> float:
    """Return R, the further losses that one loss brings."""
    return (ratio - 1.0) * mean_ties * weeks * mean_hazard


def check_stable(market: str, number: float) -> None:
    """Refuse a market in which one loss brings too many more.

    Raises
    ------
    InputError
        If R is above `MOST_STABLE`.
    """
    if number > MOST_STABLE:
        raise InputError(
            f"data/markets/{market}.yaml",
            "defection_visible",
            f"R = {number:.2f}",
            f"R of at most {MOST_STABLE}: one loss may bring at most that many more",
            hint="Set defection_visible to 0, or check the drop-out rates.",
        )
