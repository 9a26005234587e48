r"""A reward for winning a friend: who recommends for it, whom it is paid to, and what that takes.

A reward makes more customers recommend, at a rate

    strength_i referral_rate g(reward / average trip) e^(slope S_i) a week,

g as for points (`programme.generosity`), and is paid for each friend who joins. It is paid as well for
friends who would have come without it: the firm cannot tell them apart, whoever recommends anyway claims
what is offered (biyalogorsky2001), and who comes by reach and sees that friends are paid for asks one
first. Of those whom talk, or whom neither talk nor a recommendation brings in a week, a share

    strength claimed_share,   strength reach_claimed_share

is claimed, each by one of the firm's customers; a play pays where that customer is one of its own. A
claim wins nobody and binds nobody, and reach is paid for as ever. Each reward that is paid takes
`claim_minutes` of service staff, who see that the friend is new and is paid for once. Codes or links,
tills or a checkout that know them, and terms take `referral_build_hours`, built or rented as every start
is.

Known limits: customers know of the reward without a message of its own; invented friends are found out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.random_numbers import Floats
from sim.levers.base import ActivePlay, Week
from sim.levers.incentives import programme
from sim.world.population import ACTIVE
from sim.world.staffing import wage_of

_MINUTES = 60


def is_offered(chosen: Any) -> bool:
    """Return whether a play rewards customers for friends."""
    return bool(chosen.referral_reward > 0)


def chances(week: Week, plays: Sequence[ActivePlay], p: Any) -> Floats | float:
    """Return each active customer's chance of recommending the firm for the reward this week."""
    rewarded = [play for play in plays if is_offered(play.settings)]
    if not rewarded:
        return 0.0
    chance, trip = np.zeros(week.trips.size), week.market.mean_trip_spend
    for play in rewarded:
        generous = programme.generosity(play.settings.referral_reward / trip, p.reference_referral)
        eager = np.exp(p.referral_slope * week.people["satisfaction"][play.rows])
        rate = play.strength * (p.referral_rate * float(generous))
        chance[play.rows] = np.minimum(1.0, rate * eager)
    return chance


def claim(week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]], p: Any) -> None:
    """Draw who claims a reward for a friend whom no recommendation for it brought this week.

    Parameters
    ----------
    week : Week
    plays : sequence of ActivePlay
    own : dict of ndarray
        The lever's columns; `claims` is written.
    p : Parameters
    """
    own["claims"][:] = 0.0
    if not any(is_offered(play.settings) for play in plays):
        return
    new = week.prospects & (week.people["status"] == ACTIVE)
    friends = np.flatnonzero(new & ~week.people["referred"])
    customers = np.flatnonzero((week.people["status"] == ACTIVE) & ~new)
    if not friends.size or not customers.size:
        return
    share = np.where(week.by_talk[friends], p.claimed_share, p.reach_claimed_share)
    luck = week.uniform("claim a reward", friends)
    place = np.floor(week.uniform("whose friend", friends) * customers.size).astype(np.int64)
    claimants = customers[place]
    for play in plays:
        if is_offered(play.settings):
            paid = (luck < play.strength * share) & play.served[claimants]
            np.add.at(own["claims"], claimants[paid], 1.0)


def paid(week: Week, own: Mapping[str, NDArray[Any]]) -> Floats:
    """Return how many friends each person is paid for this week, shape (people,)."""
    return week.referred_by + own["claims"]


def money(
    week: Week,
    play: ActivePlay,
    own: Mapping[str, NDArray[Any]],
    p: Any,
    rows: NDArray[np.int64],
) -> Floats | float:
    """Return what a play's rewards for friends cost this week, with the work on each, shape (m,)."""
    if not is_offered(play.settings):
        return 0.0
    asked = own["referral_play"][rows] == play.index
    work = p.claim_minutes / _MINUTES * wage_of(week.market, "service")
    return (play.settings.referral_reward + work) * paid(week, own)[rows] * asked
