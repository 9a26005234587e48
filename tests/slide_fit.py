"""Whether what stands on slides fits there, by the fonts that stand in for an office's."""

import functools
import io
import itertools
import re

from PIL import ImageFont
from pptx import Presentation

from sim.report.fonts import font_folder, latin_file
from sim.report.wrapping import JOINER


def check_fit(made: bytes) -> None:
    deck = Presentation(io.BytesIO(made))
    for slide in deck.slides:
        shapes = sorted(slide.shapes, key=lambda shape: shape.top)
        for shape in shapes:
            assert shape.top + shape.height <= deck.slide_height
            if shape.has_text_frame and shape.text_frame.text:
                words = [part.text for part in shape.text_frame.paragraphs]
                words = [part.replace(JOINER, "") for part in words]
                size = shape.text_frame.paragraphs[0].runs[0].font.size
                needed = sum(_lines(part, shape.width - 2 * _BESIDE, size) for part in words)
                assert needed * size * 1.2 <= shape.height, words
            if shape.has_table:
                _check_cells(shape.table)
                foot = max(other.top for other in shapes)
                assert shape.top + _grown_height(shape.table) <= foot or shape.top == foot
        for upper, lower in itertools.combinations(shapes, 2):
            beside = (
                lower.left >= upper.left + upper.width or upper.left >= lower.left + lower.width
            )
            assert beside or upper.top + upper.height <= lower.top


#: What lies between the edge of a box and its text, in the units of a slide.
_BESIDE = 91440


def _grown_height(table) -> float:
    """Return how high a table gets in a program that lets its rows grow with their text."""
    height = 0.0
    for number, row in enumerate(table.rows):
        needed = 0.0
        for cell, column in zip(row.cells, table.columns, strict=True):
            for run in cell.text_frame.paragraphs[0].runs[:1]:
                words = cell.text_frame.text.replace(JOINER, "")
                lines = _lines(words, column.width - 2 * _BESIDE, run.font.size, number == 0)
                text = lines * run.font.size * _leading(words)
                needed = max(needed, text + cell.margin_top + cell.margin_bottom)
        height += max(row.height, needed)
    return height


def _leading(words: str) -> float:
    """Return how high a line is over the size of its font, by what fonts say of themselves."""
    fonts = [_latin(), *([_font()] if re.search("[\u2e80-\uffef]", words) else [])]
    return max(sum(font.getmetrics()) for font in fonts) / 100


def _check_cells(table):
    for row in table.rows:
        for cell, column in zip(row.cells, table.columns, strict=True):
            runs = cell.text_frame.paragraphs[0].runs
            size = runs[0].font.size if runs else 0
            lines = _lines(cell.text_frame.text, column.width - 2 * _BESIDE, size) if size else 0
            assert lines * size * 1.2 <= row.height, cell.text_frame.text


def _lines(words: str, width: int, size: int, bold: bool = False) -> int:
    """Return how many lines a text takes, word by word; Chinese ones break anywhere."""
    lines, line = 1, ""
    for piece in re.findall(r"[\x21-\u1fff]+\s*|.", words):
        if line and _long((line + piece).rstrip(), bold) * size > width:
            lines, line = lines + 1, ""
        line += piece
    return lines


def _long(words: str, bold: bool) -> float:
    """Return how long a text is over the size of its font, in the fonts that stand in."""
    parts = re.findall("[\u2e80-\uffef]+|[^\u2e80-\uffef]+", words)
    return (
        sum((_font() if part[0] > "\u2e80" else _latin(bold)).getlength(part) for part in parts)
        / 100
    )


@functools.cache
def _latin(bold: bool = False):
    return ImageFont.truetype(str(latin_file(bold)), 100)


@functools.cache
def _font():
    return ImageFont.truetype(str(font_folder() / "NotoSansCJKsc-Regular.otf"), 100)
