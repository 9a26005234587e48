r"""Social platforms as one public place: what is written of the firm, who sees it, and who joins for it.

*Users' posts.* Whoever talks also writes, praise and blame as in `sim.model.week.word_of_mouth`, in the
same proportion as ever, so that only changes against usual count. With g and b the praise and blame
said in a week over all that is said in a usual one (times A_w, the customers expected over those of
week 0), what is in sight fades with a life of l weeks:

    G <- G - G / l + g / l,     B <- B - B / l + b / l,     U <- U - U (1 + a) / l + b / l.

G + B is 1 as usual; U is the blame that nobody has answered or taken down, which `answering` a hides
faster.

*Reach.* The share of prospects who see the firm in a week is R(v) = 1 - (1 - R*)^v at v = G + B + f,
R* the usual one and f what firm and members add (`posts`). *Rating.* Of five stars, 1 + 4 G / (G + k U):
what is bad is seen k times as often. *Joining.* The hazard of whom no talk brings is multiplied by
e^eta, of what the firm itself does there,

    eta = e_v ln(R(G + B + f) / R(G + B)) + e_r ln(rating(U) / rating(B)) + epsilon ln(1 + money / usual).

What customers write by themselves counts within talk, as without a presence, and not a second time: else
a presence of next to nothing would bring whom better service brings already. The first two are the
elasticities of sales to volume and tone of what is written (you2015), the third that of customers won to
what is spent on reach, which follows from what its next dollar brings back (`sim.model.week.recruits`).
Who is put down to the platform (the part 1 - e^(-eta) of those whom no talk brings) is paid for by what
the platform costs, and not a second time as usual reach is. Talk on ties stays as it is.

*Share of voice.* Rivals write as usual: with s the firm's share of purchases and v = G + B + f, the
firm's is s v / (s v + 1 - s) (`sim.measures.definitions`).

Sources: you2015 (elasticities), proserpio2017 (answers), berger2012 (what spreads). Known limits: one
public place for all platforms; rivals do not answer; what firm and members post counts as what users
write does; customers who read are moved by nothing, since trials find that following a firm does nothing
by itself (john2017).
"""

from dataclasses import dataclass
from typing import Protocol

import mesa
import numpy as np

STARS = 5


@dataclass(frozen=True)
class UsualWeek:
    """What a platform is compared with.

    Attributes
    ----------
    praise, blame : float
        Messages that customers are expected to say in week 0.
    money : float
        What usual reach costs in it, currency, for the simulated people.
    """

    praise: float
    blame: float
    money: float


class PublicLaws(Protocol):
    """How people respond to what is public, as in `sim.model.week.life_parameters.LifeParameters`."""

    @property
    def platform_reach(self) -> float:
        """Share of prospects who see the firm there in a week."""

    @property
    def post_weeks(self) -> float:
        """Weeks for which a post is in sight."""

    @property
    def blame_spread(self) -> float:
        """How often blame is seen, over praise."""

    @property
    def volume_elasticity(self) -> float:
        """Elasticity of joining to what is written."""

    @property
    def rating_elasticity(self) -> float:
        """Elasticity of joining to its rating."""


class Presence(Protocol):
    """What the firm does there in a week, as in `sim.levers.presence.Delivery`."""

    posts: float
    answering: float
    reach_bought: float


class Platform(mesa.Agent):
    """What is written of the firm in public, and what it does to prospects; idle without a presence.

    Parameters
    ----------
    model : mesa.Model
    life : PublicLaws
    usual : UsualWeek

    Attributes
    ----------
    reach_elasticity : float
        Elasticity of customers won to what is spent on reach, as it stands at week 0; 0 where no play
        may buy any.
    present : bool
        Whether the firm has been there yet.
    good, bad, unanswered : float
        Praise, blame and blame left standing in sight, over all that is in sight as usual.
    posts, money : float
        What firm and members add this week, over the same; and money for reach there, over the usual.

    Examples
    --------
    >>> model = LoyaltyModel(customers=100, weeks=4)
    >>> model.agents.select(agent_type=Platform).get("present")
    [False]
    """

    def __init__(self, model: mesa.Model, life: PublicLaws, usual: UsualWeek) -> None:
        super().__init__(model)
        self.life, self.usual, self.present = life, usual, False
        self.reach_elasticity = 0.0
        said = usual.praise + usual.blame
        self.good = usual.praise / said if said > 0 else 1.0
        self.bad = self.unanswered = 1.0 - self.good
        self.posts = self.money = 0.0

    @property
    def volume(self) -> float:
        """What is written of the firm over the usual: G + B + f."""
        return self.good + self.bad + self.posts

    @property
    def reach(self) -> float:
        """Share of prospects who see the firm this week, over the usual share."""
        return self._reach(self.volume)

    @property
    def rating(self) -> float:
        """Mean rating that prospects see, from 1 to 5 stars."""
        return self._rating(self.unanswered)

    @property
    def lift(self) -> float:
        """Log factor on the joining hazard of whom no talk brings: eta, 0 without a presence."""
        if not self.present:
            return 0.0
        life, unaided = self.life, max(self._reach(self.good + self.bad), 1e-6)
        by_volume = life.volume_elasticity * np.log(max(self.reach, 1e-6) / unaided)
        by_tone = life.rating_elasticity * np.log(self.rating / self._rating(self.bad))
        return float(by_volume + by_tone + self.reach_elasticity * np.log1p(self.money))

    def _reach(self, volume: float) -> float:
        usual = self.life.platform_reach
        return float(-np.expm1(volume * np.log1p(-usual)) / usual)

    def _rating(self, blame: float) -> float:
        seen = self.good + self.life.blame_spread * blame
        return 1.0 + (STARS - 1) * (self.good / seen if seen > 0 else 1.0)

    def find_presence(self, presence: Presence) -> bool:
        """Return whether the firm is there, or has been; `present` is written."""
        self.present |= bool(presence.posts or presence.answering or presence.reach_bought)
        return self.present

    def take_in(self, praise: float, blame: float, customers: float, presence: Presence) -> None:
        """Move what is in sight by what is written this week, and by what the firm does about it.

        Parameters
        ----------
        praise, blame : float
            Messages that customers are expected to say this week.
        customers : float
            Expected customers over those of week 0, A_w.
        presence : Presence
            Of this week.
        """
        usual = (self.usual.praise + self.usual.blame) * customers
        fades = 1.0 / self.life.post_weeks
        good, bad = (fades * x / usual if usual > 0 else 0.0 for x in (praise, blame))
        self.good += good - fades * self.good
        self.bad += bad - fades * self.bad
        self.unanswered += bad - min(1.0, fades * (1.0 + presence.answering)) * self.unanswered
        self.posts = presence.posts
        self.money = presence.reach_bought / self.usual.money if self.usual.money > 0 else 0.0
