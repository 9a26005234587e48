"""The folder of a comparison: what lies where, written so that a kill at any time costs nothing.

::

    manifest.json                                    what determines the results, and what made them
    runs/<variant>/<scenario>/<replication>.parquet  weekly table of each run
    summary.csv                                      measures of each run
    timing.json                                      how long it took (no result depends on it)
    failures.json                                    runs that raised an error, while there are any

Every file is written under a temporary name in its own folder and then renamed, so that a file that
exists is whole. A run's file holds no time, host or process: equal runs are equal bytes.
"""

import errno
import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.common.errors import InputError
from sim.experiment.manifest import MANIFEST, Key, Manifest, read_manifest

SUMMARY, TIMING, FAILURES = "summary.csv", "timing.json", "failures.json"
LOCK, TEMPORARY = ".lock", ".tmp"

_OUTSIDE = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file may not grow this large",
    errno.EACCES: "no permission to write",
    errno.EPERM: "no permission to write",
    errno.EROFS: "the file system is read-only",
    errno.ENOTDIR: "a part of the path is not a folder",
    errno.EEXIST: "a file stands where the folder should be",
    errno.ENAMETOOLONG: "the name is too long",
}


def run_path(folder: Path, key: Key) -> Path:
    """Return where the weekly table of a run lies."""
    variant, scenario, replication = key
    return folder / "runs" / variant / scenario / f"{replication:03d}.parquet"


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write what made a comparison into its folder."""
    write_json(folder / MANIFEST, manifest.model_dump(mode="json"))


def missing_runs(folder: Path, manifest: Manifest) -> list[Key]:
    """Return the runs that have no whole file yet."""
    return [key for key in manifest.run_keys() if not _is_whole(run_path(folder, key))]


def _is_whole(path: Path) -> bool:
    """Return whether a Parquet file is there and ends as one (a power cut can leave a stump)."""
    try:
        with path.open("rb") as file:
            head = file.read(4)
            file.seek(-4, os.SEEK_END)
            return head == file.read(4) == b"PAR1"
    except OSError:
        return False


def write(path: Path, content: bytes) -> None:
    """Write a file under a temporary name and rename it.

    Parameters
    ----------
    path : Path
        The file; its folder is made.
    content : bytes
        All of it.

    Raises
    ------
    InputError
        If the disk is full or the place cannot be written to.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}{TEMPORARY}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise _input_error(path, error) from error


def write_json(path: Path, content: Any) -> None:
    """Write JSON for people to read: keys as given, numbers in full."""
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    write(path, (text + "\n").encode())


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
        return pq.read_table(path, use_threads=False).to_pandas()
    except (OSError, pa.ArrowException) as error:
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


def clear_temporary(folder: Path) -> None:
    """Remove what killed runs left half written. Only for the holder of the lock."""
    for path in folder.rglob(f"*{TEMPORARY}"):
        path.unlink(missing_ok=True)


@contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Hold a folder, so that no second command writes to it; it is made if it does not exist.

    The lock is the operating system's (``flock``): it ends with the process that holds it, however
    that dies, so that a lock left behind is simply taken over.

    Raises
    ------
    InputError
        If another process holds it, or the folder cannot be made.
    """
    path = folder / LOCK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = _acquire(path)
    except BlockingIOError:
        raise InputError(
            str(folder),
            "folder",
            f"in use by {_holder(path)}",
            "a folder that no other command is working on",
            hint="Wait until that command ends, or choose another folder.",
        ) from None
    except OSError as error:
        raise _input_error(folder, error) from error
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def _holder(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(encoding="utf-8").strip() or "another process"
    return "another process"


def _acquire(path: Path) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The former holder may have removed the file between the two calls.
            if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
                os.ftruncate(handle, 0)
                os.write(handle, f"process {os.getpid()} on {socket.gethostname()}".encode())
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _input_error(path: Path, error: OSError) -> InputError:
    reason = _OUTSIDE.get(error.errno or 0, error.strerror or str(error))
    return InputError(
        str(path),
        "writing",
        reason,
        "room and permission to write there",
        hint="Mend it and give the same command again: finished runs are kept.",
    )
