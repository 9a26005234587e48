"""Names and texts within SQL, and the database that an intake works in."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING, Any

from sim.common.errors import InputError
from sim.common.writing import lock

if TYPE_CHECKING:
    import duckdb

    type Database = duckdb.DuckDBPyConnection
else:
    type Database = Any

#: Memory that the database takes before it works on the disk: fifty million lines within 4 GiB in all.
MEMORY = "2GB"
#: Begin of the name of its folder, and seconds within which one may be made and not yet held.
_PREFIX, _JUST_MADE = "loyalty-intake-", 60.0


def name_of(text: str) -> str:
    """Return a name as SQL quotes it."""
    return '"' + text.replace('"', '""') + '"'


def text_of(text: str) -> str:
    """Return a text as SQL quotes it."""
    return "'" + text.replace("'", "''") + "'"


def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    """Return all rows of a query."""
    return database.execute(query).fetchall()


def row(database: Database, query: str) -> tuple[Any, ...]:
    """Return the one row of a query."""
    return rows(database, query)[0]


def _clear_left() -> None:
    """Remove the folders of commands that were killed: their locks are held by nobody."""
    for left in Path(gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError, InputError):
            if time.time() - left.stat().st_mtime > _JUST_MADE:
                with lock(left):
                    shutil.rmtree(left, ignore_errors=True)


@contextmanager
def workplace() -> Iterator[tuple[Database, Path]]:
    """Open a database on the disk, in a folder of its own that only the user can open.

    Yields
    ------
    tuple
        The database and the folder; both are gone afterwards.
    """
    import duckdb

    _clear_left()
    with TemporaryDirectory(prefix=_PREFIX) as folder, lock(Path(folder)):
        settings = {"memory_limit": MEMORY, "temp_directory": folder, "TimeZone": "UTC"}
        database = duckdb.connect(str(Path(folder, "intake.duckdb")))
        try:
            for key, value in settings.items():
                database.execute(f"set {key} = {text_of(value)}")
            database.execute("set enable_progress_bar = false")
            yield database, Path(folder)
        finally:
            database.close()
