"""Seal content with a key, so that nobody reads or changes it without: AES-256-GCM, block by block.

::

    loyalty1 | 16 bytes of salt | blocks of 1 MiB and 16 bytes, the last one shorter

Each file has a key of its own, drawn from the holder's by HKDF-SHA-256 (RFC 5869) with the salt and a
word for what is sealed. A block's number and whether it is the last stand in its nonce (the STREAM of
Hoang, Reyhanitabar, Rogaway & Vizar 2015), so that blocks cannot be exchanged, left out or cut off.
"""

import secrets
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from sim.common.errors import InputError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

#: Bytes of a key.
KEY = 32
_MARK, _SALT, _BLOCK, _TAG = b"loyalty1", 16, 1 << 20, 16


class Sealer:
    """A file to write to, whose content goes sealed to another.

    Parameters
    ----------
    target : binary file
    key : bytes
        Of the holder, `KEY` bytes.
    what : str
        A word for what is sealed: it opens as nothing else.
    """

    def __init__(self, target: BinaryIO, key: bytes, what: str) -> None:
        salt = secrets.token_bytes(_SALT)
        self._target, self._cipher = target, _cipher(key, salt, what)
        self._number, self._open = 0, bytearray()
        target.write(_MARK + salt)

    def write(self, content: bytes) -> int:
        """Take content; what fills a block, and is not the end, is sealed at once."""
        self._open += content
        while len(self._open) > _BLOCK:
            self._seal(bytes(self._open[:_BLOCK]), last=False)
            del self._open[:_BLOCK]
        return len(content)

    def finish(self) -> None:
        """Seal what is left as the last block."""
        self._seal(bytes(self._open), last=True)

    def _seal(self, block: bytes, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last), block, None))
        self._number += 1


class Unsealer:
    """A file to read from, which holds what another holds sealed (arguments as `Sealer`).

    Reading raises an InputError that names `where` if it was sealed with another key or as something
    else, or was changed or cut off since; what has been read by then counts for nothing.
    """

    def __init__(self, source: BinaryIO, key: bytes, what: str, where: str) -> None:
        mark, salt = source.read(len(_MARK)), source.read(_SALT)
        if mark != _MARK or len(salt) != _SALT:
            raise InputError(where, "file", "another content", "a file that the workbench sealed")
        self._source, self._where, self._cipher = source, where, _cipher(key, salt, what)
        self._number, self._open, self._next = 0, bytearray(), source.read(_BLOCK + _TAG)
        self._done = False

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, or all; fewer at the end."""
        while not self._done and (size < 0 or len(self._open) < size):
            self._open += self._unsealed()
        size = len(self._open) if size < 0 else size
        found = bytes(self._open[:size])
        del self._open[:size]
        return found

    def _unsealed(self) -> bytes:
        """Return what the next block holds."""
        from cryptography.exceptions import InvalidTag

        block, self._next = self._next, self._source.read(_BLOCK + _TAG)
        self._done = not self._next
        try:
            found = self._cipher.decrypt(_nonce(self._number, self._done), block, None)
        except (InvalidTag, ValueError):  # a block shorter than its tag
            expected = "the key that it was sealed with, and a file that is as it was written"
            wrong = "a key that does not fit, or a file that was changed"
            raise InputError(self._where, "seal", wrong, expected) from None
        self._number += 1
        return found


def sealed(content: bytes, key: bytes, what: str) -> bytes:
    """Return content sealed (see `Sealer`)."""
    target = BytesIO()
    sealer = Sealer(target, key, what)
    sealer.write(content)
    sealer.finish()
    return target.getvalue()


def unsealed(content: bytes, key: bytes, what: str, where: str) -> bytes:
    """Return what sealed content holds (see `Unsealer`)."""
    return Unsealer(BytesIO(content), key, what, where).read()


def _cipher(key: bytes, salt: bytes, what: str) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESGCM(HKDF(SHA256(), KEY, salt, what.encode()).derive(key))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
