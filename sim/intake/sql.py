"""Names and texts within SQL, and the database that an intake works in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

    type Database = duckdb.DuckDBPyConnection
else:
    type Database = Any

#: Memory that the database takes before it works on the disk: fifty million lines within 4 GiB in all.
MEMORY = "2GB"


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


@contextmanager
def workplace() -> Iterator[tuple[Database, Path]]:
    """Open a database on the disk, in a folder of its own that only the user can open.

    Yields
    ------
    tuple
        The database and the folder; both are gone afterwards.
    """
    import duckdb

    with TemporaryDirectory(prefix="loyalty-intake-") as folder:
        settings = {"memory_limit": MEMORY, "temp_directory": folder, "TimeZone": "UTC"}
        database = duckdb.connect(str(Path(folder, "intake.duckdb")))
        try:
            for key, value in settings.items():
                database.execute(f"set {key} = {text_of(value)}")
            database.execute("set enable_progress_bar = false")
            yield database, Path(folder)
        finally:
            database.close()
