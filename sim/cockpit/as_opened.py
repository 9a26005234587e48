"""What an opened strategy says that no control shows, in words, and what of it a move drops."""

from collections.abc import Iterable, Mapping
from typing import Any

from sim.cockpit.draft import Draft
from sim.common.formatting import compact
from sim.common.style import bracketed, clauses
from sim.common.translated import told, translated
from sim.levers import BY_NAME
from sim.playbook.play import Play
from sim.report.names import department_label


def play_said(play: Play) -> str:
    """Return what a play says beyond its controls; nothing where they show all of it."""
    parts = [] if play.intensity == 1.0 else [told("intensity {x}", x=compact(play.intensity))]
    parts += _settings(play)
    if play.end_week is not None:
        parts.append(told("ends with week {week}", week=play.end_week))
    if play.phase:
        parts.append(told("phase: {phase}", phase=translated(play.phase.replace("_", " "))))
    if play.owner:
        parts.append(told("by: {department}", department=department_label(play.owner)))
    return told("As opened: {parts}.", parts=clauses(parts)) if parts else ""


def plan_said(kept: Mapping[str, Any]) -> str:
    """Return what goals and reviews a plan has, which no control shows; nothing where it has none."""
    parts = []
    if kept.get("goals"):
        parts.append(told("goals: {n}", n=len(kept["goals"])))
    if kept.get("reviews"):
        weeks = kept["reviews"]["every_weeks"]
        parts.append(told("reviewed every {weeks} weeks", weeks=weeks))
    said = "As opened, and kept whatever is moved here: {parts}."
    return told(said, parts=clauses(parts)) if parts else ""


def dropped_said(before: Draft, after: Draft) -> str:
    """Return which settings of a play a move dropped; nothing where none were.

    Parameters
    ----------
    before, after : Draft
        The same plays in the same order, one of them moved.
    """
    pairs = zip(before.plays, after.plays, strict=True)
    gone = [one for one, other in pairs if one.settings and not other.settings]
    parts = [part for play in gone for part in _settings(play)]
    said = "Dropped with the former preset: {parts}. Undo brings it back."
    return told(said, parts=clauses(parts)) if parts else ""


def not_seen(plays: Iterable[Play], weeks: int) -> list[Play]:
    """Return the plays that start when a sample of so many weeks has ended."""
    return [play for play in plays if play.start_week >= weeks]


def _settings(play: Play) -> list[str]:
    """Return the settings that a play states itself: name as in files, value, what it is."""
    fields = BY_NAME[play.lever].Settings.model_fields
    return [
        bracketed(f"{name} {compact(value)}", translated(str(fields[name].description)))
        for name, value in play.settings.items()
    ]
