"""What customers write about the firm in public: whoever talks also writes, praise and blame alike."""

import numpy as np

from sim.common.random_numbers import Floats, Ints
from sim.market.market import Market
from sim.model.week.baseline import Baseline
from sim.model.week.life_parameters import LifeParameters
from sim.model.week.word_of_mouth import praise_chance, talk_chance
from sim.world.platform import UsualWeek
from sim.world.population import PROSPECT, People


def usual_week(
    people: People, start: Ints, life: LifeParameters, market: Market, baseline: Baseline
) -> UsualWeek:
    """Return what is said, and spent on reach, in a usual week.

    Parameters
    ----------
    people : dict of ndarray
        Columns at week 0.
    start : ndarray of int, shape (m,)
        Active customers.
    life : LifeParameters
    market : Market
    baseline : Baseline
    """
    praise, blame = said(people["satisfaction"][start], talk_chance(people, start, life), life)
    prospects = np.count_nonzero(people["status"] == PROSPECT)
    won = float(baseline.path.joining_hazard[0]) * prospects
    by_reach = won * (1.0 - market["talk_share_of_inflow"])
    return UsualWeek(praise, blame, by_reach * market.acquisition_cost)


def said(satisfaction: Floats, chance: Floats, life: LifeParameters) -> tuple[float, float]:
    """Return the messages of praise and of blame expected of some customers, given chances to talk."""
    praise = float(np.sum(chance * praise_chance(satisfaction, life)))
    return praise, float(np.sum(chance)) - praise
