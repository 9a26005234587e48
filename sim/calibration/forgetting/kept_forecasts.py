"""A customer taken out of the forecasts that are kept with a client's files."""

from collections.abc import Collection
from io import StringIO
from pathlib import Path

import pandas as pd

from sim.common.reading import LARGEST_TABLE, read_bytes

#: The table of a forecast by customer.
_TABLE = "forecast.csv"


def forecasts_without(folder: Path, who: Collection[str]) -> dict[Path, bytes | Path | None]:
    """Return what the tables of forecasts in a client's folder shall hold without a customer.

    Parameters
    ----------
    folder : Path
        ``clients/NAME``.
    who : collection of str
        The customer's own id, where it is known, and the pseudonym.
    """
    changed: dict[Path, bytes | Path | None] = {}
    for path in sorted(folder.rglob(_TABLE)):
        text = read_bytes(path, str(path), LARGEST_TABLE).decode()
        table = pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
        if "customer" not in table:
            continue
        theirs = table["customer"].str.removeprefix("'").isin(list(who)) | table["customer"].isin(
            list(who)
        )
        if theirs.any():
            changed[path] = table[~theirs].to_csv(index=False, lineterminator="\n").encode()
    return changed
