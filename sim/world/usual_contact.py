r"""How much the firm writes to its customers as it is, and what is usual of all that comes of it.

With u messages a week and the laws of `sim.model.week.attitudes`, the messages in mind settle where as
many are forgotten as come in, and the share that gets through with them:

    F* = u k / (1 - k),   k = 2^(-1/h),      a* = exp(-F* / F0).

Customers of week 0 and newcomers stand there. What anything does is counted from there, so that the
usual contact alone moves nothing: its effect is in the rates of the log already (a firm that is taken
to write to nobody would owe its rates to nothing, and the next message would do too much).

| symbol | value or parameter | unit |
|---|---|---|
| u | usual_messages over the weeks of a month | messages a week |
| h, F0 | fatigue_half_life_weeks, fatigue_scale | weeks, messages |

Source: the balance of a stock that fades geometrically, as of advertising (Nerlove & Arrow 1962, from
memory). Known limit: all customers get the same number.
"""

from dataclasses import dataclass

import numpy as np

from sim.common.calendar import WEEKS_A_MONTH
from sim.market.market import Market


@dataclass(frozen=True)
class UsualContact:
    """What customers are used to.

    Attributes
    ----------
    messages : float
        Messages a week, of all kinds.
    matching : float
        Share of them chosen by what the person buys.
    in_mind : float
        Messages in mind at this balance, F*.
    attention : float
        Share of a message that then gets through, a*.
    weeks_in_mind : float
        Weeks for which a message stays in mind, k / (1 - k).
    """

    messages: float
    matching: float
    in_mind: float
    attention: float
    weeks_in_mind: float

    @classmethod
    def of(cls, market: Market, half_life: float, scale: float) -> "UsualContact":
        """Return the usual contact of a market.

        Parameters
        ----------
        market : Market
        half_life : float
            Weeks in which half of the messages are forgotten.
        scale : float
            Messages in mind that cost two thirds of attention.
        """
        kept, weekly = 2.0 ** (-1.0 / half_life), market["usual_messages"] / WEEKS_A_MONTH
        in_mind = weekly * kept / (1.0 - kept)
        attention = float(np.exp(-in_mind / scale))
        return cls(weekly, market["usual_matching"], in_mind, attention, kept / (1.0 - kept))


#: Where nobody is written to.
NO_CONTACT = UsualContact(0.0, 0.0, 0.0, 1.0, 1.0)
