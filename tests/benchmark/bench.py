"""`make bench`: how fast the model is, where the time goes, and what shared luck saves.

Figures depend on the machine and on what else it does, so nothing here is a test. Tells by how much aims
are missed, then all else; prints tables and writes the same to data/results/bench.md. Options:
--largest N (default 1000000) and --quick.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from time import perf_counter
from typing import Any

import numpy as np

from sim.common.paths import root
from tests.benchmark.bench_aims import aim_lines, aims
from tests.benchmark.bench_cockpit import MOVES, cockpit_lines, time_moves
from tests.benchmark.bench_comparison import FIRST_LOOK, STANDARD, comparison_lines, time_comparison
from tests.benchmark.bench_intake import LINES, QUICK, intake_aims, intake_lines, time_intakes
from tests.benchmark.bench_luck import MEASURES as MEASURES
from tests.benchmark.bench_luck import PLAN as LUCK_PLAN
from tests.benchmark.bench_luck import savings
from tests.benchmark.bench_memory import free_bytes
from tests.benchmark.bench_pairs import CUSTOMERS, PLAN, WEEKS
from tests.benchmark.bench_speed import STRATEGIES

_WEEKS = {2_000: 20, 10_000: 26, 100_000: 12, 1_000_000: 5, 10_000_000: 3}
_PLAIN_AT = 2_000
_ENOUGH_FOR_MEMORY = 100_000
_BYTES_NEEDED = 2_400  # at the peak under all levers, per customer with one prospect each
_CORES = 2
_SECONDS_OF_PAIRS = 2.0


def _at_once(command: list[str], processes: int) -> list[dict[str, Any]]:
    """Run a module of the benchmark, in one process or in some at the same time."""
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", *command], cwd=root(), stdout=subprocess.PIPE, text=True
        )
        for _ in range(processes)
    ]
    said = [run.communicate()[0] for run in runs]
    if any(run.returncode for run in runs):
        raise SystemExit(f"{' '.join(command)}: the measurement failed")
    return [json.loads(words) for words in said]


def _run_size(n: int, strategy: str) -> dict[str, Any]:
    """Measure a size on one core, and its rate on some at once, where they fit into memory."""
    plain = n == _PLAIN_AT and strategy == "three levers"
    command = ["tests.benchmark.bench_speed", str(n), str(_WEEKS[n])]
    [size] = _at_once([*command, str(int(plain)), "0", strategy], 1)
    size["strategy"], size["together"] = strategy, None
    if n * _BYTES_NEEDED * _CORES < free_bytes():
        several = _at_once([*command, "0", "1", strategy], _CORES)
        size["together"] = sum(_rate(one) for one in several)
    return size


def _seconds(*arguments: str, times: int = 3) -> float:
    """Return the fewest seconds of a core that a fresh Python takes, of some times."""
    shortest = float("inf")
    for _ in range(times):
        before = os.times()
        subprocess.run([sys.executable, *arguments], cwd=root(), capture_output=True, check=True)
        after = os.times()
        took = after.children_user + after.children_system
        shortest = min(shortest, took - before.children_user - before.children_system)
    return shortest


def _rate(size: dict[str, Any]) -> float:
    return size["customers"] * size["weeks"] / size["seconds"]


def _peak(size: dict[str, Any]) -> str:
    """Return the peak per customer where the libraries' own memory does not drown it."""
    n = size["customers"]
    return f"{size['peak'] / n:.0f}" if n >= _ENOUGH_FOR_MEMORY else "-"


def _speed_lines(sizes: list[dict[str, Any]]) -> list[str]:
    beside = next(size for size in sizes if size["plain_seconds"] > 0)
    plain = beside["customers"] * beside["weeks"] / beside["plain_seconds"]
    lines = [
        f"| customers | strategy | customer-weeks per second of a core | on {_CORES} cores "
        "| times the plain model | held, bytes/customer | held, bytes/person "
        "| peak, bytes/customer |",
        "|--:|---|--:|--:|--:|--:|--:|--:|",
    ]
    for size in sizes:
        n, together = size["customers"], size["together"]
        lines.append(
            f"| {n:,} | {size['strategy']} | {_rate(size):,.0f} "
            f"| {'-' if together is None else f'{together:,.0f}'} | {_rate(size) / plain:.0f} "
            f"| {size['held'] / n:.0f} | {size['held'] / size['people']:.0f} | {_peak(size)} |"
        )
    lines += [
        "",
        f"The plain Mesa model, one object per customer, at {beside['customers']:,} customers: "
        f"{plain:,.0f} customer-weeks a second, its weeks taken in turn with those of the columns. "
        "The plain rate does not grow with the size, so that the larger sizes are compared with it too.",
    ]
    return lines


def _run_lines(sizes: list[dict[str, Any]]) -> list[str]:
    """Return what a run takes besides its weeks."""
    lines = [
        "| customers | strategy | set-up, s | set-up from a shared start, s | a week, s "
        "| worth at the horizon, s | file of a year, s |",
        "|--:|---|--:|--:|--:|--:|--:|",
    ]
    for size in sizes:
        week = size["seconds"] / size["weeks"]
        lines.append(
            f"| {size['customers']:,} | {size['strategy']} | {size['creation']:.3f} "
            f"| {size['shared']:.3f} | {week:.4f} | {size['worth']:.3f} | {size['writing']:.4f} |"
        )
    return lines


def _pairs_in_time(runs: list[dict[str, Any]]) -> float:
    """Return how many pairs processes at once work out in the time that the aim is for."""
    return sum(_SECONDS_OF_PAIRS * run["pairs"] / run["seconds"] for run in runs)


def _pair_lines(one: list[dict[str, Any]], together: list[dict[str, Any]]) -> list[str]:
    """Return how many futures with and without a plan are done, on one core and on some."""
    lines = [
        f"`{PLAN}` beside doing nothing, {CUSTOMERS:,} customers, {WEEKS} weeks, in warm processes:",
        "",
        f"| cores | pairs in {_SECONDS_OF_PAIRS:.0f} s "
        "| seconds of a core for one | peak of a process, MB |",
        "|--:|--:|--:|--:|",
    ]
    for runs in (one, together):
        pairs = _pairs_in_time(runs)
        each = sum(run["of a core"] for run in runs) / sum(run["pairs"] for run in runs)
        peak = max(run["peak"] for run in runs) / 1e6
        lines.append(f"| {len(runs)} | {pairs:.1f} | {each:.3f} | {peak:.0f} |")
    return lines


def _part_lines(sizes: list[dict[str, Any]]) -> list[str]:
    lines = [
        "| part of the week | "
        + " | ".join(f"{size['customers']:,}, {size['strategy']}" for size in sizes)
        + " |",
        "|---|" + "--:|" * len(sizes),
    ]
    for name in sizes[0]["parts"]:
        shares = [f"{100 * size['parts'][name] / size['seconds']:.0f} %" for size in sizes]
        lines.append(f"| {name} | " + " | ".join(shares) + " |")
    rest = [100 * (1 - sum(s["parts"].values()) / s["seconds"]) for s in sizes]
    lines.append("| the firm, and the rest | " + " | ".join(f"{x:.0f} %" for x in rest) + " |")
    for name in sizes[0]["within"]:
        shares = [f"{100 * size['within'][name] / size['seconds']:.0f} %" for size in sizes]
        lines.append(f"| of these, {name} | " + " | ".join(shares) + " |")
    return lines


def _luck_lines(n: int, weeks: int, futures: int) -> list[str]:
    luck = savings(n, weeks, futures, drawn=False)
    drawn = savings(n, weeks, futures, drawn=True)
    lines = [
        f"Grocery, {n:,} customers, {weeks} weeks, {futures} futures; `{LUCK_PLAN}` "
        "against doing nothing. Variance of the difference between independent seeds, over that on "
        "the same seed: how many times fewer futures pairing needs. Another seed is also another "
        "draw of the people.",
        "",
        "| measure | all as most likely | all uncertain values drawn |",
        "|---|--:|--:|",
    ]
    for name in luck:
        ratios = (_times(part[name]["ratio"]) for part in (luck, drawn))
        lines.append(f"| {name} | " + " | ".join(ratios) + " |")
    return lines


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}" if np.isfinite(ratio) else "no difference"


def _start_up_lines() -> list[str]:
    bare = _seconds("-c", "pass")
    rows = {
        "Python itself": bare,
        "`loyalty --help`": _seconds("-m", "sim.cli.main", "--help"),
        "`loyalty run --help`": _seconds("-m", "sim.cli.main", "run", "--help"),
        "`import sim.model.loyalty_model`": _seconds("-c", "import sim.model.loyalty_model"),
    }
    lines = ["| what | seconds of a core, best of 3 |", "|---|--:|"]
    return lines + [f"| {name} | {seconds:.2f} |" for name, seconds in rows.items()]


def _machine() -> str:
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    return (
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, "
        f"numpy {np.__version__}; load of the last 1, 5 and 15 minutes: {load}."
    )


def _measured(largest: int) -> list[dict[str, Any]]:
    """Measure all sizes that are asked for and fit, under each strategy."""
    sizes = []
    for n in sorted(_WEEKS):
        if n > largest:
            continue
        if n * _BYTES_NEEDED > free_bytes() > 0:
            print(f"{n:,} customers are left out: too little memory is free.", file=sys.stderr)
            continue
        for strategy in STRATEGIES:
            sizes.append(size := _run_size(n, strategy))
            rate = f"{_rate(size):,.0f} customer-weeks a second of a core"
            print(f"{n:,} customers, {strategy}: {rate}", file=sys.stderr)  # in case it is stopped
    return sizes


def main() -> None:
    """Measure, print and write down."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--largest", type=int, default=1_000_000, help="largest market")
    parser.add_argument("--quick", action="store_true", help="small markets only, less luck")
    chosen = parser.parse_args()
    before, lines = perf_counter(), ["# Benchmark", "", "At the start: " + _machine(), ""]
    sizes = _measured(10_000 if chosen.quick else chosen.largest)
    print("pairs, a comparison, intakes, the cockpit, luck ...", file=sys.stderr)
    timed = ["tests.benchmark.bench_pairs", str(_SECONDS_OF_PAIRS)]
    one, two = _at_once(timed, 1), _at_once(timed, _CORES)
    looks = [time_comparison(x) for x in ([FIRST_LOOK] if chosen.quick else [FIRST_LOOK, STANDARD])]
    taken = time_intakes(QUICK if chosen.quick else LINES)
    moved = time_moves(3 if chosen.quick else MOVES)
    for title, part in (
        ("Aims", aim_lines([*aims(sizes, _pairs_in_time(two), looks, moved), *intake_aims(taken)])),
        ("Speed", _speed_lines(sizes)),
        ("Where the time goes", _part_lines(sizes)),
        ("What else a run takes", _run_lines(sizes)),
        ("Small markets", _pair_lines(one, two)),
        ("Comparisons", comparison_lines(looks)),
        ("Intake", intake_lines(taken)),
        ("The cockpit", cockpit_lines(moved)),
        ("Start of a process", _start_up_lines()),
        ("What shared luck saves", _luck_lines(1_000, 52, 6 if chosen.quick else 24)),
    ):
        lines += [f"## {title}", "", *part, ""]
    lines += ["At the end: " + _machine(), f"{perf_counter() - before:.0f} seconds in all."]
    text = "\n".join(lines) + "\n"
    print(text)
    place = root() / "data" / "results" / "bench.md"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
