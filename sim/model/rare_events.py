r"""Rare events are weighed, not waited for: a run is lived without the event and with it.

Whether a firm's data are breached decides what their protection is worth, and most futures see no
breach: the mean over a few of them shows the cost of safety alone. A run of T weeks therefore has two
lives on the same luck, one without any breach and one with one or more, and what is expected of it is

    E[x] = (1 - p) E[x | none] + p E[x | one or more],   p = 1 - exp(-rate T / 52),

with the market's yearly rate before anything is averted: stratification by the event (Owen 2013, section
8.4; Rubinstein & Kroese 2017, chapter 5). In the second life the first breach comes in week t, and
a protection of more than 1 - u averts it,

    P(first in week t) = (1 - c)^t c / p,   c = 1 - exp(-rate / 52),   u uniform;

later ones are drawn week by week. Both t and u are those of the future: all strategies meet the same
lives with the same chances, whatever each of them averts (common random numbers, Owen 2013, section 8.6).
Over the futures they go through their laws evenly, as all that is drawn (`sim.experiment.futures`).
The mean over futures is unbiased for any protection, and what is lost of its variance is what came of
whether there is a breach at all. What one firm may see is one of its lives, by their chances.

Both lives are the same run up to week t and are run once until then, so that a run takes half as long
again. Doing nothing pays for that, and strategies with a lever that changes breaches
(`Mechanism.guards`), which differ from it most where there is one. A breach strikes any other strategy
and doing nothing alike, and leaves their difference g as it is but for a little: one life L is lived of
it, the second with its chance p, by a third uniform of the future. With B for doing nothing,

    x' = E[B] + (x_L - B_L),   E[x'] = (1 - p) x_none + p x_struck,

so that the mean is that of both lives (a control variate: Owen 2013, section 8.9), with a variance that
is larger by p (1 - p) (g_struck - g_none)^2. In full comparisons of a bank and a clothing retailer that
was at most 2 per cent of a gain's variance; of a strategy that hardly changes anything it may be nearly
as much as all else. The life that is not lived is filled in where tables are read
(`sim.measures.weekly.with_other_life`).

Where no strategy of a comparison changes breaches, they are drawn in all. No other event of the model is
both rare and spared by a lever: rivals' campaigns come several times a year and to all strategies alike,
releases and launches as often as planned.
"""

import copy
from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.common.calendar import WEEKS_A_YEAR
from sim.levers import BY_NAME
from sim.model.common_start import CommonStart
from sim.model.loyalty_model import LoyaltyModel
from sim.model.observers.recorder import LIFE, WEIGHT
from sim.model.scenario import Scenario
from sim.model.week.data_breach import FirstBreach
from sim.playbook.strategies import Strategy


def breaches_in(strategies: Iterable[Strategy]) -> Literal["drawn", "weighed"]:
    """Return how breaches come in runs that are compared: weighed where a strategy changes them."""
    return "weighed" if any(changes_breaches(one) for one in strategies) else "drawn"


def changes_breaches(strategy: Strategy) -> bool:
    """Return whether a strategy has a lever that averts breaches or softens them."""
    return any(BY_NAME[play.lever].guards for play in strategy.plays)


def chance_of_breach(rate: float, weeks: int) -> float:
    """Return the chance of one or more breaches in some weeks that nothing averts, p."""
    return -float(np.expm1(-rate * weeks / WEEKS_A_YEAR))


def first_breach(rate: float, weeks: int, when: float, place: float) -> FirstBreach:
    """Return the first breach of a life that has one, by inversion of its law.

    Parameters
    ----------
    rate : float
        Breaches a year that nothing averts, above 0.
    weeks : int
        Horizon.
    when : float
        Uniform, inverted to the week.
    place : float
        Uniform: a protection of more than 1 less this averts it.
    """
    passed = -np.log1p(-when * chance_of_breach(rate, weeks)) / rate * WEEKS_A_YEAR
    return FirstBreach(float(min(int(passed), weeks - 1)), place)


def run_lives(
    scenario: Scenario, start: CommonStart | None = None
) -> list[tuple[float, LoyaltyModel]]:
    """Run a scenario to its horizon: its lives, each with its chance.

    Parameters
    ----------
    scenario : Scenario
    start : CommonStart, optional
        What runs of other strategies start from as well.

    Returns
    -------
    list of (float, LoyaltyModel)
        One run; where breaches are weighed and can happen, one without any, then one with one or more,
        or that one of both which is lived.
    """
    model = LoyaltyModel(scenario, start=start)
    rate, weeks = model.market["breaches_per_year"], scenario.weeks
    chance = chance_of_breach(rate, weeks)
    if scenario.rare is None or not chance:
        return [(1.0, model.run())]
    when, place, which = scenario.rare
    first, never = first_breach(rate, weeks, when, place), FirstBreach(np.inf)
    plan = scenario.strategy
    if which is not None and plan.plays and not changes_breaches(plan):
        model.state.first_breach = first if which < chance else never
        return [(chance if which < chance else 1.0 - chance, model.run())]
    model.state.first_breach = never
    while model.week < first.week:
        model.step()
    struck = _copied(model)
    struck.state.first_breach = first
    return [(1.0 - chance, model.run()), (chance, struck.run())]


def _copied(model: LoyaltyModel) -> LoyaltyModel:
    """Copy a run with all that its weeks write; what they only read is most of it, and shared."""
    run = model.state
    read = (
        model.setting,
        run.market,
        run.life,
        run.draws,
        run.who,
        run.ties,
        run.baseline,
        *run.levers.all,
    )
    return copy.deepcopy(model, {id(one): one for one in read})


def table_of(lives: list[tuple[float, LoyaltyModel]]) -> pd.DataFrame:
    """Return the weekly table of a run that is over, as `columns_of` has it."""
    return pd.DataFrame(columns_of(lives))


def columns_of(lives: list[tuple[float, LoyaltyModel]]) -> dict[str, NDArray[Any]]:
    """Return the columns of the weekly table of a run that is over.

    Parameters
    ----------
    lives : list of (float, LoyaltyModel)
        As `run_lives` gives them.

    Returns
    -------
    dict of str to ndarray
        Those of `LoyaltyModel.weekly`; where breaches are weighed one life after the other, with two
        columns more, ``life`` (0, 1) and ``weight``, its chance.
    """
    tables = []
    for chance, model in lives:
        table, first = model.state.recorder.columns(), model.state.first_breach
        if first is None:
            return table
        number, rows = int(np.isfinite(first.week)), table["week"].size
        tables.append(table | {LIFE: np.full(rows, number), WEIGHT: np.full(rows, chance)})
    none = np.zeros(tables[0]["week"].size)  # a term that one life does not have
    return {
        name: np.concatenate([table.get(name, none) for table in tables])
        for name in dict.fromkeys(name for table in tables for name in table)
    }
