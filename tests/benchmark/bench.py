"""`make bench`: how fast the model is, where the time goes, and what shared luck saves.

Figures depend on the machine and on what else it does, so nothing here is a test. Prints a table and
writes the same to data/results/bench.md. Options: --largest N (default 1000000) and --quick.
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
from tests.benchmark.bench_luck import MEASURES as MEASURES
from tests.benchmark.bench_luck import savings

_WEEKS = {1_000: 40, 2_000: 20, 10_000: 26, 100_000: 12, 1_000_000: 5, 10_000_000: 3}
_ORACLE_AT, _ALL_LEVERS_AT, _PAIR_AT = 2_000, 100_000, 1_000_000
_ENOUGH_FOR_MEMORY = 100_000
_BYTES_NEEDED = 1_600  # at the peak, per customer with one prospect each


def _run_size(n: int, strategy: str = "oracle", at_once: int = 1) -> list[dict[str, Any]]:
    """Measure a size, in one process or in some at the same time."""
    command = [sys.executable, "-m", "tests.benchmark.bench_speed", str(n), str(_WEEKS[n])]
    command += [str(int(n == _ORACLE_AT)), strategy]
    runs = [
        subprocess.Popen(command, cwd=root(), stdout=subprocess.PIPE, text=True)
        for _ in range(at_once)
    ]
    said = [run.communicate()[0] for run in runs]
    if any(run.returncode for run in runs):
        raise SystemExit(f"{n:,} customers: the measurement failed")
    return [json.loads(words) for words in said]


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
    oracle = next(size for size in sizes if size["plain_seconds"] > 0)
    plain = oracle["customers"] * oracle["weeks"] / oracle["plain_seconds"]
    lines = [
        "| customers | people | customer-weeks per second of a core | times the plain model "
        "| held, bytes/customer | held, bytes/person | peak, bytes/customer | creation, s "
        "| worth at the horizon, s |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for size in sizes:
        n = size["customers"]
        lines.append(
            f"| {n:,} | {size['people']:,} | {_rate(size):,.0f} | {_rate(size) / plain:.0f} "
            f"| {size['held'] / n:.0f} | {size['held'] / size['people']:.0f} | {_peak(size)} "
            f"| {size['creation']:.2f} | {size['worth']:.2f} |"
        )
    lines += [
        "",
        f"The plain Mesa model, one object per customer, at {oracle['customers']:,} customers: "
        f"{plain:,.0f} customer-weeks a second, its weeks taken in turn with those of the columns. "
        "The plain rate does not grow with the size, so that the larger sizes are compared with it too.",
    ]
    return lines


def _more_lines(pair: list[dict[str, Any]], full: dict[str, Any]) -> list[str]:
    both = sum(_rate(size) for size in pair)
    return [
        f"Two runs of {pair[0]['customers']:,} customers at once, in two processes: {both:,.0f} "
        "customer-weeks a second on two cores.",
        "",
        f"All levers of the playbook at once, at {full['customers']:,} customers: "
        f"{_rate(full):,.0f} customer-weeks a second of a core, "
        f"{full['held'] / full['customers']:.0f} bytes held per customer.",
    ]


def _part_lines(sizes: list[dict[str, Any]]) -> list[str]:
    lines = [
        "| part of the week | " + " | ".join(f"{size['customers']:,}" for size in sizes) + " |",
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
        f"Grocery, {n:,} customers, {weeks} weeks, {futures} futures; `segmented_care` "
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


def _memory() -> float:
    """Return the bytes of memory that are free to use, or nothing where that cannot be told."""
    try:
        return float(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (ValueError, OSError):
        return 0.0


def _machine() -> str:
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    return (
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, "
        f"numpy {np.__version__}; load of the last 1, 5 and 15 minutes: {load}."
    )


def main() -> None:
    """Measure, print and write down."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--largest", type=int, default=1_000_000, help="largest market")
    parser.add_argument("--quick", action="store_true", help="small markets only, less luck")
    chosen = parser.parse_args()
    largest = 10_000 if chosen.quick else chosen.largest
    before, lines = perf_counter(), ["# Benchmark", "", "At the start: " + _machine(), ""]
    sizes = []
    for n in sorted(_WEEKS):
        if n > largest:
            continue
        if n * _BYTES_NEEDED > _memory() > 0:
            print(f"{n:,} customers are left out: too little memory is free.", file=sys.stderr)
            continue
        print(f"{n:,} customers ...", file=sys.stderr)
        sizes += _run_size(n)
    print("two at once, and all levers ...", file=sys.stderr)
    pair = _run_size(min(sizes[-1]["customers"], _PAIR_AT), at_once=2)
    full = _run_size(min(sizes[-1]["customers"], _ALL_LEVERS_AT), "all_levers")
    lines += [
        "## Speed",
        "",
        *_speed_lines(sizes),
        "",
        *_more_lines(pair, full[0]),
        "",
        "## Where the time goes",
        "",
    ]
    lines += [*_part_lines(sizes), "", "## Start", "", *_start_up_lines(), ""]
    print("luck ...", file=sys.stderr)
    lines += ["## What shared luck saves", ""]
    lines += _luck_lines(1_000, 52, 6 if chosen.quick else 24)
    lines += ["", "At the end: " + _machine(), f"{perf_counter() - before:.0f} seconds in all."]
    text = "\n".join(lines) + "\n"
    print(text)
    place = root() / "data" / "results" / "bench.md"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
