"""What the speed should be, beside what it is, and by how much an aim is missed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.benchmark.bench_cockpit import Moved
from tests.benchmark.bench_comparison import Timed

#: Strategies as the benchmark names them (`tests.benchmark.bench_speed.STRATEGIES`).
_NOTHING, _ALL = "baseline", "all levers"
_MIDDLE, _LARGE, _LARGEST = 100_000, 1_000_000, 10_000_000


@dataclass(frozen=True)
class Aim:
    """Something that should be as large, or as small, as a number.

    Attributes
    ----------
    what : str
    aim : float
    found : float or None
        None where it was not measured.
    more : bool
        Whether more is better.
    """

    what: str
    aim: float
    found: float | None
    more: bool = True

    @property
    def missed(self) -> str:
        """Whether it is reached, or what share of the way is missing."""
        if self.found is None:
            return "not measured"
        if self.found >= self.aim if self.more else self.found <= self.aim:
            return "reached"
        if self.more:
            return f"{1 - self.found / self.aim:.0%} too few"
        return f"{self.found / self.aim:.2g} times as much"


def aims(
    sizes: Sequence[dict[str, Any]],
    pairs_in_time: float,
    comparisons: Sequence[Timed],
    moved: Moved | None,
) -> list[Aim]:
    """Return every aim with what was measured of it.

    Parameters
    ----------
    sizes : sequence of dict
        As `tests.benchmark.bench_speed.measure` gives them, with ``strategy`` and ``together``.
    pairs_in_time : float
        Of small futures, on two cores.
    comparisons : sequence of Timed
        What comparisons took.
    moved : Moved or None
        What moves in the cockpit took, where there is a browser.
    """
    found = {(size["customers"], size["strategy"]): size for size in sizes}
    small = found.get((_MIDDLE, _NOTHING))
    large = found.get((_LARGE, _NOTHING))
    largest = found.get((_LARGEST, _NOTHING))
    every = found.get((_MIDDLE, _ALL))
    together = large["together"] if large else None
    return [
        Aim("baseline, 100,000 customers: customer-weeks a second", 5e6, _rate(small)),
        Aim("baseline, 1,000,000 customers, two cores: customer-weeks a second", 9e6, together),
        Aim(
            "baseline, 1,000,000 customers: two cores over one",
            1.8,
            together / _rate(large) if large and together else None,
        ),
        Aim(
            "baseline: rate at 10,000,000 customers over that at 1,000,000",
            1.0,
            _rate(largest) / _rate(large) if large and largest else None,
        ),
        Aim("all levers, 100,000 customers: customer-weeks a second", 2.5e6, _rate(every)),
        Aim("baseline, 100,000 customers: bytes held per customer", 450, _held(small), more=False),
        Aim(
            "all levers, 100,000 customers: bytes held per customer", 450, _held(every), more=False
        ),
        Aim("pairs of small futures in 2 s on two cores", 100, pairs_in_time),
        *(Aim(f"{one.asked.what}: seconds", one.asked.aim, one.wall, False) for one in comparisons),
        Aim(
            "a move in the cockpit, median: seconds",
            2.0,
            float(np.median(moved.moves)) if moved else None,
            more=False,
        ),
    ]


def _rate(size: dict[str, Any] | None) -> float | None:
    """Return the customer-weeks of a size per second of a core."""
    return size["customers"] * size["weeks"] / size["seconds"] if size else None


def aim_lines(every: Sequence[Aim]) -> list[str]:
    """Return the table of aims."""
    lines = ["| what | aim | measured | |", "|---|--:|--:|---|"]
    for one in every:
        found = (
            "-"
            if one.found is None
            else f"{one.found:,.3g}"
            if one.found < 100
            else f"{one.found:,.0f}"
        )
        lines.append(f"| {one.what} | {one.aim:,.9g} | {found} | {one.missed} |")
    return lines


def _held(size: dict[str, Any] | None) -> float | None:
    """Return the bytes that a size holds for each customer."""
    return size["held"] / size["customers"] if size else None
