"""Measures of all runs of a comparison, in one table.

Where rare events are weighed (`sim.model.rare_events`) the measures of a run are those of what is
expected of its two lives, week by week; those of each life stand beside them, for what one firm may see.
Of a strategy that changes none of them one life is lived, and the other is filled in from doing nothing.
"""

from collections.abc import Callable, Mapping
from itertools import batched
from pathlib import Path

import numpy as np
import pandas as pd

from sim.experiment.futures import Future
from sim.experiment.manifest import Key, Manifest
from sim.experiment.result_store import read_runs
from sim.measures.of_run import measure_segments, pair_segments
from sim.measures.weekly import Columns, columns_by_segment, lives_of, with_other_life
from sim.playbook.strategies import BASELINE

_COLUMNS = [
    "scenario",
    "segment",
    "measure",
    "future",
    "luck",
    "value",
    "spared",
    "struck",
    "chance",
]
#: Futures whose runs are in memory at a time.
_AT_ONCE = 16
#: A run's columns by segment.
Segments = Mapping[str, Columns]
#: What is expected of a run, and then each of its lives where it has two.
Views = list[Segments]
Row = tuple[str, str, str, int, int, float, float, float, float]


def collect_measures(
    folder: Path,
    manifest: Manifest,
    visit: Callable[[Key, Views, float], None] | None = None,
) -> pd.DataFrame:
    """Read every run once and return its measures.

    Parameters
    ----------
    folder : Path
        Folder of a comparison with no run missing.
    manifest : Manifest
        Its manifest.
    visit : callable, optional
        Called with each run's key, its columns by segment (what is expected, then each life where there
        are two) and the chance of the second life, baseline before the strategies of the same future.

    Returns
    -------
    DataFrame
        Columns ``scenario``, ``segment``, ``measure``, ``future``, ``luck``, ``value``; money and head
        counts are the firm's. Paired measures (``return``, ``payback_week``) have no rows for the
        baseline. ``spared`` and ``struck`` are the values of the lives without and with a rare event, the
        second with ``chance``; of a run with one life ``spared`` is its value and ``chance`` 0.

    Raises
    ------
    InputError
        If a run's file is missing or damaged.
    """
    parts = []
    for some in batched(manifest.drawn, _AT_ONCE):
        by_place = {(one.number, one.luck): one for one in some}
        keys = [(name, *place) for place in by_place for name in manifest.plans]
        rows, base, nothing = list[Row](), list[Segments](), dict[str, np.ndarray]()
        for key, weekly in read_runs(folder, {key: manifest.runs[key] for key in keys}):
            if key[0] == BASELINE:
                nothing = weekly
            views, chance = views_of(with_other_life(weekly, nothing))
            if key[0] == BASELINE:
                base = views
            rows += _rows_of(manifest, by_place[key[1:]], key[0], (views, base), chance)
            if visit:
                visit(key, views, chance)
        parts.append(pd.DataFrame(rows, columns=_COLUMNS))
    return pd.concat(parts, ignore_index=True)


def views_of(weekly: Columns) -> tuple[Views, float]:
    """Return what a weekly table says of a run, and the chance of its second life, 0 if it has one."""
    lives = lives_of(weekly)
    expected = columns_by_segment(weekly)
    if len(lives) == 1:
        return [expected], 0.0
    return [expected, *(columns_by_segment(life) for _, life in lives)], lives[1][0]


def _rows_of(
    manifest: Manifest, future: Future, scenario: str, views: tuple[Views, Views], chance: float
) -> list[Row]:
    """Return the rows of a run from its views and those of doing nothing."""
    found = [
        _measures_of(manifest, future, scenario, segments, base)
        for segments, base in zip(*views, strict=True)
    ]
    expected, *lives = found
    spared, struck = lives or (expected, {})
    return [
        (scenario, *place, future.number, future.luck, value)
        + (spared[place], struck.get(place, float("nan")), chance)
        for place, value in expected.items()
    ]


def _measures_of(
    manifest: Manifest, future: Future, scenario: str, segments: Segments, base: Segments
) -> dict[tuple[str, str], float]:
    """Return (segment, measure) -> value of a run or a life; `base` are the columns of doing nothing."""
    discount = manifest.discount(future)
    values = measure_segments(segments, discount, manifest.scale(future))
    if scenario != BASELINE:
        for segment, paired in pair_segments(segments, base, discount).items():
            values[segment] |= paired
    return {
        (segment, measure): value
        for segment, measures in values.items()
        for measure, value in measures.items()
    }


def summary_csv(folder: Path, manifest: Manifest) -> bytes:
    """Return ``summary.csv``: one row per run and segment, one column per measure, ten digits."""
    long = collect_measures(folder, manifest)
    runs = ["scenario", "future", "luck", "segment"]
    wide = long.pivot(index=runs, columns="measure", values="value")
    wide = wide.reindex(index=long[runs].drop_duplicates(), columns=long["measure"].unique())
    return wide.to_csv(float_format="%.10g", lineterminator="\n").encode()
