"""The schema of what an intake writes, held by pandera: what is read from it can rely on this."""

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from sim.intake.days import EARLIEST
from sim.intake.kinds import Kind
from sim.intake.own_ids import CHANNEL, amount_of, has_channel

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

#: Rows that are looked at at a time.
_BLOCK = 1_000_000


def check_log(path: Path) -> int:
    """Check every row of a log that was written, and return how many there are.

    Raises
    ------
    pandera.errors.SchemaError
        If a row breaks the schema: that is a fault of the workbench, not of the export.
    """
    import pandas as pd
    import pandera.pandas as pa

    day = pa.Check.in_range(pd.Timestamp(EARLIEST), pd.Timestamp.now())
    schema = pa.DataFrameSchema(
        {
            "customer": pa.Column("str", pa.Check.str_length(32, 32)),
            "date": pa.Column("datetime64[us]", day),
            amount_of(path): pa.Column("float64", pa.Check.ge(0)),
            "lines": pa.Column("int32", pa.Check.ge(1)),
            **({CHANNEL: pa.Column("str", nullable=True)} if has_channel(path) else {}),
        },
        unique=["customer", "date"],
        strict=True,
        ordered=True,
    )
    count, last = 0, None
    for batch in pq.ParquetFile(path).iter_batches(batch_size=_BLOCK):
        table = batch.to_pandas()
        if last is not None:  # the log is sorted, so that what stands twice stands together
            table = pd.concat([last, table], ignore_index=True)
        schema.validate(table)
        count += batch.num_rows
        last = table.tail(1)
    return count


def check_returns(path: Path) -> int:
    """Check every row of what was sold and sent back, and return how many there are.

    Raises
    ------
    pandera.errors.SchemaError
        As of `check_log`.
    """
    import pandas as pd
    import pandera.pandas as pa

    day = pa.Check.in_range(pd.Timestamp(EARLIEST), pd.Timestamp.now())
    schema = pa.DataFrameSchema(
        {
            "customer": pa.Column("str", pa.Check.str_length(32, 32)),
            "date": pa.Column("datetime64[us]", day),
            **{name: pa.Column("float64", pa.Check.ge(0)) for name in ("bought", "returned")},
        },
        unique=["customer", "date"],
        strict=True,
        ordered=True,
    )
    return _checked(path, schema)


def check_beside(path: Path, kind: Kind) -> int:
    """Check every row of a table beside the log, and return how many there are.

    Raises
    ------
    pandera.errors.SchemaError
        As of `check_log`.
    """
    import pandas as pd
    import pandera.pandas as pa

    day = pa.Check.in_range(pd.Timestamp(EARLIEST), pd.Timestamp.now())
    said = pa.Column("str", pa.Check.isin(kind.known), nullable=True)
    schema = pa.DataFrameSchema(
        {
            "customer": pa.Column("str", pa.Check.str_length(32, 32)),
            "date": pa.Column("datetime64[us]", day, nullable=not kind.needs_day),
            **{name: pa.Column("float64", nullable=True) for name in kind.numbers},
            **({kind.tells: said} if kind.tells_kind else {}),
        },
        strict=True,
        ordered=True,
    )
    return _checked(path, schema)


def _checked(path: Path, schema: "DataFrameSchema") -> int:
    """Check every row of a table against a schema, a block at a time, and return how many there are."""
    count = 0
    for batch in pq.ParquetFile(path).iter_batches(batch_size=_BLOCK):
        schema.validate(batch.to_pandas())
        count += batch.num_rows
    return count
