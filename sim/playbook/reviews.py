"""How a plan learns: its goals, and the reviews at which the firm looks at results and follows rules.

A strategy without reviews runs as it is written until its end. With them the firm looks at what it can
see every few weeks and changes its plays by the first rule that fits (`sim.model.reviews`).
"""

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from sim.common.reading import wrong
from sim.common.several import together
from sim.common.whole import Whole
from sim.playbook.audiences import Audience

#: What a firm sees of itself without knowing who has left: answers to its surveys, and its records.
GoalMeasure = Literal["csat", "nps", "repeat_rate", "purchases", "reputation"]
#: What a review finds of a play by its margin, and of a goal.
Verdict = Literal["pays", "unclear", "loses"]
GOAL_FINDINGS = ("goal_met", "goal_missed")
Deed = Literal["stop", "shrink", "stretch", "retarget", "move_budget", "go_on"]
#: Every play is meant by a rule that names none.
EACH = "each"
#: How much a deed changes where a rule does not say; what of it is possible.
_USUAL_BY = {"shrink": 0.5, "stretch": 1.25, "move_budget": 0.5}
_BOUNDS = {"shrink": (0.0, 1.0), "stretch": (1.0, 5.0), "move_budget": (0.0, 1.0)}
#: What a goal can be: shares, points of the net promoter score, purchases a year, SDs between firms.
_TARGETS = {
    **{"csat": (0, 1), "nps": (-100, 100), "repeat_rate": (0, 1)},
    **{"purchases": (0, 1000), "reputation": (-5, 5)},
}


class Goal(Whole):
    """What a strategy shall reach: a measure that the firm sees, how high, and by when."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    measure: GoalMeasure
    target: float = Field(description="at least so much")
    by_week: int = Field(ge=1, le=1040)
    asked: int | None = Field(
        None,
        ge=30,
        le=100_000,
        description="people whom a survey of the reputation asks; 400 if not stated",
    )

    @model_validator(mode="after")
    def _can_be_reached(self) -> "Goal":
        faults, (low, high) = [], _TARGETS[self.measure]
        if not low <= self.target <= high:
            faults.append(wrong("target", self.target, f"a number from {low:g} to {high:g}"))
        if self.asked is not None and self.measure != "reputation":
            expected = f"nothing: `{self.measure}` has no use for it"
            faults.append(wrong("asked", self.asked, expected))
        if faults:
            raise together(faults)
        return self


class Rule(Whole):
    """What the firm does with a play at a review that finds something.

    Examples
    --------
    >>> Rule(when="pays", do="stretch").factor
    1.25
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    when: Literal["pays", "unclear", "loses", "goal_met", "goal_missed"]
    goal: GoalMeasure | None = None
    play: str = EACH
    do: Deed
    by: float | None = Field(
        None, description="factor of a stretch or shrink; share of the money that is moved"
    )
    audience: Audience | None = Field(None, description="whom the play is for from then on")
    to: str | None = Field(None, description="the play that gets the money")

    @property
    def factor(self) -> float:
        """How much the deed changes."""
        return self.by if self.by is not None else _USUAL_BY.get(self.do, 1.0)

    @model_validator(mode="after")
    def _says_what_it_needs(self) -> "Rule":
        """Refuse what a deed lacks, and what it has no use for."""
        needs = {
            "goal": (self.when in GOAL_FINDINGS, "the goal that is meant"),
            "audience": (self.do == "retarget", "the audience to turn to"),
            "to": (self.do == "move_budget", "the play that gets the money"),
        }
        faults = list(self._factor_faults())
        for name, (needed, meaning) in needs.items():
            given = getattr(self, name)
            if needed and given is None:
                faults.append(wrong(name, "nothing", meaning))
            if not needed and given is not None:
                expected = f"nothing: `{self.when}` with `{self.do}` has no use for it"
                faults.append(wrong(name, given, expected))
        if self.do == "move_budget" and self.to is not None and self.to == self.play:
            expected = "another play than the one whose money is moved"
            faults.append(wrong("to", self.to, expected))
        if faults:
            raise together(faults)
        return self

    def _factor_faults(self) -> Iterator[PydanticCustomError]:
        """Yield what is wrong with how much the deed changes."""
        if self.by is None:
            return
        if self.do not in _BOUNDS:
            yield wrong("by", self.by, f"nothing: `{self.do}` has no use for it")
            return
        low, high = _BOUNDS[self.do]
        if not low < self.by <= high or self.by == self.do_nothing:
            yield wrong("by", self.by, f"a number between {low:g} and {high:g}")

    @property
    def do_nothing(self) -> float | None:
        """The factor that would change nothing."""
        return None if self.do == "move_budget" else 1.0


class Reviews(BaseModel):
    """When the firm looks at results, how it judges a play, and what it then does.

    The first rule that fits a play is followed at a review, and no other.

    Examples
    --------
    >>> [rule.do for rule in Reviews().rules]
    ['stop']
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    every_weeks: int = Field(26, ge=4, le=260)
    judged_by: Literal["held_out", "members"] = Field(
        "held_out",
        description="customers held out at random, or members against all others (misleads)",
    )
    hold_out: float = Field(
        0.1, ge=0.01, le=0.5, description="share of each play's audience that goes without it"
    )
    confidence: float = Field(
        0.9, ge=0.5, le=0.999, description="how sure a finding must be that a play pays, or loses"
    )
    hours: float = Field(16.0, ge=0, le=2000, description="work of an analyst that a review takes")
    answer_minutes: float = Field(
        20.0, ge=0, le=600, description="work on each answer to a survey of the reputation, minutes"
    )
    rules: list[Rule] = Field([Rule(when="loses", do="stop")], min_length=1, max_length=50)

    def rule_for(self, key: str, findings: set[tuple[str, str | None]]) -> Rule | None:
        """Return the first rule that fits a play.

        Parameters
        ----------
        key : str
            Of the play.
        findings : set of (str, str or None)
            What is found of it and of goals: a verdict with None, or ``goal_met`` or ``goal_missed`` with
            the goal's measure.
        """
        for rule in self.rules:
            if rule.play in (EACH, key) and (rule.when, rule.goal) in findings:
                return rule
        return None
