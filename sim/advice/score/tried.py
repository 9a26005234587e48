"""One trial of the plan that leads, run by the true firm, and what is advised after it.

The trial is the one that the workbench designs (`sim.analysis.trial`), with as many of the firm's
customers as it asks for. What it measures is what the true customers would spend, with the plan and
without, and the error of so many drawn by lot; places, where the design draws these, are taken for
customers, and nobody looks at half time. The firm learns from it as `loyalty learn` does, and the same
plans are compared again in other futures. As what led by chance leads no more in these, the market that
has learned nothing is asked in them too.
"""

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
from scipy.special import ndtri

from sim.advice.score.advised import Advice, advised_by, compared, is_believed
from sim.advice.score.definitions import Engine, Size
from sim.advice.score.lived import Lived, for_all
from sim.advice.score.world import seed_of
from sim.analysis.judged import judge
from sim.analysis.shown_by_trial import outcome_of
from sim.analysis.trial import design_of, trial_of
from sim.analysis.verdict import Verdict
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Draws, Floats
from sim.experiment.learned_from import NoFuture, TooFewFutures, learned_from
from sim.experiment.trial_design import Design
from sim.market.learned import Foretold, Tried
from sim.market.market import Market
from sim.model.common_start import from_here
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.model.week.state import WeekState
from sim.playbook.strategies import BASELINE, DO_NOTHING, Strategy

#: Futures in which the trial is simulated at first, and at most.
FUTURES, MOST_FUTURES = 300, 5_000
#: True lives over which the mean of what is measured is taken, so that chance is that of the lot alone.
_LIVES = 4


@dataclass(frozen=True)
class After:
    """What one trial led to.

    Attributes
    ----------
    plan : str
        That was tried.
    share : float
        What the trial takes of the plan for all customers and a year.
    again : str
        Advised in the same other futures without a trial; ``baseline`` where it is to do nothing.
    advised : str
        Advised after it.
    """

    plan: str
    share: float
    again: str
    advised: str


def after_trial(
    advice: Advice, lived: Lived, setting: Engine, size: Size, folder: Path
) -> After | None:
    """Return what is advised after a trial of the plan that leads.

    Parameters
    ----------
    advice : Advice
    lived : Lived
    setting : Engine
        Of the comparison before it and after it.
    size : Size
    folder : Path
        Gets the runs.

    Returns
    -------
    After or None
        None where no plan leads, so that none is tried; where the one that does costs nothing; and where
        too few futures agree with what was measured.
    """
    verdict = advice.comparison.verdict
    if verdict.strategy is None:
        return None
    trial = trial_of(advice.comparison, not is_believed(verdict))
    if trial is None:
        return None
    design = design_of(advice.comparison, trial)
    measured = _measured(design, lived, size)

    def ask(market: Market, name: str) -> Verdict:
        seed, place = lived.world.seed + 2, folder / name
        found = compared(market, advice.plans.values(), setting, size, seed, place)
        return judge(found, place, 1).verdict

    share = design.customers / lived.firm_customers * design.weeks / WEEKS_A_YEAR
    try:
        market = _learned(advice.market, measured, design, setting.futures)
    except TooFewFutures:
        return None
    except NoFuture:  # of which the workbench says that no comparison is to be believed
        return After(design.plan.name, share, advised_by(ask(advice.market, "again")), BASELINE)
    asked, after, learned = ask(advice.market, "again"), ask(market, "after"), market.learned
    assert learned is not None
    (tried,) = learned.trials
    shown = after.chosen == tried.strategy and outcome_of(learned, tried) == "shown"
    chosen = after.chosen if shown else advised_by(after)
    return After(tried.strategy, share, advised_by(asked), chosen)


def _learned(market: Market, tried: Tried, design: Design, least: int) -> Market:
    """Return the market after a trial, learned from as many futures as it takes to be worth some."""
    futures, given = FUTURES, ([tried], [(design.plan, design.weeks)])
    while True:
        try:
            learned = learned_from(market, *given, futures, 1, _silent, least=least)
        except TooFewFutures as fault:
            if futures >= MOST_FUTURES:
                raise
            futures = min(fault.needed, MOST_FUTURES)
            continue
        return market.model_copy(update={"learned": learned})


def _measured(design: Design, lived: Lived, size: Size) -> Tried:
    """Return what the firm's trial measures: a true difference, and the error of the lot."""
    lives = [_life(design, lived, size, life) for life in range(_LIVES)]
    difference, variance = (float(np.mean(part)) for part in zip(*lives, strict=True))
    error = math.sqrt(variance / design.customers)
    luck = float(ndtri(Draws(seed_of(f"trial {lived.world.seed}"), 1).uniform("trial")[0]))
    unknown = Foretold(mean=0.0, low=0.0, high=0.0)
    return Tried(
        name=design.arm,
        strategy=design.plan.name,
        title=design.plan.title,
        finding="F01",
        day="2025-01-01",
        weeks=design.weeks,
        tried=design.customers,
        control=design.customers,
        difference=difference + error * luck,
        error=error,
        gain=design.gain,
        by_lot=True,
        before=unknown,
        after=unknown,
    )


def _life(design: Design, lived: Lived, size: Size, life: int) -> tuple[float, float]:
    """Return of one true life the difference in spend per customer, and the variance of both arms."""
    seed = seed_of(f"trial {lived.world.seed} {life}")
    people = (size.customers, design.weeks, seed, lived.world.table)
    scenario = Scenario(lived.world.market, DO_NOTHING, *people)
    start = from_here(scenario, lived.state)

    def spent(plan: Strategy) -> Floats:
        model = LoyaltyModel(replace(scenario, strategy=plan), start=start)
        total: Floats = np.zeros(0)
        while model.week < design.weeks:
            model.step()
            spend = cast(WeekState, model.last_week).view.spend
            total = spend if not total.size else total + spend
        return total

    arms = [spent(plan) for plan in (for_all(design.plan, lived, size), DO_NOTHING)]
    tried, control = (float(each.sum()) / lived.known for each in arms)
    variance = sum(
        float((each**2).sum()) / lived.known - mean**2
        for each, mean in zip(arms, (tried, control), strict=True)
    )
    return tried - control, variance


def _silent(_done: int, _total: int, _label: str) -> None:
    """Ignore progress."""
