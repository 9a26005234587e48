"""Tables that a client has beside the purchases: messages, questions and complaints, answers to surveys.

Each is read as an export of purchases is: columns, numbers and dates concluded from whole columns, all
faults at once, ids that are nobody's taken out, customers by the same pseudonyms, whoever was forgotten
left out. Its `number` (minutes, a score) stands where purchases have their amount.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.common.errors import InputError, refuse_all
from sim.common.few import FEWEST
from sim.intake.customers import add_pseudonyms, pseudonym_in_sql, sort_customers
from sim.intake.findings import Conclusion, LeftOut
from sim.intake.forgotten import Record, leave_out_forgotten
from sim.intake.kinds import Kind
from sim.intake.load import load_file, make_tables
from sim.intake.mapping import Mapping
from sim.intake.personal import Personal
from sim.intake.purchases import check_repeated, in_words
from sim.intake.ratios import NINETY_FIVE, ratio_of
from sim.intake.sql import Database, row, rows, text_of, workplace


@dataclass(frozen=True)
class Beside:
    """A table that was read.

    Attributes
    ----------
    kind : Kind
    files : tuple of Path
    conclusions : dict
        By the name of a file.
    lines, forgotten, customers : int
    left_out : tuple of LeftOut
        Without shares of sales.
    personal : tuple of Personal
    mean : tuple of float or None
        Of its number, where all files have one: the mean and the ends of its 95 % interval.
    settled : dict
        What all files agree on, for the client's mapping.
    written : tuple of Path
        The table and its lines that were left out, in the folder given.
    """

    kind: Kind
    files: tuple[Path, ...]
    conclusions: dict[str, tuple[Conclusion, ...]]
    lines: int
    forgotten: int
    customers: int
    left_out: tuple[LeftOut, ...]
    personal: tuple[Personal, ...]
    mean: tuple[float, float, float] | None
    settled: dict[str, str]
    written: tuple[Path, ...]

    def written_down(self) -> dict[str, Any]:
        """Return it as plain values, for ``intake.json``."""
        return {
            "files": [path.name for path in self.files],
            "lines": self.lines,
            "forgotten": self.forgotten,
            "customers": self.customers,
            **({self.kind.number: list(self.mean)} if self.mean else {}),
            "conclusions": {
                name: [one.written() for one in told] for name, told in self.conclusions.items()
            },
            "left_out": [
                {"reason": one.reason, "lines": one.lines, "examples": list(one.examples)}
                for one in self.left_out
            ],
        }


def read_beside(
    kind: Kind, files: Sequence[Path], mapping: Mapping, key: bytes, record: Record, folder: Path
) -> Beside:
    """Read the files of one table, and write it to a folder.

    Parameters
    ----------
    kind : Kind
        What it is of.
    files : sequence of Path
    mapping : Mapping
        What is known of the client's exports.
    key : bytes
        Of the client's pseudonyms.
    record : Record
        Who was forgotten.
    folder : Path
        Where the table is written: of this intake alone.

    Raises
    ------
    InputError
        With all that is wrong, and the options that decide.
    """
    own = mapping.of(kind.key, kind.number)
    with workplace() as (database, place):
        make_tables(database)
        told, has_number = _load(database, kind, files, own, place)
        where = in_words([path.name for path in files])
        try:
            sort_customers(database, where, own)
            add_pseudonyms(database, key)
            forgotten = leave_out_forgotten(database, record, key)
            check_repeated(database, where, own)
        except InputError as fault:
            raise _with_options(fault, kind) from None
        kept, customers = row(database, "select count(*), count(distinct customer) from lines")
        if not kept:
            raise InputError(where, "file", "no rows", "lines of customers")
        left_out = _left_out(database)
        found = rows(database, "select found from personal")
        sums = (
            "select sum(amount)::double, count(amount)::double from lines where amount is not null "
            "group by customer order by 1, 2"
        )
        mean = _mean(rows(database, sums)) if has_number else None
        written = _write(database, kind, key, has_number, folder)
    return Beside(
        kind=kind,
        files=tuple(files),
        conclusions=told,
        lines=int(kept) + sum(one.lines for one in left_out) + forgotten,
        forgotten=forgotten,
        customers=int(customers),
        left_out=left_out,
        personal=tuple(Personal.model_validate_json(one) for (one,) in found),
        mean=mean,
        settled=_settled(own, told, kind),
        written=written,
    )


def _load(
    database: Database, kind: Kind, files: Sequence[Path], own: Mapping, place: Path
) -> tuple[dict[str, tuple[Conclusion, ...]], bool]:
    """Read all files, and return what was concluded and whether all have the table's number.

    Raises
    ------
    InputError
        With the faults of every file.
    """
    told, faults = dict[str, tuple[Conclusion, ...]](), list[InputError]()
    has_number = "amount" in kind.roles
    for at, path in enumerate(files):
        try:
            names, told[path.name] = load_file(database, at, path, own, place, look=True, kind=kind)
            has_number = has_number and "amount" in names
        except InputError as fault:
            faults += [_with_options(one, kind) for one in fault.faults]
    refuse_all(faults)
    return told, has_number


def _left_out(database: Database) -> tuple[LeftOut, ...]:
    """Return which lines were left out, most first."""
    gone = rows(
        database,
        "select reason, count(*), list(distinct example order by example)[:3] from rejected "
        "group by 1 order by 2 desc, 1",
    )
    return tuple(
        LeftOut(str(reason), int(n), 0.0, tuple(one for one in some if one))
        for reason, n, some in gone
    )


def _write(
    database: Database, kind: Kind, key: bytes, has_number: bool, folder: Path
) -> tuple[Path, ...]:
    """Write the table and its lines that were left out to a folder."""
    of = "amount::double" if has_number else "null::double"
    number = "".join(f", {of} as {name}" for name in kind.numbers)
    if kind.tells_kind:
        number += f", nullif(state, 'purchase') as {kind.tells}"
    queries = {
        kind.file: f"select pseudonym as customer, day::timestamp as date{number} "
        "from lines join ids using (customer) order by all",
        kind.rejected: f"select file, line, reason, {pseudonym_in_sql(key, 'customer')} as customer, "
        "day::timestamp as date, example from rejected order by reason, file, line",
    }
    for name, query in queries.items():
        to = text_of(str(folder / name))
        database.execute(f"copy ({query}) to {to} (format parquet, compression zstd)")
    return tuple(folder / name for name in queries)


def _mean(sums: Sequence[tuple[float, float]]) -> tuple[float, float, float] | None:
    """Return the mean of a number with its 95 % interval, from sum and count of each customer."""
    if len(sums) < FEWEST:
        return None
    mean, error = ratio_of(*np.array(sums, dtype=float).T)
    return mean, mean - NINETY_FIVE * error, mean + NINETY_FIVE * error


def _with_options(fault: InputError, kind: Kind) -> InputError:
    """Return a fault with the options of this table: ``--set contacts.date=COLUMN``."""
    hint = re.sub(
        rf"--set (?!{kind.key}\.)([\w.]+)=",
        lambda found: f"--set {kind.key}.{kind.called(found[1])}=",
        fault.hint or "",
    )
    return fault.with_hint(hint) if hint else fault


def _settled(
    own: Mapping, conclusions: dict[str, tuple[Conclusion, ...]], kind: Kind
) -> dict[str, str]:
    """Return what is known by now of such a table, by the names that the mapping has."""
    found: dict[str, set[str]] = {}
    for told in conclusions.values():
        for one in told:
            if one.key:
                found.setdefault(one.key, set()).add(one.setting)
    agreed = {key: min(values) for key, values in found.items() if len(values) == 1}
    known = own.model_dump(exclude_defaults=True) | agreed
    flat: dict[str, str] = {}
    for key, one in known.items():
        parts = one if isinstance(one, dict) else {"": one}
        flat |= {kind.called(key) + (inner and f".{inner}"): str(v) for inner, v in parts.items()}
    return flat
