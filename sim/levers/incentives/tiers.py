"""Tiers: earned and lost at a review, felt as standing.

Whoever spent k times the threshold since the last review holds tier k. Holding a tier lifts the log of
the share by `status_lift` per tier. Rising brings this lift at once; falling takes `demotion_ratio` times
as much, so that the demoted stand below those who never rose (wagner2009), and the difference from what
their tier brings halves every `status_half_life_weeks`.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats
from sim.levers.base import Week


def change_of_standing(risen: Floats, lift: float, ratio: float) -> Floats:
    """Return what a change of tier does to standing at once.

    Parameters
    ----------
    risen : ndarray
        Tiers risen, negative where fallen.
    lift : float
        Log points per tier risen.
    ratio : float
        Of a fall over a rise.

    Returns
    -------
    ndarray
        Log points.
    """
    return lift * np.where(risen > 0, risen, ratio * risen)


def relax(standing: Floats, tier: NDArray[np.int8], lift: float, half_life: float) -> Floats:
    """Return standing a week later: it moves towards what the tier brings."""
    left = 2.0 ** (-1.0 / half_life)
    return lift * tier + left * (standing - lift * tier)


def review(
    week: Week, chosen: Any, served: NDArray[np.bool_], own: dict[str, NDArray[Any]], p: Any
) -> None:
    """Set anew the tiers of the members whose review is due, a whole number of periods after joining.

    Parameters
    ----------
    week : Week
    chosen : Settings
    served : ndarray of bool, shape (people,)
        Whom the play reaches.
    own : dict of ndarray
        The lever's columns; those of tiers are written.
    p : Parameters
    """
    age = week.number - own["week_enrolled"]
    due = np.flatnonzero(served & own["enrolled"] & (age > 0) & (age % chosen.review_weeks == 0))
    if not due.size:
        return
    years = chosen.review_weeks / WEEKS_A_YEAR
    threshold = chosen.tier_trips * years * week.market.mean_trip_spend
    reached = np.floor(own["tier_spend"][due] / threshold)
    tier = np.minimum(reached, chosen.tier_count).astype(np.int8)
    risen = (tier - own["tier"][due]).astype(float)
    own["standing"][due] += change_of_standing(risen, p.status_lift, p.demotion_ratio)
    own["tier"][due] = tier
    own["tier_spend"][due] = 0.0
