"""Programs in processes of their own, to be stopped or killed, without loading the libraries for each.

The processes are forked from a server that has loaded them, where the system can do that.
"""

import importlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.quick import make_quick

_FORKS = "forkserver" in multiprocessing.get_all_start_methods()
_CONTEXT: Any = multiprocessing.get_context("forkserver" if _FORKS else "spawn")
if _FORKS:
    _CONTEXT.set_forkserver_preload(["sim.cli.main", "sim.workbench.comparison", "tests.quick"])


class Started:
    """A program at work, with quick comparisons, in a group of its own with its workers.

    Parameters
    ----------
    words : sequence of str
        What is typed after its name.
    errors : Path
        Where its messages go.
    program : str
        Module and function: the command line, or another.
    """

    def __init__(
        self, words: Sequence[str], errors: Path, program: str = "sim.cli.main:main"
    ) -> None:
        self.errors = errors
        given = (program, list(words), str(errors), dict(os.environ))
        self._process = _CONTEXT.Process(target=_work, args=given)
        self._process.start()
        self.pid = self._process.pid

    def runs(self) -> bool:
        """Return whether it has not ended."""
        return self._process.is_alive()

    def send(self, number: int) -> None:
        """Send a signal to it alone."""
        os.kill(self.pid, number)

    def kill(self, patience: float) -> None:
        """Kill it with its workers, if it has not ended."""
        if self.runs():
            try:
                os.killpg(self.pid, signal.SIGKILL)
            except ProcessLookupError:  # it has no group yet, or has just ended
                with suppress(ProcessLookupError):
                    os.kill(self.pid, signal.SIGKILL)
        self._process.join(patience)

    def end(self, patience: float) -> tuple[int, str]:
        """Wait for its end; return its exit code and its messages."""
        self._process.join(patience)
        return self._process.exitcode, self.errors.read_text(encoding="utf-8")


def _work(program: str, words: list[str], errors: str, environment: dict[str, str]) -> None:
    """Be the program, in the environment of now: the server's is that of whoever started it first."""
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT), 2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    make_quick()
    module, _, function = program.partition(":")
    sys.argv = [module, *words]
    getattr(importlib.import_module(module), function)()
