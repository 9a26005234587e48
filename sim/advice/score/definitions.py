"""What worlds the advice is scored in, as ``data/score.yaml`` states it."""

from functools import cache
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.common.paths import root
from sim.common.reading import read_yaml, validate, wrong
from sim.market.trade_names import TradeName

FILE = "data/score.yaml"
#: Worlds by what is true of them: drawn from the priors, uniform, nothing works, or of another structure.
Kind = Literal[
    "prior",
    "uniform",
    "nothing_works",
    "other_leaving",
    "other_saturation",
    "correlated",
    "contact_backwards",
]
#: Kinds whose truth the model itself could have, so that what is knowable can be worked out.
OWN_STRUCTURE = ("prior", "uniform")
NOTHING_WORKS = "nothing_works"
#: Modules that decide what comes out in a world.
MAKERS = (
    "sim.advice.score.advised",
    "sim.advice.score.lived",
    "sim.advice.score.tried",
    "sim.advice.score.world",
)
#: Intervals that are held against the truth, in per cent.
SHARES = (50, 80, 90)
Range = Annotated[list[float], Field(min_length=2, max_length=2)]
Count = Annotated[int, Field(gt=0)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Size(_Part):
    """Of a world: customers, weeks, lives."""

    customers: int = Field(ge=100)
    log_weeks: Count
    won_over: Count
    panel_weeks: Count
    horizon: int = Field(ge=4)
    lives: int = Field(ge=2)

    @model_validator(mode="after")
    def _fits(self) -> "Size":
        if self.won_over > self.log_weeks or self.panel_weeks > self.log_weeks:
            raise wrong("log_weeks", self.log_weeks, "no less than won_over and panel_weeks")
        return self


class Engine(_Part):
    """Of a comparison: customers in a run, and futures."""

    customers: int = Field(ge=100)
    futures: int = Field(ge=2)


class Advised(Engine):
    """How advice is asked for, and what the firm states of itself."""

    knows: list[str]


class Laws(_Part):
    """Ranges of how customers of any trade buy and leave."""

    alike_in_buying: Range
    alike_in_leaving: Range
    lost_in_a_year: Range
    spread_between: Range
    spread_within: Range
    rate_and_spend: Range


class Trade(_Part):
    """Ranges of how a trade's customers buy, uniform on the log."""

    purchases_a_year: Range
    spend: Range


class Definitions(_Part):
    """All that determines the worlds and how advice is scored in them."""

    seed: int = Field(ge=0)
    size: Size
    advice: Advised
    knowable: Engine
    worlds: dict[Kind, int]
    laws: Laws
    firm_customers: Range
    trades: dict[TradeName, Trade]


@cache
def definitions() -> Definitions:
    """Read ``data/score.yaml``.

    Raises
    ------
    InputError
        If it is missing or wrong.
    """
    return validate(Definitions, read_yaml(root() / FILE), FILE)
