"""The file of a purchase log: read it, find its columns, and refuse what cannot be used.

Each fault is an `InputError` that names the file, column, row (1 is the first line after the header)
and kind of fault, and says what to do. None quotes a cell, which could be a customer's id: where a value
helps, its shape is shown (``03/04/2025`` as ``99/99/9999``).
"""

import csv
import io
from collections.abc import Iterable
from datetime import date as Date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from pyarrow import parquet

from sim.common.errors import InputError, check_all, nearest
from sim.common.reading import read_bytes
from sim.intake.days import EARLIEST
from sim.intake.masked import columns_in_words, is_header, shape

#: Names by which the three columns are recognised, best first (case, blanks and hyphens ignored).
COLUMN_NAMES = {
    "customer": (
        "customer_id customer customerid cust_id client_id user_id household_id member_id "
        "account_id card_id account member_no id"
    ).split(),
    "date": (
        "date order_date transaction_date purchase_date invoice_date invoicedate timestamp "
        "transaction_timestamp datetime created_at sale_date day"
    ).split(),
    "amount": (
        "amount sales_value value sales spend revenue total order_total order_value net_amount "
        "monetary_value price"
    ).split(),
}
#: In any currency, a larger amount is an error.
LARGEST_AMOUNT = 1e12
#: Bytes that a log may have: some fifty million purchases.
LARGEST_LOG = 2_000_000_000
MOST_COLUMNS = 1_000
_SEPARATORS = {".csv": ",;\t|", ".txt": ",;\t|", ".tsv": "\t"}


def read_columns(
    path: Path, asked: dict[str, str | None], built_in: Iterable[str]
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Read the three columns of a log, as text (CSV) or as stored (Parquet).

    Parameters
    ----------
    path : Path
        The file.
    asked : dict
        Role (customer, date, amount) -> column asked for, or None to recognise a common name.
    built_in : iterable of str
        Names of built-in sources, for the message about a missing file.

    Returns
    -------
    DataFrame, dict
        The columns, and the name of each role's column.

    Raises
    ------
    InputError
        If the file cannot be read, has no rows, or lacks a column.
    """
    kind = _check_file(path, tuple(built_in))
    try:
        if kind == ".parquet":
            columns = find_columns(parquet.read_schema(path).names, path, asked)
            stored = parquet.read_table(path, columns=list(columns.values()))
            table = stored.to_pandas(ignore_metadata=True)  # an index of pandas is a column too
        else:
            table, columns = _read_csv(path, kind, asked)
    except (ValueError, OSError, OverflowError, NotImplementedError, csv.Error) as error:
        text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise InputError(
            str(path), "file", text, f"a readable {kind[1:]} file with one header line"
        ) from None
    if table.empty:
        raise InputError(str(path), "file", "no rows", "a header and one line per purchase")
    return table.reset_index(drop=True), columns


def check_asked(path: Path, wanted: dict[str, str], built_in: Iterable[str]) -> None:
    """Refuse columns that the first line of a file does not name, all of them at once.

    Raises
    ------
    InputError
        That names each option. Of a file that cannot be read so, nothing is said here.
    """
    kind = _check_file(path, tuple(built_in))
    if kind == ".parquet":
        return  # its columns are read before anything else is
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        header = file.readline(100_000)
    separator = max(_SEPARATORS[kind], key=header.count)
    names = next(csv.reader([header], delimiter=separator, skipinitialspace=True), [])
    found = [name.strip() for name in names]
    check_all(*(partial(_check_named, found, path, role, wanted[role]) for role in wanted))


def _check_named(found: list[str], path: Path, role: str, wanted: str) -> None:
    """Refuse a column that was asked for and is not there."""
    if wanted not in found:
        close = nearest(wanted, found) if is_header(found) else None
        raise InputError(str(path), f"--{role}", wanted, f"one of {columns_in_words(found)}", close)


def _check_file(path: Path, built_in: tuple[str, ...]) -> str:
    """Return the file's ending, after a check that it is a file that may be read and holds bytes."""
    kind = path.suffix.lower()
    if path.exists() and not path.is_file():
        raise InputError(str(path), "source", "a folder, pipe or device", "a regular file")
    if not path.is_file():
        beside = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        raise InputError(
            str(path),
            "source",
            path.name,
            "an existing CSV or Parquet file, or one of " + ", ".join(built_in),
            nearest(path.name, [*built_in, *beside]),
        )
    if kind != ".parquet" and kind not in _SEPARATORS:
        expected = "a file that ends in .csv, .tsv, .txt or .parquet"
        raise InputError(str(path), "file", kind or path.name, expected)
    size = path.stat().st_size
    if size > LARGEST_LOG:
        raise InputError(
            str(path), "file", f"{size:,} bytes", f"a log of at most {LARGEST_LOG:,} bytes"
        )
    if size == 0:
        raise InputError(str(path), "file", "an empty file", "a header and one line per purchase")
    return kind


def _read_csv(
    path: Path, kind: str, asked: dict[str, str | None]
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Read CSV as text, after a check that it is UTF-8 (a byte order mark is fine)."""
    raw = read_bytes(path, str(path), LARGEST_LOG)
    hint = "Save the file as 'CSV UTF-8'."
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError(str(path), "encoding", "UTF-16", "UTF-8 text", hint=hint)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = f"encoding, line {raw[: error.start].count(b'\n') + 1}"
        found = raw[error.start : error.end]
        raise InputError(str(path), where, found, "UTF-8 text", hint=hint) from None
    header = text.split("\n", 1)[0]
    separator = max(_SEPARATORS[kind], key=header.count)
    names = next(csv.reader([header], delimiter=separator, skipinitialspace=True), [])
    if len(names) > MOST_COLUMNS:
        wide = f"{len(names):,} columns"
        raise InputError(str(path), "header", wide, f"at most {MOST_COLUMNS} columns")
    columns = find_columns([name.strip() for name in names], path, asked)
    table = pd.read_csv(
        io.StringIO(text),
        sep=separator,
        dtype=str,
        keep_default_na=False,
        skipinitialspace=True,
        names=range(len(names)),  # by place: a line with more fields than the header is refused
        header=0,
    )
    if not isinstance(table.index, pd.RangeIndex):
        raise ValueError("more fields in a line than in the header")
    places = [[name.strip() for name in names].index(columns[role]) for role in columns]
    table = table[places]
    table.columns = pd.Index(list(columns.values()))
    return table.fillna(""), columns


def find_columns(found: list[str], path: Path, asked: dict[str, str | None]) -> dict[str, str]:
    """Return the column of each role: the one asked for, else the best of the common names."""
    columns: dict[str, str] = {}

    def find(role: str, wanted: str | None) -> None:
        columns[role] = _column_of(found, path, role, wanted)

    check_all(*(partial(find, *one) for one in asked.items()))
    if len(set(columns.values())) < 3 or any(found.count(n) > 1 for n in columns.values()):
        expected = "three different columns for customer, date and amount"
        raise InputError(str(path), "columns", ", ".join(columns.values()), expected)
    return columns


def _column_of(found: list[str], path: Path, role: str, wanted: str | None) -> str:
    """Return the column of one role."""
    if wanted is not None:
        _check_named(found, path, role, wanted)
        return wanted
    plain = {name.strip().lower().replace(" ", "_").replace("-", "_"): name for name in found}
    known = [plain[name] for name in COLUMN_NAMES[role] if name in plain]
    if not known:
        close = [plain[n] for n in plain if is_header(found) and nearest(n, COLUMN_NAMES[role])]
        expected = f"a column with a common name ({', '.join(COLUMN_NAMES[role][:4])}, ...)"
        hint = f"Name the column with --{role} COLUMN."
        seen, nearby = columns_in_words(found), close[0] if close else None
        raise InputError(str(path), f"column of the {role}", seen, expected, nearby, hint)
    return known[0]


def _refuse(
    path: Path, column: str, values: pd.Series, bad: np.ndarray, expected: str, hint: str
) -> None:
    """Raise for the first bad row, counted from the first line after the header."""
    if bad.any():
        row = int(np.argmax(bad))
        more = int(bad.sum()) - 1
        note = " Shown is the form, not the text: 9 for any digit, a for any letter."
        note += f" The same is wrong in {more} more rows." if more else ""
        raise InputError(
            str(path),
            f"column {column!r}, row {row + 1}",
            shape(values.iloc[row]),
            expected,
            hint=hint + note,
        )


def _as_text(values: pd.Series, path: Path, column: str) -> pd.Series:
    """Return cells as stripped text; a Parquet column may hold what is none."""
    try:
        return values.astype("string").str.strip()
    except (ValueError, TypeError):
        found = f"values of type {type(values.iloc[0]).__name__}"
        raise InputError(str(path), f"column {column!r}", found, "text or numbers") from None


def check_ids(values: pd.Series, path: Path, column: str) -> pd.Series:
    """Return the customer ids as stripped text; none may be missing."""
    text = _as_text(values, path, column)
    missing = (text.isna() | text.str.lower().isin(["", "nan", "none", "null"])).to_numpy(bool)
    _refuse(path, column, values, missing, "a customer id", "Leave out lines without a customer.")
    return text


def check_days(values: pd.Series, path: Path, column: str) -> pd.Series:
    """Return the days: ISO dates, YYYY/MM/DD, YYYYMMDD, or stored; none absurd or in the future."""
    if pd.api.types.is_datetime64_any_dtype(values):
        days = values.dt.tz_localize(None) if values.dt.tz is not None else values
    else:
        text = _as_text(values, path, column).fillna("")
        text = text.str.replace(r"^(\d{4})/(\d{2})/(\d{2})", r"\1-\2-\3", regex=True)
        iso = text.str.fullmatch(r"\d{4}-\d{2}-\d{2}([T ].*)?")
        compact = text.str.fullmatch(r"\d{8}")
        cut = text.str[:10].where(iso, text.str[:4] + "-" + text.str[4:6] + "-" + text.str[6:8])
        days = pd.to_datetime(cut.where(iso | compact), format="%Y-%m-%d", errors="coerce")
    hint = "Write dates as YYYY-MM-DD: 03/04/2025 can be two days."
    _refuse(path, column, values, days.isna().to_numpy(), "a date as YYYY-MM-DD", hint)
    today = pd.Timestamp(Date.today())
    absurd = ((days < pd.Timestamp(EARLIEST)) | (days >= today + pd.Timedelta(days=1))).to_numpy()
    expected = f"a day from {EARLIEST} to today, {today:%Y-%m-%d}"
    _refuse(path, column, values, absurd, expected, "Correct the date or leave out the line.")
    return days.dt.normalize()


def check_amounts(values: pd.Series, path: Path, column: str) -> pd.Series:
    """Return the amounts as numbers; finite, not negative, none above `LARGEST_AMOUNT`, not all zero."""
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    if pd.api.types.is_bool_dtype(values):  # true is no amount of 1
        numbers[:] = np.nan
    hint = "Write amounts with a decimal point and without currency or thousands signs."
    _refuse(path, column, values, ~np.isfinite(numbers.to_numpy()), "a number", hint)
    hint = "Net each return against its purchase, or leave returns out."
    _refuse(path, column, values, (numbers < 0).to_numpy(), "an amount of 0 or more", hint)
    expected = f"an amount of at most {LARGEST_AMOUNT:g}"
    large = (numbers > LARGEST_AMOUNT).to_numpy()
    _refuse(path, column, values, large, expected, "Correct the amount or leave out the line.")
    if not (numbers > 0).any():
        raise InputError(str(path), f"column {column!r}", 0, "some amounts above 0")
    return numbers
