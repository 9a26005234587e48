"""The weakest link of customers' way, and how long they wait who go first at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.common.formatting import digits
from sim.measures.journey import FAILURES
from sim.report.phrases import say

if TYPE_CHECKING:
    from sim.analysis.answers import Answers


def weakest_link(comparison: Answers) -> list[str]:
    """Return where most failures are met as it is, and with the leading strategy if that is elsewhere."""
    first = comparison.ranking[0]
    rows = {name: comparison.effects_on(name).loc[first] for name in FAILURES}
    as_it_is = {name: float(row["baseline_mean"]) for name, row in rows.items()}
    then = {name: float(row["mean"]) for name, row in rows.items()}
    if not np.isfinite([*as_it_is.values(), *then.values()]).all() or not sum(as_it_is.values()):
        return []
    of = "uses" if comparison.market.is_contractual else "purchases"
    now, later = (max(found, key=lambda name: found[name]) for found in (as_it_is, then))
    says = [
        say(
            f"comparison.journey.weakest_of_{of}",
            where=say(f"comparison.journey.{now}"),
            number=_count(as_it_is[now]),
            all=_count(sum(as_it_is.values())),
        )
    ]
    if later != now:
        where = say(f"comparison.journey.{later}")
        says.append(
            say("comparison.journey.then", strategy=comparison.title(first), where=where,
                number=_count(then[later]))
        )  # fmt: skip
    return says


def who_goes_first(comparison: Answers) -> list[str]:
    """Return how long those who go first with the leading strategy wait, and how long all do today."""
    first = comparison.ranking[0]
    waits = comparison.effects_on("response_minutes").loc[first]
    everyone = float(waits["mean"])
    ahead = float(comparison.effects_on("response_minutes_first").loc[first, "mean"])
    if not ahead < everyone:
        return []
    return [
        say(
            "comparison.journey.goes_first",
            strategy=comparison.title(first),
            ahead=digits(ahead),
            everyone=digits(everyone),
            before=digits(float(waits["baseline_mean"])),
        )
    ]


def _count(failures: float) -> str:
    return digits(failures)
