"""What `loyalty intake` takes of large made-up exports: seconds, and the most memory.

Each is the command in a fresh process. `python -m tests.benchmark.bench_intake 50000000` takes in the
size that is promised, which needs some 12 GB of disk and is too long for every `make bench`.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import duckdb

from sim.common.paths import root
from sim.intake.sql import text_of
from tests.benchmark.bench_aims import Aim

#: Lines that are promised, in how many seconds on two idle cores, with how much memory.
PROMISED, _SECONDS, _BYTES = 50_000_000, 300, 4 * 2**30
#: Lines that `make bench` takes in.
LINES, QUICK = 2_000_000, 100_000
#: Lines of a basket and of a customer: a shop with three years of tickets of three lines.
_BASKET, _EACH = 3, 25
#: The lines, each drawn from the hash of its number: the same on every machine.
_DRAWN = f"""
    select i // {_BASKET} as basket, 'C' || lpad(((hash(basket * 3) % 1000000 / 1e6) ** 2 * {{people}})
        ::int::varchar, 8, '0') as customer, timestamp '2022-01-01' + to_seconds((hash(basket * 7)
        % 1095 * 86400 + 28800 + hash(basket * 5) % 43200)::bigint) as moment,
        round(exp(hash(i * 11) % 3000 / 1000), 2) as amount, 'S' || (hash(basket * 19) % 180)::varchar
        as store, hash(i * 23) % 100 as luck, hash(basket * 29) % 10 as way from range({{lines}}) t(i)"""
_FORMS = {
    "plain": "select customer, strftime(moment, '%Y-%m-%d %H:%M:%S') as date, amount, store",
    "invoice lines with returns and channels": "select 'R' || basket as invoice, "
    "strftime(moment, '%d.%m.%Y') as date, case when luck < 99 then customer end as customer, "
    'if(luck < 3, -1, 1 + luck::int % 3) as quantity, amount as "unit price", '
    "case way when 0 then 'Online' when 1 then 'App' else 'Store' end as channel",
}


@dataclass(frozen=True)
class Taken:
    """What an intake took: seconds on the wall and of all cores, and bytes at the peak (0: not known)."""

    form: str
    lines: int
    wall: float
    used: float
    peak: int


def time_intakes(lines: int) -> list[Taken]:
    """Take in an export of each form, and return what it took."""
    return [_time_intake(form, lines) for form in _FORMS]


def _time_intake(form: str, lines: int) -> Taken:
    print(f"intake of {lines:,} lines, {form} ...", file=sys.stderr)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        drawn = _DRAWN.format(lines=lines, people=lines // _EACH)
        made = text_of(str(folder / "export.csv"))
        with duckdb.connect() as database:
            database.execute("set memory_limit = '2GB'; set preserve_insertion_order = false")
            database.execute(f"copy ({_FORMS[form]} from ({drawn})) to {made} (header)")
        places = {"LOYALTY_CLIENTS": str(folder / "c"), "LOYALTY_KEYS": str(folder / "k")}
        command = ["intake", str(folder / "export.csv"), "--name", "shop"]
        before, busy = perf_counter(), os.times()
        process = subprocess.Popen(
            [sys.executable, "-m", "sim.cli.main", *command],
            cwd=root(),
            stdout=subprocess.DEVNULL,
            env=os.environ | places,
        )
        peak, failed = _ended(process)
        after = os.times()
    if failed:
        raise SystemExit("the intake failed")
    used = after.children_user + after.children_system
    used -= busy.children_user + busy.children_system
    return Taken(form, lines, perf_counter() - before, used, peak)


def _ended(process: subprocess.Popen) -> tuple[int, bool]:
    """Wait for a process, and return its peak in bytes, where that can be told, and whether it failed."""
    if not hasattr(os, "wait4"):
        return 0, process.wait() != 0
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024), process.returncode != 0


def intake_aims(every: Sequence[Taken]) -> list[Aim]:
    """Return what is promised of a plain export, with what was measured of that size."""
    one = next((one for one in every if one.lines == PROMISED and one.form == "plain"), None)
    what = f"intake of {PROMISED:,} plain lines"
    return [
        Aim(f"{what}: seconds", _SECONDS, one.wall if one else None, more=False),
        Aim(f"{what}: bytes", _BYTES, one.peak if one else None, more=False),
    ]


def intake_lines(every: Sequence[Taken]) -> list[str]:
    """Return a table of what intakes took."""
    lines = [
        "| lines | export | seconds | seconds of a core | the same for a million lines | peak, GB |",
        "|--:|---|--:|--:|--:|--:|",
    ]
    for one in every:
        each = one.used / one.lines * 1e6
        peak = f"{one.peak / 1e9:.2f}" if one.peak else "-"
        lines.append(
            f"| {one.lines:,} | {one.form} | {one.wall:.1f} | {one.used:.1f} | {each:.2f} | {peak} |"
        )
    return lines


if __name__ == "__main__":
    print("\n".join(intake_lines(time_intakes(int(sys.argv[1])))))
