"""What is chosen: a strategy is a named set of plays, each with its intensity and timetable."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from sim.common.errors import InputError, refuse_all
from sim.common.paths import shown
from sim.common.reading import read_yaml, validate
from sim.common.text import Name, Title, shows
from sim.common.whole import Fitting
from sim.common.written import Written
from sim.playbook.audiences import Audience as Audience
from sim.playbook.fitting import faults_between
from sim.playbook.play import MOST_PLAYS
from sim.playbook.play import Play as Play
from sim.playbook.play import ends as ends
from sim.playbook.reviews import Goal, Reviews
from sim.playbook.strategy_places import BASELINE as BASELINE
from sim.playbook.strategy_places import strategy_path


class StrategyFile(Written, Fitting):
    """What people write of a strategy: a named set of plays, and when its results are looked at.

    `format` is that of the file: 2 since plays run as they are written.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    format: Literal[2] = 2
    name: Name = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Title = ""
    summary: str = ""
    plays: list[Play] = Field([], max_length=MOST_PLAYS)
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

    @classmethod
    def faults_between(cls, content: Mapping[str, Any]) -> Sequence[PydanticCustomError]:
        """Return what does not fit together of plays, goals and rules."""
        return faults_between(content)


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
        With all that is wrong in the file, but what its levers have to say (`load_strategy` adds it).
    """
    path = strategy_path(name, market)
    content, faults = read_yaml(path), list[InputError]()
    try:
        strategy = Strategy.of_file(content, shown(path))
    except InputError as refused:
        faults = [*refused.faults]
    refused_fields = {fault.field for fault in faults}
    further = _faults_of_names(content, path, market)
    refuse_all([*faults, *(fault for fault in further if fault.field not in refused_fields)])
    return strategy


def _faults_of_names(content: Mapping[str, Any], path: Path, market: str) -> Iterator[InputError]:
    """Yield what is wrong with what a file calls its strategy, and with what it is called itself."""
    where, name = shown(path), path.stem
    meant = {"title": "what reports call it", "summary": "one sentence on it"}
    for field, meaning in meant.items():
        if not shows(str(content.get(field) or "")):
            yield InputError(where, field, "nothing", meaning)
    if isinstance(content.get("name"), str) and content["name"] != name:
        yield InputError(where, "name", content["name"], f"the file's own name, {name}")
    if name == BASELINE and path != strategy_path(name):
        yield InputError(where, "file", path.name, f"another name: {BASELINE} is doing nothing")


#: What every strategy is compared with.
DO_NOTHING = Strategy(name=BASELINE, title="Do nothing new")
