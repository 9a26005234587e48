r"""How well the firm knows what suits each person: the more, the more it has seen of them of late.

The purchases and complaints seen of a person, n_i in a week, count for less as interests drift,

    K_i <- 2^(-1/h) (K_i + n_i),

and of what can be known, K / (K + k) is: the weight of own observations in a credibility estimate, k of
which tell half. A matched message fits in proportion, and as the studies say for those whom they studied:
customers who had bought within a year. So K / (K + k) is divided by its mean over such customers of week
0; whoever is new or buys seldom gets messages that fit less, and who buys often those that fit more.
How far records are right (`data_quality`) comes on top.

K of week 0 follows from the history, purchases taken to be spread evenly from the first, T weeks ago, to
the last, s weeks ago:

    K = 2^(-T/h) + frequency h / (ln 2 (T - s)) (2^(-s/h) - 2^(-T/h)).

| symbol | name | unit | shape |
|---|---|---|---|
| K | `portrait` | purchases | (people,) |
| k, h | portrait_purchases, portrait_half_life_weeks | purchases, weeks | scalar |

Sources: the credibility estimate (Buehlmann 1967, from memory); kluver2014 (of people of whom little is
known recommendations are no better than averages), koren2010 (tastes drift). Known limits: messages read
and pages looked at tell nothing; each purchase tells as much; purchases in a shop count as if all were
seen.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats
from sim.levers.base import Week
from sim.world.population import ACTIVE, LAPSED


def seen_before(
    tenure: Floats, recency: Floats, frequency: NDArray[np.integer], half_life: float
) -> Floats:
    """Return what is left of past purchases at their mean weight, shape (m,), in purchases.

    Parameters
    ----------
    tenure, recency : ndarray, shape (m,)
        Age as a customer, and age at the last purchase, weeks.
    frequency : ndarray of int, shape (m,)
        Purchases after the first.
    half_life : float
        Weeks in which a purchase comes to tell half as much.
    """
    first, last = (2.0 ** (-age / half_life) for age in (tenure, tenure - recency))
    apart = np.maximum(recency, 1e-9)
    mean = np.where(recency > 0, (last - first) * half_life / (np.log(2.0) * apart), first)
    return first + frequency * mean


def known(portrait: Floats, half: float) -> Floats:
    """Return the share of what can be known of people of whom so many purchases were seen."""
    return portrait / (portrait + half)


def begin(week: Week, own: Mapping[str, NDArray[Any]], p: Any) -> None:
    """Write the portraits of week 0, and how well those are known whom studies would have studied."""
    people, h = week.people, p.portrait_half_life_weeks
    met = np.flatnonzero((people["status"] == ACTIVE) | (people["status"] == LAPSED))
    tenure, recency = people["tenure"][met], people["recency"][met]
    own["portrait"][met] = seen_before(tenure, recency, people["frequency"][met], h)
    studied = met[(people["status"][met] == ACTIVE) & (tenure - recency < WEEKS_A_YEAR)]
    if studied.size:
        own["usually_known"][:] = known(own["portrait"][studied], p.portrait_purchases).mean()


def fit(own: Mapping[str, NDArray[Any]], p: Any) -> Floats:
    """Return how well matched messages fit each person, over the customers that were studied."""
    seen = known(own["portrait"], p.portrait_purchases)
    return seen / own["usually_known"]


def look(week: Week, own: Mapping[str, NDArray[Any]], p: Any) -> None:
    """Let portraits fade by a week, and take in its purchases and complaints."""
    own["portrait"] += week.trips + week.complaints
    own["portrait"] *= 2.0 ** (-1.0 / p.portrait_half_life_weeks)
