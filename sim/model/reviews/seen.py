"""What the firm sees at a review: margins person by person, and what they say of a play."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats, Ints
from sim.model.week.state import WeekState
from sim.playbook.reviews import Verdict
from sim.world.population import PROSPECT, People


@dataclass(frozen=True)
class Judgement:
    """What a review finds of a play.

    Attributes
    ----------
    gain : float
        Margin per person served and year less what the play cost, as the firm sees it, currency.
    error : float
        Standard error of that.
    served : float
        Customers of the firm whom it served.
    """

    gain: float
    error: float
    served: float

    def verdict(self, confidence: float) -> Verdict:
        """Return whether the play pays or loses, as sure as asked for on either side."""
        margin = float(ndtri(confidence)) * self.error
        if self.gain > margin:
            return "pays"
        return "loses" if self.gain < -margin else "unclear"


@dataclass
class Margins:
    """Margins since the last review, and whom each play served.

    Attributes
    ----------
    margin : ndarray, shape (people,)
        Currency, before the cost of plays.
    served : dict of str to ndarray of bool, shape (people,)
        By the key of a play.
    weeks : int
        Since the last review.
    customers : float
        Customers in the firm's eyes, summed over these weeks.
    """

    margin: Floats
    served: dict[str, Any] = field(default_factory=dict)
    weeks: int = 0
    customers: float = 0.0

    def add(self, week: WeekState) -> None:
        """Add a week that has been paid for."""
        self.margin += margins_of(week)
        self.weeks += 1
        self.customers += float(week.view.customers.sum())
        for lever, plays in week.plays.items():
            for play, plan in zip(plays, week.run.levers.plays[lever], strict=True):
                if play.effort > 0.0:
                    before = self.served.get(plan.key)
                    self.served[plan.key] = (
                        play.reached.copy() if before is None else before | play.reached
                    )

    def begin_anew(self) -> None:
        """Begin anew after a review."""
        self.margin[:] = 0.0
        self.served.clear()
        self.weeks, self.customers = 0, 0.0


def margins_of(week: WeekState) -> Floats:
    """Return a week's margin of each person, before the cost of plays, shape (people,)."""
    spend, gross = week.view.spend, week.run.market["gross_margin"]
    buyers = np.flatnonzero(spend > 0)
    margin = np.zeros(spend.size)
    usual = spend[buyers] * np.exp(-np.asarray(week.delivery.at("markup", buyers)))
    margin[buyers] = usual * gross + (spend[buyers] - usual)
    return margin


def spend_on_record(people: People) -> Floats:
    """Return what each person's past purchases let expect of a week, currency, shape (people,)."""
    known = people["status"] != PROSPECT
    weeks = np.maximum(people["tenure"], 1.0)
    return np.where(known, people["frequency"] / weeks * people["mean_spend"], 0.0)


def judge_held_out(
    margins: Margins,
    without: Floats,
    expected: Floats,
    key: str,
    cost: float,
    hold_out: float,
    scale: float,
    luck: float,
    known: NDArray[np.bool_],
) -> Judgement | None:
    """Return what a trial with customers held out shows of a play; None if it served too few.

    Parameters
    ----------
    margins : Margins
        Of the run.
    without : ndarray, shape (people,)
        Margins since the last review in the run that lacks the play.
    expected : ndarray, shape (people,)
        `spend_on_record` when the plan began.
    key : str
    cost : float
        Of the play since the last review, without one-off work, of the simulated people.
    hold_out : float
        Share of the audience that goes without.
    scale : float
        Customers of the firm per simulated customer.
    luck : float
        Standard normal: the error of the trial.
    known : ndarray of bool, shape (people,)
        Whom the trial can compare: not those who are customers because others were served.
    """
    served_at_all = margins.served.get(key, np.zeros(margins.margin.size, dtype=bool))
    rows = np.flatnonzero(served_at_all & known)
    if rows.size < 3:
        return None
    cost *= rows.size / np.count_nonzero(served_at_all)
    paired = margins.margin[rows] - without[rows]
    own = np.var(paired, ddof=1) / rows.size
    served = rows.size * scale
    parts = 1.0 / served + (1.0 - hold_out) / (served * hold_out)
    error = max(_unexplained(margins.margin[rows], expected[rows]) * parts, own)
    gain = paired.mean() - cost / rows.size + luck * np.sqrt(error - own)
    a_year = WEEKS_A_YEAR / margins.weeks
    return Judgement(float(gain * a_year), float(np.sqrt(error) * a_year), served)


def _unexplained(margin: Floats, expected: Floats) -> float:
    """Return the variance of margins that a straight line through what was expected leaves."""
    spread = np.var(expected)
    if spread <= 0.0:
        return float(np.var(margin, ddof=1))
    explained = np.mean((expected - expected.mean()) * (margin - margin.mean())) ** 2 / spread
    return float(max(np.var(margin) - explained, 0.0) * margin.size / (margin.size - 2))


def judge_members(
    margins: Margins, members: Ints, others: Ints, cost: float, scale: float
) -> Judgement | None:
    """Return what a comparison of those who take part with all others shows; None with too few of either.

    Parameters
    ----------
    margins : Margins
    members, others : ndarray of int
        Rows.
    cost, scale : float
        As in `judge_held_out`.
    """
    if min(members.size, others.size) < 3:
        return None
    ours, theirs = margins.margin[members], margins.margin[others]
    error = np.var(ours, ddof=1) / ours.size + np.var(theirs, ddof=1) / theirs.size
    gain = ours.mean() - theirs.mean() - cost / ours.size
    a_year = WEEKS_A_YEAR / margins.weeks
    found = float(np.sqrt(error / scale) * a_year)
    return Judgement(float(gain * a_year), found, float(members.size * scale))
