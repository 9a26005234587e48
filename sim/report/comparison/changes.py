"""What a report says of the comparison before: what changed, and what the answer was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.plausibility import DOUBTED
from sim.common.formatting import fixed, listing, some, spaced
from sim.common.style import clauses, paragraph
from sim.common.translated import translated
from sim.intake.forgotten import forgotten_since, in_words
from sim.report.names import value_label
from sim.report.phrases import say

if TYPE_CHECKING:
    from sim.analysis.answers import Answers
    from sim.analysis.changes import Changes
    from sim.analysis.verdict import Verdict

#: So many names are listed; the others are counted.
_NAMED = 4


def since_the_last(comparison: Answers) -> list[str]:
    """Return what changed since the last comparison of this market; nothing if there was none."""
    changes = comparison.changes
    if changes is None:
        return []
    parts = _parts(changes, comparison.market.is_contractual)
    said = say(
        "comparison.changes.since", parts=clauses(parts) or say("comparison.changes.nothing")
    )
    if changes.verdict is None:
        return [said]
    before = _answer(changes.verdict, changes.titles)
    now = _answer(
        comparison.verdict, {name: comparison.title(name) for name in comparison.strategies}
    )
    if before == now:
        return [paragraph([said, say("comparison.changes.same_answer", now=now)])]
    return [paragraph([said, say("comparison.changes.other_answer", before=before, now=now)])]


def forgotten_since_then(comparison: Answers) -> list[str]:
    """Return who was forgotten since a comparison was made with them, and what it tells no more."""
    manifest = comparison.manifest
    gone = forgotten_since(manifest.market.name, manifest.history)
    if not gone:
        return []
    again = f"`{manifest.command}`"
    return [say("comparison.changes.made_with_forgotten", who=in_words(gone), again=again)]


def _parts(changes: Changes, contract: bool) -> list[str]:
    """Return each kind of change in words."""
    names = {
        say("comparison.changes.new"): [translated(title) for title in changes.added],
        say("comparison.changes.changed"): [translated(title) for title in changes.changed],
        say("comparison.changes.removed"): [translated(title) for title in changes.removed],
        say("comparison.changes.market"): [value_label(name, contract) for name in changes.market],
        say("comparison.changes.responses"): [
            translated(spaced(key.partition(".")[2])) for key in changes.parameters
        ],
    }
    parts = [
        say("comparison.changes.kind", what=what, names=some(found, _NAMED))
        for what, found in names.items()
        if found
    ]
    if changes.history:
        parts.append(say("comparison.changes.histories"))
    if changes.forgotten:
        gone = in_words(changes.forgotten)
        parts.append(say("comparison.changes.forgotten", who=gone))
    parts += [
        say(f"comparison.changes.setting.{name}", now=fixed(now), before=fixed(before))
        for name, (before, now) in changes.settings.items()
    ]
    if changes.code or changes.workbench[0] != changes.workbench[1]:
        versions = listing(list(dict.fromkeys(changes.workbench)))
        parts.append(say("comparison.changes.workbench", versions=versions))
    return parts


def _answer(verdict: Verdict, titles: dict[str, str]) -> str:
    """Return an answer in a few words."""
    if verdict.kind in ("winner", *DOUBTED):
        name = str(verdict.strategy)
        title = translated(titles.get(name, name))
        return say(f"comparison.changes.leads.{verdict.kind}", title=title)
    return say(f"comparison.changes.answer.{verdict.kind}")
