r"""The points programme that a firm runs already: what it costs, and what another rate or its end does.

A market says what is given back (`usual_rebate`, u) and to which part of the customers
(`usual_enrolment`). In week 0 its members are there: who buys often joins, by expit(a + slope z(log
lambda)), a such that the share of members comes out; each has been one since the first purchase, and
stands on the card where the spend on record leaves off. What they buy is in the rates of the log, so
that the programme as it is moves nothing; it costs u of members' spend, in every strategy and in the
baseline. A play that offers points or ends the programme changes the rate of those who are members;
nobody enrols anew, nothing is built, and the play is charged for what it gives beyond. Per member, in log
points of own sales, with g, L, room and the half-life h of `sim.levers.incentives.mechanism`:

    a rate that rises from r to r'    n <- n + L [g(r') - g(r)],        n halves every h weeks;
    a rate that falls from r' to r    d <- d + (ratio - 1) M [g(r') - g(r)], n <- 0,  d halves likewise;
    term = strength room n - d - missing,
    missing = room 2^(-age / h) (L [g(u) - g(r)] + [r = 0] gradient / 2)   where r < u, else 0.

The news of a higher rate fades as joining does (meyerwaarden2009). Whoever is offered less first misses
what is left of the lift of joining; and stands below those who were never members, as a lost status does
(wagner2009: a fall weighs `demotion_ratio` times a rise), by the part of sales that rewards carry,
M = `membership_lift` (nastasoiu2021). That needs no room for more: heavy buyers lose most. Half a card
is what a member has on average. Nothing of this waits for a firm to carry it out: what is taken away is.

| symbol | name | unit | shape |
|---|---|---|---|
| r | `rebate_now` | share | (people,) |
| n, d | `rebate_news`, `rebate_missed` | log points | (people,) |
| member | `usual_member` | yes/no | (people,) |

melnyk2015 asked 9,783 customers about the end of 24 programmes: rivals and the length of membership
decide, not the discount; sizes were not seen. Known limits: age is time since the first purchase on
record; half-full cards at the end are kept on the books; who comes back after leaving is a member again.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.random_numbers import Floats
from sim.levers.base import ActivePlay, Week
from sim.levers.incentives import programme
from sim.levers.incentives.settings import Settings
from sim.market.market import Market
from sim.world.population import ACTIVE

#: Number of a play that nobody chose: the programme as it is.
AS_IT_IS = -1


def is_run(market: Market) -> bool:
    """Return whether the firm runs a programme already."""
    return market["usual_rebate"] > 0


def settings_of(market: Market) -> Settings:
    """Return the programme as it is, with the card that a play has unless it says otherwise.

    The card is the firm's, and no future draws it: the same rate on a card of another size would lose
    other points with those who leave.
    """
    return Settings(rebate=market["usual_rebate"])


def decides(chosen: Any) -> bool:
    """Return whether a play decides on the programme of those whom it reaches."""
    return programme.is_offered(chosen) or chosen.end_programme > 0


def begin(week: Week, own: dict[str, NDArray[Any]]) -> None:
    """Enrol the members of week 0, each with the points that are left of their spend on record."""
    usual = settings_of(week.market)
    luck = week.uniform("enrolment", once=True)
    own["usual_member"][:] = luck < own["willingness"]
    own["rebate_now"][:] = usual.rebate
    own["governed_by"][:] = AS_IT_IS
    member = np.flatnonzero(own["usual_member"] & (week.people["status"] == ACTIVE))
    enrol(week, own, member)
    spent = week.people["frequency"][member] * week.people["monetary_value"][member]
    own["points"][member] = spent % programme.goal_of(usual, week)
    own["point_value"][member], own["point_play"][member] = usual.rebate, AS_IT_IS
    own["earned_face"][member] = own["points"][member] * usual.rebate


def enrol(week: Week, own: dict[str, NDArray[Any]], rows: NDArray[np.int64]) -> None:
    """Make some customers members, since their first purchase on record."""
    own["enrolled"][rows] = True
    own["week_enrolled"][rows] = week.number - np.round(week.people["tenure"][rows])


def update(week: Week, plays: list[ActivePlay], own: dict[str, NDArray[Any]], p: Any) -> None:
    """Find each member's rate of the week, let its news sink in, and let newcomers join.

    Parameters
    ----------
    week : Week
    plays : list of ActivePlay
    own : dict of ndarray
        The lever's columns, which are written.
    p : Parameters
    """
    left = 2.0 ** (-1.0 / p.half_life_weeks)
    own["rebate_news"] *= left
    own["rebate_missed"] *= left
    usual = week.market["usual_rebate"]
    # whom the firm takes for lost hears of nothing
    rate = np.where(week.customers, usual, own["rebate_now"])
    own["governed_by"][:] = AS_IT_IS
    for play in plays:
        if decides(play.settings):
            own["governed_by"][play.reached] = play.index
            rate[play.rows] = programme.rebate_of(play.settings, own["tier"][play.rows])
    customer = week.people["status"] == ACTIVE
    moved = np.flatnonzero(own["usual_member"] & (rate != own["rebate_now"]))
    step = programme.generosity(rate[moved], p.reference_rebate)
    step = step - programme.generosity(own["rebate_now"][moved], p.reference_rebate)
    news = own["rebate_news"][moved] + own["room_lift"][moved] * step
    own["rebate_news"][moved] = np.where(step > 0, news, 0.0)
    hurt = (p.demotion_ratio - 1.0) * p.membership_lift * np.maximum(-step, 0.0)
    # who is no customer yet has nothing to lose
    own["rebate_missed"][moved] += hurt * (own["enrolled"] & customer)[moved]
    own["rebate_now"][:] = rate
    enrol(week, own, np.flatnonzero(own["usual_member"] & customer & ~own["enrolled"] & (rate > 0)))
    own["enrolled"][own["enrolled"] & (rate == 0)] = False
    own["governed_by"][~own["enrolled"] & (rate > 0)] = AS_IT_IS  # until they are members


def term(week: Week, plays: list[ActivePlay], own: Mapping[str, NDArray[Any]], p: Any) -> Floats:
    """Return what another rate, or none, does to the log of people's own purchases, shape (people,)."""
    felt = -own["rebate_missed"]
    for play in plays:
        if not decides(play.settings):
            continue
        rows = np.flatnonzero(own["usual_member"] & play.reached)
        chosen = play.settings if programme.is_offered(play.settings) else None
        goal = programme.goal_of(chosen or settings_of(week.market), week)
        unaided = goal / week.people["mean_spend"][rows] / p.goal_weeks
        room = programme.headroom(programme.usual_rate(week, rows), unaided)
        felt[rows] += play.strength * room * own["rebate_news"][rows]
        felt[rows] -= room * _missing(week, own, rows, p)
    return felt


def _missing(
    week: Week, own: Mapping[str, NDArray[Any]], rows: NDArray[np.int64], p: Any
) -> Floats:
    """Return what members of a lower rate miss of what joining still brings, log points."""
    rate = own["rebate_now"][rows]
    usual = programme.generosity(week.market["usual_rebate"], p.reference_rebate)
    less = np.maximum(usual - programme.generosity(rate, p.reference_rebate), 0.0)
    half_a_card = own["goal_pull"][rows] / 2.0 * (rate == 0)
    fade = np.exp2(-week.people["tenure"][rows] / p.half_life_weeks)
    return fade * (own["room_lift"][rows] * less + half_a_card)


def collect(week: Week, own: dict[str, NDArray[Any]]) -> None:
    """Credit points of the programme as it is, to members whose rate no play decides."""
    left_alone = own["governed_by"] == AS_IT_IS
    rows = np.flatnonzero(left_alone & own["usual_member"] & (week.spend > 0))
    programme.collect(week, settings_of(week.market), AS_IT_IS, rows, own)


def given(week: Week, own: Mapping[str, NDArray[Any]]) -> Floats:
    """Return the face value of what the programme as it is would give this week, shape (people,)."""
    return week.market["usual_rebate"] * week.spend * own["usual_member"]
