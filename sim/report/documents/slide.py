"""What stands on one slide, whichever program draws it."""

from dataclasses import dataclass, field

from sim.report.documents.sheets import Sheet
from sim.report.section import Table


@dataclass(frozen=True)
class Slide:
    """One slide.

    Attributes
    ----------
    title : str
        Its sentence.
    bullets : list of str
    table : Table, optional
    chart : Sheet, optional
        Drawn as it is in the workbook.
    notes : str
        Where its numbers come from.
    spared : bool
        Whether it is left out first where there are too many: the report has what it shows.
    """

    title: str
    bullets: list[str] = field(default_factory=list)
    table: Table | None = None
    chart: Sheet | None = None
    notes: str = ""
    spared: bool = False
