"""The cockpit served to a browser, for as long as a block lasts."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sim.cockpit.serve import command, environment

#: Finds the gain that a page shows.
GAIN = "document.querySelector('.lw-gain')?.innerText"


class Served(NamedTuple):
    """What serves the cockpit.

    Attributes
    ----------
    address : str
    process : int
        Number of the process; what works for a page is a child of it.
    """

    address: str
    process: int


@contextmanager
def served(log: Path, *options: str, **how: int) -> Iterator[Served]:
    """Serve the cockpit on a free port of this machine.

    Parameters
    ----------
    log : Path
        Takes what is said.
    *options, **how
        As `sim.cockpit.serve.command` takes them.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with log.open("w") as said:
        child = subprocess.Popen(
            command("--no-browser", f"--port={port}", *options, **how),
            env=environment(),
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            _wait_for(port)
            yield Served(f"http://127.0.0.1:{port}/", child.pid)
        finally:
            os.killpg(child.pid, signal.SIGTERM)
            child.wait(30)


def _wait_for(port: int) -> None:
    """Wait until somebody answers at a port."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.2)
