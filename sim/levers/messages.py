"""What levers write to customers or call them for, and which of it needs their consent: one record.

Marketing is what the firm begins: offers, stories, greetings, thanks, invitations, requests, calls.
Service is what a customer's own purchase, complaint or question calls for. Whoever has opted out gets no
marketing of any lever, whoever takes fewer messages gets that share of it, and what is not let in is
neither felt nor paid for: `sim.levers.personalisation.consent` is at work wherever some play writes.
Service reaches everybody, and none of it is counted as a message, since it is answered as usual. What is
public (posts, answers to reviews, prices, what a programme gives at the till) is written to nobody.

Source: who objects to direct marketing is sent none, by whatever means (Regulation (EU) 2016/679,
article 21; Directive 2002/58/EC, article 13), and to ask how content somebody is counts as such
(Bundesgerichtshof, VI ZR 225/17), all from memory. Known limit: one consent for everything, where some
firms ask by channel.
"""

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.common.random_numbers import Floats
from sim.levers.base import Schema, Week

Kind = Literal["marketing", "service"]

#: (lever, setting) -> what it is.
MESSAGES: Mapping[tuple[str, str], Kind] = {
    ("feedback", "suggestions"): "marketing",  # an invitation to suggest
    ("feedback", "thanks"): "marketing",
    ("feedback", "survey_every"): "marketing",
    ("feedback", "close_loop"): "service",  # an answer to what somebody has said
    ("feedback", "empathy"): "service",
    ("feedback", "speed"): "service",
    ("personalisation", "messages"): "marketing",
    ("personalisation", "matching"): "marketing",
    ("personalisation", "familiarity"): "marketing",
    ("personalisation", "retention_calls"): "marketing",
    ("omnichannel", "nudges"): "marketing",
    ("emotional_connection", "moments"): "marketing",
    ("emotional_connection", "stories"): "marketing",
    ("cocreation", "calls"): "marketing",
    ("community", "invitations"): "marketing",
    ("community", "events"): "marketing",  # announced to members
    ("community", "contests"): "marketing",
    ("incentives", "goal_stretch"): "marketing",  # a goal is told by a message
    ("service_quality", "guidance"): "service",  # how to use what was bought
    ("service_quality", "aftercare"): "service",
    (
        "data_stewardship",
        "transparency",
    ): "service",  # what is collected, which the law asks to tell
}


#: Levers that may write to customers for marketing.
SENDERS = frozenset(lever for (lever, _), kind in MESSAGES.items() if kind == "marketing")


def writes(lever: str, chosen: Schema) -> bool:
    """Return whether a play of a lever with these settings sends marketing to anybody."""
    return any(
        getattr(chosen, setting) > 0
        for (sender, setting), kind in MESSAGES.items()
        if sender == lever and kind == "marketing"
    )


def let_in(
    week: Week, lever: str, setting: str, rows: NDArray[np.int64] | slice = slice(None)
) -> Floats | float:
    """Return the share of what a setting sends that some people let in.

    Parameters
    ----------
    week : Week
    lever, setting : str
        Of `MESSAGES`.
    rows : ndarray of int, shape (m,), or slice
        Everybody by default.

    Returns
    -------
    ndarray, shape (m,), or float
        1 where no consent is needed, and where nobody has opted out.
    """
    if MESSAGES[lever, setting] == "service" or "let_in" not in week.people:
        return 1.0
    part: Floats = week.people["let_in"][rows]
    return part
