"""What may be written to: regular files, and in a folder that a command holds nothing behind a link."""

import errno
import stat
from pathlib import Path

from sim.common.errors import InputError

#: Folders that this process holds (`sim.common.writing.lock`), resolved.
HELD: set[Path] = set()


def is_held(path: Path) -> bool:
    """Return whether a path lies in a folder that this process holds; refuse a link on the way there."""
    between: list[Path] = []
    for folder in path.absolute().parents:
        if folder.resolve() in HELD:
            for link in filter(Path.is_symlink, between):
                raise not_regular(link, "a link to another folder", "a folder")
            return True
        between.append(folder)
    return False


def mode_of(path: Path) -> int:
    """Return the mode of a regular file or a link, 0 if there is neither; refuse all else."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return 0
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "a folder")
    if not stat.S_ISREG(mode) and not stat.S_ISLNK(mode):
        raise not_regular(path, "a pipe or a device", "a regular file, or none yet")
    return mode


def not_regular(path: Path, found: str, expected: str) -> InputError:
    """Return what to tell of something that is neither overwritten nor followed."""
    hint = "Remove it and give the same command again."
    return InputError(str(path), "writing", found, expected, hint=hint)
