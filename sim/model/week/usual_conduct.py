"""What customers would think of the firm had it gone on as usual: what its name is counted from.

Beside what customers make of their purchases (`sim.model.week.satisfaction`) stands what they would have
made of the same purchases, with the same luck, had no lever changed quality, failures, their handling or
the wait. Who comes, who leaves, who buys more often than others and how expectations drift is the same in
both, so that the odds of praise over those as usual tell what the firm did, and are about 1 where it did
nothing. It is kept only where talk becomes public.

Known limits: purchases are those made, not those as usual; the desk is taken to be waited at as usual.
"""

import numpy as np

from sim.common.kernels import encounters as kernels
from sim.common.kernels import for_each
from sim.common.random_numbers import Floats, Ints, binomial, normal
from sim.model.week.life_parameters import LifeParameters
from sim.model.week.public_posts import said
from sim.model.week.state import WeekState
from sim.model.week.word_of_mouth import talk_chance
from sim.world.population import People


def begin(people: People) -> None:
    """Set what is thought as usual to what is thought in week 0; its columns are added."""
    people["usual_satisfaction"] = people["satisfaction"].copy()
    people["usual_expectation"] = people["will_expectation"].copy()


def meet(state: WeekState, rows: Ints, elsewhere: Floats | float) -> None:
    """Move what is thought as usual by this week's encounters, as they would have been.

    Parameters
    ----------
    state : WeekState
    rows : ndarray of int, shape (m,)
        Buyers.
    elsewhere : ndarray, shape (m,), or float
        What they get elsewhere, as far as it pulls.
    """
    run, view = state.run, state.view
    people, life, n = run.people, run.life, view.trips[rows]
    rate = run.market["failures_per_trip"]
    failed = binomial(view.uniform("failures", rows), n, for_each(rate, rows.size))
    told = binomial(
        view.uniform("complaints", rows), failed, for_each(life.complaint_share, rows.size)
    )
    none = np.zeros(rows.size)
    quality = kernels.quality_of(
        n,
        people["suitability"][rows] + run.experience.usual_failure_harm,
        normal(view.uniform("encounter", rows)),
        none,
        none,
        failed - life.failure_recovered * told,
        0.0,
        0.0,
        life.failure_damage,
    )
    people["usual_satisfaction"][rows], people["usual_expectation"][rows] = (
        run.experience.after_encounters(
            people["usual_satisfaction"][rows],
            people["usual_expectation"][rows],
            quality,
            n,
            people["frequency"][rows] - n,
            elsewhere,
        )
    )


def odds_over_usual(
    people: People, rows: Ints, said_now: tuple[float, float], life: LifeParameters
) -> float:
    """Return the odds of praise over those had the firm gone on as usual.

    Parameters
    ----------
    people : dict of ndarray
    rows : ndarray of int, shape (m,)
        Active customers.
    said_now : tuple of float
        Messages of praise and of blame that they are expected to say.
    life : LifeParameters

    Returns
    -------
    float
        1 where nothing is said.
    """
    usual = said(people["usual_satisfaction"][rows], talk_chance(people, rows, life), life)
    if min(*said_now, *usual) <= 0.0:
        return 1.0
    return said_now[0] / said_now[1] * usual[1] / usual[0]
