"""How large a comparison is, and what that means for its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.common.formatting import fixed
from sim.common.size import REPORT_SIZE
from sim.report.phrases import say

if TYPE_CHECKING:
    from sim.analysis.answers import Answers


def is_a_look(comparison: Answers) -> bool:
    """Return whether a comparison is smaller than what a report usually rests on."""
    found = _size(comparison)
    people, enough = (size["customers"] * size["futures"] for size in (found, REPORT_SIZE))
    return people < enough or any(found[part] < REPORT_SIZE[part] for part in ("weeks", "futures"))


def size_sentence(comparison: Answers) -> str:
    """Return how large a comparison is; of a small one also that its answer is less sure."""
    found = _size(comparison)
    said = say(
        "comparison.size.so_large",
        count=len(comparison.strategies),
        customers=fixed(found["customers"]),
        weeks=fixed(found["weeks"]),
        futures=fixed(found["futures"]),
    )
    if not is_a_look(comparison):
        return say("comparison.size.of_a_report", said=said)
    return say(
        "comparison.size.a_look",
        said=said,
        customers=fixed(REPORT_SIZE["customers"]),
        weeks=fixed(REPORT_SIZE["weeks"]),
        futures=fixed(REPORT_SIZE["futures"]),
    )


def _size(comparison: Answers) -> dict[str, int]:
    return {
        "customers": comparison.manifest.n_customers,
        "weeks": comparison.manifest.weeks,
        "futures": comparison.futures,
    }
