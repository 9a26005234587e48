"""The settings of a strategy's plays: those of presets times intensities, as levers take them."""

from typing import Any

from sim.common.errors import InputError, nearest, refuse_all
from sim.common.reading import validate
from sim.levers import BY_NAME
from sim.levers.base import Schema
from sim.playbook.pages import load_page
from sim.playbook.strategies import Play, Strategy


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
    plays, faults = list[Play](), list[InputError]()
    for i, play in enumerate(strategy.plays):
        try:
            plays.append(_resolved(play, where, f"plays.{i}"))
        except InputError as fault:
            faults.append(fault)
    refuse_all(faults)
    return strategy.model_copy(update={"plays": plays})


def _resolved(play: Play, where: str, field: str) -> Play:
    """Return a play with full settings and its owner."""
    if play.lever not in BY_NAME:
        known = "one of " + ", ".join(BY_NAME)
        close = nearest(play.lever, BY_NAME)
        raise InputError(where, f"{field}.lever", play.lever, known, close)
    page = load_page(play.lever)
    chosen: dict[str, Any] = {}
    if play.preset is not None:
        if play.preset not in page.presets:
            known = "one of " + ", ".join(page.presets)
            close = nearest(play.preset, page.presets)
            raise InputError(where, f"{field}.preset", play.preset, known, close)
        chosen = dict(page.presets[play.preset].settings)
    chosen |= play.settings
    for name in BY_NAME[play.lever].intensity_settings:
        if name in chosen and play.intensity != 1.0:
            chosen[name] *= play.intensity
    settings_of(play.lever, chosen, where, f"{field}.settings")
    full: dict[str, Any] = {"preset": None, "intensity": 1.0, "settings": chosen}
    return play.model_copy(update=full | {"owner": play.owner or page.owner})


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
