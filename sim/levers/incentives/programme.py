"""Points towards a reward: how strongly they pull, and how they are collected."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.random_numbers import Floats
from sim.levers.base import ActivePlay, Week
from sim.world.population import ACTIVE

EVERYBODY = slice(None)
#: Most that the lift of a new member with all headroom can be, log points.
MOST = math.log(2.0)


def headroom(rate: Floats, unaided_rate: Floats) -> Floats:
    """Return how far a reward can still move a person, from 0 (earns it anyway) to 1.

    Parameters
    ----------
    rate : ndarray, shape (m,)
        Usual purchase rate at the firm.
    unaided_rate : ndarray, shape (m,)
        Rate that earns the reward in time without any change; infinite where there is no reward.

    Returns
    -------
    ndarray, shape (m,)
    """
    return np.clip(1.0 - rate / unaided_rate, 0.0, 1.0)


def generosity(rebate: Floats | float, reference: float) -> Floats | float:
    """Return the share of the full lift that a rebate buys: 1 at the reference, saturating above."""
    return np.expm1(-rebate / reference) / np.expm1(-1.0)


def is_offered(chosen: Any) -> bool:
    """Return whether there is a programme to join."""
    return chosen.rebate > 0 or chosen.tier_trips > 0


def goal_of(chosen: Any, week: Week) -> float:
    """Return the points that earn a reward."""
    return chosen.reward_trips * week.market.mean_trip_spend


def usual_rate(week: Week, rows: NDArray[np.int64] | slice = EVERYBODY) -> Floats:
    """Return people's usual purchase rate at the firm, trips per week, shape (m,)."""
    return week.people["category_rate"][rows] * week.people["base_share"][rows]


def rebate_of(chosen: Any, tier: NDArray[np.int8]) -> Floats:
    """Return each member's rebate: that of the programme, and more for those in a tier."""
    return chosen.rebate + chosen.tier_rebate * tier


def pulls(week: Week, rows: NDArray[np.int64], willingness: Floats, p: Any) -> tuple[float, float]:
    """Return what joining and a full card do to a person, so that all members' sales rise as found.

    Parameters
    ----------
    week : Week
        The first.
    rows : ndarray of int, shape (m,)
        Customers who may join.
    willingness : ndarray, shape (m,)
        Chance of each to do so.
    p : Parameters

    Returns
    -------
    tuple of float
        Lift of a new member with all headroom, and pull of a reward at hand on such a one, log points.
        Where the reward at hand would bring more than was found by itself, joining adds nothing and the
        pull is the smaller one that brings it. Joining never more than doubles what somebody buys.
    """
    rate, spend = usual_rate(week, rows), week.people["mean_spend"][rows]
    goal = p.reference_reward * week.market.mean_trip_spend
    answers = (1.0 - week.people["base_share"][rows]) / (1.0 - week.share_behind_a_trip)
    room = answers * headroom(rate, goal / spend / p.goal_weeks)
    sales, a_week = willingness * rate * spend, rate * spend / goal
    fades, pulled = 0.0, np.zeros(rows.size)
    for ago in range(int(round(p.found_weeks))):
        fade = 2.0 ** (-ago / p.half_life_weeks)
        fades += fade
        pulled += fade * np.minimum(a_week * ago, 0.5)
    found = p.membership_lift * float(np.sum(sales)) * int(round(p.found_weeks))
    by_the_goal = p.goal_gradient * float(np.sum(sales * room * pulled))
    if by_the_goal >= found:
        return 0.0, p.goal_gradient * found / by_the_goal if by_the_goal > 0 else p.goal_gradient
    open_sales = fades * float(np.sum(sales * room))
    most = MOST * open_sales  # also where nobody has headroom, so that nothing divides by nil
    lift = (found - by_the_goal) / open_sales if found - by_the_goal < most else MOST
    return lift, p.goal_gradient


def pull(week: Week, chosen: Any, member: NDArray[np.int64], own: Any, p: Any) -> Floats:
    """Return members' log lift of the share from the programme and from the reward at hand.

    Parameters
    ----------
    week : Week
    chosen : Settings
    member : ndarray of int, shape (m,)
        Rows of the members.
    own : mapping of str to ndarray
        The lever's columns.
    p : Parameters

    Returns
    -------
    ndarray, shape (m,)
        Log points.
    """
    goal = goal_of(chosen, week)
    unaided = goal / week.people["mean_spend"][member] / p.goal_weeks
    room = headroom(usual_rate(week, member), unaided)
    fade = np.exp2(-np.arange(week.number + 1) / p.half_life_weeks)[
        week.number - own["week_enrolled"][member]
    ]
    tier = own["tier"][member]
    rebates = rebate_of(chosen, np.arange(tier.max(initial=0) + 1))
    generous = np.asarray(generosity(rebates, p.reference_rebate))[tier]
    lift = own["room_lift"][member] * generous
    if chosen.rebate > 0:  # without a reward there is no goal
        lift = lift + own["goal_pull"][member] * np.minimum(own["points"][member] / goal, 1.0)
    return room * fade * lift


def collect(
    week: Week, chosen: Any, index: int, member: NDArray[np.int64], own: dict[str, NDArray[Any]]
) -> None:
    """Credit points for this week's spend and turn full cards into rewards.

    Parameters
    ----------
    week : Week
    chosen : Settings
    index : int
        Number of the play.
    member : ndarray of int
        Rows of the members who bought.
    own : dict of ndarray
        The lever's columns; those of points are written.
    """
    goal, earned = goal_of(chosen, week), week.spend[member]
    value = rebate_of(chosen, own["tier"][member])
    points = own["points"][member] + earned
    face = own["points"][member] * own["point_value"][member] + earned * value
    mean_value = face / np.maximum(points, 1e-12)
    full = np.floor(points / goal)
    own["points"][member] = points - full * goal
    own["point_value"][member] = mean_value
    own["point_play"][member] = index
    own["earned_face"][member] = earned * value
    own["reward_face"][member] = full * goal * mean_value


def leave(week: Week, own: dict[str, NDArray[Any]]) -> None:
    """Take membership, points and tier from those who dropped out."""
    held = own["enrolled"] | (own["points"] > 0)
    gone = np.flatnonzero(held & (week.people["status"] != ACTIVE))
    own["expired_face"][:] = 0.0
    own["expired_face"][gone] = own["points"][gone] * own["point_value"][gone]
    for name in ("enrolled", "points", "tier", "tier_spend", "standing"):
        own[name][gone] = 0
    own["goal_trips"][week.people["status"] != ACTIVE] = 0


def join(week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
    """Let active customers join where a programme is offered."""
    could = (week.people["status"] == ACTIVE) & ~own["enrolled"]
    for play in plays:
        if is_offered(play.settings):
            # One uniform for life: whoever joins at a given offer also joins at a stronger one.
            rows = np.flatnonzero(could & play.served)
            luck = week.uniform("enrolment", rows, once=True)
            joins = rows[luck < play.strength * own["willingness"][rows]]
            own["enrolled"][joins] = True
            own["week_enrolled"][joins] = week.number
