r"""Organisation: people, culture and work across departments, so that plans arrive as they were meant.

Each kind of work does a thing of its own, with diminishing return t(x) = x / (1 + x), and slowly, at the
rate 1 / build_weeks. Training h brings skill, which leaves with those who leave; teams k span what is
lost between departments; appraisal by customers' loyalty, b of wages, brings diligence, and takes it from
what stands in nobody's targets, the work between departments:

    skill     += (t(h / half_hours) - skill) / build_weeks + (v0 - v) / 52 (1 - skill) - v / 52 skill,
    diligence += (t(b / half_pay) - diligence) / build_weeks,
    hand_over += ((1 - t(k / half_hours)) (1 + neglected t(b / half_pay)) - hand_over) / build_weeks.

v is the yearly rate at which employees leave, v0 the usual one: whoever stays needs not be replaced by
somebody who has all to learn. Of the gap between plan and execution the part `closable` can be closed,
`between` of it between departments (what it does to plays that hand over: `sim.model.week.hand_overs`),

    execution = x0 + closable (1 - x0) [(1 - between) (1 - (1 - skill) (1 - diligence))
                                        + between (1 - hand_over)].

Skill mends failures as well, training_mends skill of the harm that handling a complaint leaves. Staff
who may decide at once, for a share w of cases, take no colleague's time: desk capacity grows by
decided_at_once w, and each complaint costs generosity w of an average trip or use more. Promotion and
care, c of wages, keep staff,

    v = v0 e^(-spared morale - care_spared t(c / half_pay)),

and all work on staff lifts morale -> morale_gain t((h + k) / half_hours + (b + c) / half_pay), which
does little: quality = morale_on_quality morale, desk capacity + absence_averted morale. What happy
employees do to customers directly is the weak middle of the service-profit chain.

Of the staff a share a speaks for the firm, some hours a week each, and brings it a standing with the
public (`sim.world.reputation`) of ambassador_reputation a.

Where a share s of the customers deal with one person of the firm, as businesses do, fewer of these
persons leave: k_i, the chance of having kept one's own thanks to it, is fed by

    k_i <- 2^(-1/half-life) k_i + s (v0 - v) / 52,   purchase = -loss k_i / (1 - S).

| symbol | name | unit | shape |
|---|---|---|---|
| h, k | `training_hours`, `team_hours` | hours per employee and year | scalar |
| b, c | `loyalty_pay`, `staff_care` | share of wages | scalar |
| w | `may_decide` | share of cases | scalar |
| a | `ambassadors` | share of staff | scalar |
| x0 | the market's `execution` | share of a plan | scalar |
| s | `contact_share`, a fact that the firm tells | share | scalar |
| morale | `staff_morale` | SD of employees' satisfaction | (people,), one value |
| k_i | `contact_kept` | chance | (people,) |

Sources: links of the chain (hogreve2017, brown2008), departures (shi2017), teams (mcewan2017),
appraisal (banker2000) and what it leaves undone (holmstrom1991), turnover and service (hancock2013),
promotion (griffeth2000), cases passed on (sqm2021), ambassadors (venciute2023). How far any of them
improves execution is assumed. Known limits: ambassadors speak well whatever their morale; one skill and
one morale for all departments; nobody asks customers for good marks; what training on products does to
sales (fisher2021) is left to service quality.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.common.calendar import WEEKS_A_YEAR, WORK_HOURS_A_WEEK
from sim.common.random_numbers import Floats
from sim.levers.base import ActivePlay, Cost, Delivery, Mechanism, Schema, Week
from sim.world.capability import Capability
from sim.world.population import Column

_WORK_HOURS = WORK_HOURS_A_WEEK * WEEKS_A_YEAR  # of one full-time employee in a year


def share_done(effort: float) -> float:
    """Return how much of what effort can do is done, x / (1 + x): the first hour does most.

    Parameters
    ----------
    effort : float
        In units of what brings half.

    Returns
    -------
    float
        From 0 to 1.
    """
    return effort / (1.0 + effort)


class Organisation(Mechanism):
    """How well the firm's people carry out what it plans."""

    name: ClassVar[str] = "organisation"
    builds_capability: ClassVar[bool] = True

    class Settings(Schema):
        """What the firm chooses; by default it goes on as it is."""

        training_hours: float = Field(
            0, ge=0, le=200, description="training in customer care, hours per employee and year"
        )
        team_hours: float = Field(
            0,
            ge=0,
            le=200,
            description="work in teams across departments, hours per employee and year",
        )
        loyalty_pay: float = Field(
            0, ge=0, le=0.5, description="extra pay by customers' loyalty, share of wages"
        )
        may_decide: float = Field(
            0, ge=0, le=1, description="cases that the front line may settle by itself, share"
        )
        staff_care: float = Field(
            0, ge=0, le=0.5, description="promotion and care of staff, share of wages"
        )
        ambassadors: float = Field(
            0, ge=0, le=1, description="staff who speak for the firm in public, share"
        )
        contact_share: float = Field(
            0,
            ge=0,
            le=1,
            description="customers who deal with one person of ours, share; a fact, not a choice",
        )

    class Parameters(Schema):
        """What effort does to the organisation, and the organisation to customers."""

        closable: float = Field(ge=0, le=1, description="part of the gap that can be closed, share")
        between: float = Field(ge=0, le=1, description="of it between departments, share")
        half_hours: float = Field(gt=0, description="hours that bring half of the most, hours")
        half_pay: float = Field(
            gt=0, description="pay or care for half of the most, share of wages"
        )
        neglected: float = Field(ge=0, description="loss between departments added by pay, share")
        training_mends: float = Field(
            ge=0, le=1, description="harm left that full skill mends, share"
        )
        decided_at_once: float = Field(ge=0, description="desk capacity won by deciding, share")
        generosity: float = Field(ge=0, description="given per complaint so decided, average trips")
        care_spared: float = Field(ge=0, description="log of turnover spared by full care, 1")
        organisation_build_weeks: float = Field(ge=1, description="time constant, weeks")
        morale_gain: float = Field(ge=0, description="employees' satisfaction at most, SD")
        morale_on_quality: float = Field(description="quality units per SD of morale")
        absence_averted: float = Field(ge=0, description="desk capacity per SD of morale, share")
        turnover: float = Field(ge=0, description="employees who leave, per year")
        turnover_spared: float = Field(ge=0, description="log of that rate per SD of morale, 1")
        ambassador_reputation: float = Field(ge=0, description="standing if all staff speak, SD")
        ambassador_hours: float = Field(ge=0, description="work of each of them, hours per week")
        contact_loss: float = Field(le=0, description="own sales without that person, log points")
        contact_half_life_weeks: float = Field(gt=0, description="time to win half back, weeks")

    columns: ClassVar[tuple[Column, ...]] = (
        Column("staff_morale", "float64", 0, "SD", "satisfaction of the staff, slow to build"),
        Column("contact_kept", "float64", 0, "chance", "kept a contact person thanks to the lever"),
    )
    intensity_settings: ClassVar[tuple[str, ...]] = (
        *("training_hours", "team_hours", "loyalty_pay", "staff_care", "ambassadors"),
    )

    def equip(self, week: Week, efforts: Sequence[tuple[Any, float]], firm: Capability) -> None:
        """Move skill, diligence and hand-overs, and with them how well plans are carried out."""
        p, base = self.parameters, week.market["execution"]
        pace = p.organisation_build_weeks
        trained = _sum(efforts, lambda one: one.training_hours / p.half_hours)
        spanned = _sum(efforts, lambda one: one.team_hours / p.half_hours)
        paid = _sum(efforts, lambda one: one.loyalty_pay / p.half_pay)
        cared = _sum(efforts, lambda one: one.staff_care / p.half_pay)
        left = self._leaving(_of_all(week.people["staff_morale"]), cared)
        firm.skill += (trained - firm.skill) / pace
        firm.skill += (p.turnover - left) / WEEKS_A_YEAR * (1.0 - firm.skill)
        firm.skill -= left / WEEKS_A_YEAR * firm.skill
        firm.diligence += (paid - firm.diligence) / pace
        firm.hand_over += ((1.0 - spanned) * (1.0 + p.neglected * paid) - firm.hand_over) / pace
        within = 1.0 - (1.0 - firm.skill) * (1.0 - firm.diligence)
        closed = (1.0 - p.between) * within + p.between * (1.0 - firm.hand_over)
        firm.execution = max(0.0, base + p.closable * (1.0 - base) * closed)

    def update(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Move the staff's morale, and count the contact persons who stay for it."""
        p = self.parameters
        # All customers meet the same staff, also those who are new.
        target = p.morale_gain * sum(
            self._done(play.settings) * play.mean_strength(week.customers) for play in plays
        )
        own["staff_morale"] += (target - own["staff_morale"]) / p.organisation_build_weeks
        cared = sum(
            share_done(play.settings.staff_care / p.half_pay) * play.mean_strength(week.customers)
            for play in plays
        )
        stays = p.turnover - self._leaving(_of_all(own["staff_morale"]), cared)
        if own["contact_kept"].any():
            own["contact_kept"] *= 2.0 ** (-1.0 / p.contact_half_life_weeks)
        for play in plays:
            share = play.strength * play.settings.contact_share
            if share:
                own["contact_kept"][play.rows] += share * stays / WEEKS_A_YEAR

    def effects(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> dict[str, Floats]:
        """Return what customers buy for having kept their contact person."""
        return self.lasting_terms(week, own, 0.0) if own["contact_kept"].any() else {}

    def deliver(
        self,
        week: Week,
        plays: Sequence[ActivePlay],
        own: Mapping[str, NDArray[Any]],
        delivery: Delivery,
    ) -> None:
        """Add what morale does to encounters, what skill mends, and capacity of the desk."""
        p, morale = self.parameters, _of_all(own["staff_morale"])
        delivery.quality += p.morale_on_quality * morale
        delivery.extra_staff += p.absence_averted * morale
        delivery.recovery += p.training_mends * week.firm.skill
        delivery.extra_staff += p.decided_at_once * sum(
            play.settings.may_decide * play.mean_strength(week.customers) for play in plays
        )
        delivery.reputation += p.ambassador_reputation * sum(
            play.settings.ambassadors * play.mean_strength(week.customers) for play in plays
        )

    def lasting_quality(self, own: Mapping[str, NDArray[Any]], weeks: float) -> Floats | float:
        """Return what is left of the staff's morale, which fades as slowly as it was built."""
        p = self.parameters
        left = (1.0 - 1.0 / p.organisation_build_weeks) ** weeks
        return p.morale_on_quality * _of_all(own["staff_morale"]) * left

    def lasting_terms(
        self, week: Week, own: Mapping[str, NDArray[Any]], weeks: float
    ) -> dict[str, Floats]:
        """Return what is left of having kept one's contact person."""
        p = self.parameters
        kept = own["contact_kept"] * 2.0 ** (-weeks / p.contact_half_life_weeks)
        return {"purchase": -p.contact_loss * kept / (1.0 - week.share_behind_a_trip)}

    def cost(self, week: Week, play: ActivePlay, own: Mapping[str, NDArray[Any]]) -> Cost:
        """Return wages for hours and pay, and what those who may decide give away."""
        chosen, market = play.settings, week.market
        hours = chosen.training_hours + chosen.team_hours
        hours += (chosen.loyalty_pay + chosen.staff_care) * _WORK_HOURS
        hours += chosen.ambassadors * self.parameters.ambassador_hours * WEEKS_A_YEAR
        employees, wage = market["staff_per_1000_customers"] / 1000, market["wage_per_hour"]
        per_person = play.effort * employees * hours * wage / WEEKS_A_YEAR
        given = play.strength * chosen.may_decide * self.parameters.generosity
        events = given * _mean_use_price(market) * week.complaints[play.rows] if given else 0.0
        return Cost(0.0, per_person, events, play.rows)

    def _leaving(self, morale: float, cared: float) -> float:
        """Return the yearly rate at which employees leave."""
        p = self.parameters
        return p.turnover * float(np.exp(-p.turnover_spared * morale - p.care_spared * cared))

    def _done(self, chosen: Any) -> float:
        p, hours = self.parameters, chosen.training_hours + chosen.team_hours
        pay = chosen.loyalty_pay + chosen.staff_care
        return share_done(hours / p.half_hours + pay / p.half_pay)


def _mean_use_price(market: Any) -> float:
    """Return what one trip or use is paid with on average: under contracts its part of the fee."""
    uses = market.period * market.mean_trips if market.is_contractual else 1.0
    return market.mean_trip_spend / uses


def _sum(efforts: Sequence[tuple[Any, float]], effort: Callable[[Any], float]) -> float:
    """Return how much of what one kind of effort can do is done, over all plays."""
    return sum(level * share_done(effort(chosen)) for chosen, level in efforts)


def _of_all(morale: Floats) -> float:
    """Return the morale of the staff, which is the same for everybody."""
    return float(morale[0]) if morale.size else 0.0
