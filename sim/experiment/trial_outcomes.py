r"""The outcome of a trial in simulated futures, and how much each counts by what was measured.

Each trial is simulated in every future, with the plan and without, on the same people and luck: its
outcome f_i is the difference in spend per customer of the first day, with what new customers spend. With
y measured and e its standard error, N the normal density and p0 the chance, before any trial, that a plan
does nothing here, future i counts

    w_i = prod over plans (p0 A_i + (1 - p0) B_i), made to add up to 1,
    A_i = prod over its trials N(y; 0, e),   B_i = prod N(y; f_i, e),

and the plan does nothing in it with a chance of p0 A_i / (p0 A_i + (1 - p0) B_i) (importance sampling,
Smith & Gelfand 1992, with a point mass at nil, Mitchell & Beauchamp 1988). The simulation's own noise, of
variance t^2, is in f_i: as it is averaged over, what comes out is what an error of e^2 + t^2 would teach,
a little less than the trial does. It is kept small by common luck and many customers.

Each arm is simulated as if it were the whole firm: what customers of both tell each other, and a desk
that serves both, are missed.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np

from sim.common.random_numbers import Floats
from sim.evidence.own import parameters_for
from sim.experiment.futures import Future, draw_futures
from sim.experiment.workers import Progress, in_any_order, processes_for
from sim.market.learned import Foretold, Tried
from sim.market.market import Market
from sim.model.common_start import prepare
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.model.week.state import WeekState
from sim.playbook.strategies import DO_NOTHING, Strategy

#: Customers of each simulated arm.
CUSTOMERS = 1_000
#: Of the futures.
SEED = 14
#: Chance, before any trial, that a plan does nothing here: assumed, .2 to .4. About a third of what firms
#: tried at random changed nothing (Kohavi, Crook & Longbotham 2009), and of 21 experiments of social
#: science 8 did not come out again (Camerer et al. 2018); both from memory.
NOTHING = 1 / 3


def simulated(
    market: Market,
    plans: Sequence[tuple[Strategy, int]],
    futures: int,
    jobs: int,
    say: Progress,
) -> Floats:
    """Return the outcomes of trials in futures.

    Parameters
    ----------
    market : Market
        Without what was learned.
    plans : sequence of (Strategy, int)
        What is tried, and for how many weeks.
    futures : int
    jobs : int
    say : callable

    Returns
    -------
    ndarray, shape (trials, futures)
        Spend per customer with the plan less that without.
    """
    table = parameters_for(market)
    drawn = draw_futures(market, table.rows, futures, SEED)[:futures]
    weeks = max(each for _, each in plans)
    tasks = [
        (future, future.scenario(market, table, DO_NOTHING, CUSTOMERS, weeks), plans)
        for future in drawn
    ]
    processes = processes_for(jobs, futures * (1 + len(plans)), futures, CUSTOMERS, weeks)
    found = np.zeros((len(plans), futures))
    say(0, futures, "simulating the trial")
    for done, (number, outcome) in enumerate(in_any_order(_in_future, tasks, processes), 1):
        found[:, number] = outcome
        say(done, futures, "simulating the trial")
    return found


def weighed(outcomes: Floats, trials: Sequence[Tried]) -> tuple[Floats, dict[str, Floats]]:
    """Return how much each future counts, and how likely each plan does nothing in it.

    Parameters
    ----------
    outcomes : ndarray, shape (trials, futures)
    trials : sequence of Tried

    Returns
    -------
    ndarray, shape (futures,)
        Adding up to 1.
    dict
        Name of the plan -> ndarray, shape (futures,).
    """
    logs, idle = np.zeros(outcomes.shape[1]), {}
    for name in dict.fromkeys(one.strategy for one in trials):
        acts, nothing = np.log1p(-NOTHING), np.log(NOTHING)
        for outcome, one in zip(outcomes, trials, strict=True):
            if one.strategy == name:
                acts = acts - 0.5 * ((one.difference - outcome) / one.error) ** 2
                nothing = nothing - 0.5 * (one.difference / one.error) ** 2
        either = np.logaddexp(acts, nothing)
        idle[name] = np.exp(nothing - either)
        logs += either
    weights = np.exp(logs - logs.max())
    return weights / weights.sum(), idle


def foretold(outcome: Floats, weights: Floats, idle: Floats) -> Foretold:
    """Return mean and middle 90 % of an outcome in weighted futures, nil where the plan does nothing."""
    values = np.append(outcome, 0.0)
    shares = np.append(weights * (1.0 - idle), weights @ idle)
    order = np.argsort(values)
    places = np.cumsum(shares[order]) - shares[order] / 2
    low, high = np.interp([0.05, 0.95], places, values[order])
    return Foretold(mean=float(values @ shares), low=float(low), high=float(high))


def _in_future(
    future: Future, nothing: Scenario, plans: Sequence[tuple[Strategy, int]]
) -> tuple[int, Floats]:
    """Return the outcomes of trials in one future, by its number."""
    start = prepare(nothing)
    usual = _spent(LoyaltyModel(nothing, start=start), max(weeks for _, weeks in plans))
    return future.number, np.array(
        [
            _spent(LoyaltyModel(replace(nothing, strategy=plan), start=start), weeks)[-1]
            - usual[weeks - 1]
            for plan, weeks in plans
        ]
    )


def _spent(model: LoyaltyModel, weeks: int) -> Floats:
    """Return what has been spent per customer of the first day by the end of each week."""
    spent = []
    for _ in range(weeks):
        model.step()
        week = cast(WeekState, model.last_week)
        spent.append(float(week.view.spend.sum()) / CUSTOMERS)
    return np.cumsum(spent)
