"""The other law of buying that a market may state: customers' rates move, and customers pause or leave.

By a market's own values a customer's purchase rate stays (Pareto/NBD). Its section ``moving_rates`` says
with which chance rates move in a future, and the values that hold there: the law of fresh rates, their
drift and redraw, and what being away is. Where people stay away for long, away is leaving: two kinds of
customers with a hazard each, in place of the market's own drop-out. Where they are soon back, away is a
pause; the market's own drop-out stays, unless the section says how many leave beside pauses. Purchases
come by chance, or at regular intervals where it has `purchase_phases` (`sim.world.regular_purchases`).
`sim.calibration.forecast.moving_rates` fits the law.
"""

import math
from collections.abc import Mapping
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from sim.common.errors import nearest
from sim.common.reading import wrong
from sim.market.covariances import Covariance, faults_of_covariances, without
from sim.market.numbers import Number
from sim.market.set_values import set_values
from sim.market.value_faults import out_of_range, value_faults
from sim.market.values import DROP_OUT_VALUES, LEAVING_VALUES, PAUSE_VALUES, RATE_VALUES

#: Values that may stand in the section: those that only such a law has, and those it states anew.
_NEEDED = ("purchase_shape", "purchase_alpha", *RATE_VALUES)
#: Of leaving beside pauses.
_BESIDE = ("drop_out_shape", "yearly_attrition")
_ALLOWED = (
    *_NEEDED,
    "purchase_phases",
    *LEAVING_VALUES,
    *PAUSE_VALUES,
    *_BESIDE,
    "winback_per_year",
)
#: The market's own drop-out, where the section has another in its place.
_OWN_DROP_OUT = ("drop_out_shape", *DROP_OUT_VALUES)


class MovingRates(BaseModel):
    """The section ``moving_rates`` of a market."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    weight: float = Field(ge=0, le=1, description="chance that rates move in a future")
    reason: str = Field(min_length=1, description="why this weight and this regularity")
    values: dict[str, Number]
    covariances: list[Covariance] = []

    def faults(self, own: Mapping[str, Number]) -> list[PydanticCustomError]:
        """Return why the market would be none where rates move.

        Parameters
        ----------
        own : mapping of str to Number
            The values of the market, if they are right by themselves; else none, and no more is judged
            than what the section says itself.

        Returns
        -------
        list of PydanticCustomError
            Each names its field, what was found and what would be right.
        """
        section, known = "moving_rates.values", [name for name in self.values if name in _ALLOWED]
        faults = []
        for name in self.values:
            if name not in _ALLOWED:
                expected = "a value that differs where rates move: " + ", ".join(_ALLOWED)
                faults.append(wrong(f"{section}.{name}", name, expected, nearest(name, _ALLOWED)))
        for name in _NEEDED:
            if name not in self.values:
                expected = "a value (this key is required)"
                faults.append(wrong(f"{section}.{name}", "nothing", expected))
        if own and not faults:
            faults += value_faults(self.over(own), section)
        else:
            numbers = self.values
            faults += [f for name in known for f in out_of_range(numbers[name], name, section)]
        where = "moving_rates.covariances"
        return [*faults, *faults_of_covariances(self.values, self.covariances, where)]

    def set_to(self, given: Mapping[str, float | tuple[float, float, float]]) -> "MovingRates":
        """Return a copy with values set by name, as `Market.with_values` sets them."""
        changed = set_values(self.values, given, "moving_rates")
        return self.model_copy(update={"values": changed})

    def off_estimate(self, moved: "MovingRates") -> dict[str, float]:
        """Return the log of each estimate of another section over that of this one, where they differ.

        Known customers were placed by the estimates; what somebody has stated since says nothing of that.
        """
        known = [name for one in self.covariances for name in one.values]
        off = {name: math.log(moved.values[name].value / self.values[name].value) for name in known}
        return {name: by for name, by in off.items() if by and self.values[name].standard_error}

    def over(self, own: Mapping[str, Number]) -> dict[str, Number]:
        """Return the values of the market where rates move, in place of its own."""
        instead = (*LEAVING_VALUES, *_BESIDE)
        dropped = _OWN_DROP_OUT if any(name in self.values for name in instead) else ()
        kept = {name: number for name, number in own.items() if name not in dropped}
        return kept | self.values

    def covariances_over(
        self, own: list[Covariance], values: Mapping[str, Number]
    ) -> list[Covariance]:
        """Return how errors go together where rates move, whose values are `values`."""
        kept = [name for name in values if name not in self.values]
        return self.covariances + without(own, kept)


class Values(Protocol):
    """Values of a market by name."""

    def __getitem__(self, name: str) -> float:
        """Return one value."""


def share_here(values: Values) -> float:
    """Return the share of time for which customers of both kinds do not pause, in the long run."""
    share, quick, slow, back = (values[name] for name in PAUSE_VALUES)
    return share * back / (quick + back) + (1.0 - share) * back / (slow + back)
