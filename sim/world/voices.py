r"""How much of what customers miss and want is told by a number of them who speak.

A talk of an hour shows a need with a chance that follows a beta law with shapes a and b, so that n of
them show the share

    S(n) = 1 - B(a, b + n) / B(a, b)

of needs (griffin1993, from memory): the first ones most, thousands little more than hundreds, a handful
next to nothing. A voice, be it a complaint, a suggestion or an entry to a call for ideas, is about one
need where a talk shows a sixth of them: h voices tell as much as a talk, n = H / h.

| symbol | parameter | unit |
|---|---|---|
| a, b | needs_alpha, needs_beta | 1 |
| h | talk_voices | voices |

Known limit: the same h for all kinds of voices.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln


@dataclass(frozen=True)
class Voices:
    """The law by which voices tell.

    Attributes
    ----------
    per_talk : float
        Voices that tell as much as a talk, h.
    alpha, beta : float
        Shapes of how often a need is told in a talk, a and b.
    """

    per_talk: float
    alpha: float
    beta: float

    def share_told(self, number: float) -> float:
        """Return the share of customers' needs that a number of voices tells.

        Parameters
        ----------
        number : float
            Voices that the whole firm has heard, H.

        Returns
        -------
        float
            0 for none, towards 1 for many.
        """
        missed = betaln(self.alpha, self.beta + number / self.per_talk)
        return -float(np.expm1(missed - betaln(self.alpha, self.beta)))
