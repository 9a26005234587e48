"""What an earlier intake of the client left: whether the new one has all of it, and where it is kept."""

from collections.abc import Iterable
from datetime import date
from itertools import count
from pathlib import Path

from sim.common.errors import InputError
from sim.common.formatting import fixed_percent
from sim.common.sql_files import file_in_sql
from sim.common.writing import make_private_folder, write
from sim.intake.own_ids import amount_of
from sim.intake.sql import Database, row

#: By how much an amount may be less by rounding alone, as a share.
_ROUNDED = 1e-6


def check_nothing_is_lost(database: Database, log: Path) -> None:
    """Refuse files that lack lines of the log that they would replace.

    A day of a customer is there if it has as many lines as before and what was bought on it is not
    less. Lines that were returned or cancelled since count as there.

    Parameters
    ----------
    database : Database
        With ``lines``, before returns and cancelled ones are taken out, and ``ids`` with pseudonyms.
    log : Path
        Of the earlier intake; there may be none.

    Raises
    ------
    InputError
        With how much would be lost.
    """
    if not log.exists():
        return
    import duckdb

    hint = "Give the earlier files too, or replace the log by --force; it is then kept in a dated folder."
    try:
        lost, customers, sales, purchases, whole = row(database, _lost(log))
    except duckdb.Error as error:
        found = type(error).__name__
        expected = "a log that an intake has written"
        raise InputError(str(log), "file", found, expected, hint=hint) from None
    if lost:
        share = fixed_percent(float(sales) / float(whole) if whole else 0.0, 1)
        found = (
            f"{lost:,} of {purchases:,} purchases gone, {customers:,} customers, {share} of sales"
        )
        expected = "all lines of the log that would be replaced"
        raise InputError("--name", "name", found, expected, hint=hint)


def _lost(log: Path) -> str:
    """Return the SQL of how many purchases and customers would be lost, with what sales, of how many."""
    lacks = f"n is null or n < lines or bought < amount * {1 - _ROUNDED}"
    return (
        f"with now as (select pseudonym, day, count(*) as n, coalesce(sum(amount) "
        f"filter (amount > 0), 0)::double as bought from lines join ids using (customer) group by 1, 2), "
        f"was as (select customer, {amount_of(log)} as amount, lines, n, bought "
        f"from read_parquet({file_in_sql(log)}) "
        f"left join now on pseudonym = customer and day = date::date) "
        f"select count(*) filter ({lacks}), count(distinct customer) filter ({lacks}), "
        f"coalesce(sum(amount) filter ({lacks}), 0), count(*), coalesce(sum(amount), 0) from was"
    )


def keep_former(folder: Path, names: Iterable[str]) -> Path | None:
    """Copy what an earlier intake left to a folder named after today, and return it; None without any.

    Only for the holder of the folder's lock.
    """
    standing = [name for name in names if (folder / name).is_file()]
    if not standing:
        return None
    today = f"before-{date.today().isoformat()}"
    places = (folder / (today if number == 1 else f"{today}-{number}") for number in count(1))
    kept = next(place for place in places if not place.exists())
    make_private_folder(kept)
    for name in standing:
        write(kept / name, folder / name, private=True)
    return kept
