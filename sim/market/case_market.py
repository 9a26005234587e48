"""The market of a case: a built-in market restated for another trade, with every number declared.

No log stands behind a case. How unequal customers are is taken over from the base market; how often they
buy, what they pay, how many leave and what the firm earns are stated by the case, each with a range and a
reason. The year before week 0 is drawn from the same laws (`sim.calibration.drawn_histories`).
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.errors import nearest
from sim.common.paths import root
from sim.common.reading import read_yaml, validate, wrong
from sim.common.text import Currency, Name, Title
from sim.market.numbers import Number
from sim.market.trade_names import TradeName
from sim.market.values import VALUES, is_required

#: Customers whose year before week 0 is drawn; runs draw their people from them.
CUSTOMERS = 2_000
#: What a case states in its own words, and what the laws of the base call it.
_STATED = {
    "purchase_alpha": "purchases_per_year",
    "spend_scale": "spend_per_purchase",
    "spend_mean": "spend_per_purchase",
}


class Assumed(BaseModel):
    """A number that a case assumes: most likely value, ends of what is plausible, and why."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    value: float
    low: float
    high: float
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _is_ordered(self) -> "Assumed":
        if not self.low <= self.value <= self.high:
            raise ValueError("low <= value <= high")
        return self

    def number(self, unit: str, show_ends: bool = False) -> Number:
        """Return it as a number of a market."""
        content = self.model_dump()
        return Number(unit=unit, status="assumed", show_ends=show_ends, **content)

    def scaled(self, factor: float, inverse: bool = False) -> "Assumed":
        """Return factor times it, or factor over it."""
        ends = [factor / end if inverse else factor * end for end in (self.low, self.high)]
        value = factor / self.value if inverse else factor * self.value
        return Assumed(value=value, low=min(ends), high=max(ends), source=self.source)


class AssumedPart(BaseModel):
    """A rival or a channel of a case, with its share."""

    model_config = ConfigDict(extra="forbid")
    name: Name
    share: Assumed


class CaseMarket(BaseModel):
    """A file ``playbook/cases/NAME.yaml``."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    name: Name = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Title
    currency: Currency
    trade: TradeName | None = None
    based_on: str = Field(
        description="market of data/markets whose differences between people it has"
    )
    purchases_per_year: Assumed = Field(description="of an average customer, at this firm")
    spend_per_purchase: Assumed = Field(description="of an average customer, currency")
    values: dict[str, Assumed]
    rivals: list[AssumedPart] = Field(min_length=1)
    channels: list[AssumedPart] = Field(min_length=1)

    @model_validator(mode="after")
    def _states_what_it_must(self) -> "CaseMarket":
        if self.purchases_per_year.low <= 0 or self.spend_per_purchase.low <= 0:
            raise wrong("purchases_per_year", self.purchases_per_year.low, "numbers above 0")
        known = [
            name
            for name, value in VALUES.items()
            if value.kind in ("all", "purchases") and name not in (*_STATED, "drop_out_beta")
        ]
        for name in self.values:
            if name in _STATED:
                expected = f"{_STATED[name]} in its place"
                raise wrong(f"values.{name}", name, expected, _STATED[name])
            if name not in known:
                raise wrong(
                    f"values.{name}", name, "one of the values of a market", nearest(name, known)
                )
        if "yearly_attrition" not in self.values:
            raise wrong("values.yearly_attrition", "nothing", "a value (this key is required)")
        return self


def spend_divisor(q: float) -> float:
    """Return what p v is divided by for the mean spend of Gamma-Gamma, q - 1 (Fader, Hardie & Lee 2005).

    For q of 1 or less the mean does not exist and p v / q, the spend at the mean of nu, stands in.
    """
    return q - 1 if q > 1 else q


def read_case_market(name: str) -> CaseMarket:
    """Read what a case states of its market, as it stands in ``playbook/cases/NAME.yaml``.

    Raises
    ------
    InputError
        If the file is missing or wrong.
    """
    path = root() / "playbook" / "cases" / f"{name}.yaml"
    return validate(CaseMarket, read_yaml(path), str(path.relative_to(root())))


def derive(case: CaseMarket, base: dict[str, Number], base_command: str) -> dict[str, Any]:
    """Return the content of a case's market, ready to be validated as a market.

    Parameters
    ----------
    case : CaseMarket
    base : dict of str to Number
        Values of the market it is based on; one without contracts.
    base_command : str
        What made the base market.

    Returns
    -------
    dict
        Every value is assumed. With shapes r, p and q of the base, a mean of x purchases a year makes
        the scale of purchase rates alpha = 52 r / x, and a mean spend of m the mean of a log-normal law,
        or under Gamma-Gamma a scale of spend v = m (q - 1) / p (m q / p for q of 1 or less).
    """
    values = {
        name: _taken_over(number, case.based_on)
        for name, number in base.items()
        if is_required(name, contract=False) or (name in VALUES and VALUES[name].spend_law)
    }
    values |= {
        name: stated.number(VALUES[name].unit, name in base and base[name].show_ends)
        for name, stated in case.values.items()
    }
    shape = values["purchase_shape"].value
    rate = case.purchases_per_year.scaled(WEEKS_A_YEAR * shape, inverse=True)
    values["purchase_alpha"] = rate.number(VALUES["purchase_alpha"].unit)
    if "spend_mean" in values:
        values["spend_mean"] = case.spend_per_purchase.number(VALUES["spend_mean"].unit)
    else:
        within, between = (values[name].value for name in ("spend_shape", "spend_shape_between"))
        scale = case.spend_per_purchase.scaled(spend_divisor(between) / within)
        values["spend_scale"] = scale.number(VALUES["spend_scale"].unit)
    return {
        **case.model_dump(include={"name", "title", "currency", "trade", "based_on"}),
        "rivals": _parts(case.rivals),
        "channels": _parts(case.channels),
        "data": _origin(case, base_command),
        "values": {name: number.model_dump() for name, number in values.items()},
    }


def _parts(parts: list[AssumedPart]) -> list[dict[str, Any]]:
    return [{"name": part.name, "share": part.share.number("share").model_dump()} for part in parts]


def _taken_over(number: Number, base: str) -> Number:
    """Return a number of the base as what it is here: an assumption."""
    spread = 2 * (number.standard_error or 0.0)
    return Number(
        value=number.value,
        unit=number.unit,
        status="assumed",
        low=number.value - spread if number.low is None else number.low,
        high=number.value + spread if number.high is None else number.high,
        source=f"as in the market {base}: {number.source}",
        show_ends=number.show_ends,
    )


def _origin(case: CaseMarket, base_command: str) -> dict[str, Any]:
    """Return that no data stand behind a case."""
    return {
        "source": f"none (a case, in playbook/cases/{case.name}.yaml)",
        "description": f"{case.title}: assumed throughout; no log of purchases stands behind it",
        "licence": "assumptions of the workbench",
        "provenance": f"differences between customers as in {case.based_on}",
        "n_customers": CUSTOMERS,
        "n_transactions": round(CUSTOMERS * case.purchases_per_year.value),
        "first_date": "a year before week 0",
        "last_date": "the day before week 0",
        "command": base_command,
        "cautions": [
            "No purchase log stands behind this market. It is a case: every number of it is assumed, "
            f"how unequal customers are is taken over from {case.based_on}, and the year before week "
            "0 is drawn from the same laws."
        ],
    }
