r"""Data stewardship: records that are right, data that are safe, and customers who know and decide.

Records go stale at the weekly rate d and are put right at the rate u0 that keeps the firm where it is;
with hours of cleaning h per 10 000 customers on top,

    dq/dt = (u0 + u) (1 - q) - d q,   u0 = d q0 / (1 - q0),   u = h records_per_hour / 10 000,

so that the data quality q tends to (u0 + u) / (u0 + u + d). The error in what the firm sees of its
customers shrinks with 1 - q (`sim.levers.segmentation`). Work on security averts part of breaches,
openness (being told what is collected, and deciding about it) takes the edge off the others
(`sim.model.week.data_breach`) and makes people take to what is personal:

    protection -> 1 - (1 - protection_most s / (s + security_half_hours))
                      (1 - awareness_most a / (a + awareness_half_hours)),
    recoverable -> backup_shortens b,
    openness -> (transparency + control) / 2,

all at the rate 1 / build_weeks: staff who know how attackers deceive avert a part of what is left, and
backups b whose recovery is rehearsed end the harm of a breach sooner, its half-life being
h (1 - recoverable). Openness earns trust week by week, the more so the more somebody minds:
2 c_i trust_by_openness openness, c_i being uniform from 0 to 1; trust fades as in
`sim.model.week.attitudes`.

| symbol | name | unit | shape |
|---|---|---|---|
| q0, q | the market's `data_quality`, and the firm's | share of records | scalar |
| h, s | `cleaning_hours`, `security_hours` | hours a week per 10 000 customers | scalar |
| a | `awareness_hours` | hours per employee and year | scalar |
| b | `backups` | share of systems | scalar |
| c | `data_concern` | 0 to 1 | (people,) |

Sources: control (tucker2014), openness and breaches (martin2017, janakiraman2018), stale records
(contactdecay, a rule of thumb), training in awareness, which does next to nothing (ho2025, rozema2025),
backups (sophos2024). What security averts is assumed. Known limits: nobody who may decide
withdraws data; rivals' breaches are left out; nor does it matter how much data there are.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.common.calendar import WEEKS_A_YEAR
from sim.levers.base import ActivePlay, Cost, Delivery, Mechanism, Schema, Week
from sim.world.capability import Capability
from sim.world.population import Column
from sim.world.staffing import price_of_hour, work

_CUSTOMERS = 10_000  # to which hours of work on data refer


def cleaned(quality: float, usual: float, work: float, loss: float) -> float:
    """Return the share of right records after a week.

    Parameters
    ----------
    quality : float
        Share of records that are right and fresh.
    usual : float
        Share at which the firm's usual upkeep holds them, below 1.
    work : float
        Rate at which records are gone through beyond the usual, per week.
    loss : float
        Rate at which right records go stale, per week.

    Returns
    -------
    float
        The balance of work, upkeep and decay; `usual` stays exactly as it is without work.
    """
    rate = work + loss / (1.0 - usual)  # of work, upkeep and decay together
    gap = work * (1.0 - usual) / rate if rate > 0 else 0.0
    return usual + gap + (quality - usual - gap) * float(np.exp(-rate))


class DataStewardship(Mechanism):
    """How true and how safe the firm's data are, and what customers know of them."""

    name: ClassVar[str] = "data_stewardship"
    builds_capability: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = (
        *("security_hours", "awareness_hours", "backups", "transparency", "control"),
    )

    class Settings(Schema):
        """What the firm chooses; by default its data stay as they are."""

        cleaning_hours: float = Field(
            0, ge=0, le=200, description="cleaning of records, hours a week per 10 000 customers"
        )
        security_hours: float = Field(
            0,
            ge=0,
            le=200,
            description="encryption, access and masking, hours a week per 10 000 customers",
        )
        awareness_hours: float = Field(
            0,
            ge=0,
            le=50,
            description="training in how attackers deceive, hours per employee and year",
        )
        backups: float = Field(
            0, ge=0, le=1, description="systems kept in backups whose recovery is rehearsed, share"
        )
        transparency: float = Field(
            0, ge=0, le=1, description="part of what is collected that customers are plainly told"
        )
        control: float = Field(
            0, ge=0, le=1, description="part of their data that customers may decide about"
        )

    class Parameters(Schema):
        """What work on data achieves."""

        records_lost: float = Field(ge=0, le=1, description="records that go stale, share per week")
        records_per_hour: float = Field(gt=0, description="records gone through in an hour")
        protection_most: float = Field(ge=0, le=1, description="breaches averted at most, share")
        security_half_hours: float = Field(gt=0, description="hours that avert half of these")
        awareness_most: float = Field(
            ge=0, le=1, description="breaches that awareness averts, share"
        )
        awareness_half_hours: float = Field(gt=0, description="hours a year for half of these")
        backup_shortens: float = Field(ge=0, le=0.9, description="time that backups spare, share")
        backup_hours: float = Field(
            ge=0, description="work on backups, weekly per 10 000 customers"
        )
        stewardship_build_weeks: float = Field(ge=1, description="time constant, weeks")
        openness_hours: float = Field(ge=0, description="work on full openness, hours per week")
        requests: float = Field(ge=0, description="requests at full control, per customer and year")
        trust_by_openness: float = Field(ge=0, description="trust at full openness, SD per week")

    columns: ClassVar[tuple[Column, ...]] = (
        Column("data_concern", "float64", 0, "0 to 1", "how much one minds what is on record"),
    )
    intensity_settings: ClassVar[tuple[str, ...]] = (
        "cleaning_hours",
        "security_hours",
        "awareness_hours",
    )

    def begin(self, week: Week, own: dict[str, NDArray[Any]]) -> None:
        """Draw how much people mind."""
        own["data_concern"][:] = week.uniform("privacy concern", once=True)

    def equip(self, week: Week, efforts: Sequence[tuple[Any, float]], firm: Capability) -> None:
        """Move data quality, protection and openness."""
        p, usual = self.parameters, week.market["data_quality"]
        cleaning = sum(level * chosen.cleaning_hours for chosen, level in efforts)
        if usual < 1.0:
            work = cleaning * p.records_per_hour / _CUSTOMERS
            firm.data_quality = cleaned(firm.data_quality, usual, work, p.records_lost)
        firm.protection += (self._averted(efforts) - firm.protection) / p.stewardship_build_weeks
        backups = sum(level * chosen.backups for chosen, level in efforts)
        recoverable = p.backup_shortens * backups
        firm.recoverable += (recoverable - firm.recoverable) / p.stewardship_build_weeks
        openness = sum(level * _openness(chosen) for chosen, level in efforts)
        firm.openness += (openness - firm.openness) / p.stewardship_build_weeks

    def _averted(self, efforts: Sequence[tuple[Any, float]]) -> float:
        """Return the part of breaches that these efforts avert in the long run."""
        p = self.parameters
        security = sum(level * chosen.security_hours for chosen, level in efforts)
        aware = sum(level * chosen.awareness_hours for chosen, level in efforts)
        secured = p.protection_most * security / (security + p.security_half_hours)
        seen_through = p.awareness_most * aware / (aware + p.awareness_half_hours)
        return float(secured + (1.0 - secured) * seen_through)

    def deliver(
        self,
        week: Week,
        plays: Sequence[ActivePlay],
        own: Mapping[str, NDArray[Any]],
        delivery: Delivery,
    ) -> None:
        """Add the trust that openness earns."""
        if week.firm.openness > 0.0:
            earned = self.parameters.trust_by_openness * week.firm.openness
            delivery.trust_gained += earned * 2.0 * own["data_concern"]

    def cost(self, week: Week, play: ActivePlay, own: Mapping[str, NDArray[Any]]) -> Cost:
        """Return wages: work on records, security and backups, training, openness, answers."""
        p, chosen, market = self.parameters, play.settings, week.market
        customers = play.effort * play.rows.size
        cleaned = chosen.cleaning_hours / _CUSTOMERS
        secured = (chosen.security_hours + chosen.backups * p.backup_hours) / _CUSTOMERS
        each = cleaned * price_of_hour(week, cleaned * customers, "analyst")
        each += secured * price_of_hour(week, secured * customers, "engineer")
        employees = market["staff_per_1000_customers"] / 1000
        each += employees * chosen.awareness_hours / WEEKS_A_YEAR * market["wage_per_hour"]
        asked = chosen.control * p.requests / WEEKS_A_YEAR
        each += asked * market["handling_minutes"] / 60 * market["wage_per_hour"]
        fixed = work(week, play.paid_effort * _openness(chosen) * p.openness_hours, "analyst")
        return Cost(fixed, play.effort * each, 0.0, play.rows)


def _openness(chosen: Any) -> float:
    """Return how open a play makes the firm, from 0 to 1: knowing and deciding count alike."""
    return (chosen.transparency + chosen.control) / 2
