r"""A survey of customers with five answers to each question, by a stated model of how people answer.

The firm asks a random share of those whom it sees as customers. Who has left, unseen, does not answer;
the others do with log odds

    a + b |S_i| + g z_i,

a and b as in the short survey of every week (`survey_intercept`, `survey_extremity`), z_i the SDs of
the log of a customer's purchase rate: the mean of those who answer is not that of all (nonresponse
bias; Groves, Singer & Corning 2000). Behind answer k of person i stands

    y_ik = sqrt(1 - m - e) sum_s w_ks x_is / |w_k| + sqrt(m) c_i + sqrt(e) eps_ik,

x_is the states in SDs, c_i a standard normal way of answering that is the person's own and the same for
all questions and at all times (common method variance, share m: Podsakoff et al. 2003), eps_ik a
standard normal error of question and occasion (share e). The answer is the number of ordered thresholds
below y_ik, plus one (ordered probit: McKelvey & Zavoina 1975; the graded response model of Samejima
1969); thresholds are the normal quantiles of the shares that tick each answer in an average firm. All
numbers are in ``data/survey.yaml``.

Known limits: states are taken for uncorrelated where |w_k| brings their sum to one SD; of trust and
attachment, which move little in an untouched market, answers then show less. Nobody skips a single
question, and a survey moves nobody (`sim.levers.feedback` has what being asked does).
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator
from scipy import special

from sim.common.paths import root
from sim.common.random_numbers import Draws, Floats, normal
from sim.common.reading import read_yaml, validate, wrong
from sim.market.numbers import Number
from sim.model.loyalty_model import LoyaltyModel
from sim.world.customer_stage import are_customers, stage
from sim.world.population import ACTIVE
from sim.world.traits import rate_scores

_FILE = "data/survey.yaml"
_STATES = ("satisfaction", "trust", "attachment", "purchase_rate")
ANSWERS = 5


class Response(BaseModel):
    """Who answers, and how much of an answer is not about the question."""

    model_config = ConfigDict(extra="forbid")
    activity: Number
    common_method: Number
    item_error: Number


class Item(BaseModel):
    """A question: what it asks about, and who ticks which answer in an average firm."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    question: str
    states: dict[str, float] = Field(min_length=1)
    shares: list[float] = Field(min_length=ANSWERS, max_length=ANSWERS)
    source: str

    @model_validator(mode="after")
    def _is_complete(self) -> "Item":
        unknown = [name for name in self.states if name not in _STATES]
        if unknown:
            raise wrong("states", unknown[0], "one of " + ", ".join(_STATES))
        if min(self.shares) <= 0 or abs(sum(self.shares) - 1) > 1e-9:
            raise wrong("shares", self.shares, "shares above 0 that add up to 1")
        return self

    @property
    def thresholds(self) -> Floats:
        """Values of y above which the next answer is ticked, shape (4,)."""
        return special.ndtri(np.cumsum(self.shares)[:-1])


class Questionnaire(BaseModel):
    """All questions of the survey, and how people respond to it."""

    model_config = ConfigDict(extra="forbid")
    response: Response
    items: dict[str, Item]


@cache
def questionnaire() -> Questionnaire:
    """Read the questions and how they are answered, ``data/survey.yaml``."""
    return validate(Questionnaire, read_yaml(root() / _FILE), _FILE)


def score(item: Item, states: dict[str, Floats]) -> Floats:
    """Return what a question asks about, in SDs of an average firm's customers, shape (m,)."""
    total = np.sum([weight * states[name] for name, weight in item.states.items()], axis=0)
    return np.asarray(total / np.sqrt(sum(weight**2 for weight in item.states.values())))


def tick(item: Item, asked: Floats, style: Floats, error: Floats, m: float, e: float) -> Floats:
    """Return the answers, 1 to 5, to a question.

    Parameters
    ----------
    item : Item
    asked : ndarray, shape (m,)
        What the question asks about, SD.
    style, error : ndarray, shape (m,)
        Standard normal: a person's way of answering, and the error of this answer.
    m, e : float
        Their shares of the variance.

    Returns
    -------
    ndarray of float, shape (m,)
        Whole numbers.
    """
    behind = np.sqrt(1 - m - e) * asked + np.sqrt(m) * style + np.sqrt(e) * error
    return 1.0 + np.searchsorted(item.thresholds, behind).astype(float)


@dataclass(frozen=True)
class Design:
    """How customers are asked, and how they answer.

    Attributes
    ----------
    share : float
        Of those whom the firm sees as customers, who are asked.
    activity, common_method, item_error : float
        Each as in ``data/survey.yaml``.
    """

    share: float
    activity: float
    common_method: float
    item_error: float


def ask(model: LoyaltyModel, design: Design) -> pd.DataFrame:
    """Ask a random share of those whom the firm sees as customers, after the last week of a run.

    Parameters
    ----------
    model : LoyaltyModel
        It is only looked at: what it does next is the same.
    design : Design

    Returns
    -------
    DataFrame
        One row per customer asked: ``person``, ``week``, ``answered``, and a column per question with
        1 to 5, empty where nobody answered.
    """
    people, week = model.customers.columns, model.week
    draws, life = model.state.draws, model.state.life
    seen = are_customers(stage(people, week, model.market.leaving_is_seen))
    rows = np.flatnonzero(seen)
    rows = rows[draws.uniform("asked in the survey", week, rows=rows) < design.share]
    states: dict[str, Floats] = {name: people[name][rows] for name in _STATES[:-1]}
    states["purchase_rate"] = rate_scores(people)[rows]
    odds = life.survey_intercept + life.survey_extremity * np.abs(states["satisfaction"])
    odds += design.activity * states["purchase_rate"]
    luck = draws.uniform("answers the survey", week, rows=rows)
    answered = (people["status"][rows] == ACTIVE) & (luck < special.expit(odds))
    columns: dict[str, Any] = {"person": rows, "week": week, "answered": answered}
    style = _normal(draws, "way of answering", 0, rows)
    for name, item in questionnaire().items.items():
        error = _normal(draws, f"answer to {name}", week, rows)
        shares = design.common_method, design.item_error
        said = tick(item, score(item, states), style, error, *shares)
        columns[name] = np.where(answered, said, np.nan)
    return pd.DataFrame(columns)


def _normal(draws: Draws, decision: str, week: int, rows: Any) -> Floats:
    """Return a standard normal number for each of some people."""
    return normal(draws.uniform(decision, week, rows=rows))
