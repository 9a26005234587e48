"""Write files so that a kill at any time costs nothing, and no two commands write to one folder.

Each file is written under a name that only this tool makes (``.NAME.PROCESS.partial``), in its folder,
forced to the disk and renamed: a file that exists is whole, and a full disk leaves the former one. In a
held folder no link is followed and only regular files are replaced. Only its owner opens clients' files.
"""

import errno
import json
import os
import re
import shutil
import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from sim.common.disk_faults import fault_of, faults_of
from sim.common.errors import InputError
from sim.common.paths import clients_folder
from sim.common.targets import HELD, is_held, mode_of, not_regular

LOCK = ".lock"
_PARTIAL = re.compile(r"\..+\.\d+\.partial", re.DOTALL)
_FILE, _FOLDER, _PRIVATE_FILE, _PRIVATE_FOLDER = 0o666, 0o777, 0o600, 0o700


def write(path: Path, content: bytes | Path, private: bool = False, is_new: bool = False) -> None:
    """Write a file under a temporary name and rename it; it is never seen half written.

    Parameters
    ----------
    path : Path
        The file; its folder is made, and the mode of a former file is kept. A link is followed, but in
        a folder that this process holds it is replaced.
    content : bytes or Path
        All of it, or the file that holds it.
    private : bool
        Whether nobody but the user may read the file, as always in the clients' folder.
    is_new : bool
        Whether a file that is there already is left as it is and told, whoever made it meanwhile.

    Raises
    ------
    InputError
        If the path cannot be, or holds anything but a regular file (a `MachineError` if the disk is full
        or may not be written to).
    """
    with faults_of(path):
        private = private or _is_client(path)
        follows = not is_held(path) and path.is_symlink()
        target = path.resolve() if follows else path
        former = mode_of(target)
        temporary = target.with_name(f".{target.name}.{os.getpid()}.partial")
        _make_folder(target.parent)
        temporary.unlink(missing_ok=True)  # of a dead process of this number
        try:
            _fill(temporary, content, _PRIVATE_FILE if private else _FILE)
            if not private and stat.S_ISREG(former):
                shutil.copymode(target, temporary)
            if is_new:
                _reserve(target)
            temporary.replace(target)
        except (OSError, InputError, KeyboardInterrupt):
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise


def remove(path: Path) -> None:
    """Remove a file, or the link in its place, if there is one; refuse all else as `write` does."""
    with faults_of(path):
        is_held(path)
        if mode_of(path):
            path.unlink()


def _fill(path: Path, content: bytes | Path, mode: int) -> None:
    """Make a file that did not exist, and force its content to the disk."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        if isinstance(content, Path):
            with content.open("rb") as source:
                shutil.copyfileobj(source, file)
        else:
            file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _reserve(path: Path) -> None:
    """Make an empty file where there is none: of two that do so at a time, one is refused."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE))
    except FileExistsError:
        expected = "a file that is not there yet"
        raise InputError(str(path), "file", "there already", expected) from None


def write_text(path: Path, text: str, private: bool = False, is_new: bool = False) -> None:
    """Write text as UTF-8, its line ends as they are (see `write`)."""
    write(path, text.encode(), private, is_new)


def write_json(path: Path, content: Any, private: bool = False) -> None:
    """Write JSON for people to read: keys as given, numbers in full (see `write`)."""
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    write_text(path, text + "\n", private)


def make_private_folder(folder: Path) -> None:
    """Make a folder that nobody but the user may open; an existing one is left as it is.

    Raises
    ------
    InputError
        If it cannot be made.
    """
    with faults_of(folder):
        _make_folder(folder.parent)
        folder.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, private from the clients' folder downwards."""
    if folder.is_dir():
        return
    if folder != folder.parent:
        _make_folder(folder.parent)
    folder.mkdir(mode=_PRIVATE_FOLDER if _is_client(folder) else _FOLDER, exist_ok=True)


def _is_client(path: Path) -> bool:
    """Return whether a path lies in the clients' folder, or is that folder."""
    return path.resolve().is_relative_to(clients_folder().resolve())


def check_target(path: Path) -> None:
    """Refuse, before any work, a file or folder that could not be written afterwards.

    Parameters
    ----------
    path : Path
        It and folders above it may be missing: they are made when something is written.

    Raises
    ------
    InputError
        If something on the way is no folder, or may not be written to.
    """
    with faults_of(path):
        standing = path.resolve()
        while True:
            try:
                standing.lstat()
                break
            except FileNotFoundError:
                standing = standing.parent  # the nearest that there is
        if standing != path.resolve() and not standing.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "not a folder")
        place = standing if standing.is_dir() else standing.parent
        if not os.access(place, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "no permission")


def occupants(folder: Path) -> list[str]:
    """Return the names of what lies in a folder, without the lock and what was half written."""
    names = (path.name for path in folder.iterdir())
    return [name for name in names if name != LOCK and not _PARTIAL.fullmatch(name)]


def clear_partial(folder: Path, deep: bool = True) -> None:
    """Remove what killed commands left half written. Only for the holder of the folder's lock.

    Parameters
    ----------
    folder : Path
        Nothing but files that `write` began is removed from it.
    deep : bool
        Whether folders within it are cleared as well.
    """
    for path in folder.glob("**/.*.partial" if deep else ".*.partial"):
        if _PARTIAL.fullmatch(path.name) and path.is_file():
            path.unlink(missing_ok=True)


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Fill a folder beside the target, and rename it when it is complete.

    What a killed command left of it is removed by the next one that writes to the same target.

    Parameters
    ----------
    target : Path
        The folder to make; it may exist if it is empty.

    Yields
    ------
    Path
        The folder to fill.

    Raises
    ------
    InputError
        If another command makes it at the moment, or it cannot be made.
    """
    with faults_of(target):
        target = target.resolve()
        partial = target.with_name(f".{target.name}.partial")
    filled = partial / target.name
    with lock(partial):
        try:
            with faults_of(target):
                shutil.rmtree(filled, ignore_errors=True)
                _make_folder(filled)
            yield filled
            with faults_of(target):
                if target.is_dir():
                    target.rmdir()  # fails if it is not empty
                filled.rename(target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def lock(folder: Path, on_wait: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold a folder, so that no second command writes to it; it is made if it does not exist.

    The lock is the operating system's: it ends with the process that holds it, however that dies,
    so that a lock left behind is simply taken over. While it is held no link in the folder is followed.
    Another that holds it is waited for where `on_wait` is given, as `turn` takes it.

    Raises
    ------
    InputError
        If another process holds it, or the folder cannot be made or written to.
    """
    with turn(folder / LOCK, on_wait):
        place = folder.resolve()
        HELD.add(place)
        try:
            yield
        finally:
            HELD.discard(place)


@contextmanager
def turn(path: Path, on_wait: Callable[[], None] | None) -> Iterator[None]:
    """Hold what one command does at a time, by a file that is there as long as it is held.

    Parameters
    ----------
    path : Path
        The file; what a kill left of it is taken over.
    on_wait : callable or None
        Called before another that holds it is waited for; None refuses it instead.
    """
    folder, held = path.parent, FileLock(path, blocking=False)
    try:
        _make_folder(folder)
        if stat.S_ISLNK(mode_of(path)):
            raise not_regular(path, "a link", "a regular file, or none yet")
        try:
            held.acquire()
        except Timeout:
            if on_wait is None:
                raise
            on_wait()
            held.acquire(blocking=True)
    except Timeout:
        raise InputError(
            str(folder),
            "folder",
            f"in use by {_holder(path)}",
            "a folder that no other command is working on",
            hint="Wait until that command ends, or choose another folder.",
        ) from None
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a null byte
        raise fault_of(folder, error) from error
    try:
        with suppress(OSError):  # not where a locked file may not be written to
            path.write_text(f"process {os.getpid()} on {socket.gethostname()}", encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)  # while it is held: whoever waits looks again
        held.release()


def _holder(path: Path) -> str:
    with suppress(OSError, ValueError):
        return path.read_text(encoding="utf-8").strip()[:100] or "another process"
    return "another process"
