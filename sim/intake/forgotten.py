"""Customers who asked to be forgotten: known by their pseudonyms alone, and left out of later exports.

``clients/NAME/forgotten.json`` holds of each the pseudonym, the day, and the digests of the customer
histories of the client's market before and after: a result that was made with the former was made with
this customer. A pseudonym depends on the key, so that a check of the key stands beside them.
"""

import datetime
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from sim.common.errors import InputError
from sim.common.paths import client_folder, clients_folder
from sim.common.reading import read_yaml, validate
from sim.intake.customers import pseudonym_in_sql
from sim.intake.keys import held_key, pseudonym
from sim.intake.sql import Database, row, text_of

FORGOTTEN = "forgotten.json"
#: What is worked out with the key to know it again.
_CHECK = "forgotten"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Forgotten(_Part):
    """A customer who was forgotten.

    Attributes
    ----------
    pseudonym : str
    day : date
    before, after : str
        SHA-256 of the histories of the client's market; empty where this customer was not in them.
    """

    pseudonym: str
    day: datetime.date
    before: str = ""
    after: str = ""


class Record(_Part):
    """All of a client's customers who were forgotten, and a check of the key."""

    key: str = ""
    customers: tuple[Forgotten, ...] = ()

    def with_one(self, one: Forgotten, key: bytes) -> "Record":
        """Return the record with one more."""
        return Record(key=_check_of(key), customers=(*self.customers, one))


def record_path(name: str) -> Path:
    """Return where it is written who was forgotten of a client."""
    return clients_folder() / name / FORGOTTEN


def read_record(name: str) -> Record:
    """Return who was forgotten of a client.

    Raises
    ------
    InputError
        If the file was spoiled: without it a later intake would take them in again.
    """
    path = record_path(name)
    return validate(Record, read_yaml(path), str(path), strict=False) if path.exists() else Record()


def check_key(name: str, record: Record) -> None:
    """Refuse to go on without the key by which those who were forgotten are known again.

    Raises
    ------
    InputError
        If the key is not here, or is another one.
    """
    if not record.customers:
        return
    if _check_of(held_key(name)) != record.key:
        expected = "the key by which those who were forgotten are known"
        hint = "Name the folder in which it lies: LOYALTY_KEYS."
        raise InputError(str(record_path(name)), "key", "another key", expected, hint=hint)


def leave_out_forgotten(database: Database, record: Record, key: bytes) -> int:
    """Take the lines of those who were forgotten out, and return how many there were.

    Parameters
    ----------
    database : Database
        With ``lines``, ``rejected``, and ``ids`` with pseudonyms.
    record : Record
    key : bytes
        Of the client.
    """
    if not record.customers:
        return 0
    who = ", ".join(text_of(one.pseudonym) for one in record.customers)
    theirs = f"{pseudonym_in_sql(key, 'customer')} in ({who})"
    (lines,) = row(
        database,
        f"select (select count(*) from lines where {theirs}) + "
        f"(select count(*) from rejected where {theirs})",
    )
    for table in ("lines", "rejected", "ids"):
        database.execute(f"delete from {table} where {theirs}")
    return int(lines)


def forgotten_since(market: str, histories: str, until: str = "") -> tuple[Forgotten, ...]:
    """Return who was forgotten of those whose histories a result was made with.

    Parameters
    ----------
    market : str
        Its name; of a market that is no client's nobody is forgotten.
    histories : str
        The first digits of the digest of the histories.
    until : str
        Those of histories made later, without whom these were made; up to now if empty.
    """
    if not histories or client_folder(market) is None:
        return ()
    found: list[Forgotten] = []
    for one in read_record(market).customers:
        if found and until and found[-1].after.startswith(until):
            break
        follows = found and one.before == found[-1].after
        if one.before and (follows or one.before.startswith(histories)):
            found.append(one)
    return tuple(found)


def in_words(customers: Iterable[Forgotten]) -> str:
    """Return pseudonyms and days for a message."""
    return ", ".join(f"{one.pseudonym[:12]} ({one.day})" for one in customers)


def _check_of(key: bytes) -> str:
    return pseudonym(key, _CHECK)
