"""A table on a slide: as much of it as fits above the foot, no number torn apart."""

from typing import Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from sim.report.documents.room import height_of
from sim.report.documents.slide_text import INSET, describe
from sim.report.rendering import numeric_columns
from sim.report.section import Table
from sim.report.wrapping import column_shares, joined, letters_in, width_of

#: Columns of a table that can still be read on a slide, and characters of one of its cells.
_COLUMNS, _CELL = 7, 110
#: Points: the first with which all fits, else the last.
_SIZES = (12, 10)
#: Inches above and below the text of a cell.
_PAD = 0.05


def add_table(page: Any, table: Table, where: tuple[float, float, float, float]) -> bool:
    """Draw a table as far as it fits, and return whether some of it is left out.

    Parameters
    ----------
    page : Slide of python-pptx
    table : Table
    where : tuple of float
        Left, top, width and height of its room, in inches.
    """
    left, top, wide, height = where
    frame = table.frame.astype(str).iloc[:, :_COLUMNS].map(_short)
    size, widths, heights = _SIZES[0], [0.0], [0.0]
    for size in _SIZES:
        shares = column_shares(frame, letters_in(wide, size))
        widths = [wide * share for share in shares]
        rows = enumerate([frame.columns, *frame.to_numpy()])
        heights = [_row_height(row, widths, size, head=number == 0) for number, row in rows]
        if sum(heights) <= height:
            break
    while sum(heights) > height and len(frame) > 1:
        # what has one name, as the two ends of an assumption, is not torn apart
        name = frame.iloc[-1, 0]
        while len(frame) > 1 and frame.iloc[-1, 0] == name:
            frame, heights = frame.iloc[:-1], heights[:-1]
    place = (Inches(part) for part in (left, top, wide, sum(heights)))
    shape = page.shapes.add_table(len(heights), len(widths), *place)
    describe(shape, table.caption)
    for column, width in enumerate(widths):
        shape.table.columns[column].width = Inches(width)
    for row, tall in enumerate(heights):
        shape.table.rows[row].height = Inches(tall)
    sides = [PP_ALIGN.RIGHT if number else PP_ALIGN.LEFT for number in numeric_columns(frame)]
    for column, (name, side) in enumerate(zip(frame.columns, sides, strict=True)):
        for row, words in enumerate([name, *frame[name]]):
            _cell(shape.table.cell(row, column), words, size, side)
    return frame.shape != table.frame.shape


def _row_height(cells: Any, widths: list[float], size: int, head: bool) -> float:
    """Return how high a row of a table is, in inches: as its highest cell; its head is bold."""
    pairs = zip(cells, widths, strict=True)
    inner = [height_of(str(words), width - 2 * INSET, size, head) for words, width in pairs]
    return max(inner) + 2 * _PAD


def _short(words: str) -> str:
    if width_of(words) <= _CELL:
        return words
    kept = len(words) - 1
    while width_of(words[:kept]) >= _CELL:
        kept -= 1
    return words[:kept].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def _cell(cell: Any, words: str, size: int, side: Any) -> None:
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.margin_top = cell.margin_bottom = Inches(_PAD)
    cell.text_frame.word_wrap = True
    cell.text_frame.paragraphs[0].text = joined(words)
    cell.text_frame.paragraphs[0].alignment = side
    for run in cell.text_frame.paragraphs[0].runs:
        run.font.size = Pt(size)
