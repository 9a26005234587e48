"""The folder of a comparison: what lies where, and runs that another comparison made before.

::

    manifest.json                  what determines the results, and what made them
    runs/<scenario>/<run>-<digest>.parquet   weekly table of each run
    summary.csv                    measures of each run
    timing.json                    how long it took (no result depends on it)
    failures.json                  runs that failed, while there are any
    judged.json                    whether what leads was believed, once its plays were looked at

A run's name is the digest of all that determines it (`sim.experiment.run_id`), so that
comparisons of a market that have a run in common make it once. After it stands the digest of the file's
bytes: one that a disk or a hand has changed is no run, and is made again. A file that exists is whole
(`sim.common.writing`). It holds no time, host or process: equal runs are equal bytes.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.common.errors import InputError
from sim.common.own_digest import with_seal
from sim.common.reading import LARGEST_RESULT, digest, read_bytes
from sim.common.results import MANIFEST
from sim.common.sql_files import NO_PARTITIONS, literal
from sim.common.writing import remove, write, write_json
from sim.experiment.manifest import Key, Made, Manifest, read_manifest

Array = np.ndarray[Any, Any]
#: A weekly table as columns.
Table = dict[str, Array]

SUMMARY, TIMING, FAILURES = "summary.csv", "timing.json", "failures.json"
JUDGED = "judged.json"


def run_place(folder: Path, key: Key, run: str) -> Path:
    """Return where the weekly table of a run lies, but for the digest of its content in its name."""
    return folder / "runs" / key[0] / f"{run}.parquet"


def run_files(place: Path) -> list[Path]:
    """Return the files that bear the name of a run: one, none yet, or besides a damaged one."""
    return sorted(place.parent.glob(f"{place.stem}-*{place.suffix}"))


def stored_files(folder: Path, runs: Iterable[Key]) -> dict[Path, list[Path]]:
    """Return the files that bear the names of runs, by their places (`run_place`).

    Each folder is looked through once, not once for each run.
    """
    found: dict[Path, list[Path]] = {}
    for scenario in {key[0] for key in runs}:
        for path in sorted((folder / "runs" / scenario).glob("*-*.parquet")):
            place = path.with_name(f"{path.stem.partition('-')[0]}{path.suffix}")
            found.setdefault(place, []).append(path)
    return found


def _path_of(place: Path, content: bytes) -> Path:
    """Return the file of a run with a content: its name changes with either."""
    return place.with_name(f"{place.stem}-{digest(place.stem.encode() + content)}{place.suffix}")


def write_manifest(folder: Path, manifest: Made) -> None:
    """Write what made results into their folder, with a digest that shows a later edit."""
    write_json(folder / MANIFEST, with_seal(manifest.model_dump(mode="json")))


def has_summary(folder: Path, manifest: Manifest) -> bool:
    """Return whether the summary of a finished comparison is there as it was written."""
    path = folder / SUMMARY
    try:
        return digest(read_bytes(path, str(path), LARGEST_RESULT)) == manifest.summary
    except (InputError, OSError):
        return False


def check_summary(folder: Path, manifest: Manifest) -> None:
    """Refuse a comparison whose summary is not as it was written.

    Raises
    ------
    InputError
        With the command that makes it again.
    """
    if not has_summary(folder, manifest):
        raise InputError(
            str(folder / SUMMARY),
            "summary",
            "missing, edited or damaged",
            "the file as it was written",
            hint=f"This makes it again: `{manifest.command_in(folder)}`.",
        )


def missing_runs(folder: Path, runs: Mapping[Key, str]) -> list[Key]:
    """Return the runs that have no file yet, or only one that was damaged or changed."""
    files = stored_files(folder, runs)
    places = {key: run_place(folder, key, run) for key, run in runs.items()}
    return [key for key, place in places.items() if _content(place, files.get(place, ())) is None]


def take_over(folder: Path, runs: Mapping[Key, str], missing: list[Key], others: Path) -> list[Key]:
    """Take runs over from the comparisons in a folder; return those that are still missing.

    Parameters
    ----------
    folder : Path
        Where they belong.
    runs : mapping
        Run -> its name, as `Manifest.runs` gives it.
    missing : list
        Those without a file.
    others : Path
        Folder in whose folders other comparisons lie.
    """
    made: dict[str, list[Path]] = {}
    for path in others.glob("*/runs/*/*-*.parquet") if missing else ():
        made.setdefault(path.stem.partition("-")[0], []).append(path)
    return [key for key in missing if not _taken(run_place(folder, key, runs[key]), made)]


def _taken(place: Path, made: dict[str, list[Path]]) -> bool:
    """Return whether one of the files made before is the run that belongs here, and is here now."""
    for path in made.get(place.stem, ()):
        content = _content(path.with_name(place.name), [path])
        if content is not None:
            write_content(place, content, run_files(place))
            return True
    return False


def _content(place: Path, files: Iterable[Path]) -> bytes | None:
    """Return the bytes of that of a run's files which is as it was written, None if none is."""
    for path in files:
        try:
            if path.is_file():  # a pipe would never end
                content = path.read_bytes()
                if path == _path_of(place, content):
                    return content
        except OSError:
            continue
    return None


def write_content(place: Path, content: bytes, former: Iterable[Path]) -> None:
    """Write the weekly table of a run, as `parquet_bytes` gives it.

    Parameters
    ----------
    place : Path
        As `run_place` gives it; the digest is added to the name.
    content : bytes
    former : iterable of Path
        Files that bear the run's name already, damaged ones: they go.
    """
    path = _path_of(place, content)
    write(path, content)
    for other in former:
        if other != path:
            remove(other)


def parquet_bytes(weekly: pd.DataFrame | Table) -> bytes:
    """Return a weekly table as Parquet: no library's version, no index, the same bytes each time."""
    columns = {str(name): np.asarray(weekly[name]) for name in weekly}
    table = pa.table({name: _as_stored(values) for name, values in columns.items()})
    sink = pa.BufferOutputStream()
    pq.write_table(
        table, sink, compression="zstd", use_dictionary=["segment"], write_statistics=False
    )
    return sink.getvalue().to_pybytes()


def _as_stored(values: Array) -> pa.Array:
    """Return a column as its file holds it: names as text, what is no number as missing."""
    text = pa.large_string() if values.dtype == object else None
    return pa.array(values, text, from_pandas=True)


def read_runs(folder: Path, runs: Mapping[Key, str]) -> Iterator[tuple[Key, Table]]:
    """Read the weekly tables of some runs at once, in their order.

    Parameters
    ----------
    folder : Path
    runs : mapping
        Run -> its name, as `Manifest.runs` gives it; as many as fit into memory.

    Yields
    ------
    tuple
        A run, and its weekly table as columns.

    Raises
    ------
    InputError
        If a run has no file, or none that holds what was written.
    """
    files = stored_files(folder, runs)
    places = {key: run_place(folder, key, run) for key, run in runs.items()}
    paths = {key: _whole(folder, place, files.get(place, [])) for key, place in places.items()}
    with duckdb.connect() as database:
        database.execute("SET threads = 1")
        found = database.execute(
            "SELECT * FROM read_parquet(?, filename = true, union_by_name = true, "
            f"{NO_PARTITIONS})",
            [[literal(path) for path in paths.values()]],
        ).fetchnumpy()
    of_file = found.pop("filename")
    # rows stand in the order of files: where the name changes, the next one begins
    begins = [0, *(np.flatnonzero(of_file[1:] != of_file[:-1]) + 1), len(of_file)]
    for key, start, end in zip(paths, begins[:-1], begins[1:], strict=True):
        yield key, dict(_of_rows(found, slice(int(start), int(end))))


def _of_rows(found: Table, part: slice) -> Iterator[tuple[str, Array]]:
    """Yield the columns of one run: what others alone have is masked throughout, and is none of its."""
    for name, values in found.items():
        if not isinstance(values, np.ma.MaskedArray):
            yield name, values[part]
        elif not (masked := np.ma.getmaskarray(values)[part]).all():
            # plain where nothing is masked: the same numbers, and each step with them is quicker
            yield name, values[part] if masked.any() else values.data[part]


def _whole(folder: Path, place: Path, there: list[Path]) -> Path:
    """Return that of a run's files whose content is what was written."""
    content = _content(place, there)
    if content is not None:
        return _path_of(place, content)
    raise InputError(
        str(there[0] if there else place),
        "run",
        "a damaged or changed file" if there else "no such file",
        "the weekly table of a run",
        hint=f"{_mend(folder)} It runs again what is missing or damaged.",
    )


def _mend(folder: Path) -> str:
    try:
        return f"Give the same command again: `{read_manifest(folder).command_in(folder)}`."
    except InputError:
        return "Give the command that made the comparison again."
