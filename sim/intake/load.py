"""A client's files, one after the other, as checked lines and as lines that are left out.

::

    lines     file, line, customer, day, amount, invoice, sign, state, channel
    rejected  file, line, reason, customer, day, amount, example
    personal  what personal data a column has, as JSON (`sim.intake.personal.Personal`)

`line` counts lines of data from 1; `example` is the form of the cell that is wrong, or the day
that it is.
"""

from pathlib import Path

from sim.common.errors import InputError, nearest, refuse_all
from sim.intake.amounts import MONEY, check_price, read_numbers
from sim.intake.channels import find_channels
from sim.intake.columns import find_columns
from sim.intake.currencies import column_of_money, sign_in_sql, with_currencies
from sim.intake.customers import adds_up_in_sql
from sim.intake.days import date_text, read_days, why_no_day
from sim.intake.findings import Conclusion, Phrase
from sim.intake.kinds import PURCHASES, Kind
from sim.intake.mapping import Mapping
from sim.intake.masked import shape_in_sql
from sim.intake.personal import find_personal
from sim.intake.refused import MOST_UNREADABLE, refuse_left_out
from sim.intake.source import Source
from sim.intake.sql import Database, row, rows
from sim.intake.states import find_states, with_states
from sim.intake.stored import open_json, open_parquet, open_workbook
from sim.intake.text_file import open_text

_TEXT, _JSON = (".csv", ".txt", ".tsv"), (".json", ".jsonl", ".ndjson")
ENDINGS = (*_TEXT, ".xlsx", ".xlsm", ".parquet", *_JSON)
#: Bytes that a file may have: some hundred million lines.
LARGEST_FILE = 20_000_000_000
#: Texts of a table that is read a few times and dropped: to pack them takes longer than to write them.
UNPACKED = "varchar using compression uncompressed"
_OF_FILE = "rejected where file = {}"
_NUMBERS = ("amount", "quantity", "price")


def make_tables(database: Database) -> None:
    """Make the tables of lines, empty."""
    database.execute(
        f"create table lines (file utinyint, line bigint, customer {UNPACKED}, day date, amount {MONEY}, "
        f"invoice varchar, sign varchar, state varchar, channel varchar); "
        f"create table rejected (file utinyint, line bigint, reason varchar, customer varchar, day date, "
        f"amount {MONEY}, example varchar); "
        f"create table personal (found varchar)"
    )


def load_file(
    database: Database,
    place: int,
    path: Path,
    mapping: Mapping,
    folder: Path,
    most: float = MOST_UNREADABLE,
    look: bool = False,
    kind: Kind = PURCHASES,
) -> tuple[dict[str, str], tuple[Conclusion, ...]]:
    """Read one file into the tables of lines.

    Parameters
    ----------
    database : Database
    place : int
        Number of the file, for the tables.
    path : Path
    mapping : Mapping
        What the client says.
    folder : Path
        For what is needed on the way.
    most : float
        Share of lines that may be unreadable for one reason.
    look : bool
        Whether personal data are looked for in all its columns, and put into the table `personal`.
    kind : Kind
        What it is of; what is no purchase has an amount of 1 where it has no number.

    Returns
    -------
    dict and tuple
        Its columns by role, and what was concluded.

    Raises
    ------
    InputError
        With all that is wrong with the file, as far as it could be read.
    """
    check_file(path)
    import duckdb
    import pyarrow as pa

    try:
        source = open_file(path, mapping, database, folder)
        columns = find_columns(path.name, list(source.names), mapping, kind)
        if kind is PURCHASES:
            for told_by_cells in (with_states, with_currencies):
                columns = told_by_cells(database, path.name, source, columns, mapping)
        _make_raw(database, source, columns.names)
        _keep_malformed(database, place, source)
        for one in find_personal(database, path.name, source, columns.names) if look else ():
            database.execute("insert into personal values (?)", [one.model_dump_json()])
    except (duckdb.Error, pa.ArrowException) as error:
        found = type(error).__name__
        expected = "a file that can be read to its end"
        raise InputError(path.name, "file", found, expected) from None
    concluded = _conclude(database, path.name, columns.names, mapping, kind)
    if not row(
        database, f"select (select count(*) from raw) + count(*) from {_OF_FILE.format(place)}"
    )[0]:
        expected = "a header and one line per purchase"
        raise InputError(path.name, "file", "no rows", expected)
    check_price(database, path.name, columns.names)
    constant = mapping.spend if kind is PURCHASES else 1.0
    _keep(database, place, columns.names, constant, kind)
    refuse_left_out(database, path.name, place, most, kind.needs_day)
    database.execute("drop table raw")
    taken = (
        one for one in columns.conclusions if one.key in columns.names
    )  # or the next is read so
    return columns.names, (*source.conclusions, *taken, *concluded)


def check_file(path: Path) -> None:
    """Refuse what is no file, has another ending, is empty or too large."""
    kind = _kind(path)
    if path.exists() and not path.is_file():
        raise InputError(str(path), "file", "a folder, pipe or device", "a regular file")
    if path.is_symlink() and not path.exists():
        raise InputError(str(path), "file", "a link that leads to no file", "a regular file")
    if not path.is_file():
        beside = [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []
        close = nearest(path.name, beside)
        raise InputError(str(path), "file", path.name, "a file that exists", close)
    if kind not in ENDINGS:
        hint = "Save an old workbook (.xls) as .xlsx."
        expected = f"a file that ends in {', '.join(ENDINGS)}, or one of text with .gz behind it"
        raise InputError(path.name, "file", kind or path.name, expected, hint=hint)
    size = path.stat().st_size
    if size == 0:
        expected = "a header and one line per purchase"
        raise InputError(path.name, "file", "an empty file", expected)
    if size > LARGEST_FILE:
        expected = f"a file of at most {LARGEST_FILE:,} bytes"
        raise InputError(path.name, "file", f"{size:,} bytes", expected)


def _kind(path: Path) -> str:
    """Return the ending of a file, of a packed one that before ``.gz``."""
    ending = path.suffix.lower()
    inner = Path(path.stem).suffix.lower()
    return inner if ending == ".gz" and inner in (*_TEXT, *_JSON) else ending


def open_file(path: Path, mapping: Mapping, database: Database, folder: Path) -> Source:
    """Open a file by its kind."""
    kind = _kind(path)
    try:
        if kind in _TEXT:
            return open_text(path, mapping, folder)
        if kind in _JSON:
            return open_json(path, database)
        if kind == ".parquet":
            return open_parquet(path, database)
        return open_workbook(path, mapping, database)
    except (OSError, EOFError) as error:  # a packed file that is cut off, no permission
        found = getattr(error, "strerror", None) or type(error).__name__
        raise InputError(path.name, "file", found, "a readable file") from None


def _make_raw(database: Database, source: Source, names: dict[str, str]) -> None:
    """Copy the columns that are needed, as text; an empty cell is none."""
    picked = [] if "date" in names else ["null::varchar as date"]
    for role, name in names.items():
        cells = source.cells[name]
        text = cells.number if role in _NUMBERS else cells.plain
        picked.append(f"nullif(trim({text}), '') as {role}")
    database.execute("drop table if exists raw")
    database.execute("drop table if exists reject_errors; drop table if exists reject_scans")
    columns = ", ".join(f"{role} {UNPACKED}" for role in dict.fromkeys(("date", *names)))
    database.execute(f"create table raw ({columns})")
    database.execute(f"insert into raw by name select {', '.join(picked)} from {source.table}")
    whole = row(
        database,
        "select count(*) filter (customer is not null and "
        "not regexp_matches(customer, '^\\d+\\.0$')), count(customer) from raw",
    )
    if whole[0] == 0 and whole[1]:  # whole numbers that a table program wrote with a point
        database.execute("update raw set customer = left(customer, -2)")


def _conclude(
    database: Database, where: str, names: dict[str, str], mapping: Mapping, kind: Kind
) -> tuple[Conclusion, ...]:
    """Conclude numbers, dates and states, all faults at once."""
    told: list[Conclusion] = []
    faults: list[InputError] = []
    roles = [role for role in _NUMBERS if role in names]
    for conclude in (
        lambda: read_numbers(database, where, "raw", roles, mapping).conclusions if roles else (),
        lambda: read_days(database, where, "raw", mapping),
        lambda: find_states(database, where, names, mapping, kind),
        lambda: find_channels(database, names, mapping),
    ):
        try:
            told += conclude()
        except InputError as fault:
            faults += fault.faults
    refuse_all(faults)
    if kind is not PURCHASES:
        return tuple(told)
    if mapping.spend is not None:
        value = Phrase(
            "{spend} a purchase, on average", {"spend": f"{mapping.spend:,.2f} {mapping.currency}"}
        )
        why = Phrase("there is no column of amounts; as the mapping says")
        told.append(Conclusion(Phrase("amount"), value, why))
    elif "amount" not in names:
        why = Phrase("there is no column of amounts")
        told.append(Conclusion(Phrase("amount"), Phrase("quantity x unit price"), why))
    return tuple(told)


def _keep(
    database: Database, place: int, names: dict[str, str], constant: float | None, kind: Kind
) -> None:
    """Move the lines of a file to those that can be read and those that cannot.

    Without a column of amounts each line has a constant one, if there is one; where no amount or day is
    needed, an empty cell is no fault.
    """
    joins = [f"left join days d on d.text = {date_text('date')}"]
    joins += [f"left join number_{r} {r}_ on {r}_.text = {r}" for r in _NUMBERS if r in names]
    if "amount" in names:
        amount, sign, cell = "amount_.value", "amount_.sign", "amount"
    elif constant is not None:
        amount, sign, cell = f"{constant}::{MONEY}", "null", "customer"
    else:
        amount = f"try_cast(quantity_.value::double * price_.value::double as {MONEY})"
        sign, cell = "price_.sign", "price"
    if "currency_code" in names:
        sign = "upper(currency_code)"
    sign = sign_in_sql(sign, column_of_money(names) or "")
    state, channel = "'purchase'", "null"
    if "status" in names:
        joins.append("left join states on states.text = status")
        state = "coalesce(states.state, 'purchase')"
    if "channel" in names:
        joins.append("left join channels on channels.text = channel")
        channel = "channels.name"
    invoice = "invoice" if "invoice" in names else "null"
    signed = f"case when {state} = 'return' then -abs({amount}) else {amount} end"
    why = "coalesce(no_day, 'no_amount')"
    adds_up = adds_up_in_sql([one for one in ("customer", "date", "invoice") if one in names])
    example = (
        f"case when no_day is null then {shape_in_sql('cell')} "
        f"when no_day = 'total' then {shape_in_sql('coalesce(customer, date)')} "
        f"else coalesce(strftime(written, '%Y-%m-%d'), {shape_in_sql('date')}) end"
    )
    parsed = (
        f"select {place} as file, raw.rowid + 1 as line, customer, d.day, "
        f"{signed} as amount, {invoice} as invoice, {sign} as sign, {state} as state, "
        f"{channel} as channel, "
        f"case when d.day is null then if({adds_up}, 'total', {why_no_day()}) end as no_day, "
        f"case when d.day is null then d.written end as written, "
        f"case when d.day is null or {amount} is null then date end as date, "
        f"case when {amount} is null then {cell} end as cell from raw {' '.join(joins)}"
    )
    kept = "file, line, customer, day, amount, invoice, sign, state, channel"
    number = "amount is not null" if kind is PURCHASES or kind.needs_number else "cell is null"
    good = f"(day is not null or {str(not kind.needs_day).lower()} and date is null) and {number}"
    database.execute(f"insert into lines select {kept} from ({parsed}) where {good}")
    (read,) = row(database, f"select count(*) from lines where file = {place}")
    if read < row(database, "select count(*) from raw")[0]:
        database.execute(
            f"insert into rejected select file, line, {why}, customer, day, amount, "
            f"coalesce({example}, '') from ({parsed}) where not ({good})"
        )


def _keep_malformed(database: Database, place: int, source: Source) -> None:
    """Note the lines of a text that have more or fewer fields than the header."""
    tables = {str(name) for (name,) in rows(database, "select table_name from duckdb_tables()")}
    if "reject_errors" in tables:
        database.execute(
            f"insert into rejected select {place}, line - {source.lines_before}, 'malformed', null, "
            "null, null, '' "
            f"from (select distinct line from reject_errors)"
        )
