"""Whether goals are met, by what the firm sees: its records, and its surveys with bias and error."""

from typing import Literal

import numpy as np
from scipy.special import ndtri

from sim.common.calendar import WEEKS_A_YEAR
from sim.model.reviews.seen import Margins
from sim.model.week.state import WeekState
from sim.playbook.reviews import Goal, GoalMeasure
from sim.world.population import PROSPECT

#: People asked by a survey of the error `brand_survey_error`.
_ASKED = 400
_COUNTED = ("n_satisfied", "n_promoter", "n_detractor", "n_surveyed", "trips")


def _ratio(over: float, under: float) -> float:
    return over / under if under > 0 else float("nan")


class GoalRecords:
    """Sums since the last review that goals are measured by.

    Parameters
    ----------
    goals : list of Goal
    """

    def __init__(self, goals: list[Goal]) -> None:
        self.goals = goals
        self.sums = dict.fromkeys(_COUNTED, 0.0)
        self.bought_lately = self.seen = self.reputation = self.survey_error = self.asked = 0.0

    def add(self, week: WeekState) -> None:
        """Add a week."""
        if not self.goals:
            return
        for name in _COUNTED:
            self.sums[name] += week.run.recorder.total(name)
        people, customers = week.view.people, week.view.customers
        lately = people["tenure"] - people["recency"] < 12
        self.bought_lately, self.seen = float(np.sum(customers & lately)), float(customers.sum())
        wanted = [goal.asked or _ASKED for goal in self.goals if goal.measure == "reputation"]
        if wanted:
            self._survey(week, max(wanted))

    def _survey(self, week: WeekState, wanted: int) -> None:
        """Ask so many prospects of the firm, or all there are: the error falls with their root."""
        prospects = np.count_nonzero(week.view.people["status"] == PROSPECT) * week.run.scale
        self.asked = float(np.clip(prospects, 1, wanted))
        self.survey_error = week.run.life.brand_survey_error * float(np.sqrt(_ASKED / self.asked))
        luck = float(ndtri(week.view.firm_luck("brand survey")))
        self.reputation = week.run.firm.reputation.value + self.survey_error * luck

    def begin_anew(self) -> None:
        """Begin anew after a review."""
        self.sums = dict.fromkeys(_COUNTED, 0.0)

    def values(self, margins: Margins) -> dict[GoalMeasure, float]:
        """Return each measure as the firm sees it since the last review.

        ``csat`` and ``nps`` are of the answers to the survey; ``repeat_rate`` is the share of those whom
        the firm sees as customers who bought in the last 12 weeks, ``purchases`` theirs a year;
        ``reputation`` is that of a survey of prospects in the last week, with its error.
        """
        sums = self.sums
        return {
            "csat": _ratio(sums["n_satisfied"], sums["n_surveyed"]),
            "nps": 100.0 * _ratio(sums["n_promoter"] - sums["n_detractor"], sums["n_surveyed"]),
            "repeat_rate": _ratio(self.bought_lately, self.seen),
            "purchases": WEEKS_A_YEAR * _ratio(sums["trips"], margins.customers),
            "reputation": self.reputation,
        }

    def findings(
        self, week: int, margins: Margins, confidence: float
    ) -> list[tuple[Literal["goal_met", "goal_missed"], GoalMeasure]]:
        """Return which goals are met, and which are missed whose time is up.

        A reputation is known by a survey of few, whose error is of the size of what is aimed at: it is
        found above its target, or below, only as surely as a play is found to pay.

        Parameters
        ----------
        week : int
            Weeks that are over.
        margins : Margins
        confidence : float
            Of the reviews.
        """
        values = self.values(margins)
        unsure = float(ndtri(confidence)) * self.survey_error
        found: list[tuple[Literal["goal_met", "goal_missed"], GoalMeasure]] = []
        for goal in self.goals:
            margin = unsure if goal.measure == "reputation" else 0.0
            if values[goal.measure] - margin >= goal.target:
                found.append(("goal_met", goal.measure))
            elif week >= goal.by_week and not values[goal.measure] + margin >= goal.target:
                found.append(("goal_missed", goal.measure))
        return found
