"""What each strategy costs over doing nothing, against its plan, and when it is earned back."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from sim.analysis.intervals import paired_interval
from sim.experiment.manifest import Manifest
from sim.measures.weekly import TOTAL
from sim.playbook.strategies import BASELINE

#: A strategy is off plan if its actual cost differs from the planned one by more than this share.
OFF_PLAN = 0.05


def costs_and_payback(
    manifest: Manifest,
    strategies: list[str],
    measures: pd.DataFrame,
    effects: pd.DataFrame,
    by_lever: Callable[[str], dict[str, float]],
) -> pd.DataFrame:
    """Return planned and actual cost, return and payback of each strategy.

    Its cost is what it costs over doing nothing, which costs something where a programme runs already.

    Parameters
    ----------
    manifest : Manifest
    strategies : list of str
    measures, effects : DataFrame
        As in `sim.analysis.answers.Answers`.
    by_lever : callable
        Gives of a strategy ``cost.<lever>``, its mean yearly cost, and ``bound.<lever>``.

    Returns
    -------
    DataFrame
        ``Answers.money``.
    """
    total = measures[(measures["luck"] == 0) & (measures["segment"] == TOTAL)]
    effect = effects[effects["segment"] == TOTAL].set_index(["scenario", "measure"])
    spent = total[total["measure"] == "cost"].pivot(
        index="future", columns="scenario", values="value"
    )
    rows = []
    for name in strategies:
        own = total[total["scenario"] == name]
        cost = paired_interval(spent[name] - spent[BASELINE])
        payback = own.loc[own["measure"] == "payback_week", "value"]
        plan = {
            lever: cost * manifest.firm for lever, cost in manifest.strategies[name].plan.items()
        }
        budget, sized = manifest.budget(name), manifest.strategies[name].sized
        planned, written = sized.planned_cost * manifest.firm, sized.as_written
        design = sum(plan.values()) if written is None else written * manifest.firm
        rows.append(
            {
                "budget": budget,
                "design_cost": design,
                "planned_cost": planned,
                "actual_cost": cost.mean,
                "low": cost.low,
                "high": cost.high,
                "off_plan": is_off_plan(cost.mean, planned),
                "return": effect.loc[(name, "return"), "mean"],
                "return_low": effect.loc[(name, "return"), "low"],
                "return_high": effect.loc[(name, "return"), "high"],
                "payback_week": float(payback.median()),
                "payback_share": float(np.isfinite(payback).mean()),
                **by_lever(name),
                **{f"plan.{lever}": value for lever, value in plan.items()},
            }
        )
    return pd.DataFrame(rows, index=pd.Index(strategies, name="scenario"))


def is_off_plan(actual: float, planned: float) -> bool:
    """Return whether a cost, or a saving, misses what was planned by more than `OFF_PLAN` of it."""
    return bool(abs(actual - planned) > OFF_PLAN * abs(planned))
