"""Whoever was forgotten comes back by no other log of the client: every log that is read is looked at.

A log with own ids says whose it is where a command names the client; else it is taken for the log of a
client most of whose customers are in it. Those who were forgotten are known with the client's key alone.
"""

from collections.abc import Iterator
from pathlib import Path

from sim.common.errors import InputError
from sim.common.paths import clients_folder
from sim.common.sql_files import file_in_sql
from sim.intake.customers import pseudonym_in_sql
from sim.intake.forgotten import FORGOTTEN, check_key, read_record
from sim.intake.keys import held_key
from sim.intake.own_ids import LOG, client_of
from sim.intake.sql import Database, row, text_of

#: Share of a log's customers who are a client's, from which on it is the client's log.
_MOST = 0.5


def leave_out_forgotten_again(database: Database, path: Path, client: str) -> None:
    """Take the lines of whoever was forgotten of a client out of a log that is read once more."""
    for theirs, name in _found(database, path, client):
        if name == client:
            database.execute(f"delete from lines where {theirs}")


def refuse_forgotten(database: Database, path: Path, client: str | None) -> None:
    """Refuse a log in which customers are who were forgotten; an intake leaves them out.

    Parameters
    ----------
    database : Database
        With ``lines``.
    path : Path
        What they were read from.
    client : str or None
        Whose log it is, if that is known.

    Raises
    ------
    InputError
        With how many there are, or if the key is not here by which they are known.
    """
    for theirs, name in _found(database, path, client):
        query = f"select count(distinct customer) from lines where {theirs}"
        back = int(row(database, query)[0])
        if back and (name == client or _is_log_of(database, name)):
            found = f"{back:,} of those who asked to be forgotten"
            expected = "a log without those who were forgotten"
            hint = f"Take it in first, which leaves them out: `loyalty intake FILE --name {name}`."
            raise InputError(path.name, "customer", found, expected, hint=hint)


def _found(database: Database, path: Path, client: str | None) -> Iterator[tuple[str, str]]:
    """Return the SQL of a line of who was forgotten, and the client, by client of whom it is known.

    Raises
    ------
    InputError
        If the key of the client that is named is not here.
    """
    own = client_of(path)
    for name in (path.parent.name for path in sorted(clients_folder().glob(f"*/{FORGOTTEN}"))):
        if name == own:
            continue  # what an intake has written has nobody in it who was forgotten before
        try:
            record = read_record(name)
            check_key(name, record)
        except InputError:
            if name == client:
                raise
            continue  # another client's record or key that is not as it was: nobody can tell by it
        if record.customers:
            who = ", ".join(text_of(one.pseudonym) for one in record.customers)
            pseudonym = pseudonym_in_sql(held_key(name), "customer")
            yield f"customer in ({who}) or {pseudonym} in ({who})", name


def _is_log_of(database: Database, name: str) -> bool:
    """Return whether most customers of the lines that were read are a client's."""
    log = clients_folder() / name / "intake" / LOG
    if not log.exists():
        return False
    pseudonym = pseudonym_in_sql(held_key(name), "customer")
    theirs = f"(select customer from read_parquet({file_in_sql(log)}))"
    (share,) = row(
        database,
        f"select avg((customer in {theirs} or {pseudonym} in {theirs})::int) "
        "from (select distinct customer from lines)",
    )
    return float(share) >= _MOST
