"""What writes raw exports: purchases of a made-up shop in any text form, workbook, Parquet or JSON."""

import gzip
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd


def _truth() -> pd.DataFrame:
    luck = np.random.default_rng(7)
    who = luck.integers(24, size=120)
    day = pd.Timestamp("2023-03-01") + pd.to_timedelta(np.sort(luck.integers(600, size=120)), "D")
    paid = np.round(luck.gamma(2.0, 400.0, 120) + 0.5, 2)
    paid[0] = 2345.67
    table = pd.DataFrame({"who": [f"K{i:04d}" for i in who], "day": day, "paid": paid})
    return table.drop_duplicates(["who", "day"], ignore_index=True)


TRUTH = _truth()


@dataclass(frozen=True)
class Export:
    """A raw export: what it writes, what the client says, and the faults it must be refused with."""

    name: str
    make: Callable[[Path], list[Path]]
    said: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def german(value: float) -> str:
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))


def text_file(
    head: str,
    day: str | Callable[[pd.Timestamp], str] = "%Y-%m-%d",
    money: Callable[[float], str] = "{:.2f}".format,
    mark: str = ",",
    encoding: str = "utf-8",
    before: str = "",
    after: str = "",
    line: Callable[[str, str, str, int], str] | None = None,
    rows: pd.DataFrame = TRUTH,
    name: str = "export.csv",
    end: str = "\n",
) -> Callable[[Path], list[Path]]:
    """Return what writes a text file."""

    def make(folder: Path) -> list[Path]:
        lines = []
        for at, (who, when, paid) in enumerate(rows.itertuples(index=False)):
            written = when.strftime(day) if isinstance(day, str) else day(when)
            cells = (who, written, money(paid))
            lines.append(line(*cells, at) if line else mark.join(cells))
        text = before + head + "\n" + "\n".join(lines) + "\n" + after
        raw = text.replace("\n", end).encode(encoding)
        path = folder / name
        path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
        return [path]

    return make


def sheet(
    head: list[str], title: int = 0, serial: bool = False, sheets: int = 1, text: bool = False
):
    """Return what writes a workbook."""

    def make(folder: Path) -> list[Path]:
        import openpyxl

        book = openpyxl.Workbook()
        for number in range(sheets):
            page = book.active if number == 0 else book.create_sheet(f"Blatt {number}")
            for _ in range(title):
                page.append(["Umsatzliste"])
            page.append(head)
            for who, when, paid in TRUTH.itertuples(index=False):
                day = (when - pd.Timestamp("1899-12-30")).days if serial else when.to_pydatetime()
                page.append([who, day, german(paid) if text and paid > 900 else paid])
        path = folder / "export.xlsx"
        book.save(path)
        return [path]

    return make


def parquet(
    columns: dict[str, Callable[[pd.DataFrame], pd.Series]],
) -> Callable[[Path], list[Path]]:
    def make(folder: Path) -> list[Path]:
        path = folder / "export.parquet"
        pd.DataFrame({name: column(TRUTH) for name, column in columns.items()}).to_parquet(path)
        return [path]

    return make


def nested_lines(folder: Path) -> list[Path]:
    """Write orders as a shop's interface gives them: fields within fields, some of them empty."""
    path = folder / "orders.jsonl"
    orders = (
        {
            "id": i,
            "customer": {"id": who, "email": f"{i}@example.org", "address": {"zip": None}},
            "created_at": f"{when:%Y-%m-%dT%H:%M:%SZ}",
            "payment": None if i % 7 == 3 else {"method": "card"},
            "total": {"amount": paid, "currency": "EUR"},
            "lines": [{"sku": "a"}],
        }
        for i, (who, when, paid) in enumerate(TRUTH.itertuples(index=False))
    )
    path.write_text("\n".join(map(json.dumps, orders)))
    return [path]


def structs(folder: Path) -> list[Path]:
    """Write orders as a data lake keeps them: columns of Parquet that hold fields, one of them a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    day = pa.array(TRUTH["day"].dt.tz_localize("Asia/Tokyo"))
    asked = pa.array([None, *["app"] * (len(TRUTH) - 1)])
    orders = pa.StructArray.from_arrays([day, asked], ["date", "note"])
    who = pa.StructArray.from_arrays(
        [pa.array(TRUTH["who"]), pa.array(["Anna Berg"] * len(TRUTH))], ["id", "name"]
    )
    path = folder / "export.parquet"
    table = {"customer": who, "order": orders, "total": pa.array(TRUTH["paid"])}
    pq.write_table(pa.table(table), path)
    return [path]


def lines_of(order: Callable[[str, str, float, int], dict]) -> Callable[[Path], list[Path]]:
    """Return what writes JSON lines, each of them what `order` makes of a purchase."""

    def make(folder: Path) -> list[Path]:
        path = folder / "orders.jsonl"
        rows = enumerate(TRUTH.itertuples(index=False))
        orders = (order(who, f"{when:%Y-%m-%d}", paid, at) for at, (who, when, paid) in rows)
        path.write_text("\n".join(map(json.dumps, orders)))
        return [path]

    return make


def json_lines(folder: Path) -> list[Path]:
    path = folder / "export.jsonl"
    rows = (
        {
            "order_id": i,
            "customer_id": who,
            "order_date": f"{when:%Y-%m-%dT%H:%M:%SZ}",
            "total": paid,
        }
        for i, (who, when, paid) in enumerate(TRUTH.itertuples(index=False))
    )
    path.write_text("\n".join(map(json.dumps, rows)))
    return [path]


def two_files(shared_lines: int) -> Callable[[Path], list[Path]]:
    """Return what writes two files that have some lines in common."""

    def make(folder: Path) -> list[Path]:
        cut = len(TRUTH) // 2
        parts = TRUTH.iloc[: cut + shared_lines], TRUTH.iloc[cut:]
        made = []
        for at, part in enumerate(parts):
            made += text_file("customer,date,amount", rows=part, name=f"part{at}.csv")(folder)
        return made

    return make


def invoice_line(who: str, day: str, paid: str, at: int) -> str:
    """Return two lines of an invoice: a unit price, and what is taken off it again as a return."""
    back = f"C{at};{who};{day};-1;{paid}\n" if at % 10 == 0 else ""
    more = "2" if at % 10 == 0 else "1"
    return back + f"{at};{who};{day};{more};{paid}"


def thousand(value: float) -> str:
    return f"{1000 * round(min(value, 999)):,}".replace(",", ".")


def bare(folder: Path) -> Path:
    path = folder / "export.csv"
    written = io.StringIO()
    TRUTH.assign(day=TRUTH["day"].dt.strftime("%Y-%m-%d")).to_csv(
        written, header=False, index=False
    )
    path.write_text(written.getvalue())
    return path


def dialect(head: str, mark: str, day: str, money: Callable[[float], str], encoding: str):
    """Return what writes a public log as a text file."""

    def write(folder: Path, truth: pd.DataFrame) -> Path:
        days, paid = truth["day"].dt.strftime(day), truth["amount"].map(money)
        rows = zip(truth["customer"], days, paid, strict=True)
        lines = [head, *(f"C{who}{mark}{when}{mark}{how_much}" for who, when, how_much in rows)]
        path = folder / "public.csv"
        path.write_bytes("\n".join(lines).encode(encoding))
        return path

    return write


def public_sheet(folder: Path, truth: pd.DataFrame) -> Path:
    path = folder / "public.xlsx"
    table = truth.assign(customer=truth["customer"] + 1)  # an id of 0 is nobody's
    table = table[["customer", "day", "amount"]].rename(columns={"day": "date"})
    table.to_excel(path, index=False)
    return path
