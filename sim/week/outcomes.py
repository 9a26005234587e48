"""What is fixed at week 0 so that the baseline keeps its calibration.

With attitudes coupled to behaviour the means would move; an offset per outcome, worked out from
expected rates and never from realised counts, puts them back, and is then frozen and shared by all
scenarios. The same holds for the expected talk and for the path of prospects that joining is relative
to. Survivors are not recentred. Sums are `np.sum`, never `@`: linear algebra libraries split a product
over threads, and its last digits would depend on how many there are.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, logit

from sim.market import WEEKS_A_YEAR, Market
from sim.network import Ties
from sim.population import ACTIVE, LAPSED, PROSPECT
from sim.randomness import Floats
from sim.week.experience import LifeParameters
from sim.week.talk import expected_heard


def frozen_offsets(
    people: dict[str, NDArray[Any]], start: NDArray[np.bool_], life: LifeParameters
) -> dict[str, float]:
    """Give the offsets that keep the calibrated means of purchases and drop-out.

    Parameters
    ----------
    people : dict of ndarray
        Columns at week 0, attitudes warmed up.
    start : ndarray of bool, shape (people,)
        Active customers.
    life : LifeParameters

    Returns
    -------
    dict
        ``purchase`` (added to the logit of the share) and ``churn`` (to the log hazard).
    """
    if not start.any():
        return {"purchase": 0.0, "churn": 0.0}
    satisfaction = people["satisfaction"][start]
    category, share = people["category_rate"][start], people["base_share"][start]
    base, felt = logit(share), life.satisfaction_on_purchase * satisfaction
    wanted = float(np.sum(category * share))

    def miss(offset: float) -> float:
        return float(np.sum(category * expit(base + felt + offset))) - wanted

    purchase = 0.0 if life.satisfaction_on_purchase == 0 else brentq(miss, -20, 20, xtol=1e-12)
    rate = people["drop_out_rate"][start]
    weighted = np.sum(rate * np.exp(life.satisfaction_on_churn * satisfaction))
    churn = -float(np.log(weighted / rate.sum())) if rate.sum() > 0 else 0.0
    return {"purchase": float(purchase), "churn": churn}


def expected_talk(
    people: dict[str, NDArray[Any]], ties: Ties, start: NDArray[np.bool_], life: LifeParameters
) -> float:
    """Start everybody with what they hear when talk goes on as usual, and give the prospects' mean.

    Parameters
    ----------
    people : dict of ndarray
        Columns at week 0; `heard` is written.
    ties : Ties
    start : ndarray of bool, shape (people,)
    life : LifeParameters

    Returns
    -------
    float
        Mean `heard` of a prospect.
    """
    speakers = np.flatnonzero(start)
    people["heard"][:] = expected_heard(ties, speakers, people["satisfaction"][speakers], life)
    prospects = people["status"] == PROSPECT
    return float(people["heard"][prospects].mean()) if prospects.any() else 0.0


@dataclass(frozen=True)
class BaselinePath:
    """What is expected of the baseline, week by week.

    Attributes
    ----------
    joining_hazard : ndarray, shape (weeks,)
        Hazard a_w = I0 / P_w of a prospect.
    active : ndarray, shape (weeks,)
        Expected active customers over those at week 0.
    """

    joining_hazard: Floats
    active: Floats


def baseline_path(people: dict[str, NDArray[Any]], market: Market, weeks: int) -> BaselinePath:
    """Work out the expected path of prospects and customers when nothing is done.

    Parameters
    ----------
    people : dict of ndarray
        Columns at week 0.
    market : Market
    weeks : int

    Returns
    -------
    BaselinePath

    Notes
    -----
    Drop-outs are expected from everyone's own rate, those of newcomers from the Pareto law of the
    market. The inflow I0 is constant; a lapsed customer is a prospect again after a year.
    """
    status, rate = people["status"], people["drop_out_rate"]
    active0 = status == ACTIVE
    n_active = max(1, int(active0.sum()))
    inflow = market["inflow_per_year"] * n_active / WEEKS_A_YEAR
    shape, scale = market["drop_out_shape"], market.drop_out_scale
    age = np.arange(weeks + 1)
    newcomers_left = (scale / (scale + age)) ** shape
    back = np.bincount(
        np.clip(people["week_lapsed"][status == LAPSED] + WEEKS_A_YEAR, 0, None), minlength=weeks
    )
    alive, prospects = np.ones(n_active), float((status == PROSPECT).sum())
    weekly = np.exp(-rate[active0]) if active0.any() else np.ones(1)
    lost = np.zeros(weeks)
    hazard, active = np.zeros(weeks), np.zeros(weeks)
    for week in range(weeks):
        of_old = float(alive.sum()) if active0.any() else 0.0
        of_new = inflow * newcomers_left[:week].sum()
        active[week] = (of_old + of_new) / n_active
        alive *= weekly
        after = float(alive.sum()) if active0.any() else 0.0
        lost[week] = of_old - after + inflow * (1.0 - newcomers_left[week])
        hazard[week] = min(1.0, inflow / prospects) if prospects > 0 else 0.0
        returned = back[week] + (lost[week - WEEKS_A_YEAR] if week >= WEEKS_A_YEAR else 0.0)
        prospects = max(0.0, prospects - min(inflow, prospects) + returned)
    return BaselinePath(hazard, active)
