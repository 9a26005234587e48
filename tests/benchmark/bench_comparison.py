"""How long comparisons take as people ask for them: a first look, and the standard one.

Each is the command in a fresh process, into a folder that is thrown away, so that start, sizing,
reading and the answer count.
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from sim.common.paths import root


@dataclass(frozen=True)
class Asked:
    """A comparison that people ask for.

    Attributes
    ----------
    what : str
    options : str
        Of ``loyalty compare --market grocery``.
    aim : float
        Seconds on the wall that it should take, on two idle cores.
    """

    what: str
    options: str
    aim: float


FIRST_LOOK = Asked(
    "first look: 2 strategies, 4 futures of 2,000 customers, 2 years",
    "--strategies balanced,service_first --customers 2000 --futures 4",
    10,
)
STANDARD = Asked("standard: 11 strategies, 50 futures of 2,500 customers, 2 years", "", 60)


@dataclass(frozen=True)
class Timed:
    """What a comparison took, seconds: on the wall, and of all cores."""

    asked: Asked
    wall: float
    used: float


def time_comparison(asked: Asked) -> Timed:
    """Make a comparison, and return what it took."""
    print(f"{asked.what} ...", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        place = ["--out", str(Path(folder) / "comparison")]
        command = ["compare", "--market", "grocery", *asked.options.split(), *place]
        before, busy = perf_counter(), os.times()
        subprocess.run(
            [sys.executable, "-m", "sim.cli.main", *command],
            cwd=root(),
            capture_output=True,
            check=True,
        )
        after = os.times()
    used = after.children_user + after.children_system
    return Timed(asked, perf_counter() - before, used - busy.children_user - busy.children_system)


def comparison_lines(every: list[Timed]) -> list[str]:
    """Return a table of what comparisons took."""
    lines = ["| `loyalty compare` | seconds | seconds of a core |", "|---|--:|--:|"]
    return lines + [f"| {one.asked.what} | {one.wall:.1f} | {one.used:.1f} |" for one in every]
