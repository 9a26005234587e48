r"""Iteration: releases at a rhythm, of which most do nothing, some help and some hurt.

Every T weeks a release of size z changes that part of what customers are used to. It holds what was
worked out since the last one, and one uniform for the firm decides what comes of it:

    worth = 1 - e^(-T / idea_weeks),
    with chance noticed h:       level += gain z worth,       h = helpful + (1 - helpful) f,
    with chance noticed (1 - h): level -= harm z worth,       f = 1 - (1 - t) (1 - k),
    else nothing;                t = tests_find u / (u + tests_half_hours),

u being hours of tests with users before each release and k the part of customers' wants that the firm
knows from their feedback. The level is delivered quality; rivals catch up with it by halves.
Whatever it is good for, a release has to be learnt by those who use the firm most:

    U_i <- 2^(-1/half-life) U_i + z habit_i 1{release},     quality_i = level_i - learning_cost U_i.

Releases that come too often hold little and confuse, those that come too seldom leave the field to
rivals: the best rhythm lies in between. Without tests and feedback a release hurts as often as it helps.

| symbol | name | unit | shape |
|---|---|---|---|
| level | `release_quality` | quality units | (people,) |
| U | `unlearnt` | share of what one is used to | (people,) |
| k | the firm's `customer_insight`, with `wants_suggested` of the rest | share | scalar |

Sources: two in three releases change nothing (martin2016), frequent releases are not punished as such
(mcilroy2016), what is taken away and changes of the surface are (hassan2020). Sizes are assumed. Known
limits: features do not pile up (thompson2005); a release that hurts is not withdrawn.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.common.random_numbers import Floats
from sim.levers.base import ActivePlay, Cost, Delivery, Mechanism, Schema, Week
from sim.world.population import ACTIVE, Column
from sim.world.staffing import work


def share_worked_out(weeks: float, idea_weeks: float) -> float:
    """Return how much of what can be bettered at a time is worked out after some weeks, 0 to 1."""
    return -float(np.expm1(-weeks / idea_weeks))


def helpful_share(helpful: float, tested: float, insight: float) -> float:
    """Return the share of noticed releases that help.

    Parameters
    ----------
    helpful : float
        The share where nobody was asked.
    tested : float
        Part of the mistakes that tests with users find.
    insight : float
        Part of what customers miss that the firm knows of.

    Returns
    -------
    float
        Tests and insight each take their part of what is still a mistake.
    """
    return helpful + (1.0 - helpful) * (1.0 - (1.0 - tested) * (1.0 - insight))


def release_effect(luck: float, noticed: float, helpful: float) -> int:
    """Return what comes of a release: 1 it helps, -1 it hurts, 0 nobody notices.

    Parameters
    ----------
    luck : float
        Uniform on 0 to 1.
    noticed, helpful : float
        Share of releases that are noticed; share of these that help.

    Returns
    -------
    int
        The luckier (lower) the draw, the better; more tests never turn a success into a failure.
    """
    if luck < noticed * helpful:
        return 1
    return -1 if luck < noticed else 0


class Iteration(Mechanism):
    """How often and how well products and services are renewed."""

    name: ClassVar[str] = "iteration"

    class Settings(Schema):
        """What the firm chooses; by default nothing is released."""

        release_weeks: int = Field(
            0, ge=0, le=104, description="weeks between two releases; 0 means none"
        )
        size: float = Field(
            0.3, ge=0, le=1, description="part of what customers are used to that a release changes"
        )
        user_tests: float = Field(
            0, ge=0, le=1000, description="hours of tests with users before each release"
        )

    class Parameters(Schema):
        """What comes of releases."""

        noticed: float = Field(ge=0, le=1, description="releases with any effect, share")
        helpful: float = Field(ge=0, le=1, description="of these, helpful if untested, share")
        tests_find: float = Field(ge=0, le=1, description="mistakes that tests find at most, share")
        tests_half_hours: float = Field(gt=0, description="tests that find half of these, hours")
        release_gain: float = Field(ge=0, description="full renewal that helps, quality units")
        release_harm: float = Field(ge=0, description="full renewal that hurts, quality units")
        idea_weeks: float = Field(gt=0, description="time to work out what can be bettered, weeks")
        catch_up_weeks: float = Field(gt=0, description="time in which rivals halve a lead, weeks")
        learning_cost: float = Field(ge=0, description="loss while all is new, quality units")
        learning_half_life_weeks: float = Field(gt=0, description="time to learn half, weeks")
        release_hours: float = Field(ge=0, description="work on a full renewal, hours")

    columns: ClassVar[tuple[Column, ...]] = (
        Column("release_quality", "float64", 0, "quality units", "lead that releases have brought"),
        Column("unlearnt", "float64", 0, "share", "what one was used to and is now different"),
    )
    intensity_settings: ClassVar[tuple[str, ...]] = ("user_tests",)

    def update(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Let rivals catch up and customers learn, and release what is due."""
        p = self.parameters
        level, unlearnt = own["release_quality"], own["unlearnt"]
        level *= 2.0 ** (-1.0 / p.catch_up_weeks)
        unlearnt *= 2.0 ** (-1.0 / p.learning_half_life_weeks)
        for play in plays:
            if _is_due(play, week):
                level += play.strengths * self._worth(week, play)
                changed = play.strengths * play.settings.size * week.people["habit"]
                unlearnt += changed * ~week.prospects  # who never bought is used to nothing
        active = week.people["status"] == ACTIVE
        if level.any() and active.any():  # whoever joins meets the product as it is, and as new
            level[np.flatnonzero(~active)] = level[np.flatnonzero(active)].mean()
            unlearnt *= active

    def deliver(
        self,
        week: Week,
        plays: Sequence[ActivePlay],
        own: Mapping[str, NDArray[Any]],
        delivery: Delivery,
    ) -> None:
        """Add the lead, less what people have yet to learn."""
        delivery.quality += self.lasting_quality(own, 0.0)

    def lasting_quality(self, own: Mapping[str, NDArray[Any]], weeks: float) -> Floats | float:
        """Return what is left of the lead, and of learning, when nothing more is released."""
        p = self.parameters
        level = own["release_quality"] * 2.0 ** (-weeks / p.catch_up_weeks)
        unlearnt = own["unlearnt"] * 2.0 ** (-weeks / p.learning_half_life_weeks)
        return level - p.learning_cost * unlearnt

    def cost(self, week: Week, play: ActivePlay, own: Mapping[str, NDArray[Any]]) -> Cost:
        """Return the wages for the work on a release and on its tests, in the week of the release."""
        if not _is_due(play, week):
            return Cost(0.0, 0.0, 0.0)
        chosen = play.settings
        made = play.paid_effort * self.parameters.release_hours * chosen.size
        tested = play.paid_effort * chosen.user_tests
        return Cost(work(week, made, "engineer") + work(week, tested, "analyst"), 0.0, 0.0)

    def _worth(self, week: Week, play: ActivePlay) -> float:
        """Return what this week's release of a play changes, quality units."""
        p, chosen = self.parameters, play.settings
        tested = p.tests_find * chosen.user_tests / (chosen.user_tests + p.tests_half_hours)
        heard = week.firm.customer_insight
        if week.firm.wants_suggested:  # each shows its part of what the other has not shown
            heard = 1.0 - (1.0 - heard) * (1.0 - week.firm.wants_suggested)
        helpful = helpful_share(p.helpful, tested, heard)
        effect = release_effect(week.firm_luck(f"release {play.index}"), p.noticed, helpful)
        size = chosen.size * share_worked_out(chosen.release_weeks, p.idea_weeks)
        return size * (p.release_gain if effect > 0 else p.release_harm) * effect


def _is_due(play: ActivePlay, week: Week) -> bool:
    """Return whether a release comes out this week; the first one has to be worked out, too."""
    rhythm = play.settings.release_weeks
    return rhythm > 0 and (week.number + 1) % rhythm == 0 and play.paid_effort > 0
