"""Instruments: a survey of customers, and firms at random; no default run uses them."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from sim.common.errors import InputError
from sim.experiment import random_firms as experiment
from sim.experiment.compare import BOUNDS
from sim.market.market import Market, load_market
from sim.measures.survey import Design, ask, questionnaire
from sim.model.loyalty_model import LoyaltyModel
from sim.workbench.frame import Frame
from sim.workbench.given import checked
from sim.workbench.one_run import Run


@checked()
def survey(
    run: Run | LoyaltyModel,
    *,
    share: float = 1.0,
    activity: float | None = None,
    common_method: float | None = None,
    item_error: float | None = None,
) -> Frame:
    """Ask customers three questions with five answers each, after the last week of a run.

    People answer by the model of `sim.measures.survey`; the run is only looked at, so that a model may be
    asked in any week and goes on as if it had not been.

    Parameters
    ----------
    run : Run or LoyaltyModel
    share : float
        Of those whom the firm sees as customers, who are asked.
    activity : float, optional
        Log odds of answering per SD of log purchase rate; as in ``data/survey.yaml`` if left out.
    common_method, item_error : float, optional
        Shares of the variance of an answer: the way a person answers, and error; likewise.

    Returns
    -------
    Frame
        One row per customer asked: ``person`` (row in ``model.customers``), ``week``, ``answered``,
        ``satisfaction``, ``recommendation`` and ``intention``, from 1 to 5, empty without an answer.

    Raises
    ------
    InputError
        If an argument is out of range.

    Examples
    --------
    >>> said = survey(run("grocery", "baseline", customers=300, weeks=4))
    >>> bool(said["satisfaction"].dropna().between(1, 5).all())
    True
    """
    if not isinstance(run, Run | LoyaltyModel):
        raise InputError("survey", "run", run, "what `run` gives, or a LoyaltyModel")
    design = _design("survey", share, activity, common_method, item_error)
    return Frame(ask(run if isinstance(run, LoyaltyModel) else run.model, design))


@dataclass(frozen=True, repr=False)
class RandomFirms:
    """Firms that differ at random, each after a run with a survey half-way.

    Attributes
    ----------
    firms : Frame
        One row per firm: ``market``, ``levers``, what its survey says (``response_rate``,
        ``mean_satisfaction_answer``, ``mean_recommendation_answer``, ``mean_intention_answer``,
        ``net_promoters``), ``growth_after`` (customers at the end over those at the survey, less 1) and
        every measure of the horizon, of the simulated people.
    answers : Frame
        One row per customer asked: ``firm``, the columns of `survey`, ``trips_after`` and ``kept_after``.

    Examples
    --------
    >>> made = random_firms(1, customers=100, weeks=4)
    >>> made.firms["market"].iloc[0]
    'grocery'
    """

    firms: Frame
    answers: Frame

    def __repr__(self) -> str:
        return f"{len(self.firms)} firms at random, {len(self.answers):,} customers asked"


@checked(customers=(1, BOUNDS["customers"][1]), weeks=(2, BOUNDS["weeks"][1]))
def random_firms(
    n: int,
    seed: int = 1,
    *,
    markets: Sequence[Market | str] = ("grocery",),
    customers: int = 500,
    weeks: int = 104,
    share: float = 1.0,
    activity: float | None = None,
    common_method: float | None = None,
    item_error: float | None = None,
) -> RandomFirms:
    """Make firms with random values, people and strategies, run each once, and ask customers half-way.

    Parameters
    ----------
    n, seed : int
        How many firms, and their luck; the first k are the same however many there are.
    markets : sequence of Market or str
        Each firm is one of them, with what is uncertain drawn anew.
    customers, weeks : int
        Of each firm.
    share, activity, common_method, item_error : float, optional
        Of the survey, as in `survey`.

    Returns
    -------
    RandomFirms

    Raises
    ------
    InputError
        If an argument is out of range.

    Examples
    --------
    >>> made = random_firms(2, customers=100, weeks=4)
    >>> len(made.firms), bool(made.answers["satisfaction"].notna().equals(made.answers["answered"]))
    (2, True)
    """
    design = _design("random_firms", share, activity, common_method, item_error)
    if not markets:
        raise InputError("random_firms", "markets", "none", "at least one market")
    known = [load_market(each) if isinstance(each, str) else each for each in markets]
    rows, answers = [], []
    for number, scenario in enumerate(experiment.draw_firms(known, n, seed, customers, weeks)):
        row, said = experiment.follow(scenario, design)
        rows.append(row)
        said.insert(0, "firm", number)
        answers.append(said)
    firms = Frame(pd.DataFrame(rows, index=pd.RangeIndex(n, name="firm")))
    return RandomFirms(firms, Frame(pd.concat(answers, ignore_index=True)))


def _design(
    where: str,
    share: float,
    activity: float | None,
    common_method: float | None,
    item_error: float | None,
) -> Design:
    """Return how customers are asked; refuse what cannot be."""
    stated = questionnaire().response
    m = stated.common_method.value if common_method is None else common_method
    e = stated.item_error.value if item_error is None else item_error
    if m + e >= 1:
        expected = "less than 1 together with item_error: else nothing is left of what is asked"
        raise InputError(where, "common_method", m, expected)
    rate = stated.activity.value if activity is None else activity
    return Design(share, rate, m, e)
