r"""Goals with a deadline: buy more than usual within some weeks, for a reward.

Every `goal_every` weeks each customer whom the firm has known for `goal_within` weeks or more is told, by
a message, that they are asked for

    k_i = max(ceil((1 + goal_stretch) f_i W), 1) trips within W = goal_within weeks,

f_i being the purchases on record over the weeks that the firm has known them: what was usual as the firm
sees it, so that whoever was lucky before is asked for more (wang2016 asked for a set percentage over each
guest's own nights of the eight months before). A goal is reached by trips that are made and by nothing
else, so that the share who do is a prediction. While n_i of k_i trips are made, own sales rise by

    headroom_i goal_gradient n_i / k_i  log points,   headroom_i = clip(1 - lambda_i W / k_i, 0, 1),

until they are all made: the pull of a reward at hand (kivetz2006), the same as along a card, of which
whoever would make k_i anyway feels nothing (liu2007; `programme.headroom`). The reward is due at once. At
the deadline the log of own sales moves by `goal_met_gain` of those who made it and by `goal_missed_loss`
of those who did not, and what it moved by halves every `status_half_life_weeks`. That the first is
positive and the second negative for eight months was found in a randomised trial with 95 532 guests, of
whom a fifth made it; the sizes were not seen. As all who had been asked together bought more afterwards,
the gain is more than four times the loss at central values.

Known limits: those with a high standing mind a missed goal more (wang2016), the model's mind it alike;
nobody gives up a goal that is out of reach, whose pull is small as little of it is made.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.random_numbers import Floats
from sim.levers.base import ActivePlay, Week
from sim.levers.incentives import programme
from sim.levers.messages import let_in
from sim.world.population import ACTIVE

#: What is sent, of `sim.levers.messages`.
SETS = ("incentives", "goal_stretch")


def are_set(chosen: Any) -> bool:
    """Return whether a play sets goals."""
    return chosen.goal_stretch > 0


def begin(chosen: Any, week: Week) -> bool:
    """Return whether goals are set this week."""
    return are_set(chosen) and week.number % chosen.goal_every == 0


def asked_for(purchases: Floats, weeks_known: Floats, stretch: float, within: int) -> Floats:
    """Return the trips that people are asked for.

    Parameters
    ----------
    purchases : ndarray, shape (m,)
        On record, after the first.
    weeks_known : ndarray, shape (m,)
        Since the first.
    stretch : float
        Share above what is usual.
    within : int
        Weeks from start to deadline.

    Returns
    -------
    ndarray, shape (m,)
        Whole trips.
    """
    usual = purchases / weeks_known * within
    return np.maximum(np.ceil((1.0 + stretch) * usual), 1.0)


def update(week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]], p: Any) -> None:
    """Let feelings fade, close the goals whose deadline is over, and set new ones.

    Parameters
    ----------
    week : Week
    plays : sequence of ActivePlay
    own : dict of ndarray
        The lever's columns; those of goals are written.
    p : Parameters
    """
    own["goal_feeling"] *= 2.0 ** (-1.0 / p.status_half_life_weeks)
    over = np.flatnonzero((own["goal_trips"] > 0) & (own["goal_until"] <= week.number))
    made = own["goal_made"][over] >= own["goal_trips"][over]
    own["goal_feeling"][over] += np.where(made, p.goal_met_gain, p.goal_missed_loss)
    own["goal_trips"][over] = 0
    for play in plays:
        if begin(play.settings, week):
            _set(week, play, own)


def _set(week: Week, play: ActivePlay, own: dict[str, NDArray[Any]]) -> None:
    """Ask whom a play reaches, as far as it is carried out, and whom the firm has known long enough."""
    chosen, people = play.settings, week.people
    could = play.served & (people["tenure"] >= chosen.goal_within) & (own["goal_trips"] == 0)
    rows = np.flatnonzero(could & (people["status"] == ACTIVE))
    rows = rows[week.uniform("goal", rows) < play.strength * let_in(week, *SETS, rows)]
    purchases, known = people["frequency"][rows], people["tenure"][rows]
    own["goal_trips"][rows] = asked_for(purchases, known, chosen.goal_stretch, chosen.goal_within)
    own["goal_made"][rows] = 0
    needed = own["goal_trips"][rows] / chosen.goal_within
    own["goal_room"][rows] = programme.headroom(programme.usual_rate(week, rows), needed)
    own["goal_until"][rows] = week.number + chosen.goal_within
    own["goal_reward"][rows] = chosen.goal_rebate


def pull(own: Mapping[str, NDArray[Any]], p: Any) -> Floats:
    """Return what open goals and the outcome of past ones do to the log of own sales, shape (people,)."""
    trips, made = own["goal_trips"], own["goal_made"]
    is_open = (trips > 0) & (made < trips)
    return own["goal_feeling"] + p.goal_gradient * own["goal_room"] * np.where(
        is_open, made / np.maximum(trips, 1), 0.0
    )


def collect(week: Week, own: dict[str, NDArray[Any]]) -> Floats:
    """Count the week's trips towards open goals, and return the face value of rewards just earned.

    A goal is worth `goal_rebate` of average trips, as many as it asks for.

    Returns
    -------
    ndarray, shape (people,)
        Currency.
    """
    trips, before = own["goal_trips"], own["goal_made"].copy()
    own["goal_made"][trips > 0] += week.trips[trips > 0]
    earned = (trips > 0) & (before < trips) & (own["goal_made"] >= trips)
    return earned * own["goal_reward"] * trips * week.market.mean_trip_spend
