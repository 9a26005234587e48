r"""What people let in of a firm's messages: some opt out, some set frequency and topics.

Whoever has F > 0 messages above the usual in mind, from whatever lever, has had enough in a week with
chance

    1 - exp(-opt_out F / D),

D being the weeks for which a message stays in mind (`sim.world.usual_contact`), so that F / D is the
number above the usual a week and `opt_out` the share whom one message drives out. The usual messages
drive out as many as come in, which is in the log. Where the firm offers a page of settings to a share o
of its customers, opt_down o of those who have had enough take fewer messages instead: a share
`own_frequency` of all that the firm writes. All others opt out, for good: they get no marketing of any
lever (`sim.levers.messages`), lose what the usual messages brought them, and tire no more. Fatigue is the
harm of messages that are read, opting out that of messages that are missing, so that none counts twice.

On a page of settings people say what interests them as well, those who take fewer and, by themselves, a
share topics_set o a year: that tells as much as some purchases (`portrait`).

Sources: kumar2014 (how much is written moves opting out), linkmobility2025 (how many), digioh2021 (how
many take fewer). Known limits: nobody opts in again; members of a programme or a community have no
consent of their own; that some of today's customers have opted out of the usual messages already is in
what a message brings on average, not in whom it reaches.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.kernels.states import anybody
from sim.levers.base import ActivePlay, Week, blend
from sim.world.population import ACTIVE


def choose(
    week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]], p: Any
) -> NDArray[np.int64]:
    """Let people opt out or set what they get, this week.

    Parameters
    ----------
    week : Week
    plays : sequence of ActivePlay
    own : mapping of str to ndarray
        `let_in` and `portrait` are written.
    p : Parameters

    Returns
    -------
    ndarray of int, shape (m,)
        Who lets in less than before.
    """
    offered = blend(plays, lambda chosen: chosen.preference_centre, week.trips.size)
    active = week.people["status"] == ACTIVE
    if offered.any():
        able = np.flatnonzero(active & (offered > 0.0))
        rate = p.topics_set / WEEKS_A_YEAR * offered[able]
        own["portrait"][able[week.uniform("sets topics", able) < rate]] += p.topics_tell
    fatigue = week.people["fatigue"]
    if not anybody(fatigue):
        return np.zeros(0, dtype=np.int64)
    tired = np.flatnonzero(active & (fatigue > 0.0) & (own["let_in"] > 0.0))
    enough = -np.expm1(-p.opt_out * fatigue[tired] / week.usual.weeks_in_mind)
    fed_up = tired[week.uniform("has had enough", tired) < enough]
    can = p.opt_down * offered[fed_up] * (own["let_in"][fed_up] == 1.0)
    takes_fewer = week.uniform("takes fewer messages", fed_up) < can
    own["let_in"][fed_up] = np.where(takes_fewer, p.own_frequency, 0.0)
    own["portrait"][fed_up[takes_fewer]] += p.topics_tell
    return fed_up
