r"""What people let in of a firm's messages: some have opted out, some do, some set frequency and topics.

A share m of the known customers has opted out before week 0 (`opted_out` of the market), drawn by lot,
and gets no marketing of any lever (`sim.levers.messages`) or of the firm; what they buy is in the log as
it is. Newcomers have not, nor has who joins again a year after leaving. Under the usual messages a chance
h a week makes up for them (`sim.model.week.opting_out`), so that m stays as long as nothing new is done.
With M messages in mind, F* of them if all the usual ones are let in and none is added, whoever still lets
some in has had enough in a week with chance

    1 - (1 - h min(M / F*, 1)) exp(-opt_out max(M - F*, 0) / D),    M = u F* + F,

F being those above the usual (`sim.model.week.attitudes`), u the share of the usual messages that this
person would let in if nothing new were done, and D the weeks for which a message stays in mind
(`sim.world.usual_contact`), so that (M - F*) / D is the number above the usual a week and `opt_out` the
share whom one message drives out, whatever lever sent it. Less than usual drives out fewer. Where the
firm offers a page of settings to a share o of its customers, opt_down o of those who have had enough take
fewer messages instead: a share `own_frequency` of all that the firm writes. All others opt out, for good:
they get no marketing, lose what the usual messages brought them, and tire no more. Fatigue is the harm of
messages that are read, opting out that of messages that are missing, so that none counts twice.

Whoever opts out of the usual messages would have done so anyway, by the same luck: u falls to 0 as well
and nothing is lost by it; what others miss who had opted out before is missed no longer.

On a page of settings people say what interests them as well, those who take fewer and, by themselves, a
share topics_set o a year: that tells as much as some purchases (`portrait`).

Sources: kumar2014 (how much is written moves opting out), linkmobility2025 (how many), digioh2021 (how
many take fewer). Known limits: no customer opts in again; members of a programme or a community have no
consent of their own; who has opted out buys as all others do; where nobody is written to as usual nobody
has opted out; where nobody has, the lever takes part beside plays that write alone, so that better data
then add nothing to the usual messages of other plans.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.kernels.rows import union
from sim.common.kernels.states import anybody
from sim.common.random_numbers import Floats, Ints
from sim.levers.base import ActivePlay, Week, blend
from sim.levers.personalisation import response
from sim.levers.personalisation.listeners import Listeners
from sim.market.market import Market
from sim.world.population import ACTIVE, LAPSED, PROSPECT

_NOBODY = np.zeros(0, dtype=np.int64)


def is_asked(market: Market) -> bool:
    """Return whether customers of a market have opted out, and go on to, when nothing new is done."""
    return market["usual_messages"] > 0.0 and market["opted_out"] > 0.0


def begin(week: Week, own: Mapping[str, NDArray[Any]]) -> None:
    """Draw who has opted out before week 0, of those whom the firm knows."""
    if not is_asked(week.market):
        return
    known = np.flatnonzero((week.people["status"] == ACTIVE) | (week.people["status"] == LAPSED))
    out = week.uniform("has opted out", known, once=True) < week.market["opted_out"]
    for name in ("let_in", "let_in_as_usual"):
        own[name][known[out]] = 0.0


def choose(
    week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]], p: Any
) -> None:
    """Let people opt out or set what they get, this week.

    Parameters
    ----------
    week : Week
    plays : sequence of ActivePlay
    own : mapping of str to ndarray
        `let_in`, `let_in_as_usual`, `missed` and `portrait` are written.
    p : Parameters
    """
    offered = blend(plays, lambda chosen: chosen.preference_centre, week.trips.size)
    active = week.people["status"] == ACTIVE
    if offered.any():
        able = np.flatnonzero(active & (offered > 0.0))
        rate = p.topics_set / WEEKS_A_YEAR * offered[able]
        own["portrait"][able[week.uniform("sets topics", able) < rate]] += p.topics_tell
    _forget(week, own)
    anyway, really = _of_the_usual(week, active, own)
    fed_up = union(really, _of_more(week, active, own, p))
    own["let_in_as_usual"][anyway] = 0.0
    can = p.opt_down * offered[fed_up] * (own["let_in"][fed_up] == 1.0)
    takes_fewer = week.uniform("takes fewer messages", fed_up) < can
    own["let_in"][fed_up] = np.where(takes_fewer, p.own_frequency, 0.0)
    own["portrait"][fed_up[takes_fewer]] += p.topics_tell
    _miss(week, union(anyway, fed_up), own, p)


def _miss(week: Week, rows: Ints, own: Mapping[str, NDArray[Any]], p: Any) -> None:
    """Note what some people miss of the usual messages, or get above what they would get of them."""
    own["missed"][rows] = 0.0
    others = rows[own["let_in"][rows] != own["let_in_as_usual"][rows]]
    if not others.size:
        return
    here, people = Listeners(week, own, p), week.people
    each = p.message_trips * week.usual.attention * here.worth_if_let_in(others)
    usually = here.let_in_as_usual(others)
    own["missed"][others] = response.share_term(
        people["base_share"][others],
        people["category_rate"][others],
        (here.let_in(others) - usually) * each,
        usually * each,
        p.winnable_trips,
    )


def _forget(week: Week, own: Mapping[str, NDArray[Any]]) -> None:
    """Let who is a prospect again, a year after leaving, be asked anew as any newcomer is."""
    limited = (own["let_in"] < 1.0) | (own["let_in_as_usual"] < 1.0)
    anew = np.flatnonzero(limited & (week.people["status"] == PROSPECT))
    own["let_in"][anew], own["let_in_as_usual"][anew], own["missed"][anew] = 1.0, 1.0, 0.0


def _of_the_usual(
    week: Week, active: NDArray[np.bool_], own: Mapping[str, NDArray[Any]]
) -> tuple[Ints, Ints]:
    """Return who tires of the usual messages this week if nothing new is done, and as it is."""
    if not is_asked(week.market):
        return _NOBODY, _NOBODY
    let_in, usually = own["let_in"], own["let_in_as_usual"]
    able = np.flatnonzero(active & ((let_in > 0.0) | (usually > 0.0)))
    luck = week.uniform("tires of the usual", able)
    hit = luck < week.opting_out
    rows, luck = able[hit], luck[hit]
    part = np.minimum(_in_mind(week, rows, own) / week.usual.in_mind, 1.0)
    as_it_is = (let_in[rows] > 0.0) & (luck < week.opting_out * part)
    return rows[usually[rows] > 0.0], rows[as_it_is]


def _of_more(
    week: Week, active: NDArray[np.bool_], own: Mapping[str, NDArray[Any]], p: Any
) -> Ints:
    """Return who tires this week of messages above the usual."""
    fatigue = week.people["fatigue"]
    if not anybody(fatigue):
        return _NOBODY
    able = np.flatnonzero(active & (fatigue > 0.0) & (own["let_in"] > 0.0))
    above = np.maximum(_in_mind(week, able, own) - week.usual.in_mind, 0.0)
    enough = -np.expm1(-p.opt_out * above / week.usual.weeks_in_mind)
    return able[week.uniform("has had enough", able) < enough]


def _in_mind(week: Week, rows: Ints, own: Mapping[str, NDArray[Any]]) -> Floats:
    """Return the messages that some people have in mind, M."""
    kept: Floats = own["let_in_as_usual"][rows] * week.usual.in_mind
    return kept + week.people["fatigue"][rows]
