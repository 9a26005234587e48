"""A customer taken out of what an intake left: the log, lines left out, sealed ids, totals, quality."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from sim.common.reading import LARGEST_TEXT, read_bytes
from sim.common.sql_files import file_in_sql
from sim.intake.folder import RECORD
from sim.intake.own_ids import IDS, LOG, amount_of, own_ids, seal_ids
from sim.intake.quality.quality import QUALITY, Quality, read_quality
from sim.intake.sql import Database, row, text_of

#: Pages that are made from what is changed: they go, and are written again.
_PAGES = "quality*.html"


def intake_without(
    database: Database, place: Path, folder: Path, who: str, key: bytes
) -> dict[Path, bytes | Path | None]:
    """Return what the files of an intake shall hold without a customer; none if nothing is of him.

    Parameters
    ----------
    database : Database
    place : Path
        For what is needed on the way.
    folder : Path
        ``clients/NAME/intake``, or one in it that keeps an earlier one.
    who : str
        Pseudonym.
    key : bytes
        Of the client.
    """
    changed: dict[Path, bytes | Path | None] = {}
    gone = _purchases(database, folder / LOG, who)
    for path in sorted(
        folder.glob("*.parquet")
    ):  # log, tables beside it, what was left out of each
        if lines_of(database, path, who):
            without = place / f"{folder.name}-{path.name}"
            database.execute(
                f"copy (select * from {_table(path)} where customer is distinct from {text_of(who)}) "
                f"to {text_of(str(without))} (format parquet, compression zstd)"
            )
            changed[path] = without
    if (folder / IDS).exists() and who in (ids := own_ids(folder, key)):
        del ids[who]
        frame = pd.DataFrame({"pseudonym": list(ids), "customer": list(ids.values())}, dtype="str")
        changed[folder / IDS] = seal_ids(frame.to_parquet(index=False), key)
    if len(gone):
        changed |= _totals(folder, who, gone)
    if changed:
        changed |= dict.fromkeys(folder.glob(_PAGES))
    return changed


def _table(path: Path) -> str:
    return f"read_parquet({file_in_sql(path)})"


def lines_of(database: Database, path: Path, who: str) -> int:
    """Return how many lines of a Parquet file are a customer's."""
    query = f"select count(*) from {_table(path)} where customer = {text_of(who)}"
    return int(row(database, query)[0])


def _purchases(database: Database, log: Path, who: str) -> pd.DataFrame:
    """Return ``date``, ``amount`` and ``lines`` of a customer's purchases."""
    if not log.exists():
        return pd.DataFrame({"date": pd.Series(dtype="datetime64[us]"), "amount": [], "lines": []})
    wanted = f"date, {amount_of(log)} as amount, lines"
    query = f"select {wanted} from {_table(log)} where customer = {text_of(who)}"
    return database.execute(query).df()


def _totals(folder: Path, who: str, gone: pd.DataFrame) -> dict[Path, bytes | Path | None]:
    """Return the totals of an intake without a customer's purchases."""
    changed: dict[Path, bytes | Path | None] = {}
    path = folder / RECORD
    if path.exists():
        record = json.loads(read_bytes(path, str(path), LARGEST_TEXT))
        changed[path] = _written(_record_without(record, gone))
    quality = read_quality(folder / QUALITY)
    if quality is not None:
        made = quality_without(quality, who, gone).model_dump(mode="json")
        changed[folder / QUALITY] = _written(made)
    return changed


def _record_without(record: dict[str, Any], gone: pd.DataFrame) -> dict[str, Any]:
    """Return the content of ``intake.json`` without a customer's purchases."""
    by_year = gone.groupby(gone["date"].dt.year)["amount"]
    sales, counts = by_year.sum(), by_year.size()
    years = [
        {
            "year": one["year"],
            "sales": one["sales"] - float(sales.get(one["year"], 0.0)),
            "customers": one["customers"] - int(one["year"] in counts),
            "purchases": one["purchases"] - int(counts.get(one["year"], 0)),
        }
        for one in record["years"]
    ]
    return record | {"customers": record["customers"] - 1, "years": years}


def quality_without(quality: Quality, who: str, gone: pd.DataFrame) -> Quality:
    """Return the quality of a client's data without a customer: totals, months, and what stands out.

    Medians, rules and changes of months stay as the intake found them.
    """
    by_month = gone.groupby(gone["date"].dt.strftime("%Y-%m"))["amount"]
    sales, counts = by_month.sum(), by_month.size()
    months = tuple(
        one.model_copy(
            update={
                "sales": one.sales - float(sales.get(one.month, 0.0)),
                "customers": one.customers - int(one.month in counts),
                "purchases": one.purchases - int(counts.get(one.month, 0)),
            }
        )
        for one in quality.months
    )
    taken = quality.taken
    now = taken.model_copy(
        update={
            "customers": taken.customers - 1,
            "purchases": taken.purchases - len(gone),
            "sales": taken.sales - float(gone["amount"].sum()),
            "months": {
                month: found - float(sales.get(month, 0.0)) for month, found in taken.months.items()
            },
        }
    )
    outliers = {}
    for what, one in quality.outliers.items():
        left = tuple(each for each in one.farthest if each.who != who)
        count = one.count - (len(one.farthest) - len(left))
        outliers[what] = one.model_copy(update={"farthest": left, "count": count})
    history = (*quality.history[:-1], now)
    update = {"months": months, "outliers": outliers, "history": history}
    return quality.model_copy(update=update)


def _written(content: Any) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()
