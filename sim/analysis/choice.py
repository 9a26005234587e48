"""The choice that a comparison leads to: the verdict on its measures, in the firm's money."""

import numpy as np
import pandas as pd

from sim.analysis.verdict import Verdict, decide
from sim.experiment.manifest import Manifest
from sim.measures.weekly import TOTAL
from sim.playbook.affordability import Shortfall, shortfall

#: A gain matters from this share of a year's budget on.
MATTERS = 0.05


def verdict_of(manifest: Manifest, measures: pd.DataFrame) -> Verdict:
    """Return the verdict on customer equity: a mean gain below `MATTERS` of a year's budget is none.

    Parameters
    ----------
    manifest : Manifest
    measures : DataFrame
        As for `equity_of`.
    """
    budget = max((manifest.budget(name) for name in manifest.strategies), default=0.0)
    return decide(
        equity_of(measures, 0),
        equity_of(measures, 1),
        luck_of_firm(manifest),
        MATTERS * budget,
        lives_in(measures, "customer_equity"),
        unaffordable_in(manifest),
    )


def unaffordable_in(manifest: Manifest) -> dict[str, Shortfall]:
    """Return which strategies of a comparison are too dear for the firm, the nearest first."""
    firm = manifest.market["firm_customers"]
    found = {name: shortfall(one.sized, firm) for name, one in manifest.strategies.items()}
    unaffordable = [(name, by) for name, by in found.items() if by is not None]
    return dict(sorted(unaffordable, key=lambda pair: pair[1].least))


def equity_of(measures: pd.DataFrame, luck: int) -> pd.DataFrame:
    """Return customer equity over all customers, futures by scenarios.

    Parameters
    ----------
    measures : DataFrame
        As `sim.experiment.summary.collect_measures` gives them.
    luck : int
        0 for the futures, 1 for the second lives of some.
    """
    rows = measures[
        (measures["measure"] == "customer_equity")
        & (measures["segment"] == TOTAL)
        & (measures["luck"] == luck)
    ]
    return rows.pivot(index="future", columns="scenario", values="value")


def lives_in(measures: pd.DataFrame, measure: str) -> tuple[pd.DataFrame, np.ndarray] | None:
    """Return a measure over all customers in each life of each future, None where each has but one.

    Parameters
    ----------
    measures : DataFrame
        As for `equity_of`.
    measure : str

    Returns
    -------
    tuple or None
        Lives by scenarios, and the chance of each life in its future, shape (lives,).
    """
    if "chance" not in measures or not (measures["chance"] > 0).any():
        return None
    rows = measures[
        (measures["measure"] == measure) & (measures["segment"] == TOTAL) & (measures["luck"] == 0)
    ]
    spared, struck, chance = (
        rows.pivot(index="future", columns="scenario", values=column)
        for column in ("spared", "struck", "chance")
    )
    happens = chance.max(axis=1).to_numpy()  # the same for all scenarios of a future
    there = happens > 0
    lives = pd.concat([spared, struck[there]], ignore_index=True)
    return lives, np.concatenate([1.0 - happens, happens[there]])


def luck_of_firm(manifest: Manifest) -> float:
    """Return the variance of the firm's luck over that of a run's in a comparison (`luck_of`)."""
    return luck_of(manifest.n_customers, manifest.firm)


def luck_of(customers: int, firm: float) -> float:
    """Return the variance of the luck of a firm over that of a run of so many customers.

    A firm with fewer customers than are simulated has more luck, in proportion; one with more is taken
    to have as much, since what befalls the firm as a whole does not even out.
    """
    return max(1.0, customers / firm)


def told_best(verdict: Verdict, futures: int) -> pd.Series:
    """Return the share of futures in which each scenario is best, as it is told: in whole futures.

    Ties and futures with two lives are shared, so that each count rounded by itself need not add up to
    all: the largest remainders are rounded up.
    """
    exact = verdict.options["probability"] * futures
    whole = np.floor(exact + 1e-9)  # a sum of shares may be a digit below a whole number
    left = futures - round(whole.sum())
    rounded_up = (exact - whole).sort_values(ascending=False, kind="stable").index[:left]
    whole[rounded_up] += 1.0
    return whole / futures
