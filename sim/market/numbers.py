"""Numbers of a market that can be traced to where they come from, and what makes them fit together."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from sim.common.errors import InputError, nearest
from sim.common.given import number
from sim.common.reading import wrong
from sim.common.several import together
from sim.common.text import Name
from sim.market.declared import declared
from sim.market.renamed import RENAMED
from sim.market.values import (
    CONTRACT_VALUES,
    DROP_OUT_VALUES,
    FAILURE_SHARES,
    LEAVING_VALUES,
    PAUSE_VALUES,
    PURCHASE_VALUES,
    RATE_VALUES,
    SEASON,
    SHARE_RANGE,
    SPEND_LAWS,
    VALUES,
    WAGE,
    WHOLE,
    is_required,
    range_of_value,
)

#: Trips a week of an average customer: no customer makes more, and a week would take too long to run.
_MOST_TRIPS = 200.0
#: Words in the name of a channel that customers meet on a screen.
_ONLINE = re.compile(
    r"(?i)\b(apps?|web|web-?shop|web-?site|online|internet|mobile|digital|e-?mail|e-?shop)\b"
)
#: Shares whose sum is this close to 1 add up to it.
_ROUNDING = 1e-12


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

    def check_range(self, field: str, least: float, most: float) -> None:
        """Refuse a number that is out of range, or could be drawn there."""
        for end in ("value", "low", "high"):
            found = getattr(self, end)
            if found is not None and not least <= found <= most:
                raise wrong(f"{field}.{end}", found, f"a number from {least:g} to {most:g}")


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
        return bool(_ONLINE.search(self.name)) if self.online is None else self.online


def check_values(values: Mapping[str, Number], section: str = "values", own_wage: str = "") -> None:
    """Refuse a market's values if one is unknown, missing or out of range.

    Parameters
    ----------
    values : mapping of str to Number
    section : str
        Where they stand, for messages.
    own_wage : str
        The market's name where no declared wage is in its currency, so that only the firm knows its own.

    Raises
    ------
    PydanticCustomError
        That names the field, what was found and what would be right.
    """
    for name in values:
        if name not in VALUES and not SEASON.fullmatch(name):
            raise _unknown(name)
    contract = any(name in values for name in CONTRACT_VALUES)
    two_kinds = _check_moving(values, section, contract)
    missing = [
        name
        for name in VALUES
        if is_required(name, contract)
        and name not in values
        and not (two_kinds and name == "drop_out_shape")
    ]
    if missing:
        raise wrong(f"{section}.{', '.join(missing)}", "nothing", _required(missing, own_wage))
    given = [name for name in DROP_OUT_VALUES if name in values]
    if len(given) != (0 if contract or two_kinds else 1):
        expected = "exactly one of drop_out_beta, yearly_attrition and the values of renewal"
        found = [*given, *(name for name in CONTRACT_VALUES if name in values)]
        raise wrong(section, ", ".join(found) or "none of them", expected)
    if contract:
        _check_contract(values)
    else:
        _check_spend(values, section)
    rate = values["purchase_shape"].value / max(values["purchase_alpha"].value, 1e-9)
    if rate > _MOST_TRIPS:
        expected = (
            f"a mean of at most {_MOST_TRIPS:g} trips a week (purchase_shape / purchase_alpha)"
        )
        raise wrong(f"{section}.purchase_alpha", f"{rate:.3g} trips a week", expected)
    faults = [fault for name in values for fault in _out_of_range(values, name, section)]
    faults += more_than_all(values, section)
    if faults:
        raise together(faults)


def _out_of_range(
    values: Mapping[str, Number], name: str, section: str
) -> Iterator[PydanticCustomError]:
    """Yield what is wrong with a number of its own."""
    number = values[name]
    try:
        number.check_range(f"{section}.{name}", *range_of_value(name))
    except PydanticCustomError as fault:
        yield fault
    if name in WHOLE and number.value != round(number.value):
        yield wrong(f"{section}.{name}.value", number.value, "a whole number")


def more_than_all(values: Mapping[str, Number], section: str) -> list[PydanticCustomError]:
    """Return the fault that shares of failures are, or could be drawn to be, more than all, if any."""
    parts = [values[name] for name in FAILURE_SHARES if name in values]
    if sum(max(part.value, part.high or 0.0) for part in parts) <= 1.0 + _ROUNDING:
        return []
    found = " and ".join(f"up to {max(part.value, part.high or 0.0):g}" for part in parts)
    expected = "shares that are 1 together at most, at their high ends too"
    return [wrong(f"{section}.{', '.join(FAILURE_SHARES)}", found, expected)]


def _check_moving(values: Mapping[str, Number], section: str, contract: bool) -> bool:
    """Refuse values of rates that move unless they are whole; return whether leaving is of two kinds."""
    moving = [n for n in (*RATE_VALUES, *LEAVING_VALUES, *PAUSE_VALUES) if n in values]
    if not moving:
        return False
    if contract:
        raise wrong(
            f"{section}.{moving[0]}", moving[0], "no such value, as this market has contracts"
        )
    away = [group for group in (LEAVING_VALUES, PAUSE_VALUES) if any(n in values for n in group)]
    if len(away) != 1:
        expected = "either quick_leavers with its hazards, or quick_pausers with theirs"
        raise wrong(section, ", ".join(moving), expected)
    for name in (*RATE_VALUES, *away[0]):
        if name not in values:
            raise wrong(f"{section}.{name}", "nothing", "a value (this key is required)")
    return away[0] is LEAVING_VALUES


def _required(names: Sequence[str], own_wage: str) -> str:
    """Return what to expect where values are missing: the commands that add them, if any can."""
    others = [name for name in names if name != WAGE]
    if own_wage and len(others) < len(names):
        rest = ", after `loyalty check --fix` has added the others" if others else ""
        return (
            f"an hour of a service employee in the market's own currency, which only the firm knows; "
            f'`loyalty assume {own_wage} --set "{WAGE}=AMOUNT,SOURCE"` states it{rest}'
        )
    what = "a value (this key is required" if len(names) == 1 else "values (these keys are required"
    if all(name in declared().values for name in names):
        return f"{what}; `loyalty check --fix` adds what is assumed of its trade)"
    return f"{what})"


def _unknown(name: str) -> PydanticCustomError:
    """Return the error for a name that is no value's, or no longer."""
    field = f"values.{name}"
    for renamed in RENAMED:
        if name == renamed.old:
            expected = (
                f"{renamed.new}, its name since version {renamed.version} "
                "(`loyalty check --fix` converts the file)"
            )
            return wrong(field, name, expected)
    return wrong(field, name, "one of the values of a market", nearest(name, list(VALUES)))


def _check_spend(values: Mapping[str, Number], section: str) -> None:
    """Refuse values that state no law of spend in full, or two."""
    names = [name for law in SPEND_LAWS.values() for name in law]
    given = tuple(name for name in names if name in values)
    if given not in SPEND_LAWS.values():
        choices = ", or ".join(", ".join(law) for law in SPEND_LAWS.values())
        raise wrong(section, ", ".join(given) or "no law of spend", f"one law of spend: {choices}")


def _check_contract(values: Mapping[str, Number]) -> None:
    """Refuse values that no contract has, and periods that are not whole weeks."""
    for name in PURCHASE_VALUES:
        if name in values:
            raise wrong(f"values.{name}", name, "no such value, as this market has contracts")
    for end in ("value", "low", "high"):
        weeks = getattr(values["renewal_weeks"], end)
        if weeks is not None and weeks != round(weeks):
            raise wrong(f"values.renewal_weeks.{end}", weeks, "whole weeks")


def check_parts(parts: list[MarketPart], field: str) -> None:
    """Refuse shares of rivals or channels that are none, or do not add up to 1."""
    for i, part in enumerate(parts):
        part.share.check_range(f"{field}.{i}.share", *SHARE_RANGE)
    total = sum(part.share.value for part in parts)
    if abs(total - 1) > 1e-6:
        raise wrong(field, f"{total:.4g}", "shares that add up to 1")


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
