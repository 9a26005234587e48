"""The folder of a comparison: what lies where.

::

    manifest.json                                    what determines the results, and what made them
    runs/<variant>/<scenario>/<replication>-<digest>.parquet  weekly table of each run
    summary.csv                                               measures of each run
    timing.json                                               how long it took (no result depends on it)
    failures.json                                             runs that failed, while there are any

A file that exists is whole (`sim.common.writing`), and the name of a run's file holds the digest of its
bytes: one that a disk or a hand has changed is no run, and is made again. It holds no time, host or
process: equal runs are equal bytes.
"""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.common.errors import InputError
from sim.common.reading import LARGEST_RESULT, digest, read_bytes
from sim.common.writing import write, write_json
from sim.experiment.manifest import (
    MANIFEST,
    SEAL,
    Key,
    Made,
    Manifest,
    read_manifest,
    seal_of,
)

SUMMARY, TIMING, FAILURES = "summary.csv", "timing.json", "failures.json"


def run_place(folder: Path, key: Key) -> Path:
    """Return where the weekly table of a run lies, but for the digest in its name."""
    variant, scenario, replication = key
    return folder / "runs" / variant / scenario / f"{replication:03d}.parquet"


def run_files(folder: Path, key: Key) -> list[Path]:
    """Return the files that bear the name of a run: one, none yet, or besides a damaged one."""
    return _named(run_place(folder, key))


def _path_of(place: Path, content: bytes) -> Path:
    """Return the file of a run with a content: its name changes with either."""
    run = "/".join(place.with_suffix("").parts[-3:])
    return place.with_name(f"{place.stem}-{digest(run.encode() + content)}{place.suffix}")


def _named(place: Path) -> list[Path]:
    return sorted(place.parent.glob(f"{place.stem}-*{place.suffix}"))


def write_manifest(folder: Path, manifest: Made) -> None:
    """Write what made results into their folder, with a digest that shows a later edit."""
    content = manifest.model_dump(mode="json")
    write_json(folder / MANIFEST, content | {SEAL: seal_of(content)})


def has_summary(folder: Path, manifest: Manifest) -> bool:
    """Return whether the summary of a finished comparison is there as it was written."""
    path = folder / SUMMARY
    try:
        return digest(read_bytes(path, str(path), LARGEST_RESULT)) == manifest.summary
    except (InputError, OSError):
        return False


def missing_runs(folder: Path, manifest: Manifest) -> list[Key]:
    """Return the runs that have no file yet, or only one that was damaged or changed."""
    return [key for key in manifest.run_keys() if _content(folder, key) is None]


def _content(folder: Path, key: Key) -> bytes | None:
    """Return the bytes of a run's file if they are those that were written, else None."""
    for path in run_files(folder, key):
        try:
            if path.is_file():  # a pipe would never end
                content = path.read_bytes()
                if path == _path_of(run_place(folder, key), content):
                    return content
        except OSError:
            continue
    return None


def write_run(place: Path, weekly: pd.DataFrame) -> None:
    """Write a weekly table as Parquet, the same bytes for the same table.

    Parameters
    ----------
    place : Path
        As `run_place` gives it; the digest is added to the name. A damaged file of the run goes.
    weekly : DataFrame
    """
    content = parquet_bytes(weekly)
    path = _path_of(place, content)
    write(path, content)
    for other in _named(place):
        if other != path:
            other.unlink()


def parquet_bytes(weekly: pd.DataFrame) -> bytes:
    """Return a weekly table as Parquet: no library's version, no index, the same bytes each time."""
    table = pa.Table.from_pandas(weekly, preserve_index=False).replace_schema_metadata(None)
    sink = pa.BufferOutputStream()
    pq.write_table(
        table, sink, compression="zstd", use_dictionary=["segment"], write_statistics=False
    )
    return sink.getvalue().to_pybytes()


def read_run(folder: Path, key: Key) -> pd.DataFrame:
    """Read the weekly table of a run.

    Raises
    ------
    InputError
        If there is no file, or none that holds what was written.
    """
    content = _content(folder, key)
    if content is not None:
        return pq.read_table(pa.BufferReader(content), use_threads=False).to_pandas()
    there = run_files(folder, key)
    raise InputError(
        str(there[0] if there else run_place(folder, key)),
        "run",
        "a damaged or changed file" if there else "no such file",
        "the weekly table of a run",
        hint=f"{_mend(folder)} It runs again what is missing or damaged.",
    )


def _mend(folder: Path) -> str:
    try:
        return f"Give the same command again: `{read_manifest(folder).command}`."
    except InputError:
        return "Give the command that made the comparison again."
