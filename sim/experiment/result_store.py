"""The folder of a comparison: what lies where.

::

    manifest.json                                    what determines the results, and what made them
    runs/<variant>/<scenario>/<replication>.parquet  weekly table of each run
    summary.csv                                      measures of each run
    timing.json                                      how long it took (no result depends on it)
    failures.json                                    runs that raised an error, while there are any

A file that exists is whole (`sim.common.writing`). A run's file holds no time, host or process:
equal runs are equal bytes.
"""

import os
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.common.errors import InputError
from sim.common.writing import write, write_json
from sim.experiment.manifest import MANIFEST, Key, Made, Manifest, read_manifest

SUMMARY, TIMING, FAILURES = "summary.csv", "timing.json", "failures.json"


def run_path(folder: Path, key: Key) -> Path:
    """Return where the weekly table of a run lies."""
    variant, scenario, replication = key
    return folder / "runs" / variant / scenario / f"{replication:03d}.parquet"


def write_manifest(folder: Path, manifest: Made) -> None:
    """Write what made results into their folder."""
    write_json(folder / MANIFEST, manifest.model_dump(mode="json"))


def missing_runs(folder: Path, manifest: Manifest) -> list[Key]:
    """Return the runs that have no whole file yet."""
    return [key for key in manifest.run_keys() if not _is_whole(run_path(folder, key))]


def _is_whole(path: Path) -> bool:
    """Return whether a Parquet file is there and ends as one (a power cut can leave half a file)."""
    if not path.is_file():  # a pipe would never end
        return False
    try:
        with path.open("rb") as file:
            head = file.read(4)
            file.seek(-4, os.SEEK_END)
            return head == file.read(4) == b"PAR1"
    except OSError:
        return False


def write_run(path: Path, weekly: pd.DataFrame) -> None:
    """Write a weekly table as Parquet, the same bytes for the same table."""
    table = pa.Table.from_pandas(weekly, preserve_index=False).replace_schema_metadata(None)
    sink = pa.BufferOutputStream()
    pq.write_table(
        table, sink, compression="zstd", use_dictionary=["segment"], write_statistics=False
    )
    write(path, sink.getvalue().to_pybytes())


def read_run(folder: Path, key: Key) -> pd.DataFrame:
    """Read the weekly table of a run.

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    path = run_path(folder, key)
    try:
        if not path.is_file():
            raise FileNotFoundError
        return pq.read_table(path, use_threads=False).to_pandas()
    except (OSError, ValueError, pa.ArrowException) as error:
        found = "no such file" if isinstance(error, FileNotFoundError) else "a damaged file"
        raise InputError(
            str(path),
            "run",
            found,
            "the weekly table of a run",
            hint=f"{_mend(folder)} It runs again what is missing or damaged.",
        ) from None


def _mend(folder: Path) -> str:
    try:
        return f"Give the same command again: `{read_manifest(folder).command}`."
    except InputError:
        return "Give the command that made the comparison again."
