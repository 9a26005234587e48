"""Files named in SQL for what they are: DuckDB reads patterns and columns out of a path.

``*``, ``?`` and ``[`` in a folder's name would stand for other files, and one named ``margin=5`` would
replace the column `margin` of all that lies in it (hive partitions; DuckDB's documentation, "Hive
Partitioning" and "File Globbing").
"""

import re
from pathlib import Path

#: What a reader of files is told besides their names.
NO_PARTITIONS = "hive_partitioning = false"
_PATTERN = re.compile(r"([*?\[])")


def literal(path: Path) -> str:
    """Return a path as DuckDB takes it for that file alone."""
    return _PATTERN.sub(r"[\1]", str(path))


def file_in_sql(path: Path) -> str:
    """Return what a reader of files in SQL is given first: one file, and nothing of its path."""
    quoted = literal(path).replace("'", "''")
    return f"'{quoted}', {NO_PARTITIONS}"
