"""Controls of the cockpit: buttons, choices, bars and headings."""

from typing import Any

import ipywidgets as widgets

from sim.cockpit import words
from sim.common.translated import translated


def button(label: str, act: Any) -> widgets.Button:
    """Return a button that says what came of it; `act` belongs to the cockpit."""
    made = widgets.Button(description=label)
    made.layout.width = "auto"
    made.on_click(lambda _: act.__self__.speak_of(act))
    return made


def dropdown(label: str, options: Any, value: Any) -> widgets.Dropdown:
    """Return a choice with its label in front."""
    return widgets.Dropdown(
        description=label,
        options=options,
        value=value if value is not None else (options[0] if options else None),
        style={"description_width": "initial"},
    )


def bar(*controls: widgets.Widget) -> widgets.HBox:
    """Return controls side by side, which wrap where there is no room."""
    made = widgets.HBox(list(controls))
    made.add_class("lw-bar")
    return made


def heading(text: str) -> widgets.HTML:
    """Return a heading."""
    return widgets.HTML(words.heading_html(text))


def introduction() -> widgets.HTML:
    """Return what the cockpit is called, and what it is for."""
    said = translated(
        "Move a lever and see. A plan is made of plays: a lever, a preset, for whom, what share of them, "
        "from when, and over how many weeks it is rolled out. Each change is tried at once in a small "
        "sample of futures, the same for every plan, and sharpened while you look. A small sample shows "
        "which way a plan leans, and a full comparison decides."
    )
    return widgets.HTML(words.heading_html(translated("Cockpit")) + words.line_html(said))
