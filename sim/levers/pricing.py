r"""Pricing: how much the firm charges for good, how steadily, and whether people can see why.

A lasting change and swings of amplitude a on a part b of the basket give the price of an average basket
over that of week 0, in logs,

    p_i = ln(1 + strength_i b (rise - cut +- a)),

a changing its sign every `swing_weeks`. It moves the choice of the firm as lasting differences do,

    price term = elasticity p_i / (1 - S) x (1 + satisfied_slope clip(S_i, -1, 1) if p_i > 0),

so that the satisfied mind a rise less, the joining of prospects with the same elasticity, and what people
are used to paying (`sim.model.week.reference_price`). A rise is paid on top of the old price and is
margin in full; a cut is a cost on every trip, like any other discount, and counts in the budget.

Whoever bought of late and sees the price fall has paid more than others, and buys less from then on,

    A <- 2^(-1/half-life) A + (1 - A) (1 - e^(-(paid_i - p_i)+ / scale)) 2^(-weeks since / notice_weeks),

weeks since buying, with purchase term loss A / (1 - S): frequent changes antagonise, whatever the mean
price, though nobody more than in full. A rise that nobody explains seems unfair and costs trust,
unfair_trust_loss (1 - transparency) per log point; prices that can be seen through earn a little weekly.

| symbol | name | unit | shape |
|---|---|---|---|
| p | `price_now`, `price_before` (last week) | log over the price of week 0 | (people,) |
| paid | `price_paid`, on the last trip | the same | (people,) |
| A, scale | `antagonised`, overpaid_scale | 0 to 1, log points | (people,), scalar |
| S (in 1 - S) | share of wallet behind an average trip | share | scalar |

Sources: bijmolt2005 (elasticity), anderson2010 (antagonised buyers), homburg2005 (satisfaction as a
buffer), xia2004 (fairness). Known limits: rivals do not answer; that long-standing customers left less
often when a service became dearer (dawes2009) has no size; swings are not waited for; the first trip of a
new customer is paid at the price of week 0.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.common.random_numbers import Floats
from sim.levers.base import ActivePlay, Cost, Delivery, Mechanism, Schema, Week, blend
from sim.world.population import ACTIVE, Column
from sim.world.staffing import work

_NOTHING = 1e-9  # log points


class Pricing(Mechanism):
    """The level of prices, how steady they are, and how open."""

    name: ClassVar[str] = "pricing"
    on_the_shelf: ClassVar[bool] = True

    class Settings(Schema):
        """What the firm chooses; by default prices stay as they are."""

        price_cut: float = Field(0, ge=0, le=0.5, description="lasting cut on part of the basket")
        price_rise: float = Field(0, ge=0, le=0.5, description="lasting rise on part of the basket")
        swing: float = Field(
            0, ge=0, le=0.4, description="how far prices go up and down around their level"
        )
        swing_weeks: int = Field(4, ge=1, le=104, description="weeks between two such changes")
        basket_share: float = Field(
            1, ge=0, le=1, description="share of the basket that the changes apply to"
        )
        transparency: float = Field(
            0, ge=0, le=1, description="how far customers can see why prices are what they are"
        )

    class Parameters(Schema):
        """How people respond to prices."""

        price_elasticity: float = Field(le=0, description="lasting price elasticity, 1")
        satisfied_slope: float = Field(
            ge=-1, le=0, description="change of a rise's effect per SD of satisfaction, share"
        )
        antagonised_loss: float = Field(
            le=0, description="own sales of the antagonised, log points"
        )
        overpaid_scale: float = Field(gt=0, description="overpaid that antagonises, log points")
        antagonism_half_life_weeks: float = Field(gt=0, description="time to forgive half, weeks")
        notice_weeks: float = Field(gt=0, description="time in which half stop comparing, weeks")
        unfair_trust_loss: float = Field(ge=0, description="trust per unexplained log rise, SD")
        open_price_trust: float = Field(ge=0, description="trust by open prices, SD per week")
        change_hours: float = Field(ge=0, description="work on a change of prices, hours")
        open_price_hours: float = Field(ge=0, description="work on open prices, hours per week")

    columns: ClassVar[tuple[Column, ...]] = (
        Column("price_now", "float64", 0, "log", "log price over that of week 0"),
        Column("price_before", "float64", 0, "log", "the same in the week before"),
        Column("price_paid", "float64", 0, "log", "the same on the last trip"),
        Column("antagonised", "float64", 0, "0 to 1", "by having paid more than others"),
    )
    intensity_settings: ClassVar[tuple[str, ...]] = ("price_cut",)

    def update(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Set this week's prices, and let those who overpaid of late find out."""
        p, people = self.parameters, week.people
        active, now = people["status"] == ACTIVE, own["price_now"]
        own["price_before"][:] = now
        now[:] = sum(play.spread(_price(play, week)) for play in plays)
        customers, others = np.flatnonzero(active), np.flatnonzero(~active)
        level = float(now[customers].mean()) if customers.size else 0.0
        for name in ("price_now", "price_before", "price_paid"):
            own[name][others] = level  # they know no earlier price
        antagonised = own["antagonised"]
        if antagonised.any():
            antagonised *= 2.0 ** (-1.0 / p.antagonism_half_life_weeks)
            antagonised *= active
        who = np.flatnonzero(own["price_paid"] > now + _NOTHING)
        if who.size:
            overpaid = own["price_paid"][who] - now[who]
            since = people["tenure"][who] - people["recency"][who]
            # mostly all overpaid as much: whoever did before has felt that already
            each = overpaid[:1] if overpaid.min() == overpaid.max() else overpaid
            felt = -np.expm1(-each / p.overpaid_scale) * _noticed(since, p.notice_weeks)
            antagonised[who] += (1.0 - antagonised[who]) * felt
            own["price_paid"][who] -= overpaid  # it is felt once

    def effects(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> dict[str, Floats]:
        """Return the terms of the price to pay, and of having overpaid."""
        p, now, terms = self.parameters, own["price_now"], {}
        others = 1.0 - week.share_behind_a_trip
        if now.any():
            terms["join"] = p.price_elasticity * now
            terms["price"] = p.price_elasticity * now
            dearer = np.flatnonzero(now > 0)
            satisfied = np.clip(week.people["satisfaction"][dearer], -1.0, 1.0)
            terms["price"][dearer] *= 1.0 + p.satisfied_slope * satisfied
            terms["price"] /= others
        if own["antagonised"].any():
            terms["purchase"] = p.antagonised_loss * own["antagonised"] / others
        return terms

    def deliver(
        self,
        week: Week,
        plays: Sequence[ActivePlay],
        own: Mapping[str, NDArray[Any]],
        delivery: Delivery,
    ) -> None:
        """Move the price paid and the list price, and the trust that fair prices earn or lose."""
        p = self.parameters
        for play in plays:
            price, active = _price(play, week), week.people["status"][play.rows] == ACTIVE
            shown = play.strength * play.settings.transparency
            delivery.add("trust_gained", play, p.open_price_trust * shown)
            if price:
                delivery.add("price", play, price * active)
            if price > 0:
                delivery.add("markup", play, price * active)
        now, before = own["price_now"], own["price_before"]
        dearer = np.flatnonzero(now > before + _NOTHING)
        if dearer.size:  # also where a cut has ended
            lost, risen = np.zeros(now.size), now[dearer] - before[dearer]
            seen = blend(plays, lambda s: s.transparency, now.size)[dearer]
            lost[dearer] = p.unfair_trust_loss * risen * (1.0 - seen)
            delivery.trust_lost += lost

    def lasting_terms(
        self, week: Week, own: Mapping[str, NDArray[Any]], weeks: float
    ) -> dict[str, Floats]:
        """Return what is left of having overpaid."""
        p, others = self.parameters, 1.0 - week.share_behind_a_trip
        antagonised = own["antagonised"] * 2.0 ** (-weeks / p.antagonism_half_life_weeks)
        return {"purchase": p.antagonised_loss * antagonised / others}

    def settle(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Note what those who bought have paid."""
        bought = np.flatnonzero(week.trips > 0)
        own["price_paid"][bought] = own["price_now"][bought]

    def cost(self, week: Week, play: ActivePlay, own: Mapping[str, NDArray[Any]]) -> Cost:
        """Return what a price below that of week 0 costs on each trip, and the work on prices."""
        p, level = self.parameters, play.paid_effort
        price = _price(play, week)
        fixed = work(week, level * play.settings.transparency * p.open_price_hours, "analyst")
        if np.any(np.abs(price - own["price_before"][play.rows]) > _NOTHING):
            fixed += work(week, p.change_hours)
        forgone = np.zeros(week.spend.size)
        forgone[play.rows] = -np.expm1(min(price, 0.0)) * week.spend[play.rows]
        return Cost(fixed, 0.0, forgone)


def _noticed(since: Floats, half_life: float) -> Floats:
    """Return how many still compare prices some weeks after they bought: half of them each half-life.

    Nearly all bought a whole number of weeks ago; powers of these are worked out once for each number.
    """
    whole = since.astype(np.int64)
    left = (2.0 ** (-np.arange(whole.max(initial=0) + 1.0) / half_life))[whole]
    between = np.flatnonzero(whole != since)
    left[between] = 2.0 ** (-since[between] / half_life)
    return left


def _price(play: ActivePlay, week: Week) -> float:
    """Return the log of a play's price of an average basket over that of week 0."""
    chosen = play.settings
    upwards = (week.number // chosen.swing_weeks) % 2 == 0
    moved = chosen.price_rise - chosen.price_cut + (chosen.swing if upwards else -chosen.swing)
    return float(np.log1p(play.strength * chosen.basket_share * moved))
