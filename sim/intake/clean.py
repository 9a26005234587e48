"""A log of which every line is a purchase: read like any export, and refused where a line is left out.

What is open is refused with what decides it, and lines that an intake would leave out, net or convert are
refused as well: `loyalty intake` does that, and says what it did.
"""

import re
from collections.abc import Callable
from collections.abc import Mapping as Named
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim.common.errors import InputError, together
from sim.intake.columns import find_columns
from sim.intake.currencies import currencies_of, settle_currency
from sim.intake.customers import move_out, sort_customers
from sim.intake.load import check_file, load_file, make_tables, open_file
from sim.intake.mapping import Mapping
from sim.intake.not_again import leave_out_forgotten_again, refuse_forgotten
from sim.intake.panel import leave_out_nil
from sim.intake.refused import refuse_left_out
from sim.intake.sql import workplace


@dataclass(frozen=True)
class Clean:
    """The lines of a clean log.

    Attributes
    ----------
    lines : pandas.DataFrame
        As they stand in the file: ``customer`` (text), ``day`` (datetime64), ``amount``.
    columns : dict
        By role the name of the column.
    currency : str or None
        That the file says its amounts are in.
    """

    lines: pd.DataFrame
    columns: dict[str, str]
    currency: str | None


def read_clean(
    path: Path, asked: Named[str, str | None], client: str | None = None, again: bool = False
) -> Clean:
    """Read a log that needs no intake.

    Parameters
    ----------
    path : Path
        CSV, Excel, Parquet or JSON lines.
    asked : mapping
        By role (customer, date, amount) the column asked for, or None to recognise one by its name.
    client : str, optional
        Whose log it is.
    again : bool
        Whether the client's market was made from it before: lines of whoever was forgotten since are
        left out then, else refused.

    Raises
    ------
    InputError
        With all that is wrong with the file, or needs a word of the client.
    """
    return _refusing(path, lambda: _read(path, _mapping(asked), client, again))


def check_columns(path: Path, asked: Named[str, str | None]) -> None:
    """Refuse columns that are not there or may be several, by the head of the file alone.

    Raises
    ------
    InputError
        With all of them.
    """

    def look() -> None:
        check_file(path)
        with workplace() as (database, place):
            source = open_file(path, _mapping(asked), database, place)
            find_columns(path.name, list(source.names), _mapping(asked))

    _refusing(path, look)


def _mapping(asked: Named[str, str | None]) -> Mapping:
    return Mapping(**{role: name for role, name in asked.items() if name is not None})


def _refusing[T](path: Path, read: Callable[[], T]) -> T:
    """Return what is read; what is refused says how an intake helps."""
    try:
        return read()
    except InputError as error:
        raise together(_with_way_out(path, fault) for fault in error.faults) from None


def _with_way_out(path: Path, fault: InputError) -> InputError:
    """Return a fault with the options of the commands that read a clean log.

    Whatever is wrong with the file itself, no intake mends either.
    """
    if fault.field == "file":
        return fault
    hint = re.sub(r"--set (customer|date|amount)=", r"--\1 ", fault.hint or "")
    if hint and "--set" not in hint:
        return fault.with_hint(hint)
    way = f"Take it in first: `loyalty intake {path.name} --name NAME`."
    return fault.with_hint(f"{hint}. {way}" if hint else way)


def _read(path: Path, mapping: Mapping, client: str | None, again: bool) -> Clean:
    """Read a file, and refuse it if any line is no purchase."""
    with workplace() as (database, place):
        make_tables(database)
        columns, _ = load_file(database, 0, path, mapping, place, most=0.0)
        stated, _ = settle_currency(database, path.name, mapping, currencies_of(columns))
        sort_customers(database, path.name, mapping)
        leave_out_nil(database, path.name, mapping)
        move_out(database, "state = 'cancelled'", "'cancelled'")
        move_out(database, "amount < 0", "'returned'", "'-'")
        refuse_left_out(database, path.name, 0, 0.0)
        if again and client is not None:
            leave_out_forgotten_again(database, path, client)
        else:
            refuse_forgotten(database, path, client)
        lines = database.execute(
            "select customer, day::timestamp as day, amount::double as amount from lines order by line"
        ).df()
    return Clean(lines, columns, stated)
