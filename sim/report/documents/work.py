"""Who does what in the chosen strategy, for whom, when and at what cost: a list, and a timetable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.formatting import brief_money, capital, fixed, percent
from sim.common.style import labelled
from sim.playbook.strategies import Play
from sim.report.comparison.budget import cost_or_saving
from sim.report.comparison.chosen import is_chosen, names_of_plays, told_of, told_title
from sim.report.names import department_label, mechanism_label
from sim.report.phrases import say
from sim.report.section import Section, Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers

#: From this share on an audience is reached as a whole.
_ALL = 0.995
#: Weeks of a quarter; the first year is told by quarters, later ones by years.
_QUARTER = 13
#: What stands in a cell of the timetable: nothing runs, something is being built up, all runs in full.
_NOT, _BUILDING, _FULL = "", "○", "●"


def has_work(comparison: Answers) -> bool:
    """Return whether a strategy is chosen that somebody has to carry out."""
    told = told_of(comparison)
    return is_chosen(told) and bool(_plays(told))


def work_heading(comparison: Answers) -> str:
    """Return what stands above the work of the chosen strategy."""
    return say("documents.work.heading", name=told_title(comparison))


def work_table(comparison: Answers) -> Table:
    """Return who does what in the leading strategy, for whom and from when, in order of their starts."""
    about, currency, told = told_of(comparison), comparison.market.currency, set[str]()
    spent, names = about.lever_costs.loc[about.ranking[0]], names_of_plays(comparison)
    rows = []
    for play in _plays(about):
        # what a lever costs is known for all its plays together
        known = play.lever in spent.index and play.lever not in told
        told.add(play.lever)
        what = capital(mechanism_label(play.lever))
        rows.append(
            {
                say("documents.work.who"): department_label(play.owner or "market"),
                say("documents.work.what"): labelled(what, names[play.key])
                if play.key in names
                else what,
                say("documents.work.whom"): _whom(play),
                say("documents.work.weeks"): _weeks(play),
                say("documents.work.cost"): cost_or_saving(
                    float(spent[play.lever]), currency, brief_money
                )
                if known
                else "",
            }
        )
    return Table(say("documents.work.table"), pd.DataFrame(rows))


def work_section(comparison: Answers) -> Section:
    """Return the work with its timetable."""
    table, label = timetable(comparison), say("documents.work.label")
    return Section("work", work_heading(comparison), tables=[table], label=label)


def timetable(comparison: Answers) -> Table:
    """Return the work with a column for each quarter of the first year and each later year."""
    work, plays = work_table(comparison), _plays(told_of(comparison))
    frame = work.frame.copy()
    for name, begin, end in _periods(comparison.manifest.weeks):
        frame[name] = [_state(play, begin, end) for play in plays]
    return replace(work, frame=frame, note=say("documents.work.note"))


def _plays(comparison: Answers) -> list[Play]:
    chosen = comparison.manifest.strategies[comparison.ranking[0]]
    return sorted(chosen.sized.plays, key=lambda play: play.start_week)


def _periods(weeks: int) -> Iterator[tuple[str, int, int]]:
    """Yield name, first week and the week after the last of each period within a horizon."""
    for number, begin in enumerate(range(0, min(weeks, WEEKS_A_YEAR), _QUARTER), start=1):
        end = min(begin + _QUARTER, weeks)
        yield say("documents.work.quarter", number=number), begin, end
    for begin in range(WEEKS_A_YEAR, weeks, WEEKS_A_YEAR):
        year = begin // WEEKS_A_YEAR + 1
        yield say("documents.work.year", number=year), begin, min(begin + WEEKS_A_YEAR, weeks)


def _state(play: Play, begin: int, end: int) -> str:
    """Return how far a play is in the weeks from `begin` to before `end`."""
    stops = end if play.end_week is None else play.end_week
    if play.start_week >= end or stops <= begin:
        return _NOT
    full = play.start_week + play.ramp_weeks - 1
    return _FULL if full < min(end, stops) else _BUILDING


def _whom(play: Play) -> str:
    audience = say(f"documents.work.audience.{play.audience}")
    if play.reach >= _ALL:
        return audience
    return say("documents.work.share_of", share=percent(play.reach), audience=audience)


def _weeks(play: Play) -> str:
    start = fixed(play.start_week + 1)
    if play.end_week is None:
        return say("documents.work.from", start=start)
    return say("documents.work.until", start=start, end=fixed(play.end_week))
