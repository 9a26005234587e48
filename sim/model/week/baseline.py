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

from sim.calibration.shifted_beta_geometric import survival
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats
from sim.market.market import Market
from sim.model.week.satisfaction import LifeParameters
from sim.model.week.word_of_mouth import UsualTalk, usual_talk
from sim.world.population import ACTIVE, LAPSED, PROSPECT
from sim.world.social_network import Ties


def frozen_offsets(
    people: dict[str, NDArray[Any]], start: NDArray[np.bool_], life: LifeParameters
) -> dict[str, float]:
    """Return the offsets that keep the calibrated means of purchases and drop-out.

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
) -> UsualTalk:
    """Start everybody with what they have in mind when talk goes on as usual.

    Parameters
    ----------
    people : dict of ndarray
        Columns at week 0; `praise_heard` and `blame_heard` are written.
    ties : Ties
    start : ndarray of bool, shape (people,)
    life : LifeParameters

    Returns
    -------
    UsualTalk
    """
    speakers = np.flatnonzero(start)
    prospects = people["status"] == PROSPECT
    usual, praise = usual_talk(ties, speakers, people["satisfaction"][speakers], prospects, life)
    people["praise_heard"][:] = usual.memory * praise
    people["blame_heard"][:] = usual.memory * usual.blame
    return usual


@dataclass(frozen=True)
class BaselinePath:
    """What is expected of the baseline, week by week.

    Attributes
    ----------
    joining_hazard : ndarray, shape (weeks,)
        Hazard a_w = I0 / P_w of a prospect.
    active : ndarray, shape (weeks,)
        Expected active customers over those at week 0.
    lost : ndarray, shape (weeks,)
        Expected customers lost in the week.
    """

    joining_hazard: Floats
    active: Floats
    lost: Floats


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
    Drop-outs are expected from everyone's own rate, those of people who join or come back from the
    market's law of drop-out or renewal. The inflow I0 is constant; of those who lapsed, some come back
    at a constant rate within a year, and the others are prospects again after it.
    """
    status = people["status"]
    active0 = status == ACTIVE
    n_active = max(1, int(active0.sum()))
    inflow = market["inflow_per_year"] * n_active / WEEKS_A_YEAR
    stays_away = np.exp(-winback_hazard(market) * np.arange(WEEKS_A_YEAR + 1))
    left = _survival_of_newcomers(market, weeks)
    lapsed = _lapsed_by_age(people)
    rates, alive = people["drop_out_rate"][active0], np.ones(int(active0.sum()))
    kept, entered = np.exp(-rates), np.zeros(weeks)
    next_due = people["renewal_week"][active0] if market.is_contractual else None
    prospects = float((status == PROSPECT).sum())
    hazard, active, lost = np.zeros(weeks), np.zeros(weeks), np.zeros(weeks)
    for week in range(weeks):
        of_old, ages = float(alive.sum()), np.arange(week, 0, -1)
        of_new = float(np.sum(entered[:week] * left[ages - 1]))
        active[week] = (of_old + of_new) / n_active
        if next_due is None:
            alive *= kept
        else:
            due = (next_due <= week) & ((week - next_due) % market.period == 0)
            alive[due] *= kept[due]
        lost[week] = of_old - float(alive.sum())
        lost[week] += float(np.sum(entered[:week] * (left[ages - 1] - left[ages])))
        hazard[week] = min(1.0, inflow / prospects) if prospects > 0 else 0.0
        joining = min(inflow, prospects)
        back = float(np.sum(lapsed)) * (1 - stays_away[1])
        lapsed *= stays_away[1]
        rested, lapsed[1:] = lapsed[-1], lapsed[:-1].copy()
        lapsed[0] = lost[week]
        prospects += rested - joining
        entered[week] = joining + back
    return BaselinePath(hazard, active, lost)


def winback_hazard(market: Market) -> float:
    """Return the weekly hazard at which a lapsed customer comes back when nothing is done."""
    return -float(np.log1p(-market["winback_per_year"])) / WEEKS_A_YEAR


def _survival_of_newcomers(market: Market, weeks: int) -> Floats:
    """Share of newcomers left after 0, 1, ... weeks: the law of renewal, or Pareto's of drop-out."""
    if market.is_contractual:
        renewals = np.maximum(np.arange(weeks + 1) - 1, 0) // market.period
        return survival(renewals, market["renewal_alpha"], market["renewal_beta"])
    scale = market.drop_out_beta
    return np.power(scale / (scale + np.arange(weeks + 1.0)), market["drop_out_shape"])


def _lapsed_by_age(people: dict[str, NDArray[Any]]) -> Floats:
    """Count the lapsed at week 0 by the weeks since they left, up to a year."""
    away = -people["week_lapsed"][people["status"] == LAPSED]
    return np.bincount(np.clip(away - 1, 0, WEEKS_A_YEAR - 1), minlength=WEEKS_A_YEAR).astype(float)
