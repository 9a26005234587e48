"""What reviews found and did in a comparison, and what they are worth."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from sim.analysis.intervals import Interval, paired_interval
from sim.playbook.reviews import GOAL_FINDINGS
from sim.playbook.strategies import partner_of

if TYPE_CHECKING:
    from sim.analysis.answers import Answers

VERDICTS = ("pays", "unclear", "loses")
DEEDS = ("stop", "shrink", "stretch", "retarget", "move_budget")
COLUMNS = ["scenario", "future", "week", "what", "about", "value"]


def reviews_table(noted: Iterable[tuple[str, int, int, str, float]]) -> pd.DataFrame:
    """Return what runs noted at reviews, one row each, with `COLUMNS`."""
    rows = []
    for scenario, future, week, name, value in noted:
        what, _, about = name.partition(".")
        rows.append((scenario, future, week, what, about, value))
    return pd.DataFrame(rows, columns=COLUMNS)


def reviewed(answers: Answers) -> dict[str, str]:
    """Return the reviewed strategies that are ranked, each with the same plan that nobody reviews."""
    plans = answers.manifest.chosen
    found = {}
    for name, plan in plans.items():
        if plan.reviews is not None and name in answers.ranking:
            partner = partner_of(plan, plans.values())
            if partner is not None:
                found[name] = partner.name
    return found


def worth_of_reviews(answers: Answers, name: str, partner: str) -> Interval:
    """Return what reviews add to customer equity: the plan with them less the same without, paired."""
    draws = answers.draws_of("customer_equity")
    return paired_interval((draws[name] - draws[partner]).to_numpy())


def at_reviews(answers: Answers, name: str) -> pd.DataFrame:
    """Return how often reviews found and did what, as shares of all futures.

    Returns
    -------
    DataFrame
        ``week``, ``about`` (key of a play, or a goal's measure) and a column for each verdict, finding on
        a goal and deed; ``gain`` is the mean gain a year and person served that was seen, NaN where none.
    """
    table = answers.reviews
    table = table[table["scenario"] == name]
    names = [*VERDICTS, *GOAL_FINDINGS, *DEEDS]
    rows = []
    for (week, about), group in table.groupby(["week", "about"], sort=True):
        shares = group.groupby("what")["value"].sum() / answers.futures
        looked = group.loc[group["what"].isin(VERDICTS), "value"].sum()
        seen = group.loc[
            group["what"] == "gain", "value"
        ].sum()  # of two lives by their chances, too
        row = {"week": week, "about": about, "gain": seen / looked if looked else float("nan")}
        rows.append({**row, **{one: float(shares.get(one, 0.0)) for one in names}})
    return pd.DataFrame(rows, columns=["week", "about", "gain", *names])
