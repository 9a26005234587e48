"""What acts on what a source claims: a setting of a lever, of reviews or a market, and what it moves.

``playbook/acting.csv`` says it; `tests/test_acting.py` runs every row with and without the setting, on
the same luck, and fails where the outcome does not move as stated, or any moves where it should be idle.
"""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from sim.common.errors import nearest
from sim.common.reading import wrong
from sim.common.tables import Words, read_table
from sim.levers import BY_NAME
from sim.market.values import VALUES
from sim.playbook.reviews import Reviews
from sim.playbook.strategies import Play

#: In place of a lever, where what acts is how the market is and no choice of the firm.
MARKET = "market"
#: Where what acts is that the firm looks at results and changes its plan.
REVIEWS = "reviews"
#: Column of the weekly table (of one value segment, after a full stop) -> the measure in which a reader
#: sees it, and what a reader calls it.
OUTCOMES = {
    "trips": ("trips", "purchases"),
    "spend": ("profit", "sales"),
    "satisfaction_sum": ("csat", "satisfaction"),
    "n_failures": ("csat", "failures"),
    "wait_minutes": ("response_minutes", "waiting"),
    "wait_minutes.high_value": ("response_minutes_first", "waiting of high-value customers"),
    "n_suggestions": ("useful_suggestions", "suggestions of customers"),
    "n_suggestions_useful": ("useful_suggestions", "useful suggestions"),
    "n_answered": ("loop_answered", "words of customers that are answered"),
    "n_positive_talk": ("positive_talk_share", "praise told to friends"),
    "new_joined": ("new_customers", "people who join"),
    "new_by_platform": ("arrivals_by_platform", "people who come by social platforms"),
    "n_taking_part": ("participation", "members who take part"),
    "reputation": ("reputation", "reputation of the firm"),
    "n_opted_out": ("reachable", "customers who opt out"),
    "platform_reach": ("platform_reach", "prospects who see the firm on social platforms"),
    "new_dropped_out": ("retention", "customers who leave"),
    "rival_trips": ("share_of_wallet", "purchases from rivals"),
    "n_contacts": ("response_minutes", "contacts with the service desk"),
}


def _numbers(cell: Any) -> Any:
    """Read ``name=value name=value``."""
    if not isinstance(cell, str):
        return cell
    pairs = [one.partition("=") for one in cell.split()]
    return {name: value for name, _, value in pairs}


Numbers = Annotated[dict[str, float], BeforeValidator(_numbers)]


class Acting(BaseModel):
    """One row of ``playbook/acting.csv``."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    lever: str = Field(
        description="the lever, or lever@audience; `reviews` of a plan, or `market` for how the market is"
    )
    settings: Numbers = Field(description="what is set, as `name=value`, with blanks between")
    held: Numbers = Field(
        description="what is set of it on both sides; of `market`, what it is compared with"
    )
    beside: str = Field(description="a play on both sides: lever.preset, or lever.preset@audience")
    market: Numbers = Field(description="values of the market on both sides")
    outcome: Literal[tuple(OUTCOMES)] = Field(  # type: ignore[valid-type]
        description="column of a run's weekly table that moves"
    )
    direction: Literal["+", "-"] = Field(description="in which direction it moves")
    size: Literal["", "larger", "rare"] = Field(
        description="`larger` where it shows in a larger sample only, `rare` where in many runs, as what "
        "it averts comes seldom; `make test-slow` runs both"
    )
    elsewhere: str = Field(
        description="what it does in the built-in markets, where it hardly acts in any of them"
    )
    idle_where: Numbers = Field(
        description="values of a market, beside or in place of those of `market`, where the same setting "
        "moves no outcome at all"
    )
    serves: Words = Field(min_length=1, description="ids of `sources.csv` on which this acts")

    @model_validator(mode="after")
    def _is_known(self) -> "Acting":
        levers, lever = (MARKET, REVIEWS, *BY_NAME), self.name
        if lever not in levers:
            expected = "one of " + ", ".join(levers)
            raise wrong("lever", lever, expected, nearest(lever, levers))
        others: dict[str, Mapping[str, Any]] = {MARKET: VALUES, REVIEWS: Reviews.model_fields}
        known = others.get(lever) or BY_NAME[lever].Settings.model_fields
        for name in {**self.settings, **self.held}:
            if name not in known:
                expected = f"a setting of {lever}"
                raise wrong("settings", name, expected, nearest(name, known))
        for name in self.idle_where:
            if name not in VALUES:
                raise wrong("idle_where", name, "a value of a market", nearest(name, VALUES))
        return self

    @property
    def name(self) -> str:
        """The lever without its audience."""
        return self.lever.partition("@")[0]

    def plays(self, acts: bool) -> list[Play]:
        """Return the plays with the setting, or without."""
        plays = []
        if self.beside:
            name, _, audience = self.beside.partition("@")
            lever, _, preset = name.partition(".")
            plays.append(_play(audience, lever=lever, preset=preset))
        settings = self.held | (self.settings if acts else {})
        if self.name in BY_NAME and settings:
            audience = self.lever.partition("@")[2]
            plays.append(_play(audience, lever=self.name, settings=settings))
        return plays

    def reviews(self, acts: bool) -> Reviews | None:
        """Return the reviews of the plan with the setting, or without; None where none are meant."""
        if self.lever != REVIEWS:
            return None
        return Reviews.model_validate(self.held | (self.settings if acts else {}))

    def values(self, acts: bool, idle: bool = False) -> dict[str, float]:
        """Return the values of the market with the setting, or without; where it is idle if asked."""
        values = self.market | (self.idle_where if idle else {})
        if self.lever != MARKET:
            return values
        return values | (self.settings if acts else self.held)


def _play(audience: str, **content: Any) -> Play:
    return Play.model_validate(content | ({"audience": audience} if audience else {}))


@cache
def load_acting() -> list[Acting]:
    """Read ``playbook/acting.csv``.

    Raises
    ------
    InputError
        If a row is wrong or stands twice.
    """

    def key(row: Acting) -> str:
        return f"{row.lever} {row.settings} {row.held} {row.beside} {row.outcome}"

    expected = "each setting and outcome once"
    rows = read_table("acting.csv", Acting, key, "settings", expected, folder="playbook")
    return list(rows.values())
