r"""Service quality: better encounters, fewer failures, shorter waits.

Delivered quality moves towards what training and staff make possible and is slow to build,

    level_i += (target_i - level_i) / build_weeks,
    target_i = strength_i * [training_gain * h / (h + half_hours) + staffing_gain * ln(1 + staff)],

in quality units (one unit raises mean satisfaction by one SD in the long run). Staff also add capacity
to the desk, where waiting emerges from the queue (`sim.world.service_desk`); automated service answers
routine contacts at once; proactive care mends failures of delivery and use before the customer meets
them, and none at the purchase or after the sale: a firm can watch orders on their way and products at
work, while what goes wrong at the till or with a bill is met as it happens. Whom `priority` is promised
goes first at the desk, and all others wait longer by as much in all. All returns diminish.
An assistant that suggests answers lets the same staff settle more contacts, as `assistant_gain` more of
them would.

*First weeks.* Customers whose first purchase lies less than `guidance_weeks` back, and nobody else, are
guided: how to use what they bought, and a talk. It acts on their leaving (guidance_churn), on their own
sales (guidance_lift / (1 - S)) and on the questions that they bring (guidance_questions), while these
weeks last. Under contracts nobody leaves before the first renewal: there it acts on that alone, as far
as a customer was guided at the start (guidance_renewal), and on use and questions as elsewhere.

*After the sale* a service that goes with part of the purchases adds aftercare_quality times this part to
what buyers see; under contracts each use counts as one.

| symbol | name | unit | shape |
|---|---|---|---|
| level | `service_level` | quality units | (people,) |
| h | `training_hours` | hours per employee and year | scalar |
| staff | `staff` | share of present customer-facing staff | scalar |
| S | share of wallet behind an average trip | share | scalar |

Sources: waits and evaluations (taylor1994), waits and revenue (allon2011, devries2018), recovery
(knox2014), first weeks (retana2016, riseth2021), assistants (brynjolfsson2025), after the sale
(verhoef2007cars), priority (cobham1954, kella1985). The sizes of training, staffing and after-sales gains
are assumed. Known limits: everyone shares one desk; that others go first annoys only by the longer wait,
since a queue of calls and messages is not seen.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.common.calendar import WEEKS_A_YEAR, WORK_HOURS_A_WEEK
from sim.common.random_numbers import Floats
from sim.levers.base import ActivePlay, Cost, Delivery, Mechanism, Schema, Week, blend
from sim.market.touchpoints import AVERTED_AT, shares_of_failures
from sim.world.population import ACTIVE, VALUE_SEGMENTS, Column
from sim.world.staffing import price_of_hour, work


def quality_target(
    training_hours: float,
    staff: float,
    training_gain: float,
    training_half_hours: float,
    staffing_gain: float,
) -> float:
    """Return the quality that a firm's settings lead to in the long run.

    Parameters
    ----------
    training_hours : float
        Hours per employee and year.
    staff : float
        Extra staff as a share of the present.
    training_gain : float
        Quality units at unlimited training.
    training_half_hours : float
        Hours at which half of it is reached.
    staffing_gain : float
        Quality units per unit of ln(1 + staff).

    Returns
    -------
    float
        Quality units.
    """
    trained = training_hours / (training_hours + training_half_hours)
    return training_gain * trained + staffing_gain * float(np.log1p(staff))


class ServiceQuality(Mechanism):
    """What customers meet when they deal with the firm."""

    name: ClassVar[str] = "service_quality"

    class Settings(Schema):
        """What the firm chooses; by default nothing is added."""

        training_hours: float = Field(
            0, ge=0, le=200, description="extra training, hours per employee and year"
        )
        staff: float = Field(
            0, ge=0, le=1, description="extra customer-facing staff, share of the present"
        )
        automation: float = Field(
            0, ge=0, le=1, description="share of routine contacts answered automatically"
        )
        proactive: float = Field(
            0,
            ge=0,
            le=0.9,
            description="share of failures of delivery and use mended before they are noticed",
        )
        guidance: float = Field(
            0, ge=0, le=1, description="share of new customers guided in their first weeks"
        )
        aftercare: float = Field(
            0, ge=0, le=1, description="share of purchases that a service follows"
        )
        assistant: float = Field(
            0, ge=0, le=1, description="share of the service desk whom a machine suggests answers"
        )
        priority: float = Field(
            0, ge=0, le=1, description="share of their contacts that are answered before all others"
        )

    class Parameters(Schema):
        """How service turns into experience, and what it takes."""

        training_gain: float = Field(ge=0, description="gain at unlimited training, quality units")
        training_half_hours: float = Field(gt=0, description="training for half the gain, hours")
        staffing_gain: float = Field(ge=0, description="gain per ln(1 + staff), quality units")
        quality_build_weeks: float = Field(ge=1, description="time constant of quality, weeks")
        automation_quality: float = Field(description="automated against human answer, SD")
        automation_cost: float = Field(ge=0, description="automated over human cost, share")
        priority_hours: float = Field(ge=0, description="keeping up who goes first, hours per week")
        proactive_minutes: float = Field(ge=0, description="work per averted failure, minutes")
        guidance_churn: float = Field(description="of the guided in first weeks, log hazard")
        guidance_renewal: float = Field(
            description="at the first renewal of a contract, log hazard"
        )
        guidance_weeks: float = Field(ge=0, description="first weeks, in which it acts, weeks")
        guidance_lift: float = Field(description="own sales in these weeks, log points")
        guidance_questions: float = Field(ge=0, le=1, description="questions spared then, share")
        guidance_minutes: float = Field(ge=0, description="work per new customer, minutes")
        guidance_build_hours: float = Field(ge=0, description="work to write guides, hours")
        aftercare_quality: float = Field(ge=0, description="gain by a service, quality units")
        aftercare_minutes: float = Field(ge=0, description="work per service, minutes")
        assistant_gain: float = Field(ge=0, description="contacts settled more, share")
        assistant_cost: float = Field(ge=0, description="licence and upkeep, share of wages")
        assistant_build_hours: float = Field(ge=0, description="work to connect it, hours")

    columns: ClassVar[tuple[Column, ...]] = (
        Column("service_level", "float64", 0, "quality units", "delivered quality, slow to build"),
        Column("guided", "float64", 0, "share", "how far guided at the start of a contract"),
        Column("guided_until", "int32", -1, "week", "first renewal of that contract"),
    )
    audiences: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "guidance": ("everyone", *VALUE_SEGMENTS, "new", "active", "at_risk"),
        "priority": (*VALUE_SEGMENTS, "new", "active", "at_risk", "lapsed"),
    }
    for_prospects: ClassVar[tuple[str, ...]] = ("training_hours", "staff")  # met once they buy
    intensity_settings: ClassVar[tuple[str, ...]] = (
        "training_hours",
        "staff",
        "proactive",
        "guidance",
        "aftercare",
    )

    def update(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Move delivered quality towards its target."""
        target = blend(plays, self._target, week.trips.size)
        level = own["service_level"]
        level += (target - level) / self.parameters.quality_build_weeks
        if week.market.is_contractual:
            for play in plays:
                if play.settings.guidance > 0:
                    self._guide(week, play, own)

    def effects(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> dict[str, Floats]:
        """Return what guiding does in the first weeks, and at the first renewal of a contract."""
        p, terms = self.parameters, self.lasting_terms(week, own, 0.0)
        guides = [play for play in plays if play.settings.guidance > 0]
        if not guides:
            return terms
        guided = np.zeros(week.trips.size)
        for play in guides:
            new = self._in_first_weeks(week, play.rows)
            guided[play.rows[new]] = play.strength * play.settings.guidance
        lift = p.guidance_lift / (1.0 - week.share_behind_a_trip)
        if not week.market.is_contractual:
            terms["churn"] = p.guidance_churn * guided
        return terms | {"purchase": lift * guided}

    def lasting_terms(
        self, week: Week, own: Mapping[str, NDArray[Any]], weeks: float
    ) -> dict[str, Floats]:
        """Return what having been guided does to those whose first renewal is still ahead."""
        if not own["guided"].any():
            return {}
        ahead = week.number + weeks <= own["guided_until"]
        return {"churn": self.parameters.guidance_renewal * own["guided"] * ahead}

    def deliver(
        self,
        week: Week,
        plays: Sequence[ActivePlay],
        own: Mapping[str, NDArray[Any]],
        delivery: Delivery,
    ) -> None:
        """Add quality, averted failures, desk capacity and automation to this week's encounters."""
        p = self.parameters
        delivery.quality += own["service_level"]
        for play in plays:
            delivery.add(AVERTED_AT["use"], play, play.strength * play.settings.proactive)
            delivery.add("priority", play, play.strength * play.settings.priority)
            delivery.add("automation", play, play.strength * play.settings.automation)
            after = p.aftercare_quality * play.settings.aftercare
            delivery.add("quality", play, play.strength * after)
            if play.settings.guidance > 0:
                spared = play.strength * play.settings.guidance * p.guidance_questions
                new = self._in_first_weeks(week, play.rows)
                delivery.add("contacts_averted", play, spared * new)
        delivery.automation_quality += p.automation_quality
        delivery.extra_staff += sum(
            (play.settings.staff + play.settings.assistant * p.assistant_gain)
            * play.mean_strength(week.customers)
            for play in plays
        )

    def lasting_quality(self, own: Mapping[str, NDArray[Any]], weeks: float) -> Floats | float:
        """Return what is left of built-up quality, which fades as slowly as it was built."""
        return own["service_level"] * (1.0 - 1.0 / self.parameters.quality_build_weeks) ** weeks

    def cost(self, week: Week, play: ActivePlay, own: Mapping[str, NDArray[Any]]) -> Cost:
        """Return wages of staff and training per person, and work per contact, failure and guide."""
        chosen, market, p = play.settings, week.market, self.parameters
        employees = market["staff_per_1000_customers"] / 1000
        trained = employees * chosen.training_hours / WEEKS_A_YEAR * market["wage_per_hour"]
        hired = employees * chosen.staff * WORK_HOURS_A_WEEK
        price = price_of_hour(week, play.effort * play.rows.size * hired)
        per_person = play.effort * (trained + hired * price)
        minute = market["wage_per_hour"] / 60
        in_use = market["failures_per_trip"] * shares_of_failures(market)["use"]
        averted = chosen.proactive * in_use
        automated = chosen.automation * market["contacts_per_trip"]
        per_trip = minute * (
            averted * p.proactive_minutes
            + automated * market["handling_minutes"] * p.automation_cost
            + chosen.aftercare * p.aftercare_minutes
        )
        if chosen.assistant > 0:  # of those at the desk, who are busy for a part of their hours
            at_desk = market["contacts_per_trip"] * market["handling_minutes"] / market["desk_load"]
            per_trip += minute * chosen.assistant * at_desk * p.assistant_cost
        events = play.strength * week.trips[play.rows] * per_trip if per_trip else 0.0
        if chosen.guidance > 0:  # once for each new customer, spread over the first weeks
            each = chosen.guidance * p.guidance_minutes * minute / max(p.guidance_weeks, 1.0)
            events = events + play.strength * each * self._in_first_weeks(week, play.rows, 1.0)
        build = (chosen.guidance > 0) * p.guidance_build_hours
        build += (chosen.assistant > 0) * p.assistant_build_hours
        hours = play.paid_effort * p.priority_hours * chosen.priority
        return Cost(work(week, hours, "analyst"), per_person, events, play.rows, build)

    def _guide(self, week: Week, play: ActivePlay, own: dict[str, NDArray[Any]]) -> None:
        """Note how far a play guides people at the start of their contract, and when it may first end."""
        people, rows = week.people, play.rows[self._in_first_weeks(week, play.rows)]
        rows = rows[people["renewals"][rows] == 0]
        before = own["guided"][rows] * (own["guided_until"][rows] == people["renewal_week"][rows])
        own["guided"][rows] = np.maximum(before, play.strength * play.settings.guidance)
        own["guided_until"][rows] = people["renewal_week"][rows]

    def _in_first_weeks(
        self, week: Week, rows: NDArray[np.int64], over: float = 0.0
    ) -> NDArray[np.bool_]:
        """Return which of some people had become customers less than `guidance_weeks` ago.

        So it was when the week began, of which `over` weeks have passed since.
        """
        there = week.people["status"][rows] == ACTIVE
        return there & (week.people["tenure"][rows] - over < self.parameters.guidance_weeks)

    def _target(self, chosen: Any) -> float:
        p = self.parameters
        return quality_target(
            chosen.training_hours,
            chosen.staff,
            p.training_gain,
            p.training_half_hours,
            p.staffing_gain,
        )
