"""Whoever was forgotten comes back by no other log of the client either."""

from pathlib import Path

from sim.calibration.forecast.read import client_ids
from sim.calibration.transactions import BUILT_IN, Log
from sim.common.errors import InputError
from sim.intake.forgotten import check_key, read_record
from sim.intake.keys import held_key, pseudonym
from sim.intake.own_ids import client_of


def check_forgotten(name: str, source: str, asked: dict[str, str | None], log: Log) -> None:
    """Refuse a log with own ids in which customers are who were forgotten; an intake leaves them out.

    Parameters
    ----------
    name : str
        Of the client.
    source : str
        What the log was read from.
    asked : dict
        Columns of ``customer``, ``date`` and ``amount``, as asked for.
    log : Log

    Raises
    ------
    InputError
        With how many there are, or if the key is not here by which they are known.
    """
    record = read_record(name)
    if not record.customers or source in BUILT_IN or client_of(source) == name:
        return
    check_key(name, record)
    key, gone = held_key(name), {one.pseudonym for one in record.customers}
    back = sum(pseudonym(key, str(one)) in gone for one in client_ids(source, log, asked))
    if back:
        found = f"{back:,} of those who asked to be forgotten"
        expected = "a log without those who were forgotten"
        hint = f"Take it in first, which leaves them out: `loyalty intake FILE --name {name}`."
        raise InputError(Path(source).name, "customer", found, expected, hint=hint)
