"""Whether two comparisons have the same numbers: every measure of every run, as summaries hold them."""

import io
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from sim.common.reading import LARGEST_RESULT, read_bytes
from sim.experiment.result_store import SUMMARY
from sim.measures.weekly import TOTAL
from sim.playbook.strategies import BASELINE

_RUN = ["scenario", "future", "luck", "segment"]


@dataclass(frozen=True)
class Moved:
    """The number that moved most, relative to the larger of both."""

    scenario: str
    future: int
    luck: int
    segment: str
    measure: str
    then: float
    now: float
    by: float


@dataclass(frozen=True)
class Numbers:
    """Numbers of a report beside those that came out again; money is the firm's.

    Attributes
    ----------
    of, others : int
        How many were held against each other, and how many of them differ.
    most : Moved or None
        The one that moved most.
    only_then, only_now : list of str
        Measures and runs (``SCENARIO in future N``) that only one of the two has.
    gains : dict
        Strategy -> mean gain in customer equity over the futures, then and now; NaN where one has none.
    """

    of: int
    others: int
    most: Moved | None
    only_then: list[str] = field(default_factory=list)
    only_now: list[str] = field(default_factory=list)
    gains: dict[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def same(self) -> bool:
        """Whether every number of the report came out again."""
        return not self.others and not self.only_then


def compare_numbers(then: Path, now: Path) -> Numbers:
    """Hold every number of a report against what came out again, to the ten digits that are kept.

    Parameters
    ----------
    then, now : Path
        Folders with a ``summary.csv``.
    """
    old, new = (_read(folder) for folder in (then, now))
    measures = [name for name in old.columns if name in new.columns]
    runs = old.index.intersection(new.index, sort=False)
    a, b = (table.loc[runs, measures].to_numpy(dtype=float) for table in (old, new))
    differs = ~((a == b) | (np.isnan(a) & np.isnan(b)))
    return Numbers(
        of=int(a.size),
        others=int(differs.sum()),
        most=_most(a, b, differs, runs, measures),
        only_then=_alone(old, new),
        only_now=_alone(new, old),
        gains=_both(_gains(old), _gains(new)),
    )


def _read(folder: Path) -> pd.DataFrame:
    path = folder / SUMMARY
    return pd.read_csv(io.BytesIO(read_bytes(path, str(path), LARGEST_RESULT))).set_index(_RUN)


def _most(
    then: np.ndarray, now: np.ndarray, differs: np.ndarray, runs: pd.Index, measures: list[str]
) -> Moved | None:
    """Return what moved most; a number that only one of the two has moved by all of it."""
    if not differs.any():
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        by = np.abs(then - now) / np.fmax(np.abs(then), np.abs(now))
    by = np.where(differs, np.where(np.isfinite(by), by, 1.0), 0.0)
    i, j = np.unravel_index(int(by.argmax()), by.shape)
    scenario, future, luck, segment = runs[i]
    place = (str(scenario), int(future), int(luck), str(segment), measures[j])
    return Moved(*place, float(then[i, j]), float(now[i, j]), float(by[i, j]))


def _alone(one: pd.DataFrame, other: pd.DataFrame) -> list[str]:
    """Return measures and runs that only the first of two tables has."""
    runs = one.index.difference(other.index, sort=False)
    named = [f"{scenario} in future {future}" for scenario, future, _, _ in runs]
    return [*(name for name in one.columns if name not in other.columns), *dict.fromkeys(named)]


def _gains(table: pd.DataFrame) -> dict[str, float]:
    """Return the mean gain in customer equity of each strategy over doing nothing."""
    equity = table["customer_equity"].xs((0, TOTAL), level=("luck", "segment"))
    means = equity.unstack("future").mean(axis=1)
    return {str(name): float(means[name] - means[BASELINE]) for name in means.index}


def _both(then: dict[str, float], now: dict[str, float]) -> dict[str, tuple[float, float]]:
    none = float("nan")
    names = [name for name in dict.fromkeys((*then, *now)) if name != BASELINE]
    return {name: (then.get(name, none), now.get(name, none)) for name in names}
