"""The values of a market: names, units, ranges, and what makes a number one that can be traced."""

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.common.errors import nearest
from sim.common.reading import wrong

#: Every value a market must declare, with its unit. Rates are per week.
REQUIRED = {
    "purchase_shape": "1",
    "purchase_alpha": "weeks",
    "drop_out_shape": "1",
    "spend_shape": "1",
    "spend_shape_between": "1",
    "spend_scale": "currency",
    "spend_rate_correlation": "1",
    "share_of_wallet": "share",
    "gross_margin": "share of spend",
    "firm_customers": "customers",
    "prospects_per_customer": "prospects per customer",
    "inflow_per_year": "new customers per customer and year",
    "talk_share_of_inflow": "share",
    "acquisition_cost": "years of an average customer's margin",
    "winback_per_year": "share of lapsed customers per year",
    "defection_visible": "0 or 1",
    "expectation_drift": "SD of an encounter per year",
    "discount_rate": "per year",
    "budget_share": "share of the baseline's yearly margin",
    "failures_per_trip": "failures per trip",
    "contacts_per_trip": "contacts per trip",
    "handling_minutes": "minutes per contact",
    "desk_hours": "hours per week",
    "desk_load": "share of capacity",
    "wage_per_hour": "currency per hour",
    "staff_per_1000_customers": "employees per 1000 customers",
    "survey_share": "share of buyers per week",
    "execution": "share of a plan",
    "data_quality": "share of records",
    "breaches_per_year": "breaches per year",
    "best_in_class": "margin per customer over the average firm's",
}
#: Exactly one of these says how customers are lost, where no contract does.
DROP_OUT = {"drop_out_beta": "weeks", "yearly_attrition": "share per year"}
#: What a market with contracts declares instead: who renews, how often, and the fee.
CONTRACT = {
    "renewal_alpha": "1",
    "renewal_beta": "1",
    "renewal_weeks": "weeks",
    "fee_mean": "currency per period",
    "fee_spread": "1",
    "fee_on_renewal": "log hazard per log of the fee",
}
#: What such a market has no use for: purchases that are paid for, and drop-out at any time.
WITHOUT_CONTRACT = (
    "drop_out_shape",
    "spend_shape",
    "spend_shape_between",
    "spend_scale",
    "spend_rate_correlation",
)
#: Every value a market may have, but for its season.
VALUES = {**REQUIRED, **DROP_OUT, **CONTRACT}
#: Values that bore another name in earlier versions: old name -> new name. The luck of a draw keeps
#: the address of the old one, so that results stay what they were.
RENAMED = {"purchase_rate": "purchase_alpha", "drop_out_rate": "drop_out_beta"}
#: What a market can be: beyond these a number is a slip, or no week could be worked out.
_SHAPE, _SHARE, _AMOUNT = (0.05, 1e4), (0.0, 1.0), (0.0, 1e9)
RANGES = {
    "purchase_shape": _SHAPE,
    "purchase_alpha": (1e-3, 1e6),
    "drop_out_shape": _SHAPE,
    "drop_out_beta": (1e-3, 1e9),
    "yearly_attrition": (1e-4, 0.99),
    "spend_shape": _SHAPE,
    "spend_shape_between": _SHAPE,
    "spend_scale": (1e-9, 1e15),
    "spend_rate_correlation": (-1.0, 1.0),
    "share_of_wallet": (0.001, 0.999),
    "gross_margin": _SHARE,
    "firm_customers": (1.0, 1e10),
    "prospects_per_customer": (0.0, 100.0),
    "inflow_per_year": (0.0, 100.0),
    "talk_share_of_inflow": _SHARE,
    "acquisition_cost": (0.0, 100.0),
    "winback_per_year": (0.0, 0.99),
    "defection_visible": _SHARE,
    "expectation_drift": (-10.0, 10.0),
    "discount_rate": (1e-4, 10.0),
    "budget_share": _SHARE,
    "failures_per_trip": _SHARE,
    "contacts_per_trip": _SHARE,
    "handling_minutes": (0.01, 1e5),
    "desk_hours": (0.1, 168.0),
    "desk_load": (0.01, 0.97),
    "wage_per_hour": _AMOUNT,
    "staff_per_1000_customers": (0.0, 1000.0),
    "survey_share": _SHARE,
    "execution": _SHARE,
    "data_quality": _SHARE,
    "breaches_per_year": (0.0, 10.0),
    "best_in_class": (1.0, 10.0),
    "renewal_alpha": _SHAPE,
    "renewal_beta": _SHAPE,
    "renewal_weeks": (1.0, 520.0),
    "fee_mean": (1e-6, 1e9),
    "fee_spread": (0.0, 3.0),
    "fee_on_renewal": (0.0, 10.0),
}
#: Harmonics of the season, on the log rate: optional.
SEASON = re.compile(r"season_(cos|sin)[1-9]")
_SEASON_RANGE = (-5.0, 5.0)
#: Trips a week of an average customer; weeks with more take for ever, and no customer lives them.
_MOST_TRIPS = 200.0


class Number(BaseModel):
    """A number that can be traced: value, unit, how sure, and where from."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    value: float
    unit: str = Field(min_length=1)
    status: Literal["estimated", "published", "assumed"]
    standard_error: float | None = Field(None, ge=0)
    low: float | None = None
    high: float | None = None
    source: str = Field(min_length=1)
    method: str = ""
    show_ends: bool = Field(False, description="Show the verdict at `low` and at `high` too")

    @model_validator(mode="after")
    def _is_complete(self) -> "Number":
        if self.status == "assumed" and (self.low is None or self.high is None):
            raise ValueError("an assumed number with both low and high")
        if self.status == "estimated" and self.standard_error is None:
            raise ValueError("an estimated number with its standard_error")
        if (
            self.low is not None
            and self.high is not None
            and not self.low <= self.value <= self.high
        ):
            raise ValueError("low <= value <= high")
        if self.show_ends and (self.low is None or self.high is None):
            raise ValueError("both low and high where show_ends is true")
        return self

    def check_range(self, field: str, least: float, most: float) -> None:
        """Refuse a number that is out of range, or could be drawn there."""
        for end in ("value", "low", "high"):
            found = getattr(self, end)
            if found is not None and not least <= found <= most:
                raise wrong(f"{field}.{end}", found, f"a number from {least:g} to {most:g}")


class Part(BaseModel):
    """A rival or a channel, with its share."""

    model_config = ConfigDict(extra="forbid")
    name: str
    share: Number


def check_values(values: dict[str, Number]) -> None:
    """Refuse a market's values if one is unknown, missing or out of range.

    Raises
    ------
    PydanticCustomError
        That names the field, what was found and what would be right.
    """
    for name in values:
        if name not in VALUES and not SEASON.fullmatch(name):
            raise wrong(
                f"values.{name}", name, "one of the values of a market", nearest(name, list(VALUES))
            )
    contract = any(name in values for name in CONTRACT)
    for name in VALUES:
        if is_required(name, contract) and name not in values:
            raise wrong(f"values.{name}", "nothing", "a value (this key is required)")
    given = [name for name in DROP_OUT if name in values]
    if len(given) != (0 if contract else 1):
        expected = "exactly one of drop_out_beta, yearly_attrition and the values of renewal"
        found = [*given, *(name for name in CONTRACT if name in values)]
        raise wrong("values", ", ".join(found) or "none of them", expected)
    if contract:
        _check_contract(values)
    rate = values["purchase_shape"].value / max(values["purchase_alpha"].value, 1e-9)
    if rate > _MOST_TRIPS:
        expected = (
            f"a mean of at most {_MOST_TRIPS:g} trips a week (purchase_shape / purchase_alpha)"
        )
        raise wrong("values.purchase_alpha", f"{rate:.3g} trips a week", expected)
    for name, number in values.items():
        number.check_range(f"values.{name}", *RANGES.get(name, _SEASON_RANGE))


def is_required(name: str, contract: bool) -> bool:
    """Return whether a market, with contracts or without, must declare a value."""
    if contract:
        return name in CONTRACT or (name in REQUIRED and name not in WITHOUT_CONTRACT)
    return name in REQUIRED


def _check_contract(values: dict[str, Number]) -> None:
    """Refuse values that no contract has, and periods that are not whole weeks."""
    for name in WITHOUT_CONTRACT:
        if name in values:
            raise wrong(f"values.{name}", name, "no such value, as this market has contracts")
    for end in ("value", "low", "high"):
        weeks = getattr(values["renewal_weeks"], end)
        if weeks is not None and weeks != round(weeks):
            raise wrong(f"values.renewal_weeks.{end}", weeks, "whole weeks")


def check_parts(parts: list[Part], field: str) -> None:
    """Refuse shares of rivals or channels that are none, or do not add up to 1."""
    for i, part in enumerate(parts):
        part.share.check_range(f"{field}.{i}.share", *_SHARE)
    total = sum(part.share.value for part in parts)
    if abs(total - 1) > 1e-6:
        raise wrong(field, f"{total:.4g}", "shares that add up to 1")
