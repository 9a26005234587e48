"""Pinned plans sent to a full comparison: how large it is, how far it has come, and what it found."""

from collections.abc import Callable
from pathlib import Path

import ipywidgets as widgets

from sim.cockpit import words
from sim.cockpit.choices import progress_said
from sim.cockpit.sample import SEED
from sim.cockpit.session import Sent, Session
from sim.common.errors import InputError
from sim.common.paths import shown
from sim.common.size import REPORT_SIZE
from sim.common.translated import told, translated
from sim.experiment.compare import BOUNDS
from sim.report.phrases import in_language
from sim.workbench.comparison import Comparison, read_comparison


class FullComparison:
    """The controls of a full comparison of the pinned plans.

    Parameters
    ----------
    session : Session
        Whose pinned plans are sent.
    language : str
        What is spoken.
    act : callable
        Called with what a button does, which returns what to say or refuses.
    """

    def __init__(
        self, session: Session, language: str, act: Callable[[Callable[[], str]], None]
    ) -> None:
        self._session = session
        self.sent: Sent | None = None
        self._tell_last: Callable[[], None] | None = None
        self.size = {name: _number(name) for name in ("customers", "weeks", "futures")}
        self.send = widgets.Button()
        self.send.on_click(lambda _: act(self._send))
        self.stop = widgets.Button(disabled=True)
        self.stop.on_click(lambda _: self.sent.stop() if self.sent else None)
        self.bar = widgets.IntProgress(value=0, max=1)
        self.told = widgets.HTML()
        self.answer = widgets.HTML()
        controls = widgets.HBox([*self.size.values(), self.send, self.stop, self.bar])
        controls.add_class("lw-bar")
        self.heading = widgets.HTML()
        self.widget = widgets.VBox([self.heading, controls, self.told, self.answer])
        self.speak(language)

    def speak(self, language: str) -> None:
        """Use another language for everything; a comparison under way goes on."""
        self._language = language
        with in_language(language):
            said = translated("Full comparison of the pinned plans")
            self.heading.value = words.heading_html(said)
            self.size["customers"].description = translated("Customers")
            self.size["weeks"].description = translated("Weeks")
            self.size["futures"].description = translated("Futures")
            self.send.description = translated("Compare in full")
            self.stop.description = translated("Stop")
            if self._tell_last is not None:
                self._tell_last()

    def _tell(self, what: Callable[[], None]) -> None:
        """Show something, and again whenever the language is another one."""
        self._tell_last = what
        with in_language(self._language):
            what()

    def _send(self) -> str:
        """Save the pinned plans that are no strategies yet, and send all of them."""
        names = self._session.saved_pins()
        customers, weeks, futures = (field.value for field in self.size.values())
        self.send.disabled, self.stop.disabled = True, False
        self.answer.value, self._tell_last = "", None
        self.sent = Sent(
            self._session.market, names, customers, weeks, futures, SEED, self._heard, self._ended
        )
        return told("Sent: {command}", command=self.sent.command)

    def _heard(self, done: int, total: int, what: str) -> None:
        """Show how far it has come; called from the background."""

        def tell() -> None:
            self.bar.max, self.bar.value = max(total, 1), done
            last = progress_said(what, self._session.market)
            said = f"{translated('runs')}: {done} / {total} · {last}"
            self.told.value = words.said_html(said)

        self._tell(tell)

    def _ended(self, how: Path | Exception | None) -> None:
        """Show what it found, or why there is nothing; called from the background."""
        found = _read(how) if isinstance(how, Path) else how  # here: it may take runs
        self.send.disabled, self.stop.disabled = False, True

        def tell() -> None:
            if isinstance(how, Path) and isinstance(found, Comparison):
                self.answer.value = found._repr_html_()
                command = f"loyalty report {shown(how)}"
                lines = (
                    told("Results: {folder}", folder=shown(how)),
                    told("Next:    {command}", command=command),
                )
                self.told.value = words.lines_html(lines)
            elif found is None:
                assert self.sent is not None
                said = told("Stopped. What was run is kept: {command}", command=self.sent.command)
                self.told.value = words.said_html(said)
            else:
                wrong = str(found) if isinstance(found, InputError) else repr(found)
                self.told.value = words.said_html(wrong, True)

        self._tell(tell)


def _number(name: str) -> widgets.BoundedIntText:
    """Return a field for a number of the comparison, at first that of a report."""
    low, high = BOUNDS[name]
    return widgets.BoundedIntText(REPORT_SIZE[name], min=low, max=high)


def _read(folder: Path) -> Comparison | Exception:
    """Return a finished comparison, or why it cannot be read: whoever waits must hear of it."""
    try:
        return read_comparison(folder)
    except Exception as fault:
        return fault
