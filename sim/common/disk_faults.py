"""What the system says of files and folders that cannot be written, told as faults."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.common.errors import InputError, MachineError

_MACHINE = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file may not grow this large",
    errno.EACCES: "no permission to write",
    errno.EPERM: "no permission to write",
    errno.EROFS: "the file system is read-only",
    errno.EIO: "the disk does not answer",
}
_PATH = {
    errno.ENOTDIR: "a part of the path is not a folder",
    errno.EEXIST: "a file stands where the folder should be",
    errno.EISDIR: "a folder stands where the file should be",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "links that lead to each other",
}


@contextmanager
def faults_of(path: Path) -> Iterator[None]:
    """Turn what the system raises on a path into an `InputError`."""
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a null byte
        raise fault_of(path, error) from error


def fault_of(path: Path, error: Exception) -> InputError:
    """Return what to tell when a file or folder cannot be written."""
    number = getattr(error, "errno", None) or 0
    kind = MachineError if number in _MACHINE else InputError
    said = getattr(error, "strerror", None) or str(error)
    return kind(
        str(path),
        "writing",
        _MACHINE.get(number) or _PATH.get(number) or said,
        "room and permission to write there",
        hint="Mend it and give the same command again: finished runs are kept.",
    )
