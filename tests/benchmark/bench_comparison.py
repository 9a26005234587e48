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


def time_comparison(asked: Asked) -> tuple[float, float]:
    """Return the seconds on the wall and of all cores that a comparison takes."""
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
    return perf_counter() - before, used - busy.children_user - busy.children_system


def comparison_lines(every: list[Asked]) -> list[str]:
    """Return a table of what comparisons take, beside what they should."""
    lines = ["| `loyalty compare` | seconds | seconds of a core | aim |", "|---|--:|--:|--:|"]
    for asked in every:
        print(f"{asked.what} ...", file=sys.stderr)
        wall, used = time_comparison(asked)
        lines.append(f"| {asked.what} | {wall:.1f} | {used:.1f} | {asked.aim:.0f} |")
    return lines
