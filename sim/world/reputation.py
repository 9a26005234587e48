r"""The firm's reputation: what the public thinks of it, slow to move and slow to forget.

In standard deviations between firms of a trade, 0 as usual. Two parts fade with one half-life h, of which
kappa = 2^(-1/h) is left after a week:

    own    <- kappa own    + (1 - kappa) D,
    public <- kappa public + (1 - kappa) t ln((g / b) / (g* / b*)) - c X,
    reputation = own + n public.

*Own* is what the firm does for it, D the standing to which its conduct and its staff would bring it in
the end (`sim.levers.emotional_connection`, `sim.levers.organisation`). *Public* is what becomes of it by
itself: g and b are the praise and blame that customers are expected to say in a week, g* and b* what the
same customers would say of the same purchases had the firm gone on as usual
(`sim.model.week.usual_conduct`), and X the damage of breaches of data, 1 each less what openness spares.
Failures count by the talk that they leave. So a firm that goes on as usual keeps its name, but for
breaches: who comes, who leaves and how often people buy move praise, and are no conduct of the firm's.
n is the market's `public_notice`, how far all this is heard of beyond those whom it reaches; where a
market says nothing of it, n = 0 and nobody hears.

*Joining.* The hazard of whom no talk brings is multiplied by e^(beta reputation). What usual reach costs
stays what it is, whether it wins more or fewer (`sim.model.week.recruits`).

What is not counted twice: talk of the last weeks brings people on ties (`sim.model.week.word_of_mouth`),
and what the firm does on a platform brings them in that week (`sim.world.platform`). Only what is
remembered of tone stands here, and only for those whom no talk brings. Stories and values that customers
are told act on their attachment alone.

Sources: luca2011 and you2015 (beta, of one standard deviation of mean ratings), luo2009 and marzilli2014
(how long what is heard lasts), yeung2012 (shocks that pass and shocks that stay). Known limits:
customers are not moved by it, as they know the firm from their own purchases; rivals' reputation stays as
it is; one public for all prospects; good deeds do not shield from a breach.
"""

from typing import Protocol

import mesa
import numpy as np


class ReputationLaws(Protocol):
    """How the public judges, as in `sim.model.week.life_parameters.LifeParameters`."""

    @property
    def reputation_half_life_weeks(self) -> float:
        """Weeks after which half is forgotten."""

    @property
    def talk_on_reputation(self) -> float:
        """Gain by one unit of the log odds of praise that lasts, SD."""

    @property
    def breach_on_reputation(self) -> float:
        """Loss by a breach, SD."""

    @property
    def reputation_on_joining(self) -> float:
        """Log hazard of joining per SD."""


class Reputation(mesa.Agent):
    """What the public thinks of the firm; at rest while nothing moves it.

    Parameters
    ----------
    model : mesa.Model
    life : ReputationLaws
    notice : float
        How far talk and breaches become public, n, share.

    Attributes
    ----------
    own, public : float
        What the firm has done for it, and what has become of it by itself, SD.

    Examples
    --------
    >>> model = LoyaltyModel(customers=100, weeks=4)
    >>> model.agents.select(agent_type=Reputation).get("value")
    [0.0]
    """

    def __init__(self, model: mesa.Model, life: ReputationLaws, notice: float) -> None:
        super().__init__(model)
        self.life, self.notice = life, notice
        self.own = self.public = 0.0

    @property
    def value(self) -> float:
        """Reputation beyond the usual, SD between firms."""
        return self.own + self.notice * self.public

    @property
    def lift(self) -> float:
        """Log factor on the joining hazard of whom no talk brings, 0 as usual."""
        return self.life.reputation_on_joining * self.value

    @property
    def is_heard_of(self) -> bool:
        """Whether talk and breaches become public at all."""
        return self.notice > 0.0

    def move(self, aim: float, damage: float, odds: float) -> None:
        """Move by what the firm does, by this week's breach and by what customers say.

        Parameters
        ----------
        aim : float
            Standing to which the firm's own doing would bring it in the end, D, SD.
        damage : float
            Of a breach this week, X; 0 without one.
        odds : float
            Odds of praise over those had the firm gone on as usual, (g / b) / (g* / b*).
        """
        kept = 2.0 ** (-1.0 / self.life.reputation_half_life_weeks)
        self.own = kept * self.own + (1.0 - kept) * aim
        if not self.is_heard_of:
            return
        tone = self.life.talk_on_reputation * float(np.log(odds))
        self.public = kept * self.public + (1.0 - kept) * tone
        self.public -= self.life.breach_on_reputation * damage
