"""How text is written on a slide: where, in what size, and as a list."""

from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.text import PP_ALIGN
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Inches, Pt

from sim.report.fonts import MARKS
from sim.report.wrapping import joined

#: Inches before the text of a list, and beside the text of a box or a cell.
INDENT, INSET = 0.22, 0.1


def box(
    page: Any, words: str, where: tuple[float, float, float, float], size: int, colour: str
) -> None:
    """Write a paragraph at a place (left, top, width and height in inches), if it says anything."""
    if not words:
        return
    shape = page.shapes.add_textbox(*(Inches(part) for part in where))
    write(shape.text_frame, [words], size, colour)


def place(shape: Any, left: float, top: float, width: float, height: float) -> None:
    """Move a shape, in inches."""
    shape.left, shape.top = Inches(left), Inches(top)
    shape.width, shape.height = Inches(width), Inches(height)


def write(frame: Any, lines: list[str], size: int, colour: str) -> None:
    """Write lines as paragraphs, in one size and colour, from the left; no line ends within an amount."""
    frame.word_wrap = True
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.text = joined(line)
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.space_after = Pt(6)
        for run in paragraph.runs:
            run.font.size = Pt(size)
            run.font.color.rgb = RGBColor.from_string(colour[1:])


def make_list(frame: Any) -> None:
    """Put a mark before each paragraph and its further lines under the first, as a list has it."""
    for line in frame.paragraphs:
        layout = line._p.get_or_add_pPr()
        layout.set("marL", str(Inches(INDENT)))
        layout.set("indent", str(-Inches(INDENT)))
        font, mark = OxmlElement("a:buFont"), OxmlElement("a:buChar")
        font.set("typeface", MARKS)
        mark.set("char", "\N{BULLET}")
        layout.append(font)
        layout.append(mark)


def describe(shape: Any, words: str) -> None:
    """Write the words of a shape for those who cannot see it."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", words)
