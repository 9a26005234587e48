"""Serve the cockpit with Voila, in a browser: ``python -m sim.cockpit.serve``.

Voila's own pages ask a host for icon fonts. Those of the template beside this module do not, and nothing
else of it asks for anything that is not served from this machine.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

from sim.common.paths import root

NOTEBOOK = "6_cockpit.ipynb"
#: Folder in which Jupyter finds the template.
SHARE = Path(__file__).parent / "share"
#: How long Voila may take to end.
_SECONDS = 10
#: Seconds until what worked for a page ends, once it is closed and nothing is said to it any more: a full
#: comparison tells its progress, and goes on.
_UNSEEN = 600


def command(*options: str, unseen: int = _UNSEEN) -> list[str]:
    """Return the command that serves the cockpit to this machine alone.

    Parameters
    ----------
    *options : str
        More for Voila, such as ``--no-browser`` and ``--port=8866``.
    unseen : int
        After how many seconds what worked for a page that was closed ends, some hundred MB each.
    """
    often = max(unseen // 10, 1)
    ends = (f"cull_idle_timeout={unseen}", f"cull_interval={often}")
    return [
        *(sys.executable, "-m", "voila", str(root() / "notebooks" / NOTEBOOK)),
        *("--template=cockpit", "--Voila.ip=127.0.0.1", "--show_tracebacks=True"),
        *(f"--MappingKernelManager.{end}" for end in ends),
        *options,
    ]


def environment() -> dict[str, str]:
    """Return the environment in which Voila finds the template."""
    others = os.environ.get("JUPYTER_PATH")
    path = os.pathsep.join([str(SHARE), *([others] if others else [])])
    return {**os.environ, "JUPYTER_PATH": path}


def serve(*options: str) -> int:
    """Serve the cockpit until it ends or this process is told to end; nothing of it stays behind.

    Parameters
    ----------
    *options : str
        As for `command`.

    Returns
    -------
    int
        Exit code: 0 where somebody ended it.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    child = subprocess.Popen(command(*options), env=environment())
    try:
        return child.wait()
    except KeyboardInterrupt:  # the keyboard tells Voila as well
        return _ended(child)
    except SystemExit:
        child.terminate()
        return _ended(child)


def _ended(child: "subprocess.Popen[bytes]") -> int:
    """Wait until Voila has ended its kernels and itself, and end it if that takes too long."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it is ending already
    try:
        child.wait(_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    return 0


if __name__ == "__main__":
    sys.exit(serve(*sys.argv[1:]))
