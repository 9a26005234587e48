r"""Offers to those who never bought here: a lower price for the first purchase, samples and trials.

A welcome takes a share of the price of the first purchase. Prospects who hear of it join sooner,

    joining x e^(welcome_elasticity ln(1 - welcome)),

and all who become customers are given it, also those who would have come anyway. Samples, n for each
prospect and year, have reached 1 - e^(-n) of them within the last year (Poisson), for which one works:

    joining x e^(sample_joining (1 - e^(-n))).

Whoever joins sooner is no prospect later, so that what was only brought forward is not won (the
acceleration of bawa2004); whoever joins for an offer brings less (`sim.model.week.recruits`). A free
trial of a contract is a welcome on its first fee, or a sample where it costs no fee.

Sources: anderson2004 (orders of prospects by the depth of a discount), bawa2004 (samples). datta2015 and
lewis2006 tell what such customers are worth. Known limits: samples work from their first week on and not
after their last; none is handed to a customer by mistake; nobody joins twice for a welcome but after a
year away. What reach costs stays as it is: an offer wins more of those who are reached.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats
from sim.levers.base import ActivePlay, Week, open_to_prospects
from sim.world.population import ACTIVE
from sim.world.staffing import wage_of, work

_MINUTES = 60


def are_made(chosen: Any) -> bool:
    """Return whether a play offers anything to those who never bought here."""
    return bool(chosen.welcome > 0 or chosen.samples > 0)


def joining(week: Week, plays: Sequence[ActivePlay], p: Any) -> Floats | None:
    """Return what first offers add to the log hazard of joining, None where there is none.

    Parameters
    ----------
    week : Week
    plays : sequence of ActivePlay
    p : Parameters

    Returns
    -------
    ndarray, shape (people,)
        0 for all but prospects.
    """
    total: Floats | None = None
    for play in plays:
        chosen = play.settings
        if not are_made(chosen):
            continue
        open_to = open_to_prospects(week, play) * week.prospects
        cheaper = p.welcome_elasticity * np.log1p(-chosen.welcome * open_to)
        sampled = -np.expm1(-chosen.samples * open_to)
        one = cheaper + p.sample_joining * sampled
        total = one if total is None else total + one
    return total


def takers(week: Week, play: ActivePlay) -> NDArray[np.bool_]:
    """Return who is given something this week: new customers, and prospects where there are samples."""
    if play.settings.samples > 0:
        return week.prospects
    return week.prospects & (week.people["status"] == ACTIVE)


def money(week: Week, play: ActivePlay, p: Any, rows: NDArray[np.int64]) -> Floats | float:
    """Return what a play's first offers cost this week for some people, shape (m,)."""
    chosen = play.settings
    if not are_made(chosen):
        return 0.0
    open_to = (open_to_prospects(week, play) * week.prospects)[rows]
    new = week.people["status"][rows] == ACTIVE
    given_back = chosen.welcome * new * week.spend[rows]
    each = p.sample_cost * week.market.mean_trip_spend
    each += p.sample_minutes / _MINUTES * wage_of(week.market, "service")
    return open_to * (given_back + chosen.samples / WEEKS_A_YEAR * each)


def desk_work(week: Week, play: ActivePlay, p: Any) -> float:
    """Return what the work on first offers costs this week, whatever the number of those who come."""
    if not are_made(play.settings):
        return 0.0
    return work(week, play.paid_effort * p.offer_hours, "analyst")
