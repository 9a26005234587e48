"""The settings of a strategy's plays: those of presets times intensities, as levers take them."""

from collections.abc import Callable
from typing import Any

from sim.common.errors import InputError, nearest, refuse_all, together
from sim.common.reading import faults_of_fields, validate
from sim.levers import BY_NAME
from sim.levers.base import Schema
from sim.playbook.pages import load_page
from sim.playbook.play import PlayRead
from sim.playbook.strategies import Play, Strategy

#: What settings are worked out of: where one is faulty, no more than single ones can be judged.
_OF_SETTINGS = frozenset({"preset", "settings", "intensity"})


def resolve(strategy: Strategy, where: str) -> Strategy:
    """Fill each play's settings from its preset, times its intensity, and its owner from the page.

    Parameters
    ----------
    strategy : Strategy
    where : str
        File, for messages.

    Returns
    -------
    Strategy
        Validated, with no presets and no intensities left: settings hold them.

    Raises
    ------
    InputError
        For all unknown levers, presets and settings, and values out of range.
    """
    return strategy.model_copy(update={"plays": each_play(strategy, where, with_settings)})


def each_play(strategy: Strategy, where: str, made: Callable[[PlayRead, str], Play]) -> list[Play]:
    """Return what is made of each play of a strategy.

    Raises
    ------
    InputError
        With all faults of all plays.
    """
    plays, faults = list[Play](), list[InputError]()
    for place, play in enumerate(strategy.plays):
        try:
            plays.append(made(PlayRead(place, play), where))
        except InputError as fault:
            faults.append(fault)
    refuse_all(faults)
    return plays


def with_settings(read: PlayRead, where: str) -> Play:
    """Return a play with full settings and its owner; of one that is faulty, no more than is right.

    Raises
    ------
    InputError
        With all that its lever has to say, as far as it can be judged.
    """
    play, field = read.play, f"plays.{read.place}"
    if play.lever not in BY_NAME:
        known = "one of " + ", ".join(BY_NAME)
        close = nearest(play.lever, BY_NAME)
        raise InputError(where, f"{field}.lever", play.lever, known, close)
    page = load_page(play.lever)
    if play.preset is not None and play.preset not in page.presets:
        known = "one of " + ", ".join(page.presets)
        close = nearest(play.preset, page.presets)
        unknown = InputError(where, f"{field}.preset", play.preset, known, close)
        raise together([unknown, *_faults_of_own(read, where)])
    if read.faulty & _OF_SETTINGS:
        refuse_all(_faults_of_own(read, where))
        return play
    chosen: dict[str, Any] = dict(page.presets[play.preset].settings) if play.preset else {}
    chosen = _times_intensity(play, chosen | play.settings)
    settings_of(play.lever, chosen, where, f"{field}.settings")
    full: dict[str, Any] = {"preset": None, "intensity": 1.0, "settings": chosen}
    return play.model_copy(update=full | {"owner": play.owner or page.owner})


def _times_intensity(play: Play, chosen: dict[str, Any]) -> dict[str, Any]:
    """Return settings of a play, those times its intensity that say how much is done."""
    scaled = BY_NAME[play.lever].intensity_settings if play.intensity != 1.0 else ()
    return {name: v * play.intensity if name in scaled else v for name, v in chosen.items()}


def _faults_of_own(read: PlayRead, where: str) -> list[InputError]:
    """Return what is wrong in the settings that a play states itself, each by itself."""
    lever = BY_NAME[read.play.lever]
    own = _times_intensity(read.play, read.play.settings)
    if "intensity" in read.faulty:  # how much is done is not known
        own = {name: value for name, value in own.items() if name not in lever.intensity_settings}
    return faults_of_fields(lever.Settings, own, where, f"plays.{read.place}.settings")


def settings_of(lever: str, chosen: dict[str, float], where: str, field: str) -> Schema:
    """Return a lever's settings, validated.

    Parameters
    ----------
    lever : str
    chosen : dict
        Settings that differ from neutral.
    where, field : str
        For messages.

    Returns
    -------
    Schema
        The lever's ``Settings``.
    """
    return validate(BY_NAME[lever].Settings, chosen, where, field, strict=False)
