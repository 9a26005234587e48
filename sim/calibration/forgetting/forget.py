"""`loyalty forget`: take a customer out of all that is kept of a client, at once or not at all.

Taken out: the log and its earlier states, lines that were left out, the sealed id, what stood out among
purchases, totals, the row in the histories of the client's market, and rows of forecasts. What stays are
numbers that many customers made together: estimates of the market until it is made again, and results.
"""

import datetime
import json
from dataclasses import dataclass
from pathlib import Path

from sim.calibration.forgetting.kept_forecasts import forecasts_without
from sim.calibration.forgetting.kept_intake import intake_without, lines_of
from sim.calibration.forgetting.kept_market import market_without
from sim.common.errors import InputError
from sim.common.paths import clients_folder
from sim.common.staged import change_together, finish_changes
from sim.common.writing import clear_partial, lock
from sim.intake.forgotten import (
    Forgotten,
    Record,
    check_key,
    read_record,
    record_path,
)
from sim.intake.keys import held_key, pseudonym
from sim.intake.masked import shape
from sim.intake.own_ids import IDS, LOG, own_ids
from sim.intake.sql import Database, workplace


@dataclass(frozen=True)
class Done:
    """What was done: for whom, when, in which files, and whether the client's market was changed."""

    pseudonym: str
    day: datetime.date
    files: tuple[Path, ...]
    market: bool


def forget(customer: str, name: str) -> Done:
    """Take a customer out of all that is kept of a client.

    Parameters
    ----------
    customer : str
        The id as it stands in the client's exports, or the pseudonym.
    name : str
        Of the client.

    Returns
    -------
    Done
        Without files if the customer was forgotten before.

    Raises
    ------
    InputError
        If there is no such client or customer, or the key is not here; then nothing is changed.
    """
    folder = clients_folder() / name
    intake = folder / "intake"
    if not (intake / LOG).is_file():
        expected = "a client whose export an intake has read"
        raise InputError("--name", "name", name, expected)
    key = held_key(name)
    with lock(folder), lock(intake):
        clear_partial(folder, deep=False)
        finish_changes(folder)
        record = read_record(name)
        check_key(name, record)
        with workplace() as (database, place):
            who = _who(database, intake, customer, key, record)
            changed: dict[Path, bytes | Path | None] = {}
            for one in (intake, *sorted(intake.glob("before-*"))):
                changed |= intake_without(database, place, one, who[0], key)
            kept = market_without(name, who)
            changed |= (kept.changed if kept else {}) | forecasts_without(folder, who)
            before = [one for one in record.customers if one.pseudonym == who[0]]
            if before and not changed:
                return Done(who[0], before[-1].day, (), False)
            moved = (kept.before, kept.after) if kept and kept.before != kept.after else ("", "")
            now = Forgotten(
                pseudonym=who[0], day=datetime.date.today(), before=moved[0], after=moved[1]
            )
            changed[record_path(name)] = _written(record.with_one(now, key))
            change_together(folder, changed)
    return Done(who[0], now.day, tuple(changed), kept is not None)


def _who(
    database: Database, intake: Path, customer: str, key: bytes, record: Record
) -> tuple[str, ...]:
    """Return a customer's pseudonym and, where it is known, the own id.

    Raises
    ------
    InputError
        If the client has no such customer; it shows the form of the id alone.
    """
    ids = own_ids(intake, key) if (intake / IDS).exists() else {}
    written, theirs = customer.strip(), pseudonym(key, customer.strip())
    known = {one.pseudonym for one in record.customers}
    tables = sorted(intake.rglob("*.parquet"))
    for one, own in ((written, ids.get(written)), (theirs, written)):
        if one in known or any(lines_of(database, path, one) for path in tables):
            return (one, own) if own else (one,)
    expected = (
        "the id of a customer as it stands in the client's exports, or a pseudonym of the log"
    )
    raise InputError("loyalty forget", "customer", shape(customer), expected)


def _written(record: Record) -> bytes:
    content = record.model_dump(mode="json")
    return (json.dumps(content, indent=1) + "\n").encode()
