"""What is fixed at week 0 so that the baseline keeps its calibration.

With attitudes coupled to behaviour the means would move; an offset per outcome, worked out from
expected rates and never from realised counts, puts them back, and is then frozen and shared by all
scenarios. The same holds for the expected talk and for the path of prospects that joining is relative
to. Survivors are not recentred. Sums are `np.sum`, never `@`: linear algebra libraries split a product
over threads, and its last digits would depend on how many there are.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, logit

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats
from sim.market.market import Market
from sim.model.week.life_parameters import LifeParameters
from sim.model.week.opting_out import usual_opting_out
from sim.model.week.word_of_mouth import UsualTalk, usual_talk
from sim.world.population import ACTIVE, LAPSED, PROSPECT, People
from sim.world.social_network import Ties


@dataclass(frozen=True)
class Baseline:
    """What is frozen at week 0 and shared by all strategies.

    Attributes
    ----------
    logit_share : ndarray, shape (people,)
        Logit of the share of wallet when nothing is done, as it stands at week 0.
    offsets : dict
        ``purchase`` (added to the logit of the share) and ``churn`` (to the log hazard).
    talk : UsualTalk
    path : BaselinePath
    share_behind_a_trip : float
    start : ndarray of bool, shape (people,)
        Customers active at week 0.
    reproduction : float
        R, the further losses that one loss brings; 0 where leaving is not seen.
    elsewhere : float
        What the market gives elsewhere at week 0, SD of an encounter: more than 0 where customers have
        been met at a drift of expectations before.
    """

    logit_share: Floats
    offsets: dict[str, float]
    talk: UsualTalk
    path: "BaselinePath"
    share_behind_a_trip: float
    start: NDArray[np.bool_]
    reproduction: float
    elsewhere: float = 0.0


def share_behind_a_trip(people: People, start: NDArray[np.bool_]) -> float:
    r"""Return the mean share of wallet over the firm's trips of week 0, S.

    Studies report changes of the log of own sales. A term t on the logit moves the trips of somebody
    with share s by a factor of 1 + (1 - s) t to first order, and all trips by 1 + (1 - S) t,

        S = sum_i lambda_i s_i / sum_i lambda_i,

    lambda_i being trips a week: dividing by 1 - S turns the one into the other. S is above the mean over
    people, as whoever buys much here has less left to bring. It is these customers' own: the closed form
    of a fresh cohort, (r + 1) / (r + b + 1) (Goodhardt, Ehrenberg & Chatfield 1984), knows nothing of
    whom a log holds.

    Parameters
    ----------
    people : dict of ndarray
        Columns at week 0.
    start : ndarray of bool, shape (people,)
        Active customers; everybody counts where there are none.

    Returns
    -------
    float
        Where people pause, of the trips of those who do not.
    """
    buying = start & ~people["pausing"] if "pausing" in people else start
    rows = buying if buying.any() else np.ones_like(buying)
    share = people["base_share"][rows]
    trips = people["category_rate"][rows] * share
    return float(np.sum(trips * share) / np.sum(trips))


def purchase_offset(people: People, start: NDArray[np.bool_], life: LifeParameters) -> float:
    """Return the offset of the logit of the share that keeps the calibrated mean of purchases.

    Parameters
    ----------
    people : dict of ndarray
        Columns at week 0, attitudes warmed up.
    start : ndarray of bool, shape (people,)
        Active customers.
    life : LifeParameters
    """
    if not start.any() or life.satisfaction_on_purchase == 0:
        return 0.0
    satisfaction = life.satisfaction_on_purchase * people["satisfaction"][start]
    category, share = people["category_rate"][start], people["base_share"][start]
    base, wanted = logit(share), float(np.sum(category * share))

    def miss(offset: float) -> float:
        return float(np.sum(category * expit(base + satisfaction + offset))) - wanted

    return float(brentq(miss, -20, 20, xtol=1e-12))


def drop_out_offset(people: People, start: NDArray[np.bool_], life: LifeParameters) -> float:
    """Return the offset of the log hazard that keeps the calibrated mean hazard of dropping out.

    It keeps the mean of the removable part, and with it that of the whole, whatever its share.

    Parameters are those of `purchase_offset`.
    """
    rate = people["drop_out_rate"][start]
    if not rate.sum() > 0:
        return 0.0
    weighted = np.sum(rate * np.exp(life.satisfaction_on_churn * people["satisfaction"][start]))
    return -float(np.log(weighted / rate.sum()))


def expected_talk(
    people: People, ties: Ties, start: NDArray[np.bool_], life: LifeParameters
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
    usual, praise = usual_talk(people, ties, speakers, prospects, life)
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
    opting_out : ndarray, shape (weeks,)
        Chance that a customer opts out of the usual messages in the week (`sim.model.week.opting_out`).
    """

    joining_hazard: Floats
    active: Floats
    lost: Floats
    opting_out: Floats


def later(before: Baseline, people: People, week: int, weeks: int, elsewhere: float) -> Baseline:
    """Return what is frozen of a run as it stands some weeks later, for so many weeks more.

    Parameters
    ----------
    before : Baseline
    people : dict of ndarray
        Columns as they are then.
    week : int
        Weeks that are over.
    weeks : int
        Weeks to come, for which the path of the run must reach.
    elsewhere : float
        What the market gives elsewhere by then.

    Raises
    ------
    ValueError
        If the run was to end before.
    """
    path = before.path
    if path.active.size < week + weeks:
        raise ValueError(f"a run of at least {week + weeks} weeks, not {path.active.size}")
    ahead = slice(week, week + weeks)
    left = BaselinePath(
        path.joining_hazard[ahead], path.active[ahead], path.lost[ahead], path.opting_out[ahead]
    )
    start = people["status"] == ACTIVE
    return replace(before, path=left, start=start, elsewhere=elsewhere)


def baseline_path(
    people: People,
    market: Market,
    kept: Callable[[int], Floats],
    newcomers_left: Floats,
) -> BaselinePath:
    """Return the expected path of prospects and customers when nothing is done.

    Parameters
    ----------
    people : dict of ndarray
        Columns at week 0.
    market : Market
    kept : callable
        Week -> chance of each active customer of week 0 to stay through it.
    newcomers_left : ndarray, shape (weeks + 1,)
        Share of newcomers left after 0, 1, ... weeks.

    Returns
    -------
    BaselinePath

    Notes
    -----
    The inflow I0 is constant; of those who lapsed, some come back at a constant rate within a year, and
    the others are prospects again after it.
    """
    status, weeks = people["status"], newcomers_left.size - 1
    n_start = int((status == ACTIVE).sum())
    n_active, alive = max(1, n_start), np.ones(n_start)
    inflow = market["inflow_per_year"] * n_active / WEEKS_A_YEAR
    stays_away = np.exp(-market.winback_hazard * np.arange(WEEKS_A_YEAR + 1))
    lapsed, entered = _lapsed_by_age(people), np.zeros(weeks)
    prospects = float((status == PROSPECT).sum())
    hazard, active, lost = np.zeros(weeks), np.zeros(weeks), np.zeros(weeks)
    old, unasked, out = np.zeros(weeks), np.zeros(weeks), market["opted_out"]
    for week in range(weeks):
        of_old, ages = float(alive.sum()), np.arange(week, 0, -1)
        of_new = float(np.sum(entered[:week] * newcomers_left[ages - 1]))
        active[week], old[week] = (of_old + of_new) / n_active, of_old
        alive *= kept(week)
        lost[week] = of_old - float(alive.sum())
        lost[week] += float(
            np.sum(entered[:week] * (newcomers_left[ages - 1] - newcomers_left[ages]))
        )
        hazard[week] = min(1.0, inflow / prospects) if prospects > 0 else 0.0
        joining = min(inflow, prospects)
        back = float(np.sum(lapsed)) * (1 - stays_away[1])
        lapsed *= stays_away[1]
        rested, lapsed[1:] = lapsed[-1], lapsed[:-1].copy()
        lapsed[0] = lost[week]
        prospects += rested - joining
        entered[week] = joining + back
        unasked[week] = joining + back * (1.0 - out)
    opting_out = usual_opting_out(out, active * n_active, old, unasked, newcomers_left)
    return BaselinePath(hazard, active, lost, opting_out)


def _lapsed_by_age(people: People) -> Floats:
    """Count the lapsed at week 0 by the weeks since they left, up to a year."""
    away = -people["week_lapsed"][people["status"] == LAPSED]
    return np.bincount(np.clip(away - 1, 0, WEEKS_A_YEAR - 1), minlength=WEEKS_A_YEAR).astype(float)
