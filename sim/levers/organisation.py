r"""Organisation: people, culture and work across departments, so that plans arrive as they were meant.

Training, teams across departments and pay that depends on customers' loyalty add up to an effort

    e = (h + k) / half_hours + b / half_bonus,   done = e / (1 + e)

of diminishing return, and move slowly, at the rate 1 / build_weeks, how well all other levers are carried
out and how the staff feel:

    execution -> x0 + closable (1 - x0) done,        morale -> morale_gain done,
    quality = morale_on_quality morale,              desk capacity = absence_averted morale.

So the same budget buys more of every lever. What happy employees do to customers directly is the weak
middle of the service-profit chain: morale_gain times morale_on_quality is a few hundredths of a quality
unit, and what quality does to behaviour multiplies it once more.

Where a share c of the customers deal with one person of the firm, as businesses do, fewer of these
persons leave: k, the chance of having kept one's own thanks to it, is fed by

    k <- 2^(-1/half-life) k + c turnover (1 - e^(-spared morale)) / 52,   purchase = -loss k / (1 - S).

| symbol | name | unit | shape |
|---|---|---|---|
| h, k | `training_hours`, `team_hours` | hours per employee and year | scalar |
| b | `loyalty_pay` | share of wages | scalar |
| x0 | the market's `execution` | share of a plan | scalar |
| c | `contact_share`, a fact that the firm tells | share | scalar |
| morale | `staff_morale` | SD of employees' satisfaction | (people,), one value |
| k | `contact_kept` | chance | (people,) |

Sources: links of the chain (hogreve2017, brown2008), departures (shi2017). How far effort improves
execution is assumed. Known limits: one level of morale for all staff; training on products and what it
does to sales (fisher2021) is left to service quality; a lever does not wear its staff out.
"""

from collections.abc import Mapping, Sequence
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


def share_done(hours: float, pay: float, half_hours: float, half_pay: float) -> float:
    """Return how much of what effort can do for an organisation is done.

    Parameters
    ----------
    hours : float
        Of training and of work across departments, per employee and year.
    pay : float
        Pay that depends on customers' loyalty, share of wages.
    half_hours, half_pay : float
        What brings half by itself.

    Returns
    -------
    float
        From 0 to 1; the first hour does most.
    """
    effort = hours / half_hours + pay / half_pay
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
        contact_share: float = Field(
            0,
            ge=0,
            le=1,
            description="customers who deal with one person of ours, share; a fact, not a choice",
        )

    class Parameters(Schema):
        """What effort does to the organisation, and the organisation to customers."""

        closable: float = Field(ge=0, le=1, description="part of the gap that can be closed, share")
        half_hours: float = Field(gt=0, description="hours that close half of it, hours")
        half_pay: float = Field(gt=0, description="loyalty pay that closes half, share of wages")
        organisation_build_weeks: float = Field(ge=1, description="time constant, weeks")
        morale_gain: float = Field(ge=0, description="employees' satisfaction at most, SD")
        morale_on_quality: float = Field(description="quality units per SD of morale")
        absence_averted: float = Field(ge=0, description="desk capacity per SD of morale, share")
        turnover: float = Field(ge=0, description="contact persons who leave, per year")
        turnover_spared: float = Field(ge=0, description="log of that rate per SD of morale, 1")
        contact_loss: float = Field(le=0, description="own sales without that person, log points")
        contact_half_life_weeks: float = Field(gt=0, description="time to win half back, weeks")

    columns: ClassVar[tuple[Column, ...]] = (
        Column("staff_morale", "float64", 0, "SD", "satisfaction of the staff, slow to build"),
        Column("contact_kept", "float64", 0, "chance", "kept a contact person thanks to the lever"),
    )
    intensity_settings: ClassVar[tuple[str, ...]] = ("training_hours", "team_hours", "loyalty_pay")

    def equip(self, week: Week, efforts: Sequence[tuple[Any, float]], firm: Capability) -> None:
        """Move how well plans are carried out towards what the effort makes possible."""
        p, base = self.parameters, week.market["execution"]
        done = sum(level * self._done(chosen) for chosen, level in efforts)
        target = base + p.closable * (1.0 - base) * done
        firm.execution += (target - firm.execution) / p.organisation_build_weeks

    def update(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Move the staff's morale, and count the contact persons who stay for it."""
        p = self.parameters
        # All customers meet the same staff, also those who are new.
        target = p.morale_gain * sum(
            self._done(play.settings) * play.mean_strength(week.customers) for play in plays
        )
        own["staff_morale"] += (target - own["staff_morale"]) / p.organisation_build_weeks
        stays = -np.expm1(-p.turnover_spared * _of_all(own["staff_morale"]))
        if own["contact_kept"].any():
            own["contact_kept"] *= 2.0 ** (-1.0 / p.contact_half_life_weeks)
        for play in plays:
            share = play.strength * play.settings.contact_share
            if share:
                own["contact_kept"][play.rows] += share * p.turnover / WEEKS_A_YEAR * stays

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
        """Add what the staff's morale does to encounters, and to absence from the desk."""
        p, morale = self.parameters, _of_all(own["staff_morale"])
        delivery.quality += p.morale_on_quality * morale
        delivery.extra_staff += p.absence_averted * morale

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
        """Return wages for hours of training and of teams, and pay by loyalty."""
        chosen, market = play.settings, week.market
        hours = chosen.training_hours + chosen.team_hours + chosen.loyalty_pay * _WORK_HOURS
        employees, wage = market["staff_per_1000_customers"] / 1000, market["wage_per_hour"]
        per_person = play.effort * employees * hours * wage / WEEKS_A_YEAR
        return Cost(0.0, per_person, 0.0, play.rows)

    def _done(self, chosen: Any) -> float:
        p, hours = self.parameters, chosen.training_hours + chosen.team_hours
        return share_done(hours, chosen.loyalty_pay, p.half_hours, p.half_pay)


def _of_all(morale: Floats) -> float:
    """Return the morale of the staff, which is the same for everybody."""
    return float(morale[0]) if morale.size else 0.0
