"""Whoever ends the command that serves the cockpit ends all of it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

#: Serves something that never ends by itself and says its number.
_SERVED = """
import sys
from sim.cockpit import serve
says = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"
serve.command = lambda *options: [sys.executable, "-c", says, *options]
sys.exit(serve.serve(sys.argv[1]))
"""


def test_who_ends_the_command_ends_what_it_serves(tmp_path: Path) -> None:
    place = tmp_path / "number"
    served = subprocess.Popen([sys.executable, "-c", _SERVED, str(place)])
    end = time.monotonic() + 120
    while not (place.exists() and place.read_text("utf-8")) and time.monotonic() < end:
        time.sleep(0.05)
    child = int(place.read_text("utf-8"))
    os.kill(child, 0)  # it is there
    served.send_signal(signal.SIGTERM)
    try:
        assert served.wait(60) == 0
        for _ in range(100):
            if not Path(f"/proc/{child}").exists():
                break
            time.sleep(0.05)
        assert not Path(f"/proc/{child}").exists()
    finally:
        if Path(f"/proc/{child}").exists():
            os.kill(child, signal.SIGKILL)
