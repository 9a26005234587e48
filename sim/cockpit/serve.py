"""Serve the cockpit with Voila, in a browser: ``python -m sim.cockpit.serve``.

Voila's own pages ask a host for icon fonts. Those of the template beside this module do not, and nothing
else of it asks for anything that is not served from this machine.
"""

import os
import subprocess
import sys
from pathlib import Path

from sim.common.paths import root

NOTEBOOK = "6_cockpit.ipynb"
#: Folder in which Jupyter finds the template.
SHARE = Path(__file__).parent / "share"


def command(*options: str) -> list[str]:
    """Return the command that serves the cockpit to this machine alone.

    Parameters
    ----------
    *options : str
        More for Voila, such as ``--no-browser`` and ``--port=8866``.
    """
    return [
        *(sys.executable, "-m", "voila", str(root() / "notebooks" / NOTEBOOK)),
        *("--template=cockpit", "--Voila.ip=127.0.0.1", "--show_tracebacks=True"),
        *options,
    ]


def environment() -> dict[str, str]:
    """Return the environment in which Voila finds the template."""
    others = os.environ.get("JUPYTER_PATH")
    path = os.pathsep.join([str(SHARE), *([others] if others else [])])
    return {**os.environ, "JUPYTER_PATH": path}


if __name__ == "__main__":
    try:
        sys.exit(subprocess.run(command(*sys.argv[1:]), env=environment(), check=False).returncode)
    except KeyboardInterrupt:
        sys.exit(0)
