"""All of a client's files sealed in one, while nobody works with them: ``clients/NAME.sealed``.

The folder goes into the sealed file, which is read back and compared before the folder is removed; of
two that stand side by side the folder is what counts. Removing overwrites nothing on the disk: what an
SSD or a backup keeps of it, no program reaches.
"""

import hashlib
import os
import shutil
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from sim.common.errors import InputError
from sim.common.paths import clients_folder
from sim.common.sealed import Sealer, Unsealer
from sim.common.staged import finish_changes
from sim.common.writing import LOCK, clear_partial, lock, make_private_folder, new_folder
from sim.intake.keys import client_key, held_key

_ENDING, _AWAY, _WHAT = ".sealed", ".sealed-away", "client"
_BLOCK, _FILE = 1 << 20, 0o600
_FOLDER = 0o700


def sealed_path(name: str) -> Path:
    """Return where a client's files lie sealed."""
    return clients_folder() / f"{name}{_ENDING}"


def seal_client(name: str) -> Path:
    """Seal the folder of a client, and return the file that holds it now.

    Raises
    ------
    InputError
        If there is no such client, or another command works on it.
    """
    folder, path = clients_folder() / name, sealed_path(name)
    clear_away(clients_folder())
    if not folder.is_dir():
        raise _no_client(name, "a client with a folder among the clients' files")
    key, partial = client_key(name), path.with_name(f".{path.name}.{os.getpid()}.partial")
    away = folder.with_name(f".{name}{_AWAY}")
    with lock(folder):
        finish_changes(folder)
        clear_partial(folder)
        partial.unlink(missing_ok=True)
        try:
            packed = _pack(folder, partial, key)
            with partial.open("rb") as file:
                if _digest(Unsealer(file, key, _WHAT, str(partial))) != packed:
                    raise OSError(f"{partial} does not read as it was written")
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        folder.rename(away)
    shutil.rmtree(away)
    return path


def unseal_client(name: str) -> Path:
    """Bring back the folder of a client that was sealed, and return it.

    Raises
    ------
    InputError
        If it is not sealed, is open already, or the key is not here or another one.
    """
    folder, path = clients_folder() / name, sealed_path(name)
    clear_away(clients_folder())
    if not path.is_file():
        raise _no_client(name, "a client whose files are sealed")
    if folder.is_dir() and any(one.name != LOCK for one in folder.iterdir()):
        expected = "a client whose files are sealed and not open as well"
        hint = "The open folder counts: `loyalty seal` seals it anew."
        raise InputError("NAME", "name", name, expected, hint=hint)
    key = held_key(name)
    with new_folder(folder) as beside, path.open("rb") as file:
        beside.rmdir()
        make_private_folder(beside)
        content = Unsealer(file, key, _WHAT, str(path))
        try:
            with tarfile.open(fileobj=cast(Any, content), mode="r|") as tar:
                tar.extractall(beside, filter="data")
        except tarfile.TarError as error:
            found = type(error).__name__
            raise InputError(str(path), "file", found, "a client's sealed files") from None
        content.read()  # to its end, so that nothing is cut off
        for inside in beside.rglob("*"):
            if inside.is_dir():
                inside.chmod(_FOLDER)
    path.unlink()
    return folder


def refuse_sealed(words: Iterable[str]) -> None:
    """Refuse a command whose words name a client, or a file of one, that is sealed.

    Raises
    ------
    InputError
        With the command that opens it.
    """
    clients = clients_folder()
    closed = {path.name.removesuffix(_ENDING) for path in clients.glob(f"*{_ENDING}")}
    closed = {name for name in closed if not (clients / name).is_dir()}
    for word in words if closed else ():
        said = word.rpartition("=")[2]
        place = Path(said).absolute()
        inside = place.relative_to(clients).parts[:1] if place.is_relative_to(clients) else ()
        for name in closed & {said, *inside}:
            expected = "a client whose files are open, not sealed"
            hint = f"Open them: `loyalty unseal {name}`."
            raise InputError("command line", "client", name, expected, hint=hint)


def clear_away(clients: Path) -> None:
    """Remove what a killed command left of folders that were sealed."""
    for left in clients.glob(f".*{_AWAY}"):
        shutil.rmtree(left, ignore_errors=True)


def _no_client(name: str, expected: str) -> InputError:
    return InputError("NAME", "name", name, expected)


def _pack(folder: Path, path: Path, key: bytes) -> str:
    """Write a folder sealed to a file, force it to the disk, and return the digest of what it holds."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE), "wb") as file:
        sealer = _Digesting(Sealer(file, key, _WHAT))
        with tarfile.open(fileobj=cast(Any, sealer), mode="w|") as tar:
            for inside in sorted(folder.rglob("*")):
                if inside.name != LOCK:
                    tar.add(inside, str(inside.relative_to(folder)), recursive=False)
        sealer.to.finish()
        file.flush()
        os.fsync(file.fileno())
    return sealer.digest.hexdigest()


class _Digesting:
    """What is written to a sealer, with its digest."""

    def __init__(self, to: Sealer) -> None:
        self.to, self.digest = to, hashlib.sha256()

    def write(self, content: bytes) -> int:
        """Write on."""
        self.digest.update(content)
        return self.to.write(content)


def _digest(content: Unsealer) -> str:
    """Return the digest of what a sealed file holds, read to its end."""
    digest = hashlib.sha256()
    while block := content.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()
