r"""Segmentation: sort customers by what the firm sees of their worth, again and again.

Every ``rescore_weeks`` the firm ranks whom it sees as its customers by the spend it has on record,

    seen_i = recent_spend_i * exp(e_i),   e_i ~ N(0, [seen_error (1 - q) / (1 - q0)]^2),

and cuts the ranking into high-value, potential and ordinary; q is the firm's data quality this week and
q0 what is usual in its market. Between two scorings people change and the segments go stale. It does
nothing by itself: it decides whom targeted plays reach.

| symbol | column or parameter | unit | shape |
|---|---|---|---|
| seen | recent_spend with error | currency per year | (people,) |
| segment | `segment` | 0 high-value, 1 potential, 2 ordinary | (people,) |
| seen_error | parameter | SD of log spend | scalar |

Sources: targeting by past spend is not targeting by response (ascarza2018); accuracy decays without
fresh data (neslin2006). Known limits: one criterion, spend; no model of who responds.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.common.random_numbers import Floats, normal
from sim.levers.base import ActivePlay, Cost, Mechanism, Schema, Week
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

    class Parameters(Schema):
        """What limits the picture that the firm has."""

        seen_error: float = Field(ge=0, description="SD of the log of spend on record, 1")
        scoring_hours: float = Field(ge=0, description="analyst hours per scoring, hours")

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
        hours = self.parameters.scoring_hours if self._is_due(play, week) else 0.0
        return Cost(work(week, hours, "analyst"), 0.0, 0.0)

    def _is_due(self, play: ActivePlay, week: Week) -> bool:
        rhythm = play.settings.rescore_weeks
        return rhythm > 0 and week.number % rhythm == 0 and bool(play.strengths.any())

    def _score(
        self, week: Week, settings: Any, whom: NDArray[np.bool_], own: dict[str, NDArray[Any]]
    ) -> None:
        rows = np.flatnonzero(whom | week.customers)
        error = self.parameters.seen_error * _relative_error(week)
        error = error * normal(week.uniform("seen spend", rows))
        seen = week.people["recent_spend"][rows] * np.exp(error)
        segment = cut_segments(
            seen, week.customers[rows], settings.high_value_share, settings.potential_share
        )
        own["segment"][whom] = segment[whom[rows]]


def _relative_error(week: Week) -> float:
    """Return the share of wrong records over the usual: 1 where nothing is done about them."""
    usual = week.market["data_quality"]
    return (1.0 - week.firm.data_quality) / (1.0 - usual) if usual < 1.0 else 1.0
