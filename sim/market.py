"""A market: one firm's customers, category and economics, each number with its origin."""

import re
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.errors import InputError, nearest
from sim.project import root
from sim.validation import read_yaml, validate

WEEKS_A_YEAR = 52
#: Every value a market must declare, with its unit. Rates are per week.
REQUIRED = {
    "purchase_shape": "1",
    "purchase_rate": "weeks",
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
}
#: Exactly one of these says how customers are lost.
DROP_OUT = {"drop_out_rate": "weeks", "yearly_attrition": "share per year"}
#: What a market can be: beyond these a number is a slip, or no week could be worked out.
_SHAPE, _SHARE, _AMOUNT = (0.05, 1e4), (0.0, 1.0), (0.0, 1e9)
RANGES = {
    "purchase_shape": _SHAPE,
    "purchase_rate": (1e-3, 1e6),
    "drop_out_shape": _SHAPE,
    "drop_out_rate": (1e-3, 1e9),
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
}
_SEASON = re.compile(r"season_(cos|sin)[1-9]")
_SEASON_RANGE = (-5.0, 5.0)


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

    def check_range(self, name: str, least: float, most: float) -> None:
        """Refuse a number that is out of range, or could be drawn there."""
        for end in (self.value, self.low, self.high):
            if end is not None and not least <= end <= most:
                raise ValueError(f"{name} from {least:g} to {most:g}, not {end:.4g}")


class Source(BaseModel):
    """The data a market was calibrated on."""

    model_config = ConfigDict(extra="forbid")
    source: str
    description: str
    licence: str
    provenance: str
    n_customers: int = Field(gt=0)
    n_transactions: int = Field(gt=0)
    first_date: str
    last_date: str
    command: str
    cautions: list[str] = []


class Part(BaseModel):
    """A rival or a channel, with its share."""

    model_config = ConfigDict(extra="forbid")
    name: str
    share: Number


class Market(BaseModel):
    """Customers, category and economics of one firm."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    currency: str
    data: Source
    values: dict[str, Number]
    rivals: list[Part] = Field(min_length=1)
    channels: list[Part] = Field(min_length=1)
    fit: dict[str, float] = {}

    @model_validator(mode="after")
    def _has_all_values(self) -> "Market":
        known = {**REQUIRED, **DROP_OUT}
        for name in self.values:
            if name not in known and not _SEASON.fullmatch(name):
                close = nearest(name, known)
                raise ValueError(
                    f"only known values; {name!r} is not one"
                    + (f" (nearest: {close!r})" if close else "")
                )
        missing = [name for name in REQUIRED if name not in self.values]
        if missing:
            raise ValueError(f"all values; missing: {', '.join(missing)}")
        if sum(name in self.values for name in DROP_OUT) != 1:
            raise ValueError("exactly one of drop_out_rate and yearly_attrition")
        for name, number in self.values.items():
            number.check_range(name, *RANGES.get(name, _SEASON_RANGE))
        for parts, word in ((self.rivals, "rivals"), (self.channels, "channels")):
            total = sum(part.share.value for part in parts)
            for part in parts:
                part.share.check_range(f"share of {part.name}", *_SHARE)
            if abs(total - 1) > 1e-6:
                raise ValueError(f"shares of the {word} that add up to 1, not {total:.4g}")
        return self

    def __getitem__(self, name: str) -> float:
        """Give one value, by name."""
        return self.values[name].value

    @property
    def drop_out_scale(self) -> float:
        """Scale beta (weeks) of the gamma law of drop-out rates.

        Measured markets state it; where attrition is assumed it follows from the share lost in the
        first year, 1 - (beta / (beta + 52))^s, the Pareto law's survival (Schmittlein, Morrison &
        Colombo 1987).
        """
        if "drop_out_rate" in self.values:
            return self["drop_out_rate"]
        lost = self["yearly_attrition"]
        return 52.0 / ((1.0 - lost) ** (-1.0 / self["drop_out_shape"]) - 1.0)

    @property
    def weekly_discount(self) -> float:
        """Continuous discount rate per week."""
        return float(np.log1p(self["discount_rate"])) / 52.0

    @property
    def mean_trip_spend(self) -> float:
        """Mean spend of a trip over customers, p v / (q - 1) (Fader, Hardie & Lee 2005), in currency.

        For q of 1 or less the mean does not exist and p v / q, the spend at the mean of nu, stands in.
        """
        q = self["spend_shape_between"]
        return self["spend_shape"] * self["spend_scale"] / (q - 1 if q > 1 else q)

    @property
    def share_behind_a_trip(self) -> float:
        """Mean share of wallet over the firm's trips, above that over people.

        Whoever buys much here has less left to bring. With shares Beta(r, b) and category rates
        independent of them (Goodhardt, Ehrenberg & Chatfield 1984) it is (r + 1) / (r + b + 1), with
        r + b = r / share of wallet. Dividing by 1 less it turns a change of the log of own trips into one
        on the logit.
        """
        shape = self["purchase_shape"]
        return (shape + 1.0) / (shape / self["share_of_wallet"] + 1.0)

    @property
    def history_path(self) -> Path:
        """The table of customer histories that week 0 starts from."""
        return root() / "data" / "markets" / f"{self.name}.history.csv"

    def season(self, week: int) -> float:
        """Give the multiplier of the purchase rate in a week; its mean over a year is 1.

        Harmonics ``season_cos1``, ``season_sin1``, ... act on the log rate; a market without them has
        no season that its data could show. Week 0 is the week after the log's last day.
        """
        return float(self._seasons[week % WEEKS_A_YEAR])

    @cached_property
    def _seasons(self) -> NDArray[np.float64]:
        week = np.arange(WEEKS_A_YEAR)
        log_rate = np.zeros(WEEKS_A_YEAR)
        for name, number in self.values.items():
            if name.startswith("season_"):
                wave = np.cos if name.startswith("season_cos") else np.sin
                harmonic = int(name.removeprefix("season_")[3:])
                log_rate += number.value * wave(2 * np.pi * harmonic * week / WEEKS_A_YEAR)
        return np.exp(log_rate) / np.exp(log_rate).mean()

    def with_values(self, **values: float) -> "Market":
        """Give a copy in which some values are replaced (within their stated range or not)."""
        changed = dict(self.values)
        for name, value in values.items():
            changed[name] = changed[name].model_copy(update={"value": float(value)})
        copy = self.model_copy(update={"values": changed})
        copy.__dict__.pop("_seasons", None)  # worked out again from the new values
        return copy


def market_names() -> list[str]:
    """Give the names of the markets in ``data/markets``, sorted."""
    return sorted(path.stem for path in (root() / "data" / "markets").glob("*.yaml"))


def load_market(name: str) -> Market:
    """Read and validate one market file.

    Parameters
    ----------
    name : str
        Name of a file in ``data/markets``, without its ending.

    Returns
    -------
    Market

    Raises
    ------
    InputError
        If there is no such market, or its file is wrong.
    """
    if name not in market_names():
        raise InputError(
            "--market",
            "market",
            name,
            "one of " + ", ".join(market_names()),
            nearest(name, market_names()),
            "Make a new market with `loyalty calibrate LOG --name NAME`.",
        )
    path = root() / "data" / "markets" / f"{name}.yaml"
    where = str(path.relative_to(root()))
    market = validate(Market, read_yaml(path), where)
    if market.name != name:
        raise InputError(where, "name", market.name, f"the file's own name, {name}")
    return market
