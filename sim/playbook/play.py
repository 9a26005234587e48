"""A play: a lever switched on, as it is written in a strategy."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from pydantic import ConfigDict, Field, model_validator

from sim.common.reading import wrong
from sim.common.text import Name
from sim.common.whole import Whole, readable
from sim.common.written import Written
from sim.playbook.audiences import Audience

#: Plays that a strategy may have.
MOST_PLAYS = 100
#: What tells plays of one lever apart.
_CALLED_BY = frozenset({"lever", "audience", "phase"})
_WHEN = frozenset({"start_week", "end_week"})


def ends(setting: str, value: float) -> bool:
    """Return whether a setting of a lever ends what the firm does already: one called ``end_...``."""
    return setting.startswith("end_") and value > 0


class Play(Written, Whole):
    """A lever switched on: how, how intensively, for whom, from when, and by whom.

    Where audiences of one lever's plays overlap, a person gets the play that is written first.

    Examples
    --------
    >>> Play(lever="incentives", preset="points_programme", audience="new").key
    'incentives:new'
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    lever: str
    preset: str | None = None
    settings: dict[str, float] = {}
    intensity: float = Field(
        1.0, gt=0, le=20, description="multiplies the lever's settings that say how much is done"
    )
    audience: Audience = "everyone"
    reach: float = Field(1.0, ge=0, le=1, description="share of the audience that is served")
    start_week: int = Field(0, ge=0, le=1040)
    ramp_weeks: int = Field(1, ge=1, le=260)
    end_week: int | None = Field(None, ge=1, le=1040, description="first week without the play")
    phase: Name = Field("", pattern=r"^[a-z0-9_]*$", description="part of the plan it belongs to")
    owner: Literal["market", "technology", "service", "brand"] | None = None

    @property
    def key(self) -> str:
        """Name of the play within its strategy."""
        return ":".join(filter(None, (self.lever, self.audience, self.phase)))

    @property
    def ends_something(self) -> bool:
        """Whether it ends what the firm does already."""
        return any(ends(name, value) for name, value in self.settings.items())

    @model_validator(mode="before")
    @classmethod
    def _has_no_share(cls, given: Any) -> Any:
        """Refuse a play as it was written when strategies were scaled to a budget."""
        if isinstance(given, dict) and "budget_share" in given:
            expected = (
                "no share of a budget: plays run as written, up to the market's budget; "
                "`loyalty check --fix` converts the file"
            )
            raise wrong("budget_share", given["budget_share"], expected)
        return given

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "Play":
        if self.end_week is not None and self.end_week <= self.start_week:
            raise wrong("end_week", self.end_week, f"a week after its start, {self.start_week}")
        return self

    def overlaps(self, other: "Play") -> bool:
        """Return whether there is a week in which both plays are on."""
        ends = [p.end_week if p.end_week is not None else 10**9 for p in (self, other)]
        return self.start_week < ends[1] and other.start_week < ends[0]


class PlayRead(NamedTuple):
    """As much of a play as could be read.

    Attributes
    ----------
    place : int
        Which play of the strategy it is, from 0.
    play : Play
        Without what is faulty.
    faulty : frozenset of str
        Fields that are.
    """

    place: int
    play: Play
    faulty: frozenset[str] = frozenset()

    @property
    def has_key(self) -> bool:
        """Whether its name within the strategy is the one that is meant."""
        return not self.faulty & _CALLED_BY

    @property
    def has_time(self) -> bool:
        """Whether the weeks in which it is on are those that are meant."""
        return not self.faulty & _WHEN


def plays_read(content: Mapping[str, Any]) -> list[PlayRead]:
    """Return the plays of a strategy, as much of each as can be read; none of a list that is too long.

    Parameters
    ----------
    content : mapping
        What was written of the strategy, right or wrong.
    """
    written = content.get("plays")
    if not isinstance(written, list) or len(written) > MOST_PLAYS:
        return []
    read = [(place, *readable(Play, one)) for place, one in enumerate(written)]
    return [PlayRead(place, play, faulty) for place, play, faulty in read if play is not None]
