r"""The community that a firm keeps already: its members, its cost, and what more of it or its end does.

A market says which part of the customers is in it (`usual_community`, m) and how many hours a week hosts
give it, per 1,000 members (`usual_hosting`, h). In week 0 its members are there: whoever joins rather, by
expit(a + b_z z + b_r z(log rate)), a such that m of the active customers are in; newcomers join by the
same law with their first purchase. Each belongs as those hours make one belong in the long run,

    B0 = expit(c + c_z z + c_h h / (h + half)),

c, c_z and c_h as in `mechanism`. What members buy and tell is in the figures of the log, so that what
acts is B - B0: as it is, the community moves nothing. In every strategy and in the baseline it costs, a
week, of N members of the whole firm,

    min(pay(u + h N / 1000), pay(h N / 1000) + fee(N)),

u being `platform_hours`, pay(.) as in `sim.world.staffing` and fee(N) the rent of `sim.world.renting`: a
platform of the firm's own takes its people the same hours for any number of members, a rented one is
asked for by the member and run by the hosts. What was built once is spent, so that of the rule by which a
new community is built or rented its upkeep is left against the fee; a firm that has kept one for long is
taken to have the cheaper. So a small one costs little, and its end saves no more than that.

A play adds to it: its hosts are h where it names fewer, nothing is built, and it is charged for what it
gives beyond. A play that ends it (`end_community`) does so for those whom it reaches, while it lasts:
their belonging fades towards 0, at once and not as far as the firm carries things out, since what is
closed is closed; and their part of the cost is saved.

| symbol | name | unit | shape |
|---|---|---|---|
| member by the law above | `insider` | yes/no | (people,) |
| B0 | `usual_belonging_of` | share | (people,) |
| B0 where an insider is a customer, else 0 | `belonging_as_usual` | share | (people,) |
| cost of an insider over what insiders spend | `upkeep_share` | share of spend | (people,) |

Source of how belonging grows and fades, and of what it does: the module `mechanism`. Known limits: a
newcomer belongs from the first purchase; what is said at the end of a community, and to whom, was not
studied; whoever is invited into it stays beyond the play, and is then hosted for nothing.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from sim.common.random_numbers import Floats
from sim.levers.base import Week
from sim.market.market import Market
from sim.world.population import ACTIVE
from sim.world.renting import weekly_fee
from sim.world.staffing import price_of_hour
from sim.world.traits import average_log_odds


def is_kept(market: Market) -> bool:
    """Return whether the firm keeps a community already."""
    return market["usual_community"] > 0


def begin(week: Week, own: dict[str, NDArray[Any]], usual: Floats, p: Any) -> None:
    """Let the members of week 0 be there, each belonging as the usual hosts make them.

    Parameters
    ----------
    week : Week
    own : dict of ndarray
        The lever's columns, which are written; `eagerness` is there.
    usual : ndarray, shape (people,)
        Chance that a member is there in a week, with the usual hosts.
    p : Parameters
    """
    customer = week.people["status"] == ACTIVE
    average = average_log_odds(own["eagerness"][customer], week.market["usual_community"])
    chance = expit(average + own["eagerness"])
    own["insider"][:] = week.uniform("community as it is", once=True) < chance
    own["usual_belonging_of"][:] = usual
    members = np.flatnonzero(own["insider"] & customer)
    join(week, own, members)
    own["week_joined_community"][members] -= np.round(week.people["tenure"][members]).astype(
        np.int16
    )
    spend = week.people["category_rate"] * week.people["base_share"] * week.people["mean_spend"]
    spent = float(np.sum(spend, where=own["insider"] & customer))
    paid = float(np.sum(upkeep(week, own, p)))
    own["upkeep_share"][own["insider"]] = paid / spent if spent > 0 else 0.0


def join(week: Week, own: dict[str, NDArray[Any]], joins: NDArray[np.int64]) -> None:
    """Make some customers members who belong as is usual."""
    own["community_member"][joins] = True
    own["belonging"][joins] = own["usual_belonging_of"][joins]
    own["belonging_as_usual"][joins] = own["usual_belonging_of"][joins]
    own["week_joined_community"][joins] = week.number


def update(week: Week, ended: NDArray[np.bool_], own: dict[str, NDArray[Any]]) -> None:
    """Let newcomers join, and forget what is usual for those who are no customers any more."""
    customer = week.people["status"] == ACTIVE
    own["belonging_as_usual"][~customer] = 0.0
    insider = own["insider"] & customer
    own["belonging_as_usual"][insider] = own["usual_belonging_of"][insider]
    join(week, own, np.flatnonzero(insider & ~own["community_member"] & ~ended))


def upkeep(week: Week, own: Mapping[str, NDArray[Any]], p: Any) -> Floats:
    """Return what the community as it is costs a week, shape (people,): each insider an equal part."""
    insider = own["insider"] & (week.people["status"] == ACTIVE)
    members = float(insider.sum())
    hosting = members * week.market["usual_hosting"] / 1000
    hours = hosting + p.platform_hours / week.scale
    fixed, each = weekly_fee(week.market, members)
    rented = hosting * price_of_hour(week, hosting) + fixed / week.scale + each
    cost = min(hours * price_of_hour(week, hours), rented)
    return insider * (cost / max(members, 1.0))
