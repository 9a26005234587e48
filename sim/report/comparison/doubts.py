"""Where the answer may be another one: in which futures, and how much of that is luck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.choice import told_best
from sim.common.formatting import fixed_percent, in_futures
from sim.common.style import ended
from sim.playbook.strategies import BASELINE
from sim.report.phrases import say

if TYPE_CHECKING:
    from sim.analysis.answers import Answers


def most_often_best(comparison: Answers, first: str) -> str:
    """Return the title of what is best in most futures, the leading strategy left out."""
    name = str(comparison.probability_best.drop(first).idxmax())
    title = comparison.title(name)
    return say("common.doing_nothing") if name == BASELINE else title


def losing(comparison: Answers) -> str:
    """Return in how many futures the leading strategy is not the one to have chosen."""
    first, runs = comparison.ranking[0], comparison.futures
    name, best = comparison.title(first), told_best(comparison.verdict, runs)
    said = say(
        "comparison.doubts.futures_does_worse_than_doing",
        name=name,
        futures=in_futures(comparison.loses(first), runs),
    )
    beaten = 1.0 - best[first]
    if beaten > 0:
        rival = most_often_best(comparison, first)
        alone = np.isclose(best.drop(first).max(), beaten)
        key = "and_one_other_is_best" if alone else "and_is_not_the_best"
        said += say(f"comparison.doubts.{key}", futures=in_futures(beaten, runs), rival=rival)
    return ended(said)


def luck(comparison: Answers) -> str:
    """Return how much of the spread between futures is luck, or that it is not known."""
    share = comparison.verdict.gain.luck
    if not np.isfinite(share):
        return say("comparison.doubts.luck_unknown")
    name = comparison.title(comparison.ranking[0])
    return say("comparison.doubts.luck", share=fixed_percent(share), name=name)
