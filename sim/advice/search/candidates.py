"""What a plan may be made of: presets, at several intensities, for each audience, from several weeks."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from sim.common.errors import InputError, check_all, nearest
from sim.common.given import number
from sim.levers import BY_NAME
from sim.playbook.audiences import Audience
from sim.playbook.pages import DEPARTMENTS, load_page
from sim.playbook.strategies import Play, Strategy
from sim.playbook.strategy_files import as_strategy

#: Intensities and first weeks that are tried of a play. At once, after a quarter, after half a year.
INTENSITIES, STARTS = (0.5, 1.0, 2.0), (0, 13, 26)
#: Weeks until a play is carried out in full.
RAMP = 4
_AUDIENCES: tuple[Audience, ...] = get_args(Audience)


@dataclass(frozen=True)
class Limits:
    """What a plan must keep to.

    Attributes
    ----------
    budget : float
        Most that it may cost, money per known customer and year.
    most_plays : int
    avoid : frozenset of str
        Levers without a play.
    include : tuple of Play
        Plays that every plan has.
    capacity : mapping of str to float
        Department -> hours a week that it has for leading plays.
    lead_hours : float
        Hours a week that leading one play takes.
    weeks : int
        Horizon, before whose end a play must start.
    """

    budget: float
    most_plays: int
    avoid: frozenset[str]
    include: tuple[Play, ...]
    capacity: Mapping[str, float]
    lead_hours: float
    weeks: int

    def allow(self, plays: Sequence[Play]) -> bool:
        """Return whether a plan of these plays keeps to all limits but the budget."""
        if len({play.key for play in plays}) < len(plays) or len(plays) > self.most_plays:
            return False
        if any(play.lever in self.avoid or play.start_week >= self.weeks for play in plays):
            return False
        needed = self.leading(plays)
        return all(needed[name] <= hours for name, hours in self.capacity.items())

    def leading(self, plays: Sequence[Play]) -> dict[str, float]:
        """Return the hours a week that leading some plays takes each department with a capacity."""
        led = [str(play.owner or load_page(play.lever).owner) for play in plays]
        return {name: led.count(name) * self.lead_hours for name in self.capacity}


def limits_of(
    budget: float,
    most_plays: int,
    avoid: Iterable[str],
    include: Iterable[str],
    capacity: Mapping[str, float],
    lead_hours: float,
    weeks: int,
) -> Limits:
    """Return the limits that were asked for.

    Parameters
    ----------
    budget : float
    most_plays : int
    avoid : iterable of str
        Levers.
    include : iterable of str
        Presets, as ``LEVER:PRESET``.
    capacity : mapping of str to float
        Department -> hours a week.
    lead_hours : float
    weeks : int

    Raises
    ------
    InputError
        With all that is wrong: unknown names, a preset of a lever to avoid, more presets than plays.
    """
    avoid, include = list(avoid), list(include)
    check_all(
        *(lambda name=name: _known("--avoid", "lever", name, list(BY_NAME)) for name in avoid),
        *(lambda text=text: preset_of(text, avoid) for text in include),
        *(
            lambda name=name: _known("--capacity", "department", name, list(DEPARTMENTS))
            for name in capacity
        ),
        *(lambda name=name: _hours(name, capacity[name]) for name in capacity),
        lambda: _enough(most_plays, include),
    )
    plays = tuple(preset_of(text, avoid) for text in include)
    _together(include, plays)
    found = Limits(budget, most_plays, frozenset(avoid), plays, dict(capacity), lead_hours, weeks)
    _led_in_time(include, found)
    return found


def preset_of(text: str, avoid: Sequence[str] = ()) -> Play:
    """Return the play that ``LEVER:PRESET`` names, for whom it acts.

    Raises
    ------
    InputError
        If there is no such preset, or its lever is to be avoided.
    """
    lever, _, preset = text.partition(":")
    _known("--include", "lever", lever, list(BY_NAME))
    _known("--include", "preset", preset, list(load_page(lever).presets))
    if lever in avoid:
        raise InputError("--include", "lever", lever, "a lever that --avoid does not name")
    return _usual(lever, preset)


def all_presets(limits: Limits) -> list[Play]:
    """Return a play of every preset that the limits leave, at once and for everyone, if it can be."""
    return [
        play
        for lever in BY_NAME
        if lever not in limits.avoid
        for preset in load_page(lever).presets
        if limits.allow([play := _usual(lever, preset)])
    ]


def variants_of(play: Play) -> list[Play]:
    """Return a play for each other audience, then at other intensities, then from other weeks."""
    changes: list[dict[str, object]] = [
        {"audience": audience} for audience in _AUDIENCES if audience != play.audience
    ]
    if _has_intensity(play):
        changes += [{"intensity": x} for x in INTENSITIES if x != play.intensity]
    changes += [{"start_week": week} for week in STARTS if week != play.start_week]
    varied = [play.model_copy(update=change) for change in changes]
    return [one for one in varied if _can_be(one)]


def strategy_of(plays: Sequence[Play], name: str = "plan") -> Strategy:
    """Return a strategy of plays, with full settings and without a budget."""
    return as_strategy(Strategy(name=name, plays=list(plays)))


def content_of(plan: Strategy) -> str:
    """Return what two plans share only if they do the same: plays, settings, for whom and from when.

    Parameters
    ----------
    plan : Strategy
        With full settings: of which preset and intensity they come is the same to a run.
    """
    return json.dumps(sorted(json.dumps(play.model_dump(mode="json")) for play in plan.plays))


def told_apart(play: Play) -> str:
    """Return what tells a play from all others."""
    return f"{play.lever}:{play.preset}:{play.audience}:{play.intensity}:{play.start_week}"


def _usual(lever: str, preset: str) -> Play:
    """Return a play of a preset for everyone, or for the first audience for which it acts."""
    owner = load_page(lever).owner
    for audience in ("everyone", *_AUDIENCES):
        play = Play(lever=lever, preset=preset, audience=audience, ramp_weeks=RAMP, owner=owner)
        if _can_be(play):
            return play
    raise AssertionError(
        f"{lever}:{preset}"
    )  # `loyalty check` refuses a preset that acts for nobody


def _has_intensity(play: Play) -> bool:
    """Return whether an intensity moves anything of a play."""
    settings = load_page(play.lever).presets[play.preset or ""].settings
    return any(settings.get(name, 0.0) for name in BY_NAME[play.lever].intensity_settings)


def _can_be(play: Play) -> bool:
    """Return whether a play is within its lever's bounds and for an audience for which it acts."""
    try:
        strategy_of([play])
    except InputError:
        return False
    return True


def _known(option: str, field: str, name: str, known: list[str]) -> None:
    """Refuse a name that is not known."""
    if name not in known:
        expected = "one of " + ", ".join(known)
        raise InputError(option, field, name, expected, nearest(name, known))


def _hours(department: str, hours: float) -> None:
    """Refuse hours that are no hours."""
    if not 0 <= number("--capacity", department, hours) <= 1e6:
        raise InputError("--capacity", department, hours, "hours a week, 0 or more")


def _together(include: Sequence[str], plays: Sequence[Play]) -> None:
    """Refuse a play that is asked for twice, and two of a lever for the same customers."""
    for i, text in enumerate(include):
        if text in include[:i]:
            raise InputError("--include", "play", text, "each play once")
    keys = [play.key for play in plays]
    if same := [one for one, key in zip(include, keys, strict=True) if keys.count(key) > 1]:
        expected = "one play of a lever for the same customers"
        raise InputError("--include", "plays", ", ".join(same), expected)


def _led_in_time(include: Sequence[str], limits: Limits) -> None:
    """Refuse plays that take a department more hours than it has."""
    needed = limits.leading(limits.include)
    for name, hours in limits.capacity.items():
        if needed[name] > hours:
            expected = (
                f"plays that {name} can lead in {hours:g} hours a week, as --capacity says: these "
                f"take {needed[name]:g}"
            )
            raise InputError("--include", "plays", ", ".join(include), expected)


def _enough(most_plays: int, include: list[str]) -> None:
    """Refuse more plays than a plan may have."""
    if len(include) > most_plays:
        expected = f"at most {most_plays}, as --max-plays says"
        raise InputError("--include", "plays", len(include), expected)
