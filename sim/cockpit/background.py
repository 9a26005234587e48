"""One thread that works while one looks: always at what was asked last."""

from collections.abc import Callable, Iterator
from threading import Condition, Thread
from typing import Any

#: Called with each thing that is found, or with what is wrong.
Show = Callable[[Any], None]


class Background:
    """Works through steps in a thread of its own, and drops them where something newer is asked."""

    def __init__(self) -> None:
        self._ready = Condition()
        self._next: tuple[Iterator[Any], Show] | None = None
        self._busy = False
        Thread(target=self._work, daemon=True).start()

    def post(self, steps: Iterator[Any], show: Show) -> None:
        """Take steps up in place of those that are under way.

        Parameters
        ----------
        steps : iterator
            Each step is short; those that give None have nothing to show.
        show : callable
            Called with what a step gives, or with the error that ends them.
        """
        with self._ready:
            self._next = (steps, show)
            self._ready.notify_all()

    def wait(self, seconds: float = 60.0) -> bool:
        """Wait until there is nothing to do, and return whether it came to that in time."""
        with self._ready:
            return self._ready.wait_for(lambda: self._next is None and not self._busy, seconds)

    def _work(self) -> None:
        while True:
            with self._ready:
                self._busy = False
                self._ready.notify_all()
                self._ready.wait_for(lambda: self._next is not None)
                assert self._next is not None
                (steps, show), self._next, self._busy = self._next, None, True
            try:
                for found in steps:
                    if self._has_newer():
                        break
                    if found is not None:
                        show(found)
            except Exception as fault:  # whatever it is, whoever looks must hear of it
                if not self._has_newer():
                    show(fault)

    def _has_newer(self) -> bool:
        """Return whether something else was asked since."""
        return self._next is not None
