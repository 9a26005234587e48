"""What a review does to the plan of a run: plays stop, change their size or audience, or give money."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.common.errors import InputError
from sim.levers import BY_NAME
from sim.model.firm import Department, years_released
from sim.model.week.state import RunState
from sim.playbook.reviews import Rule
from sim.playbook.settings import settings_of
from sim.playbook.strategies import Play

#: Stands in the name of a play that turned to others, before the week since when.
_FROM = "from_week_"


@dataclass(frozen=True)
class Change:
    """A decision of a review, to be carried out in every run that lives by it.

    Attributes
    ----------
    key : str
        Of the play.
    rule : Rule
        What is done.
    stretch : float
        Where money is moved: the factor by which the play grows that gets it.
    new_key : str
        Where a play turns to another audience: its key from then on.
    """

    key: str
    rule: Rule
    stretch: float = 1.0
    new_key: str = ""


def carry_out(run: RunState, change: Change, week: int) -> None:
    """Change a plan from a week on; nothing happens where a run does not have the play.

    Parameters
    ----------
    run : RunState
        Its levers and departments are written.
    change : Change
    week : int
        The first week of the changed plan.
    """
    rule, play = change.rule, playing(run).get(change.key)
    if play is None:
        return
    if rule.do == "stop":
        _put(run, play, play.model_copy(update={"end_week": week}))
    elif rule.do in ("shrink", "stretch"):
        _put(run, play, scaled(play, rule.factor))
    elif rule.do == "retarget":
        _retarget(run, play, rule.audience, week)
    elif rule.do == "move_budget":
        _put(run, play, scaled(play, 1.0 - rule.factor))
        _give(run, change.key, rule.to or "", rule.factor)
        other = playing(run).get(rule.to or "")
        if other is not None:
            _put(run, other, scaled(other, change.stretch))


def fits(run: RunState, key: str, rule: Rule, week: int) -> bool:
    """Return whether a rule has anything to do with a play of a run.

    A play cannot turn to those whom it or another play of its lever is for, nor to those whom one of its
    settings is not for or none acts on, nor can what changes the firm itself; money goes to another play
    that is on; a play at the end of its range stays as it is.
    """
    play, others = playing(run)[key], playing(run)
    if rule.do == "retarget":
        taken = {
            one.audience for one in others.values() if one.lever == play.lever and _on(one, week)
        }
        mechanism = BY_NAME[play.lever]
        if rule.audience in taken or mechanism.changes_the_firm(play.settings):
            return False
        if mechanism.is_idle(play.settings, rule.audience or ""):
            return False
        return all(rule.audience in whom for whom in mechanism.confined(play.settings).values())
    if rule.do == "move_budget":
        to = others.get(rule.to or "")
        return to is not None and rule.to != key and to.start_week < week and _on(to, week)
    if rule.do in ("shrink", "stretch"):
        return scaled(play, rule.factor) != play
    return True


def _on(play: Play, week: int) -> bool:
    return play.end_week is None or play.end_week > week


def playing(run: RunState) -> dict[str, Play]:
    """Return the plays of a run by their key."""
    return {play.key: play for plays in run.levers.plays.values() for play in plays}


def scaled(play: Play, factor: float) -> Play:
    """Return a play that does more or less: its settings of intensity, or else its reach, times a factor.

    No setting leaves its range, and whole numbers stay whole.

    Examples
    --------
    >>> points = Play(lever="incentives", settings={"rebate": 0.02})
    >>> scaled(points, 0.5).settings
    {'rebate': 0.01}
    """
    mechanism = BY_NAME[play.lever]
    named = [name for name in mechanism.intensity_settings if play.settings.get(name)]
    if not named:
        return play.model_copy(update={"reach": min(1.0, play.reach * factor)})
    changed = {name: _within(mechanism, name, play.settings[name] * factor) for name in named}
    settings = {**play.settings, **changed}
    try:
        settings_of(play.lever, settings, play.key, "settings")
    except InputError:  # two settings that do not go together any more: the play stays as it is
        return play
    return play.model_copy(update={"settings": settings})


def _within(mechanism: Any, name: str, value: float) -> float:
    """Return a setting within its range."""
    field = mechanism.Settings.model_fields[name]
    for bound in field.metadata:
        value = min(value, getattr(bound, "le", value))
        value = max(value, getattr(bound, "ge", value))
    return round(value) if field.annotation is int else value


def _put(run: RunState, old: Play, new: Play) -> None:
    """Put a play in the place of another of the same lever, with the department and settings."""
    plays = run.levers.plays[old.lever]
    plays[plays.index(old)] = new
    department = _department(run, old.key)
    department.plays[department.plays.index(old)] = new
    run.levers.settings[new.key] = settings_of(new.lever, new.settings, new.key, "settings")


def _retarget(run: RunState, play: Play, audience: str | None, week: int) -> None:
    """End a play and begin it anew for another audience, with what is left of its money."""
    new = retargeted(play, audience, week)
    _put(run, play, play.model_copy(update={"end_week": week}))
    department = _department(run, play.key)
    run.levers.plays[play.lever].append(new)
    run.levers.settings[new.key] = settings_of(new.lever, new.settings, new.key, "settings")
    department.take(new, play.key)


def retargeted(play: Play, audience: str | None, week: int) -> Play:
    """Return a play that begins anew for another audience: what it starts with is built again."""
    start = max(week, play.start_week)
    phase = play.phase.partition(_FROM)[0] + f"{_FROM}{start}"
    return play.model_copy(update={"audience": audience, "start_week": start, "phase": phase})


def _give(run: RunState, key: str, to: str, share: float) -> None:
    """Let a play spend what another may spend no more."""
    allowances = _department(run, key).allowances
    if allowances is not None and to in allowances:
        moved = share * allowances[key]
        for one, more in ((key, -moved), (to, moved)):
            allowances[one] += more
            # what was there until now stays where it was: years are counted from the first week
            department = _department(run, one)
            department.granted[one] -= more * years_released(run.week, department.horizon)


def _department(run: RunState, key: str) -> Department:
    """Return the department that owns a play."""
    return next(one for one in run.firm.departments if key in one.spent)


def running(run: RunState, key: str, week: int) -> bool:
    """Return whether a play is on, or still to come, in a week."""
    play = playing(run).get(key)
    return play is not None and _on(play, week)


def spent_running(run: RunState) -> dict[str, float]:
    """Return what each play has cost so far without one-off work, currency of the simulated people."""
    return {
        key: float(np.float64(spent) - one.built[key])
        for one in run.firm.departments
        for key, spent in one.spent.items()
    }
