"""What each preset of each lever did in each market by itself: the rows of ``data/effects.csv``.

`loyalty effects` writes them (`sim.analysis.preset_effects`); pages and the table of levers show them.
"""

from collections.abc import Mapping
from functools import cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sim.common.paths import root
from sim.common.tables import EMPTY_IS_NONE, read_table

FILE = "data/effects.csv"
#: A figure that rows made before it was asked for do not have.
Known = Annotated[float | None, EMPTY_IS_NONE]


class Effect(BaseModel):
    """One preset alone in one market, against doing nothing on the same luck."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    market: str = Field(description="name of a market")
    lever: str = Field(description="name of a lever")
    preset: str = Field(description="name of a preset on the lever's page")
    settings: str = Field(description="the preset's settings when it was run")
    equity: float = Field(
        description="mean difference in customer equity per known customer, currency, costs taken off"
    )
    equity_low: float = Field(description="low end of the mean's 90 % interval")
    equity_high: float = Field(description="high end of it")
    won: Known = Field(
        default=None,
        description="the same difference before any cost of the play, per known customer, currency",
    )
    won_low: Known = Field(default=None, description="low end of the mean's 90 % interval")
    won_high: Known = Field(default=None, description="high end of it")
    before_fixed: Known = Field(
        default=None,
        description="the same difference before what is fixed and what is built once, per known "
        "customer, currency",
    )
    before_fixed_low: Known = Field(default=None, description="low end of the mean's 90 % interval")
    before_fixed_high: Known = Field(default=None, description="high end of it")
    fixed: Known = Field(
        default=None,
        description="what is fixed and what is built once over the plan, whole firm, today's money, "
        "currency",
    )
    acts_through: str = Field(
        default="",
        description="parameters of the lever without which it would do something else, of those that "
        "may be nil, with blanks between",
    )
    cost: float = Field(description="difference in cost per known customer and year, currency")
    retention: Annotated[float | None, EMPTY_IS_NONE] = Field(
        description="difference in the share of customers kept"
    )
    trips: Annotated[float | None, EMPTY_IS_NONE] = Field(
        description="difference in trips per active customer and year"
    )
    csat: Annotated[float | None, EMPTY_IS_NONE] = Field(
        description="difference in the share of satisfied answers"
    )
    shows_week: Annotated[int | None, EMPTY_IS_NONE] = Field(
        description="first week from which the running total of margin before costs stays more than "
        "one standard error above doing nothing; empty if there is none"
    )
    customers: int = Field(description="known customers in each run")
    weeks: int = Field(description="horizon")
    futures: int = Field(
        description="joint draws of all that is uncertain, the same for all presets"
    )
    made_from: str = Field(
        pattern=r"^[0-9a-f]{12}$", description="digest of model, parameters, market and settings"
    )

    @property
    def key(self) -> tuple[str, str, str]:
        """What the row is about: market, lever, preset."""
        return self.market, self.lever, self.preset


def settings_text(settings: Mapping[str, float]) -> str:
    """Write settings so that equal ones are equal texts: ``rebate=0.01 reward_trips=10``."""
    return " ".join(f"{name}={settings[name]:.10g}" for name in sorted(settings))


@cache
def load_effects() -> dict[tuple[str, str, str], Effect]:
    """Read ``data/effects.csv``.

    Returns
    -------
    dict
        (market, lever, preset) -> row, in the order of the file; empty when there is no file.

    Raises
    ------
    InputError
        If a row is wrong or stands twice.
    """
    if not (root() / FILE).exists():
        return {}
    return read_table("effects.csv", Effect, lambda row: row.key, "preset", "each row once")
