r"""What people let in of a firm's messages: some have opted out, some do, some set frequency and topics.

A share m of the known customers has opted out before week 0 (`opted_out` of the market), drawn by lot,
and gets no marketing of any lever (`sim.levers.messages`) or of the firm; what they buy is in the log as
it is. Newcomers have not. Under the usual messages a chance h a week makes up for them
(`sim.model.week.opting_out`), so that m stays as long as nothing new is done. With M messages in mind,
F* of them if all the usual ones are let in and none is added, whoever still lets some in has had enough
in a week with chance

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
many take fewer). Known limits: nobody opts in again; members of a programme or a community have no
consent of their own; who has opted out buys as all others do; where nobody is written to as usual nobody
has opted out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.kernels.states import anybody
from sim.levers.base import ActivePlay, Week, blend
from sim.market.market import Market
from sim.world.population import ACTIVE, LAPSED


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
) -> NDArray[np.int64]:
    """Let people opt out or set what they get, this week.

    Parameters
    ----------
    week : Week
    plays : sequence of ActivePlay
    own : mapping of str to ndarray
        `let_in`, `let_in_as_usual` and `portrait` are written.
    p : Parameters

    Returns
    -------
    ndarray of int, shape (m,)
        Who lets in another share than before, with or without what the firm does.
    """
    offered = blend(plays, lambda chosen: chosen.preference_centre, week.trips.size)
    active = week.people["status"] == ACTIVE
    if offered.any():
        able = np.flatnonzero(active & (offered > 0.0))
        rate = p.topics_set / WEEKS_A_YEAR * offered[able]
        own["portrait"][able[week.uniform("sets topics", able) < rate]] += p.topics_tell
    anyway = _as_usual(week, active, own)
    fed_up = _fed_up(week, active, own, p)
    own["let_in_as_usual"][anyway] = 0.0
    can = p.opt_down * offered[fed_up] * (own["let_in"][fed_up] == 1.0)
    takes_fewer = week.uniform("takes fewer messages", fed_up) < can
    own["let_in"][fed_up] = np.where(takes_fewer, p.own_frequency, 0.0)
    own["portrait"][fed_up[takes_fewer]] += p.topics_tell
    return np.union1d(anyway, fed_up)


def _as_usual(
    week: Week, active: NDArray[np.bool_], own: Mapping[str, NDArray[Any]]
) -> NDArray[np.int64]:
    """Return who opts out this week if nothing new is done."""
    if not is_asked(week.market):
        return np.zeros(0, dtype=np.int64)
    able = np.flatnonzero(active & (own["let_in_as_usual"] > 0.0))
    return able[week.uniform("tires of the usual", able) < week.opting_out]


def _fed_up(
    week: Week, active: NDArray[np.bool_], own: Mapping[str, NDArray[Any]], p: Any
) -> NDArray[np.int64]:
    """Return who has had enough this week of what the firm sends."""
    fatigue, usual = week.people["fatigue"], week.usual
    tired = anybody(fatigue)
    if not (tired or is_asked(week.market)):
        return np.zeros(0, dtype=np.int64)
    able = np.flatnonzero(active & (own["let_in"] > 0.0))
    in_mind = own["let_in_as_usual"][able] * usual.in_mind + fatigue[able]
    enough = np.zeros(able.size, dtype=np.bool_)
    if is_asked(week.market):
        part = np.clip(in_mind / usual.in_mind, 0.0, 1.0)
        enough |= week.uniform("tires of the usual", able) < week.opting_out * part
    if tired:
        above = np.maximum(in_mind - usual.in_mind, 0.0) / usual.weeks_in_mind
        enough |= week.uniform("has had enough", able) < -np.expm1(-p.opt_out * above)
    return able[enough]
