"""What an intake leaves in ``clients/NAME/intake``: the log, what was left out, what was concluded.

::

    ids.sealed        the client's own id of each pseudonym, for the holder of the key alone
    log.parquet       customer (pseudonym), date, amount, lines: one row per customer and day; where the
                      client says what a purchase brings on average, stated_amount in place of amount;
                      where the export says where, channel
    returns.parquet   customer (pseudonym), date, bought, returned: what was sold and sent back; empty
                      where no line took money back
    rejected.parquet  file, line, reason, customer (pseudonym), date, amount, example (the form of a cell)
    contacts.parquet  customer (pseudonym), date; tickets.parquet also minutes and kind,
                      survey.parquet score, customers.parquet source, its date being that of joining;
                      each with its _rejected.parquet, where there is one
    mapping.yaml      how the next export of the client is read
    intake.json       what was concluded and why, what was left out, totals
    quality.json      what the rules of data quality found, what stands out, gaps, months, former intakes

Only the user can open it. A former intake is replaced, each file whole; one that has lines that the new
one lacks only by force, and is kept: ``before-2026-01-31``, the day on which it was replaced.
"""

from collections.abc import Mapping as Named
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.common.writing import (
    clear_partial,
    lock,
    make_private_folder,
    write,
    write_json,
    write_text,
)
from sim.intake.beside import Beside
from sim.intake.customers import pseudonym_in_sql
from sim.intake.former import keep_former
from sim.intake.kinds import BESIDE
from sim.intake.mapping import Mapping
from sim.intake.own_ids import AMOUNT, CHANNEL, IDS, LOG, RETURNS, STATED, seal_ids
from sim.intake.sql import Database, row, text_of

REJECTED, MAPPING, RECORD = "rejected.parquet", "mapping.yaml", "intake.json"


def write_intake(
    database: Database,
    place: Path,
    folder: Path,
    key: bytes,
    mapping: Mapping,
    records: Named[str, Named[str, Any]],
    keeps: bool,
    beside: Sequence[Beside] = (),
) -> list[Path]:
    """Write all files of an intake.

    Parameters
    ----------
    database : Database
        With the tables ``purchases``, ``returns`` and ``rejected``.
    place : Path
        Folder of the database.
    folder : Path
        ``clients/NAME/intake``.
    key : bytes
        Of the client's pseudonyms.
    mapping : Mapping
    records : mapping
        Content of ``intake.json`` and ``quality.json``, by their names.
    keeps : bool
        Whether what an earlier intake left is kept.
    beside : sequence of Beside
        Tables beside the log; those that an earlier intake left stay where there is no new one.

    Returns
    -------
    list of Path
    """
    amount = AMOUNT if mapping.spend is None else STATED
    (tells,) = row(database, "select count(channel) > 0 from purchases")
    where = f", {CHANNEL}" if tells else ""
    log = (
        f"select pseudonym as customer, day::timestamp as date, amount::double as {amount}, "
        f"lines::integer as lines{where} "
        "from purchases join ids using (who) where pseudonym is not null order by who, day"
    )
    returns = (
        "select pseudonym as customer, day::timestamp as date, bought, returned "
        "from returns join ids using (customer) order by who, day"
    )
    rejected = (
        f"select file, line, reason, {pseudonym_in_sql(key, 'customer')} as customer, "
        f"day::timestamp as date, amount::double as amount, example from rejected "
        f"order by reason, file, line"
    )
    make_private_folder(folder.parent)
    make_private_folder(folder)
    with lock(folder):
        clear_partial(folder, deep=False)
        if keeps:
            former = (name for kind in BESIDE for name in (kind.file, kind.rejected))
            keep_former(folder, (IDS, LOG, RETURNS, REJECTED, MAPPING, *records, *former))
        ids = "select pseudonym, customer from ids where who in (select who from purchases)"
        _copy(database, f"{ids} order by who", place / IDS)
        write(folder / IDS, seal_ids((place / IDS).read_bytes(), key), private=True)
        for name, query in ((LOG, log), (RETURNS, returns), (REJECTED, rejected)):
            _copy(database, query, place / name)
            write(folder / name, place / name, private=True)
        tables = [path for one in beside for path in one.written]
        for path in tables:
            write(folder / path.name, path, private=True)
        write_text(folder / MAPPING, mapping.text(), private=True)
        for name, content in records.items():
            write_json(folder / name, dict(content), private=True)
    names = (IDS, LOG, RETURNS, REJECTED, *(path.name for path in tables), MAPPING, *records)
    return [folder / name for name in names]


def _copy(database: Database, query: str, path: Path) -> None:
    """Write the rows of a query as Parquet."""
    database.execute(f"copy ({query}) to {text_of(str(path))} (format parquet, compression zstd)")
