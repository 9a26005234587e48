"""The key of a client's pseudonyms, and of what is sealed for whoever holds it.

It lies outside the clients' folder, so that this can be handed on without it: in ``clients-keys`` beside
it, or where ``LOYALTY_KEYS`` says, on a stick that is put away, say.
"""

import hashlib
import hmac
import secrets
from pathlib import Path

from sim.common.errors import InputError
from sim.common.paths import keys_folder
from sim.common.sealed import KEY
from sim.common.writing import make_private_folder, write


def key_path(name: str) -> Path:
    """Return where a client's key lies: never in the clients' folder."""
    return keys_folder() / f"{name}.key"


def client_key(name: str) -> bytes:
    """Return the key of a client; the first time it is drawn.

    Raises
    ------
    InputError
        If what lies there is no key.
    """
    path = key_path(name)
    if not path.exists():
        make_private_folder(path.parent)
        write(path, secrets.token_bytes(KEY), private=True)
    return _read(path)


def held_key(name: str) -> bytes:
    """Return the key of a client, which whoever asks must hold.

    Raises
    ------
    InputError
        If it is not here.
    """
    path = key_path(name)
    if not path.exists():
        expected = "the key of the client's pseudonyms, which only its holder has"
        hint = "Ask its holder, and name the folder in which it lies: LOYALTY_KEYS."
        raise InputError(str(path), "key", "no key", expected, hint=hint)
    return _read(path)


def pseudonym(key: bytes, customer: str) -> str:
    """Return the pseudonym of an id, as `sim.intake.customers.pseudonym_in_sql` does for a column."""
    return hmac.new(key, customer.encode(), hashlib.sha256).hexdigest()[:32]


def _read(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != KEY:
        expected = f"a key of {KEY} bytes, as the first intake drew it"
        raise InputError(str(path), "key", f"{len(key)} bytes", expected)
    return key
