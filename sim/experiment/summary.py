"""Measures of all runs of a comparison, in one table."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from sim.experiment import result_store
from sim.experiment.manifest import Key, Manifest
from sim.measures.of_run import measure_segments, pair_segments
from sim.measures.weekly import Columns, columns_by_segment
from sim.playbook.strategies import BASELINE


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
        same replication.

    Returns
    -------
    DataFrame
        Columns ``variant``, ``scenario``, ``segment``, ``measure``, ``replication``, ``value``;
        money and head counts are the firm's. Paired measures (``return``, ``payback_week``) have no
        rows for the baseline.

    Raises
    ------
    InputError
        If a run's file is missing or damaged.
    """
    discount = manifest.market.weekly_discount
    rows: list[tuple[str, str, str, str, int, float]] = []
    base: dict[str, Columns] = {}
    for key in manifest.run_keys():
        variant, scenario, replication = key
        segments: dict[str, Columns] = {**columns_by_segment(result_store.read_run(folder, key))}
        values = measure_segments(segments, discount, manifest.variants[variant].scale)
        if scenario == BASELINE:
            base = segments
        else:
            for segment, paired in pair_segments(segments, base, discount).items():
                values[segment] |= paired
        rows += [
            (variant, scenario, segment, measure, replication, value)
            for segment, measures in values.items()
            for measure, value in measures.items()
        ]
        if visit:
            visit(key, segments)
    names = ["variant", "scenario", "segment", "measure", "replication", "value"]
    return pd.DataFrame(rows, columns=names)


def summary_csv(folder: Path, manifest: Manifest) -> bytes:
    """Return ``summary.csv``: one row per run and segment, one column per measure, ten digits."""
    long = collect_measures(folder, manifest)
    runs = ["variant", "scenario", "replication", "segment"]
    wide = long.pivot(index=runs, columns="measure", values="value")
    wide = wide.reindex(index=long[runs].drop_duplicates(), columns=long["measure"].unique())
    return wide.to_csv(float_format="%.10g", lineterminator="\n").encode()
