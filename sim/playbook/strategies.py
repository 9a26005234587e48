"""What is chosen: a strategy is a named set of plays, each with its intensity and timetable."""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator

from sim.common.errors import InputError, refuse_all
from sim.common.paths import shown
from sim.common.reading import read_yaml, validate, wrong
from sim.common.text import Name, Title
from sim.common.written import Written
from sim.playbook.audiences import Audience as Audience
from sim.playbook.reviews import EACH, Goal, Reviews
from sim.playbook.strategy_places import BASELINE as BASELINE
from sim.playbook.strategy_places import strategy_path


def ends(setting: str, value: float) -> bool:
    """Return whether a setting of a lever ends what the firm does already: one called ``end_...``."""
    return setting.startswith("end_") and value > 0


class Play(Written):
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


class StrategyFile(Written):
    """What people write of a strategy: a named set of plays, and when its results are looked at.

    `format` is that of the file: 2 since plays run as they are written.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    format: Literal[2] = 2
    name: Name = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Title = ""
    summary: str = ""
    plays: list[Play] = Field([], max_length=100)
    goals: list[Goal] = Field([], max_length=20, description="what it shall reach, and by when")
    reviews: Reviews | None = Field(None, description="when results are looked at, and what then")

    @model_validator(mode="before")
    @classmethod
    def _has_a_title(cls, given: Any) -> Any:
        """Call a strategy that states no title by its name."""
        if (
            isinstance(given, dict)
            and not given.get("title")
            and isinstance(given.get("name"), str)
        ):
            return {**given, "title": given["name"].replace("_", " ").capitalize()}
        return given

    @model_validator(mode="after")
    def _plays_fit(self) -> "StrategyFile":
        for i, play in enumerate(self.plays):
            for other in self.plays[:i]:
                if (play.lever, play.audience) != (other.lever, other.audience):
                    continue
                if play.overlaps(other):
                    expected = f"one play of {play.lever} at a time for the same audience"
                    raise wrong(f"plays.{i}.audience", play.audience, expected)
                if play.key == other.key:
                    expected = (
                        f"a name of its own for each phase of {play.lever} for {play.audience}"
                    )
                    raise wrong(f"plays.{i}.phase", play.phase or "nothing", expected)
        return self

    @model_validator(mode="after")
    def _rules_fit(self) -> "StrategyFile":
        """Refuse rules on plays and goals that are not there, and goals that nobody looks at."""
        if self.goals and self.reviews is None:
            raise wrong(
                "goals", f"{len(self.goals)} of them", "`reviews` that look whether they are met"
            )
        keys, goals = [play.key for play in self.plays], [goal.measure for goal in self.goals]
        for i, rule in enumerate(self.reviews.rules if self.reviews else []):
            named: dict[str, tuple[str | None, list[str]]] = {
                "play": (rule.play, [EACH, *keys]),
                "to": (rule.to, keys),
                "goal": (rule.goal, [*goals]),
            }
            for field, (value, known) in named.items():
                if value is not None and value not in known:
                    expected = (
                        f"one of {', '.join(f'`{one}`' for one in known) or 'none: there is none'}"
                    )
                    raise wrong(f"reviews.rules.{i}.{field}", value, expected)
        return self


class Strategy(StrategyFile):
    """A named set of plays, as it is written or as it is planned.

    After planning, `is_sized` is true, every play holds its full settings, and `budget` is the money a
    year per known customer that the strategy may spend. Nobody writes that: a file has no such keys.

    Examples
    --------
    >>> rewards = Play(lever="incentives", preset="points_programme")
    >>> Strategy(name="rewards_only", plays=[rewards]).title
    'Rewards only'
    """

    budget: float | None = Field(None, ge=0, description="currency per known customer and year")
    planned: dict[str, float] = Field(
        {}, description="planned cost per play, currency per known customer and year"
    )
    as_written: float | None = Field(None, description="planned cost before it meets the budget")
    least: dict[str, float] = Field(
        {}, description="of one too dear for the firm: cost per play at the least reach, likewise"
    )
    least_fixed: dict[str, float] = Field({}, description="what of `least` goes with no customer")

    @classmethod
    def of_file(cls, content: dict[str, Any], where: str) -> "Strategy":
        """Return a strategy as its file says, which holds nothing of what is planned.

        Raises
        ------
        InputError
            If something in it is wrong; `where` is the file, for the message.
        """
        return cls(**dict(validate(StrategyFile, content, where)))

    @property
    def is_sized(self) -> bool:
        """Whether it has been planned to a budget."""
        return self.budget is not None

    @property
    def is_resolved(self) -> bool:
        """Whether it is planned and all its plays hold full settings (`sim.playbook.settings`)."""
        return self.is_sized and all(
            play.preset is None and play.intensity == 1.0 and play.owner for play in self.plays
        )

    @property
    def is_unaffordable(self) -> bool:
        """Whether the budget does not pay it, by `sim.playbook.affordability`."""
        return bool(self.least)

    @property
    def planned_cost(self) -> float:
        """What it is planned to cost, currency per known customer and year."""
        return sum(self.planned.values())

    @property
    def planned_by_lever(self) -> dict[str, float]:
        """The planned cost of each lever, currency per known customer and year: its plays' together."""
        plan: dict[str, float] = {}
        for play, cost in self.planned.items():
            lever = play.split(":")[0]
            plan[lever] = plan.get(lever, 0.0) + cost
        return plan

    def allowances(self) -> dict[str, float] | None:
        """Return what each play may spend, currency per known customer and year; None means no limit.

        The budget is shared out as the planned costs are, evenly where none are planned, so that no play
        takes another's; where the plan costs less, each has as much more room. One that the budget does
        not pay has no limit: it runs as if it were paid for.
        """
        if self.budget is None or self.is_unaffordable:
            return None
        costs = {key: max(cost, 0.0) for key, cost in self.planned.items()}  # some save money
        total = sum(costs.values())
        return {
            play.key: self.budget
            * (costs.get(play.key, 0.0) / total if total > 0 else 1 / len(self.plays))
            for play in self.plays
        }

    @property
    def unreviewed(self) -> "Strategy":
        """The same plan when nobody looks at its results."""
        return self.model_copy(update={"goals": [], "reviews": None})


def partner_of(reviewed: Strategy, among: Iterable[Strategy]) -> Strategy | None:
    """Return the strategy of the same plays that nobody reviews, None if it is not among those given."""
    return next((one for one in among if one.reviews is None and one.plays == reviewed.plays), None)


def read_strategy(name: str, market: str = "") -> Strategy:
    """Return a strategy as its file is written, with presets and intensities.

    Parameters
    ----------
    name : str
        Of a strategy that exists.
    market : str
        Its client's strategies come first.

    Raises
    ------
    InputError
        With all that is wrong in the file, but what its levers have to say.
    """
    path = strategy_path(name, market)
    where, content = shown(path), read_yaml(path)
    strategy = Strategy.of_file(content, where)
    meant = {"title": "what reports call it", "summary": "one sentence on it"}
    refuse_all(
        [
            InputError(where, field, "nothing", meaning)
            for field, meaning in meant.items()
            if not str(content.get(field, "")).strip()
        ]
    )
    if strategy.name != name:
        raise InputError(where, "name", strategy.name, f"the file's own name, {name}")
    return strategy


#: What every strategy is compared with.
DO_NOTHING = Strategy(name=BASELINE, title="Do nothing new")
