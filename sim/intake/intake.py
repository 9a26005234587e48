"""From a client's raw export to a log that can be trusted: read, conclude, sort out, join, write."""

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Named
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.common.errors import InputError, refuse_all
from sim.common.grain import Grain
from sim.common.paths import clients_folder
from sim.intake.beside import Beside, read_beside
from sim.intake.check import check_beside, check_log, check_returns
from sim.intake.currencies import currencies_of, settle_currency
from sim.intake.customers import add_pseudonyms, check_own_ids, sort_customers
from sim.intake.findings import NO_SALES, REASONS, Conclusion, LeftOut
from sim.intake.folder import MAPPING, RECORD, write_intake
from sim.intake.forgotten import Record, check_key, leave_out_forgotten, read_record
from sim.intake.former import check_nothing_is_lost
from sim.intake.keys import client_key
from sim.intake.kinds import BESIDE
from sim.intake.load import load_file, make_tables
from sim.intake.mapping import Mapping, read_mapping
from sim.intake.own_ids import LOG, RETURNS
from sim.intake.panel import grain_told, leave_out_nil
from sim.intake.purchases import check_repeated, in_words, make_purchases, years_of
from sim.intake.quality.quality import QUALITY, Quality, as_written, assess, read_quality
from sim.intake.sql import Database, row, rows, workplace

#: Examples of the cells that are wrong, of each reason.
_EXAMPLES = 3


@dataclass(frozen=True)
class Year:
    """Totals of a year, to be confirmed by whoever knows the books."""

    year: int
    sales: float
    customers: int
    purchases: int


@dataclass(frozen=True)
class Intake:
    """What an intake concluded, left out, and wrote.

    Attributes
    ----------
    conclusions : dict
        By the name of a file; what holds for all files stands under "".
    lines : int
        In all files.
    forgotten : int
        Lines of customers who asked to be forgotten; they are left out, and kept nowhere.
    customers : int
    currency : str or None
    years : tuple of Year
    left_out : tuple of LeftOut
        Most lines first.
    files : dict
        Digests of the files by their names.
    quality : Quality
    returned : int
        Lines that took money back.
    beside : tuple of Beside
        Tables beside the purchases.
    written : tuple of Path
    """

    conclusions: dict[str, tuple[Conclusion, ...]]
    lines: int
    forgotten: int
    customers: int
    currency: str | None
    years: tuple[Year, ...]
    left_out: tuple[LeftOut, ...]
    files: dict[str, str]
    quality: Quality
    returned: int = 0
    beside: tuple[Beside, ...] = ()
    written: tuple[Path, ...] = ()

    @property
    def log(self) -> Path:
        """Return where the log lies."""
        return next(path for path in self.written if path.name == LOG)


def take_in(
    files: Sequence[Path],
    name: str,
    said: Iterable[str] = (),
    force: bool = False,
    others: Named[str, Sequence[Path]] | None = None,
) -> Intake:
    """Read a client's exports, and write the log that they are.

    Parameters
    ----------
    files : sequence of Path
        CSV, Excel, Parquet or JSON lines; together they are one log.
    name : str
        Of the client: small letters, digits, underscores.
    said : iterable of str
        ``KEY=VALUE`` of the client's mapping.
    force : bool
        Whether a log of that name is replaced although lines of it are lost; it is kept beside.
    others : mapping, optional
        By the key of a kind (`sim.intake.kinds.BESIDE`) the files of a table beside the purchases.

    Returns
    -------
    Intake

    Raises
    ------
    InputError
        With all that is wrong with the files, or cannot be known without the client.
    """
    folder = clients_folder() / name / "intake"
    mapping = read_mapping(folder / MAPPING).with_said(said)
    former, record = read_quality(folder / QUALITY), read_record(name)
    check_key(name, record)
    where = in_words([path.name for path in files])
    with workplace() as (database, place):
        conclusions, columns = _load(database, files, mapping, place)
        currency, told = settle_currency(database, where, mapping, columns)
        key = client_key(name)
        sort_customers(database, where, mapping)
        if mapping.customer is None:
            check_own_ids(database, where)
        add_pseudonyms(database, key)
        forgotten = leave_out_forgotten(database, record, key)
        check_repeated(database, where, mapping)
        told += leave_out_nil(database, where, mapping)
        if not force:
            check_nothing_is_lost(database, folder / LOG)
        returned = make_purchases(database, mapping.returns, mapping.spend)
        if not row(database, "select count(*) from purchases")[0]:
            raise InputError(where, "purchases", "none", "some purchases that were not returned")
        beside = _beside(database, others or {}, mapping, key, record, place)
        grain, by_period = grain_told(database)
        conclusions[""] = told + by_period
        made = _counted(database, conclusions, currency, files, former, forgotten, grain)
        made = replace(made, beside=beside, returned=returned)
        settled = _settled(mapping, conclusions, beside)
        written = write_intake(
            database, place, folder, key, settled, record_of(made), force, beside
        )
    check_log(folder / LOG)
    check_returns(folder / RETURNS)
    for one in beside:
        check_beside(folder / one.kind.file, one.kind)
    return replace(made, written=tuple(written))


def _beside(
    database: Database,
    others: Named[str, Sequence[Path]],
    mapping: Mapping,
    key: bytes,
    record: Record,
    place: Path,
) -> tuple[Beside, ...]:
    """Read the tables beside the purchases; what is personal in them is told with theirs.

    Raises
    ------
    InputError
        With the faults of all of them.
    """
    found, faults = list[Beside](), list[InputError]()
    for kind in BESIDE:
        try:
            if files := others.get(kind.key):
                found.append(read_beside(kind, files, mapping, key, record, place))
        except InputError as fault:
            faults += fault.faults
    refuse_all(faults)
    for personal in (each for one in found for each in one.personal):
        database.execute("insert into personal values (?)", [personal.model_dump_json()])
    return tuple(found)


def _load(
    database: Database, files: Sequence[Path], mapping: Mapping, place: Path
) -> tuple[dict[str, tuple[Conclusion, ...]], set[str]]:
    """Read all files, and return what was concluded and the currencies that columns tell.

    Raises
    ------
    InputError
        With the faults of every file.
    """
    make_tables(database)
    conclusions, columns, faults = {}, set[str](), list[InputError]()
    for at, path in enumerate(files):
        try:
            names, told = load_file(database, at, path, mapping, place, look=True)
        except InputError as fault:
            faults += fault.faults
            continue
        conclusions[path.name] = told
        columns |= currencies_of(names)
    refuse_all(faults)
    return conclusions, columns


def _counted(
    database: Database,
    conclusions: dict[str, tuple[Conclusion, ...]],
    currency: str | None,
    files: Sequence[Path],
    former: Quality | None,
    forgotten: int,
    grain: Grain,
) -> Intake:
    """Count what came out and what was left out."""
    kept, sales = row(database, "select count(*), coalesce(sum(abs(amount)), 0) from lines")
    gone = rows(
        database,
        f"select reason, count(*), coalesce(sum(abs(amount)), 0)::double, "
        f"list(distinct example order by example)[:{_EXAMPLES}] from rejected "
        "group by 1 order by 2 desc, 1",
    )
    out = {str(reason): n for reason, n, *_ in gone if reason != "returned_before"}
    whole = float(sales) + sum(money for reason, _, money, _ in gone if reason not in NO_SALES)
    left_out = tuple(
        LeftOut(
            str(reason),
            int(n),
            money / whole if whole and reason != "total" else 0.0,
            tuple(e for e in some if e),
        )
        for reason, n, money, some in gone
    )
    (customers,) = row(database, "select count(distinct who) from purchases")
    years = tuple(Year(*one) for one in years_of(database))
    lines = int(kept) + sum(int(n) for n in out.values()) + forgotten
    digests = {path.name: _digest(path) for path in files}
    quality = assess(database, digests, lines, left_out, currency, former, grain)
    return Intake(
        conclusions, lines, forgotten, int(customers), currency, years, left_out, digests, quality
    )


def _settled(
    mapping: Mapping, conclusions: dict[str, tuple[Conclusion, ...]], beside: Iterable[Beside]
) -> Mapping:
    """Return the mapping with what all files agree on, for the client's next export."""
    found: dict[str, set[str]] = {}
    for told in conclusions.values():
        for one in told:
            if one.key:
                found.setdefault(one.key, set()).add(one.setting)
    agreed = {key: min(values) for key, values in found.items() if len(values) == 1}
    update: dict[str, Any] = {k: v for k, v in agreed.items() if getattr(mapping, k) is None}
    return mapping.model_copy(update=update | {one.kind.key: one.settled for one in beside})


def record_of(made: Intake) -> dict[str, dict[str, Any]]:
    """Return an intake as plain values by the file that holds them."""
    return {RECORD: _concluded(made), QUALITY: as_written(made.quality)}


def _concluded(made: Intake) -> dict[str, Any]:
    """Return what an intake concluded, left out and counted."""
    return {
        "files": [{"name": name, "digest": digest} for name, digest in made.files.items()],
        "lines": made.lines,
        "forgotten": made.forgotten,
        "customers": made.customers,
        "currency": made.currency,
        "returned": made.returned,
        "conclusions": {
            name: [one.written() for one in told] for name, told in made.conclusions.items()
        },
        "left_out": [
            {
                "reason": one.reason,
                "what": str(REASONS[one.reason]),
                "lines": one.lines,
                "share_of_sales": one.share,
                "examples": list(one.examples),
            }
            for one in made.left_out
        ],
        "years": [vars(year) for year in made.years],
        "beside": {one.kind.key: one.written_down() for one in made.beside},
    }


def _digest(path: Path) -> str:
    """Return the digest of a file, read in blocks."""
    from hashlib import file_digest

    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()[:16]
