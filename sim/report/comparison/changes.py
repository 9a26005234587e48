"""What a report says of the comparison before: what changed, and what the answer was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.common.formatting import listing, some, spaced
from sim.market.values import value_label
from sim.report.comparison.doubts import VERDICTS

if TYPE_CHECKING:
    from sim.analysis.changes import Changes
    from sim.analysis.comparison import Comparison
    from sim.analysis.verdict import Verdict

_SETTINGS = {
    "n_customers": "simulated customers",
    "weeks": "weeks",
    "replications": "futures",
    "seed": "seed",
}
#: So many names are listed; the others are counted.
_NAMED = 4


def since_the_last(comparison: Comparison) -> list[str]:
    """Return what changed since the last comparison of this market; nothing if there was none."""
    changes = comparison.changes
    if changes is None:
        return []
    said = "Since the last comparison of this market: " + (
        "; ".join(_parts(changes, comparison.market.is_contractual))
        or "nothing of note has changed"
    )
    if changes.verdict is None:
        return [f"{said}."]
    before = _answer(changes.verdict, changes.titles)
    now = _answer(
        comparison.verdict, {name: comparison.title(name) for name in comparison.strategies}
    )
    same = f"The answer is the same: {now}." if before == now else ""
    return [f"{said}. " + (same or f"The answer was: {before}. It is now: {now}.")]


def _parts(changes: Changes, contract: bool) -> list[str]:
    """Return each kind of change in words."""
    names = {
        "new": changes.added,
        "changed": changes.changed,
        "no longer compared": changes.removed,
        "other values of the market": [value_label(name, contract) for name in changes.market],
        "other strengths of response": [
            spaced(key.partition(".")[2]) for key in changes.parameters
        ],
    }
    parts = [f"{what}: {some(found, _NAMED)}" for what, found in names.items() if found]
    if changes.history:
        parts.append("other customer histories")
    parts += [
        f"{_SETTINGS[name]}: {now:,}, not {before:,}"
        for name, (before, now) in changes.settings.items()
    ]
    if changes.code or changes.workbench[0] != changes.workbench[1]:
        versions = listing(list(dict.fromkeys(changes.workbench)))
        parts.append(f"another state of the workbench ({versions})")
    return parts


def _answer(verdict: Verdict, titles: dict[str, str]) -> str:
    """Return an answer in a few words."""
    if verdict.kind == "winner":
        return f"choose {titles.get(str(verdict.strategy), verdict.strategy)}"
    return VERDICTS[verdict.kind].lower()
