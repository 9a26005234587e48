"""What a market foresaw of the last part of its own log, beside what came: part of a market file."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

#: All customers, among the groups of `HoldOut.figures`; the others are value segments.
EVERYBODY = "total"


def _day(written: str) -> str:
    """Return a day as it is written; raise a fault if it is none."""
    if written:
        try:
            date.fromisoformat(written)
        except ValueError:
            raise PydanticCustomError("day", "a day such as 2024-03-31") from None
    return written


class Foreseen(BaseModel):
    """One figure: what came, and what was foreseen with its interval."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    came: float
    expected: float
    low: float
    high: float

    @property
    def inside(self) -> bool:
        """Whether what came lies within the interval."""
        return self.low <= self.came <= self.high

    @property
    def miss(self) -> float:
        """By how many half widths of the interval what came lies off its middle; above 1 is outside."""
        half = (self.high - self.low) / 2
        off = abs(self.came - (self.high + self.low) / 2)
        return off / half if half > 0 else (0.0 if self.inside else float("inf"))


class HoldOut(BaseModel):
    """A market fitted to the log up to a day, run forward without a strategy, and what the log then says.

    Attributes
    ----------
    reason : str
        Why there are no figures, where there are none.
    cut : str
        Last day that the fit has seen.
    weeks : int
        That were foreseen.
    customers : int
        Known on that day and followed: all, or an even choice of them.
    futures : int
        That were simulated.
    sure : float
        Chance that every figure lies in its interval where the market is right.
    rates_stay : bool
        Whether rates stay in the market that was tried, since its part of the log is too short to tell
        how they move, as all of it does.
    newcomers : float
        New customers in those weeks per customer and year, which the log holds and the market assumes.
    figures : dict
        Group of customers -> measure -> what was foreseen and came.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    reason: str = ""
    cut: Annotated[str, AfterValidator(_day)] = ""
    weeks: int = Field(0, ge=0)
    customers: int = Field(0, ge=0)
    futures: int = Field(0, ge=0)
    sure: float = Field(0.95, gt=0, lt=1)
    rates_stay: bool = False
    newcomers: float = Field(0.0, ge=0)
    figures: dict[str, dict[str, Foreseen]] = {}

    @property
    def noticed(self) -> tuple[float, float] | None:
        """By what share all customers' purchases had to fall short or exceed to lie outside."""
        figure = self.figures.get(EVERYBODY, {}).get("frequency")
        if figure is None or figure.expected <= 0:
            return None
        return 1 - figure.low / figure.expected, figure.high / figure.expected - 1

    @property
    def outside(self) -> list[tuple[str, str]]:
        """Group and measure of what lies outside: all customers before groups, the farthest first."""
        found = [
            (group != EVERYBODY, -figure.miss, group, measure)
            for group, measures in self.figures.items()
            for measure, figure in measures.items()
            if not figure.inside
        ]
        return [(group, measure) for *_, group, measure in sorted(found)]
