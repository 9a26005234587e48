"""Numbers of a market that can be traced to where they come from."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from sim.common.errors import InputError
from sim.common.given import number
from sim.common.reading import wrong
from sim.common.text import Name
from sim.market.values import SHARE_RANGE

#: Words in the name of a channel that customers meet on a screen.
_ONLINE = re.compile(
    r"(?i)\b(apps?|web|web-?shop|web-?site|online|internet|mobile|digital|e-?mail|e-?shop)\b"
)
#: Shares whose sum is this close to 1 add up to it.
_ROUNDING = 1e-12


def is_on_screen(name: str) -> bool:
    """Return whether the name of a channel says that customers meet the firm on a screen."""
    return bool(_ONLINE.search(name))


class Number(BaseModel):
    """A number that can be traced: value, unit, how sure, and where from."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    value: float
    unit: str = Field(min_length=1)
    status: Literal["estimated", "published", "assumed", "stated"]
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

    def written(self) -> dict[str, Any]:
        """Return the number as a market file has it: without what is empty."""
        content = self.model_dump(exclude_none=True)
        return {key: found for key, found in content.items() if found is not False and found != ""}

    def set_to(self, given: float | tuple[float, float, float]) -> "Number":
        """Return a copy with a value: certain, or assumed to be in (low, most likely, high)."""
        if isinstance(given, tuple):
            low, value, high = given
            stated = {"low": low, "high": high, "status": "assumed"}
            return self.model_copy(update={"value": value, **stated})
        value = given
        ends = {} if self.low is None else {"low": value, "high": value}
        if self.status == "estimated":  # what is set has no error of a log
            ends["standard_error"] = 0.0
        return self.model_copy(update={"value": value, **ends})

    def out_of(self, field: str, least: float, most: float) -> Iterator[PydanticCustomError]:
        """Yield the fault of a number that is out of range, or could be drawn there."""
        for end in ("value", "low", "high"):
            found = getattr(self, end)
            if found is not None and not least <= found <= most:
                yield wrong(f"{field}.{end}", found, f"a number from {least:g} to {most:g}")
                return


class MarketPart(BaseModel):
    """A rival or a channel, with its share."""

    model_config = ConfigDict(extra="forbid")
    name: Name
    share: Number
    online: bool | None = Field(
        None, description="of a channel: whether customers meet the firm on a screen"
    )

    @property
    def is_online(self) -> bool:
        """Whether customers meet the firm on a screen: as stated, or else as the name says."""
        return is_on_screen(self.name) if self.online is None else self.online


def faults_of_parts(parts: list[MarketPart], field: str) -> Iterator[PydanticCustomError]:
    """Yield shares of rivals or channels that are none, else the fault that they do not add up to 1."""
    are_shares = True
    for i, part in enumerate(parts):
        for fault in part.share.out_of(f"{field}.{i}.share", *SHARE_RANGE):
            are_shares = False
            yield fault
    total = sum(part.share.value for part in parts)
    if are_shares and abs(total - 1) > 1e-6:
        yield wrong(field, f"{total:.4g}", "shares that add up to 1")


def effective_shares(parts: list[MarketPart], shares: Mapping[str, float]) -> list[float]:
    """Return the share of each part, with those given by name: divided by their sum, so as to make 1.

    Shares that make 1 already stay as they are, bit by bit: what was divided once is not divided again.
    """
    found = [shares.get(part.name, part.share.value) for part in parts]
    total = sum(found)
    return found if abs(total - 1) <= _ROUNDING else [share / total for share in found]


def set_shares(parts: list[MarketPart], shares: Mapping[str, float] | None) -> list[MarketPart]:
    """Return rivals or channels with the shares given by name, made to add up to 1."""
    if not shares:
        return parts
    known = [part.name for part in parts]
    for name, share in shares.items():
        if name not in known:
            raise InputError("with_shares", "name", name, f"one of {', '.join(known)}")
        number("with_shares", name, share, 0.0)
    if not sum(shares.get(part.name, part.share.value) for part in parts) > 0:
        raise InputError("with_shares", "shares", dict(shares), "shares of which one is above 0")
    return [
        part.model_copy(update={"share": part.share.set_to(share)})
        for part, share in zip(parts, effective_shares(parts, shares), strict=True)
    ]
