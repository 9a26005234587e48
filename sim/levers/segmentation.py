r"""Segmentation: sort customers by what the firm sees of them, again and again.

Every ``rescore_weeks`` the firm ranks whom it sees as its customers by one or several of

    value:      recent_spend_i exp(e_i),   e_i ~ N(0, [seen_error (1 - q) / (1 - q0)]^2),
    conduct:    habit_i exp(e_i), the fading share of weeks with a purchase,
    potential:  r z_i + sqrt(1 - r^2) n_i,   z_i the score of ln(spend elsewhere),
    ties:       the same with its own r, z_i being the score behind the number who hear i,

and cuts the ranking into high-value, potential and ordinary; q is the firm's data quality this week and
q0 what is usual in its market. Neither spend elsewhere nor ties are on record: the firm has a guess,
from what else it knows or from who recommends and takes part, whose correlation with the truth is r
= potential_seen q / q0 or ties_seen q / q0, at most 1; its error n_i ~ N(0, 1) stays. Of several, the
weighted mean of ranks counts. Between two scorings people change and the segments go stale. It does
nothing by itself: it decides whom targeted plays reach.

| symbol | column or parameter | unit | shape |
|---|---|---|---|
| seen | recent_spend with error | currency per year | (people,) |
| segment | `segment` | 0 high-value, 1 potential, 2 ordinary | (people,) |
| seen_error | parameter | SD of log spend | scalar |
| weights | by_value, by_conduct, by_potential, by_ties | 0 to 1 | scalar |

Sources: targeting by past spend is not targeting by response (ascarza2018); accuracy decays without
fresh data (neslin2006); what customers buy of a firm tells next to nothing of what they buy elsewhere
(du2007, glady2009); who calls themselves a leader of opinion is hardly whom others name (iyengar2011).
Known limits: no model of who responds; the audiences keep their names whatever they are cut by.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.common.random_numbers import Floats, normal
from sim.common.ranks import mean_ranks
from sim.common.reading import wrong
from sim.levers.base import ActivePlay, Cost, Mechanism, Schema, Week, check_needed
from sim.world.population import Column
from sim.world.staffing import work


def cut_segments(
    seen: Floats, customers: NDArray[np.bool_], top: float, middle: float
) -> NDArray[np.int8]:
    """Cut people into segments by the customers' quantiles of what the firm sees.

    Parameters
    ----------
    seen : ndarray, shape (people,)
        Seen spend, currency per year.
    customers : ndarray of bool, shape (people,)
        Whom the firm sees as its customers.
    top, middle : float
        Shares of them that are high-value and potential.

    Returns
    -------
    ndarray of int8, shape (people,)
        Index into `VALUE_SEGMENTS`.
    """
    if not customers.any():
        return np.full(seen.size, 2, dtype=np.int8)
    high, low = np.quantile(seen[customers], [1 - top, max(0.0, 1 - top - middle)])
    return np.where(seen > high, 0, np.where(seen > low, 1, 2)).astype(np.int8)


class Segmentation(Mechanism):
    """Who is in which audience, as the firm sees it."""

    name: ClassVar[str] = "segmentation"
    for_prospects: ClassVar[tuple[str, ...]] = ("by_potential", "by_ties")  # they have no record

    class Settings(Schema):
        """What the firm chooses; by default the segments of week 0 are never looked at again."""

        rescore_weeks: int = Field(
            0, ge=0, le=104, description="weeks between two scorings; 0 means never again"
        )
        high_value_share: float = Field(
            0.2, gt=0, lt=1, description="share of customers called high-value"
        )
        potential_share: float = Field(
            0.3, gt=0, lt=1, description="share of customers called potential"
        )
        by_value: float = Field(1, ge=0, le=1, description="weight of the spend on record")
        by_conduct: float = Field(0, ge=0, le=1, description="weight of how often they buy of late")
        by_potential: float = Field(
            0, ge=0, le=1, description="weight of what they are guessed to spend elsewhere"
        )
        by_ties: float = Field(
            0, ge=0, le=1, description="weight of how many they are guessed to talk to"
        )

        @model_validator(mode="after")
        def _by_something(self) -> Self:
            if not self.weights:
                expected = (
                    "a weight above 0 for one of by_value, by_conduct, by_potential and by_ties"
                )
                raise wrong("by_value", self.by_value, expected)
            others = ("by_conduct", "by_potential", "by_ties")
            check_needed(self, dict.fromkeys(others, ("rescore_weeks",)))
            return self

        @property
        def weights(self) -> dict[str, float]:
            """Return the weight of each criterion that counts."""
            every = {
                "value": self.by_value,
                "conduct": self.by_conduct,
                "potential": self.by_potential,
                "ties": self.by_ties,
            }
            return {name: weight for name, weight in every.items() if weight > 0.0}

    class Parameters(Schema):
        """What limits the picture that the firm has."""

        seen_error: float = Field(ge=0, description="SD of the log of spend on record, 1")
        scoring_hours: float = Field(
            ge=0, description="analyst hours per scoring and criterion, hours"
        )
        potential_seen: float = Field(
            ge=0, le=1, description="guessed against true spend elsewhere, correlation"
        )
        ties_seen: float = Field(ge=0, le=1, description="guessed against true ties, correlation")

    always: ClassVar[bool] = True  # audiences and reports need the segments of week 0
    columns: ClassVar[tuple[Column, ...]] = (
        Column("segment", "int8", 2, "index", "segment as the firm last scored it"),
    )

    def begin(self, week: Week, own: dict[str, NDArray[Any]]) -> None:
        """Score once at week 0 with the default cuts, so that every audience exists."""
        self._score(week, self.Settings(), np.ones(week.trips.size, dtype=bool), own)

    def update(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Score again the people of each play whose turn it is."""
        for play in plays:
            if self._is_due(play, week):
                self._score(week, play.settings, play.strengths > 0, own)

    def cost(self, week: Week, play: ActivePlay, own: Mapping[str, NDArray[Any]]) -> Cost:
        """Return the analysts' hours, in a week with a scoring."""
        criteria = len(play.settings.weights) if self._is_due(play, week) else 0
        hours = criteria * self.parameters.scoring_hours
        return Cost(work(week, hours, "analyst"), 0.0, 0.0)

    def _is_due(self, play: ActivePlay, week: Week) -> bool:
        rhythm = play.settings.rescore_weeks
        return rhythm > 0 and week.number % rhythm == 0 and bool(play.strengths.any())

    def _score(
        self, week: Week, settings: Any, whom: NDArray[np.bool_], own: dict[str, NDArray[Any]]
    ) -> None:
        rows = np.flatnonzero(whom | week.customers)
        weights = settings.weights
        seen = [self._seen(week, name, rows) for name in weights]
        score = seen[0]
        if len(seen) > 1:
            ranks = np.array([mean_ranks(one) for one in seen])
            score = np.average(ranks, axis=0, weights=list(weights.values()))
        segment = cut_segments(
            score, week.customers[rows], settings.high_value_share, settings.potential_share
        )
        own["segment"][whom] = segment[whom[rows]]

    def _seen(self, week: Week, criterion: str, rows: NDArray[np.int64]) -> Floats:
        """Return what the firm sees of some people by a criterion, the more the better."""
        people = week.people
        if criterion == "potential":
            elsewhere = people["category_rate"][rows] * (1.0 - people["base_share"][rows])
            spend = np.log(np.maximum(elsewhere * people["mean_spend"][rows], 1e-12))
            return self._guess(week, criterion, rows, spend, self.parameters.potential_seen)
        if criterion == "ties":
            truth = week.sociability(rows)
            return self._guess(week, criterion, rows, truth, self.parameters.ties_seen)
        error = self.parameters.seen_error * _relative_error(week)
        error = error * normal(week.uniform("seen spend", rows))
        column = "recent_spend" if criterion == "value" else "habit"
        return people[column][rows] * np.exp(error)

    @staticmethod
    def _guess(
        week: Week, criterion: str, rows: NDArray[np.int64], truth: Floats, correlation: float
    ) -> Floats:
        """Return what is guessed of some people: the truth as far as the firm has an idea of it."""
        usual = week.market["data_quality"]
        right = week.firm.data_quality / usual if usual > 0.0 else 1.0
        r = min(1.0, correlation * right)
        luck = normal(week.uniform(f"seen {criterion}", rows, once=True))
        spread = truth.std()
        score = (truth - truth.mean()) / spread if spread > 0.0 else np.zeros(truth.size)
        return r * score + np.sqrt(1.0 - r**2) * luck


def _relative_error(week: Week) -> float:
    """Return the share of wrong records over the usual: 1 where nothing is done about them."""
    usual = week.market["data_quality"]
    return (1.0 - week.firm.data_quality) / (1.0 - usual) if usual < 1.0 else 1.0
