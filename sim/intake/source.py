"""A client's file as DuckDB can select from it, whatever its form."""

from collections.abc import Mapping
from dataclasses import dataclass

from sim.intake.findings import Conclusion


@dataclass(frozen=True)
class Cells:
    """How SQL selects the cells of a column, as text.

    Attributes
    ----------
    plain : str
        As it is written or stored; days as ``2024-01-31``.
    number : str
        The same, but a number that the file stores as one has an exponent (``1.234E0``), so that no
        point in it is taken for a thousands mark.
    """

    plain: str
    number: str


@dataclass(frozen=True)
class Source:
    """A file that was opened.

    Attributes
    ----------
    names : tuple of str
        Its columns.
    table : str
        What SQL selects from.
    cells : mapping
        By the name of a column.
    conclusions : tuple
        On encoding, separator, header and sheet.
    lines_before : int
        Lines of the file above its first line of data.
    """

    names: tuple[str, ...]
    table: str
    cells: Mapping[str, Cells]
    conclusions: tuple[Conclusion, ...] = ()
    lines_before: int = 0
