r"""Incentives: points towards a reward, and discounts.

Members collect a point per unit of currency; spending as much as `reward_trips` average trips of the
market earns a reward worth `rebate` of that spend, as often as it is reached. A member's purchase term is

    headroom_i fade_i [lift g(rebate) + goal_gradient progress_i] / (1 - share),
    headroom_i = clip(1 - lambda_i / lambda*_i, 0, 1),   fade_i = 2^(-weeks since joining / half-life),
    g(rebate) = (1 - exp(-rebate / reference)) / (1 - exp(-1)),

where lambda* is the rate that earns a reward within `goal_weeks` unaided: heavy buyers claim rewards
without changing (liu2007). People join by expected benefit: expit(intercept + slope z(log lambda)).
A discount is a lower price on part of the basket, elasticity basket_share ln(1 - discount) / (1 - share),
and is paid on every trip, also on those that would have happened anyway. Dividing by 1 - share turns a
change of the log share into one on the logit. Points are charged when they are earned, at their expected
cost (face value x redemption x marginal cost over face value), and released when the customer is lost, so
that rewards redeemed and rewards outstanding both count, each once.

| symbol | name | unit | shape |
|---|---|---|---|
| progress | `points` over those of a reward | share | (people,) |
| lambda | category_rate * base_share | trips per week | (people,) |
| enrolled | `enrolled`, `week_enrolled` | yes/no, week | (people,) |

Sources: leenheer2007, nastasoiu2021 (size of the lift: 3 points of share of wallet against 0.5 to 4 % of
sales pull apart; the second binds), liu2007 (headroom), meyerwaarden2009 (fading), kivetz2006 (goal
gradient), bijmolt2005 (price). Known limits: no tiers, no referral rewards, no buying ahead; a lasting
discount counts as a lower regular price.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.special import expit

from sim.ledger import Ledger
from sim.mechanisms.base import ActivePlay, Cost, Mechanism, Schema, Week, blend
from sim.population import ACTIVE, Column
from sim.randomness import Floats


def headroom(rate: Floats, unaided_rate: Floats) -> Floats:
    """Give how far a reward can still move a person, from 0 (earns it anyway) to 1.

    Parameters
    ----------
    rate : ndarray, shape (people,)
        Usual purchase rate at the firm.
    unaided_rate : ndarray, shape (people,)
        Rate that earns the reward in time without any change; infinite where there is no reward.

    Returns
    -------
    ndarray, shape (people,)
    """
    return np.clip(1.0 - rate / unaided_rate, 0.0, 1.0)


def generosity(rebate: float, reference: float) -> float:
    """Give the share of the full lift that a rebate buys: 1 at the reference, saturating above."""
    return float(np.expm1(-rebate / reference) / np.expm1(-1.0))


class Incentives(Mechanism):
    """Points, rewards and discounts."""

    name: ClassVar[str] = "incentives"

    class Settings(Schema):
        """What the firm chooses; by default there is no programme and no discount."""

        rebate: float = Field(0, ge=0, le=0.5, description="reward over the spend that earns it")
        reward_trips: float = Field(
            10, ge=1, le=1000, description="reward threshold: average trips that earn a reward"
        )
        discount: float = Field(0, ge=0, le=0.9, description="price cut on part of the basket")
        basket_share: float = Field(
            0.2, ge=0, le=1, description="share of the basket that the discount applies to"
        )

    class Parameters(Schema):
        """How people respond to incentives."""

        membership_lift: float = Field(ge=0, description="lift of a member's share, log points")
        reference_rebate: float = Field(gt=0, description="rebate that buys that lift, share")
        half_life_weeks: float = Field(gt=0, description="half-life of the effect, weeks")
        goal_gradient: float = Field(ge=0, description="pull of a reward at hand, log points")
        goal_weeks: float = Field(gt=0, description="time in which a reward is a goal, weeks")
        enrolment_intercept: float = Field(description="log odds that an average customer joins, 1")
        enrolment_slope: float = Field(description="change of it per SD of log rate, 1")
        redemption: float = Field(ge=0, le=1, description="share of rewards redeemed, share")
        reward_cost: float = Field(ge=0, le=1, description="marginal cost over face value, share")
        price_elasticity: float = Field(le=0, description="regular price elasticity, 1")

    columns: ClassVar[tuple[Column, ...]] = (
        Column("enrolled", "bool", 0, "yes/no", "member of the programme"),
        Column("week_enrolled", "int32", 0, "week", "week of joining the programme"),
        Column(
            "points", "float64", 0, "points", "collected towards the next reward, 1 per currency"
        ),
        Column("point_value", "float64", 0, "currency per point", "face value when last earned"),
        Column("point_play", "int8", 0, "index", "play that the points were earned in"),
        Column("reward_face", "float64", 0, "currency", "face value of this week's rewards"),
        Column("earned_face", "float64", 0, "currency", "face value of points earned this week"),
        Column("expired_face", "float64", 0, "currency", "face value of points lost this week"),
        Column("willingness", "float64", 0, "share", "chance to join a programme for everyone"),
    )
    sized_by: ClassVar[tuple[str, ...]] = ("rebate", "discount")

    def begin(self, week: Week, own: dict[str, NDArray[Any]]) -> None:
        """Work out who would join: the more often someone buys, the more a programme is worth."""
        log_rate = np.log(np.maximum(_usual_rate(week), 1e-12))
        active = week.people["status"] == ACTIVE
        spread = log_rate[active].std() if active.any() else 0.0
        score = (log_rate - log_rate[active].mean()) / spread if spread > 0 else 0.0
        p = self.parameters
        own["willingness"][:] = expit(p.enrolment_intercept + p.enrolment_slope * score)

    def update(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Let people join the programme; those who drop out lose membership and points."""
        gone = own["enrolled"] & (week.people["status"] != ACTIVE)
        own["enrolled"][gone] = False
        own["expired_face"][:] = 0.0
        own["expired_face"][gone] = own["points"][gone] * own["point_value"][gone]
        own["points"][gone] = 0.0
        offered = blend(plays, _has_programme, week.trips.size)
        # One uniform for life: whoever joins at a given offer also joins at a stronger one.
        luck = week.uniform("enrolment", once=True)
        joins = (
            (luck < offered * own["willingness"])
            & ~own["enrolled"]
            & (week.people["status"] == ACTIVE)
        )
        own["enrolled"][joins] = True
        own["week_enrolled"][joins] = week.number

    def effects(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> dict[str, Floats]:
        """Give the purchase term of membership, of the reward at hand and of the discount."""
        p, people = self.parameters, week.trips.size
        rate, spend = _usual_rate(week), week.people["mean_spend"]
        term = np.zeros(people)
        for play in plays:
            chosen = play.settings
            if _has_programme(chosen):
                goal = _goal(chosen, week)
                room = headroom(rate, goal / spend / p.goal_weeks)
                age = week.number - own["week_enrolled"]
                fade = np.exp2(-age / p.half_life_weeks)
                progress = np.minimum(own["points"] / goal, 1.0)
                pull = p.membership_lift * generosity(chosen.rebate, p.reference_rebate)
                pull = pull + p.goal_gradient * progress
                term += play.strength * own["enrolled"] * room * fade * pull
            saved = -chosen.basket_share * np.log1p(-chosen.discount)
            term += play.strength * (-p.price_elasticity * saved)
        return {"purchase": term / (1.0 - week.market["share_of_wallet"])}

    def settle(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Credit points for this week's spend and turn full cards into rewards."""
        own["reward_face"][:] = 0.0
        own["earned_face"][:] = 0.0
        for play in plays:
            chosen = play.settings
            if not _has_programme(chosen):
                continue
            member = np.flatnonzero(own["enrolled"] & (play.strength > 0) & (week.trips > 0))
            goal, earned = _goal(chosen, week), week.spend[member]
            own["points"][member] += earned
            own["point_value"][member] = chosen.rebate
            own["point_play"][member] = play.index
            own["earned_face"][member] = earned * chosen.rebate
            full = np.floor(own["points"][member] / goal)
            own["points"][member] -= full * goal
            own["reward_face"][member] = full * goal * chosen.rebate

    def cost(self, week: Week, play: ActivePlay, own: Mapping[str, NDArray[Any]]) -> Cost:
        """Give the expected cost of points earned, less expired, and discounts on every trip."""
        p, chosen = self.parameters, play.settings
        given = chosen.discount * chosen.basket_share * play.strength * week.spend
        points = (own["earned_face"] - own["expired_face"]) * (own["point_play"] == play.index)
        return Cost(0.0, np.zeros(week.trips.size), given + points * p.redemption * p.reward_cost)

    def book(self, own: Mapping[str, NDArray[Any]], ledger: Ledger) -> None:
        """Post points earned, turned into rewards and expired, at face value."""
        ledger.post("rewards_expense", "rewards_outstanding", float(own["earned_face"].sum()))
        ledger.post("rewards_outstanding", "rewards_given", float(own["reward_face"].sum()))
        ledger.post("rewards_outstanding", "rewards_expense", float(own["expired_face"].sum()))


def _has_programme(chosen: Any) -> bool:
    return chosen.rebate > 0


def _goal(chosen: Any, week: Week) -> float:
    """Give the points that earn a reward."""
    return chosen.reward_trips * week.market.mean_trip_spend


def _usual_rate(week: Week) -> Floats:
    return week.people["category_rate"] * week.people["base_share"]
