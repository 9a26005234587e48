"""A play as it is moved in the cockpit: lever, preset, audience, share, start and ramp."""

from collections.abc import Callable
from typing import Any, get_args

import ipywidgets as widgets

from sim.cockpit import words
from sim.cockpit.as_opened import play_said
from sim.common.translated import translated
from sim.levers import BY_NAME
from sim.playbook.audiences import AUDIENCES, Audience
from sim.playbook.pages import load_page
from sim.playbook.strategies import Play
from sim.report.names import mechanism_label

_NARROW = {"description_width": "initial"}


class PlayRow:
    """The controls of one play.

    Parameters
    ----------
    play : Play
    changed : callable
        Called with this row and the field that was moved: ``{"reach": 0.5}``.
    removed : callable
        Called with this row.
    """

    def __init__(
        self,
        play: Play,
        changed: Callable[["PlayRow", dict[str, Any]], None],
        removed: Callable[["PlayRow"], None],
    ) -> None:
        self._changed, self._silent = changed, True
        levers = [(mechanism_label(name), name) for name in BY_NAME]
        audiences = [(translated(AUDIENCES[name]), name) for name in get_args(Audience)]
        start, ramp = translated("Start, week"), translated("Ramp, weeks")
        self.fields: dict[str, widgets.Widget] = {
            "lever": self._control(widgets.Dropdown, translated("Lever"), options=levers),
            "preset": self._control(widgets.Dropdown, translated("Preset"), options=[]),
            "audience": self._control(widgets.Dropdown, translated("For"), options=audiences),
            "reach": self._control(
                widgets.FloatSlider,
                translated("Share of them"),
                min=0.05,
                max=1.0,
                step=0.05,
                readout_format=".0%",
                continuous_update=False,
            ),
            "start_week": self._control(widgets.BoundedIntText, start, min=0, max=1040),
            "ramp_weeks": self._control(widgets.BoundedIntText, ramp, min=1, max=260),
        }
        remove = widgets.Button(description=translated("Remove"))
        remove.on_click(lambda _: removed(self))
        self.beyond = widgets.HTML()
        self.widget = widgets.HBox([*self.fields.values(), remove, self.beyond])
        self.widget.add_class("lw-play")
        self.show(play)
        for name, control in self.fields.items():
            control.observe(self._observer(name), "value")

    def show(self, play: Play) -> None:
        """Show a play without taking that for a move."""
        self._silent = True
        self.fields["lever"].value = play.lever
        presets = [
            (translated(name.replace("_", " ")), name) for name in load_page(play.lever).presets
        ]
        if play.preset is None:
            presets = [(translated("settings of its own"), ""), *presets]
        if list(self.fields["preset"].options) != presets:
            self.fields["preset"].options = presets
        self.fields["preset"].value = play.preset or ""
        for name in ("audience", "start_week", "ramp_weeks"):
            self.fields[name].value = getattr(play, name)
        self.fields["reach"].min = min(0.05, play.reach)
        self.fields["reach"].value = play.reach
        said = play_said(play)
        self.beyond.value = words.line_html(said)
        self.beyond.layout.display = "" if said else "none"
        self._silent = False

    def _control(self, kind: Any, label: str, **options: Any) -> widgets.Widget:
        """Return a control with its label in front."""
        return kind(description=label, style=_NARROW, **options)

    def _observer(self, name: str) -> Callable[[dict[str, Any]], None]:
        """Return what hears of moves of one control."""

        def moved(change: dict[str, Any]) -> None:
            if self._silent or (name == "preset" and not change["new"]):
                return
            value = change["new"]
            self._changed(self, {name: round(value, 4) if name == "reach" else value})

        return moved
