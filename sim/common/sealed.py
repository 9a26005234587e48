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


def seal(source: BinaryIO, target: BinaryIO, key: bytes, what: str) -> None:
    """Write what a file holds to another, sealed.

    Parameters
    ----------
    source, target : binary files
    key : bytes
        Of the holder, `KEY` bytes.
    what : str
        A word for what is sealed: it opens as nothing else.
    """
    salt = secrets.token_bytes(_SALT)
    cipher, number = _cipher(key, salt, what), 0
    target.write(_MARK + salt)
    block = source.read(_BLOCK)
    while True:
        after = source.read(_BLOCK)
        target.write(cipher.encrypt(_nonce(number, not after), block, None))
        if not after:
            return
        block, number = after, number + 1


def unseal(source: BinaryIO, target: BinaryIO, key: bytes, what: str, where: str) -> None:
    """Write what a sealed file holds to another (arguments as `seal`).

    Parameters
    ----------
    where : str
        The sealed file, for messages.

    Raises
    ------
    InputError
        If it was sealed with another key or as something else, or was changed or cut off since. What has
        been written to `target` by then counts for nothing.
    """
    from cryptography.exceptions import InvalidTag

    mark, salt = source.read(len(_MARK)), source.read(_SALT)
    if mark != _MARK or len(salt) != _SALT:
        raise InputError(where, "file", "another content", "a file that the workbench sealed")
    cipher, number = _cipher(key, salt, what), 0
    block = source.read(_BLOCK + _TAG)
    while True:
        after = source.read(_BLOCK + _TAG)
        try:
            target.write(cipher.decrypt(_nonce(number, not after), block, None))
        except (InvalidTag, ValueError):  # a block shorter than its tag
            expected = "the key that it was sealed with, and a file that is as it was written"
            found = "a key that does not fit, or a file that was changed"
            raise InputError(where, "seal", found, expected) from None
        if not after:
            return
        block, number = after, number + 1


def sealed(content: bytes, key: bytes, what: str) -> bytes:
    """Return content sealed (see `seal`)."""
    target = BytesIO()
    seal(BytesIO(content), target, key, what)
    return target.getvalue()


def unsealed(content: bytes, key: bytes, what: str, where: str) -> bytes:
    """Return what sealed content holds (see `unseal`)."""
    target = BytesIO()
    unseal(BytesIO(content), target, key, what, where)
    return target.getvalue()


def _cipher(key: bytes, salt: bytes, what: str) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESGCM(HKDF(SHA256(), KEY, salt, what.encode()).derive(key))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
