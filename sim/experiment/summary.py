"""Measures of all runs of a comparison, in one table."""

from collections.abc import Callable
from itertools import batched
from pathlib import Path

import pandas as pd

from sim.experiment.futures import Future
from sim.experiment.manifest import Key, Manifest
from sim.experiment.result_store import read_runs
from sim.measures.of_run import measure_segments, pair_segments
from sim.measures.weekly import Columns, columns_by_segment
from sim.playbook.strategies import BASELINE

_COLUMNS = ["scenario", "segment", "measure", "future", "luck", "value"]
#: Futures whose runs are in memory at a time.
_AT_ONCE = 16


def collect_measures(
    folder: Path,
    manifest: Manifest,
    visit: Callable[[Key, dict[str, Columns]], None] | None = None,
) -> pd.DataFrame:
    """Read every run once and return its measures.

    Parameters
    ----------
    folder : Path
        Folder of a comparison with no run missing.
    manifest : Manifest
        Its manifest.
    visit : callable, optional
        Called with each run's key and its columns by segment, baseline before the strategies of the
        same future.

    Returns
    -------
    DataFrame
        Columns ``scenario``, ``segment``, ``measure``, ``future``, ``luck``, ``value``; money and head
        counts are the firm's. Paired measures (``return``, ``payback_week``) have no rows for the
        baseline.

    Raises
    ------
    InputError
        If a run's file is missing or damaged.
    """
    parts = []
    for some in batched(manifest.drawn, _AT_ONCE):
        by_place = {(one.number, one.luck): one for one in some}
        keys = [(name, *place) for place in by_place for name in manifest.plans]
        rows: list[tuple[str, str, str, int, int, float]] = []
        base: dict[str, Columns] = {}
        for key, weekly in read_runs(folder, {key: manifest.runs[key] for key in keys}):
            segments: dict[str, Columns] = {**columns_by_segment(weekly)}
            rows += _measures_of(manifest, by_place[key[1:]], key[0], segments, base)
            if key[0] == BASELINE:
                base = segments
            if visit:
                visit(key, segments)
        parts.append(pd.DataFrame(rows, columns=_COLUMNS))
    return pd.concat(parts, ignore_index=True)


def _measures_of(
    manifest: Manifest,
    future: Future,
    scenario: str,
    segments: dict[str, Columns],
    base: dict[str, Columns],
) -> list[tuple[str, str, str, int, int, float]]:
    """Return the rows of a run; `base` are the columns of doing nothing."""
    discount = manifest.discount(future)
    values = measure_segments(segments, discount, manifest.scale(future))
    if scenario != BASELINE:
        for segment, paired in pair_segments(segments, base, discount).items():
            values[segment] |= paired
    return [
        (scenario, segment, measure, future.number, future.luck, value)
        for segment, measures in values.items()
        for measure, value in measures.items()
    ]


def summary_csv(folder: Path, manifest: Manifest) -> bytes:
    """Return ``summary.csv``: one row per run and segment, one column per measure, ten digits."""
    long = collect_measures(folder, manifest)
    runs = ["scenario", "future", "luck", "segment"]
    wide = long.pivot(index=runs, columns="measure", values="value")
    wide = wide.reindex(index=long[runs].drop_duplicates(), columns=long["measure"].unique())
    return wide.to_csv(float_format="%.10g", lineterminator="\n").encode()
