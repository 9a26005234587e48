"""The cockpit as widgets: in a notebook, in JupyterLab, or served by Voila; the keyboard suffices."""

from pathlib import Path
from typing import Any

import ipywidgets as widgets

from sim.cockpit import words
from sim.cockpit.as_opened import dropped_said, plan_said
from sim.cockpit.choices import market_choices, strategy_choices
from sim.cockpit.controls import bar, button, dropdown, heading, introduction
from sim.cockpit.draft import Draft, opened, save
from sim.cockpit.estimate import Estimate
from sim.cockpit.evidence import known_of
from sim.cockpit.full import FullComparison
from sim.cockpit.play_row import PlayRow
from sim.cockpit.session import Session
from sim.common.errors import InputError
from sim.common.paths import client_folder
from sim.common.translated import ENGLISH, told, translated
from sim.levers import BY_NAME
from sim.report.phrases import in_language, languages

#: What languages call themselves.
_CALLED = {"en": "English", "zh": "中文"}
#: Begins a plan that is new.
_FIRST = "service_quality"


class Cockpit(widgets.VBox):
    """A market and a plan, and what a small sample says of it while it is moved.

    Parameters
    ----------
    market : str
    language : str
        One that reports are written in.
    **size : int or tuple
        As `sim.cockpit.sample.Sample` takes them.
    """

    def __init__(self, market: str = "grocery", language: str = ENGLISH, **size: Any) -> None:
        super().__init__()
        self.add_class("lw-cockpit")
        self.session, self.language = Session(market, Draft().added(_FIRST), **size), language
        self.full: FullComparison | None = None
        self._build()
        self._look()

    def __repr__(self) -> str:
        return f"The cockpit, market {self.session.market}: run this cell to open it"

    # -- building ----------------------------------------------------------------------------------

    def _build(self) -> None:
        """Make all controls in the language that is chosen."""
        with in_language(self.language):
            self.rows: list[PlayRow] = []
            self.plays, self.beyond = widgets.VBox(), widgets.HTML()
            self.said = widgets.HTML()
            self.gain, self.parts, self.cost = (widgets.HTML() for _ in range(3))
            self.evidence, self.pins = widgets.HTML(), widgets.HTML()
            if self.full is None:
                self.full = FullComparison(self.session, self.language, self.speak_of)
            else:
                self.full.speak(self.language)
            style = (Path(__file__).parent / "style.css").read_text("utf-8")
            beside = widgets.HBox(
                [widgets.VBox([self.gain, self.parts]), widgets.VBox([self.cost, self.evidence])]
            )
            beside.add_class("lw-beside")
            self.children = [
                widgets.HTML(f"<style>{style}</style>"),
                self._head(),
                heading(translated("Plan")),
                self._plan_bar(),
                self.beyond,
                self.plays,
                bar(button(translated("Add a play"), self._add)),
                self.said,
                beside,
                heading(translated("Pinned plans")),
                self._pins_bar(),
                self.pins,
                self.full.widget,
            ]
            self._show_plan()
            self._show_pins()

    def _head(self) -> widgets.Widget:
        """Return the choice of market and language."""
        self.market = dropdown(translated("Market"), market_choices(), self.session.market)
        self.market.observe(lambda change: self._open_market(change["new"]), "value")
        known = [(_CALLED.get(name, name), name) for name in languages()]
        self.tongue = dropdown(translated("Language"), known, self.language)
        self.tongue.observe(lambda change: self._speak(change["new"]), "value")
        return widgets.VBox([introduction(), bar(self.market, self.tongue)])

    def _plan_bar(self) -> widgets.Widget:
        """Return what opens, names, and saves a plan, and takes a step back."""
        self.name = widgets.Text(description=translated("Name"), continuous_update=False)
        self.name.observe(lambda change: self._rename(change["new"]), "value")
        self.strategy = dropdown(translated("Strategy"), [], None)
        self._list_strategies()
        self.undo = button(translated("Undo"), self._undo)
        return bar(
            self.strategy,
            button(translated("Open"), self._open),
            self.name,
            self.undo,
            button(translated("Save as YAML"), self._save),
        )

    def _pins_bar(self) -> widgets.Widget:
        """Return what pins the plan, and opens or forgets a pinned one."""
        self.pinned = dropdown(translated("Pinned"), list(self.session.pins), None)
        return bar(
            button(translated("Pin this plan"), self._pin),
            self.pinned,
            button(translated("Go back to it"), self._open_pinned),
            button(translated("Unpin"), self._unpin),
        )

    # -- what is done ------------------------------------------------------------------------------

    @property
    def draft(self) -> Draft:
        """The plan as it is now."""
        return self.session.draft

    def speak_of(self, what: Any, *gaps: Any) -> None:
        """Do something that may refuse, and show what it says."""
        with in_language(self.language):
            try:
                self.say(what(*gaps) or "")
            except InputError as fault:
                self.say(words.fault_said(fault, self.draft.plays), True)

    def say(self, text: str, wrong: bool = False) -> None:
        """Show a message below the plan."""
        self.said.value = words.said_html(text, wrong) if text else ""

    def _move(self, draft: Draft) -> None:
        """Take a plan that was changed, and try it."""
        if self.session.change(draft):
            self._show_plan()
            self._look()

    def _rename(self, name: str) -> None:
        """Call the plan by another name; where that is none, the plan and its numbers stay."""
        if name != self.draft.name:
            self.speak_of(lambda: self._move(self.draft.renamed(name)))
            self.name.value = self.draft.name

    def _changed(self, row: PlayRow, changes: dict[str, Any]) -> None:
        def change() -> str:
            before = self.draft
            self._move(before.changed(self.rows.index(row), **changes))
            return dropped_said(before, self.draft)

        self.speak_of(change)

    def _removed(self, row: PlayRow) -> None:
        self._move(self.draft.without(self.rows.index(row)))

    def _add(self) -> str:
        """Add a play of a lever that the plan does not have yet, if there is one."""
        used = {play.lever for play in self.draft.plays}
        lever = next((name for name in BY_NAME if name not in used), _FIRST)
        self._move(self.draft.added(lever))
        return ""

    def _undo(self) -> str:
        self.session.history.undo()
        self._show_plan()
        self._look()
        return ""

    def _open(self) -> str:
        self._move(opened(self.strategy.value, self.session.market))
        return told("Opened: {name}", name=self.draft.name)

    def _save(self) -> str:
        path = save(self.draft, self.session.market)
        self._list_strategies()
        if client_folder(self.session.market):
            return told("Written: {path}", path=path)
        return told(
            "Written: {path}. `loyalty check --fix` lists it among the playbook's strategies.",
            path=path,
        )

    def _pin(self) -> str:
        name = self.session.pin()
        self._show_pins()
        self.pinned.value = name
        return told("Pinned: {name}", name=name)

    def _open_pinned(self) -> str:
        if self.pinned.value:
            self._move(self.session.pins[self.pinned.value].draft)
        return ""

    def _unpin(self) -> str:
        self.session.pins.pop(self.pinned.value, None)
        self._show_pins()
        return ""

    def _open_market(self, name: str) -> None:
        """Open another market; where it cannot be opened, the former one stays chosen."""

        def open_it() -> None:
            self.session.open_market(name)
            self._list_strategies()
            self._show_pins()
            self._look()

        if name != self.session.market:
            self.speak_of(open_it)
            self.market.value = self.session.market

    def _speak(self, language: str) -> None:
        """Show everything in another language."""
        self.language = language
        estimate = self.session.estimate
        self._build()
        if estimate:
            self._show_estimate(estimate)
        else:
            self._look()

    # -- what is shown -----------------------------------------------------------------------------

    def _show_plan(self) -> None:
        """Show the plan in its rows, which stay where they are."""
        with in_language(self.language):
            plays = self.draft.plays
            while len(self.rows) < len(plays):
                new = PlayRow(plays[len(self.rows)], self._changed, self._removed)
                self.rows.append(new)
            del self.rows[len(plays) :]
            for row, play in zip(self.rows, plays, strict=True):
                row.show(play)
            shown = tuple(row.widget for row in self.rows)
            if self.plays.children != shown:
                self.plays.children = shown
            self.name.value = self.draft.name
            self.beyond.value = words.line_html(plan_said(self.draft.kept))
            self.undo.disabled = not self.session.history.can_undo

    def _show_pins(self) -> None:
        """Show the pinned plans beside one another."""
        with in_language(self.language):
            market = self.session.sample.market
            self.pins.value = words.pins_html(self.session.pinned(), market)
            kept = self.pinned.value
            self.pinned.options = list(self.session.pins)
            if kept in self.session.pins:
                self.pinned.value = kept

    def _list_strategies(self) -> None:
        """Show which strategies can be opened now."""
        kept, known = self.strategy.value, self.session.openable_strategies()
        self.strategy.options = strategy_choices(known, self.session.market)
        self.strategy.value = kept if kept in known else known[0]

    def _look(self) -> None:
        """Try the plan as it is now; nothing is shown of the former one."""
        with in_language(self.language):
            self.say("")
            waits, empty = translated("Working it out ..."), translated("No play yet: add one.")
            self._clear(words.said_html(waits if self.draft.plays else empty))
        self.session.look(self._found)

    def _clear(self, gain: str) -> None:
        """Show nothing of a plan but a message."""
        self.gain.value = gain
        self.parts.value = self.cost.value = self.evidence.value = ""

    def _found(self, what: Estimate | Exception) -> None:
        """Show what was found; called from the background."""
        with in_language(self.language):
            if isinstance(what, Estimate):
                self._show_estimate(what)
                self._show_pins()
            elif isinstance(what, InputError):
                self._clear("")
                self.say(words.fault_said(what, self.draft.plays), True)
            else:
                self._clear("")
                self.say(told("This went wrong: {fault}", fault=repr(what)), True)

    def _show_estimate(self, estimate: Estimate) -> None:
        """Show what the sample says of the plan."""
        with in_language(self.language):
            sample = self.session.sample
            self.gain.value = words.gain_html(estimate, sample.market, sample.stages[-1])
            self.parts.value = words.parts_html(estimate, sample.market)
            self.cost.value = words.cost_html(estimate, sample.market)
            self.evidence.value = words.evidence_html(known_of(sample.market, estimate.plan))
