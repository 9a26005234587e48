"""The settings of a strategy's plays: those of presets times intensities, as levers take them."""

from typing import Any

from sim.common.errors import InputError, nearest
from sim.common.reading import validate
from sim.levers import BY_NAME
from sim.levers.base import Schema
from sim.playbook.pages import load_page
from sim.playbook.strategies import Strategy


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
        For an unknown lever, preset or setting, or a value out of range.
    """
    plays = []
    for i, play in enumerate(strategy.plays):
        field = f"plays.{i}"
        if play.lever not in BY_NAME:
            raise InputError(
                where,
                f"{field}.lever",
                play.lever,
                "one of " + ", ".join(BY_NAME),
                nearest(play.lever, BY_NAME),
            )
        page = load_page(play.lever)
        chosen: dict[str, Any] = {}
        if play.preset is not None:
            if play.preset not in page.presets:
                raise InputError(
                    where,
                    f"{field}.preset",
                    play.preset,
                    "one of " + ", ".join(page.presets),
                    nearest(play.preset, page.presets),
                )
            chosen = dict(page.presets[play.preset].settings)
        chosen |= play.settings
        for name in BY_NAME[play.lever].intensity_settings:
            if name in chosen and play.intensity != 1.0:
                chosen[name] *= play.intensity
        settings_of(play.lever, chosen, where, f"{field}.settings")
        plays.append(
            play.model_copy(
                update={
                    "preset": None,
                    "intensity": 1.0,
                    "settings": chosen,
                    "owner": play.owner or page.owner,
                }
            )
        )
    return strategy.model_copy(update={"plays": plays})


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
