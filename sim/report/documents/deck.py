"""The deck: what the report says as PowerPoint slides, each titled by its sentence, to be edited.

Charts and tables are PowerPoint's own; the notes of a slide say where its numbers come from. All of
python-pptx stays in this module. No time is written, so that the same content gives the same bytes.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.text import MSO_ANCHOR
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Emu, Inches, Pt

from sim.common.style import ended, paragraph, style
from sim.report.documents.brand import Brand
from sim.report.documents.sheets import Sheet
from sim.report.figure_style import COLOURS, INK, MUTED
from sim.report.fonts import OFFICE
from sim.report.phrases import say
from sim.report.section import Table
from sim.report.wrapping import width_of

#: Inches: of a slide, its margins, and where what stands under its title begins.
_WIDTH, _HEIGHT, _MARGIN, _TOP = 13.333, 7.5, 0.6, 1.75
#: Rows and columns of a table that can still be read on a slide, and characters of one of its cells.
_ROWS, _COLUMNS, _CELL = 13, 7, 60
#: What the file says of when it was made: nothing that differs from run to run.
_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_ZIP_TIME = (2000, 1, 1, 0, 0, 0)
#: Where a theme names the font of East Asian characters: none, so that each machine takes another.
_NO_FONT = re.compile(rb'(<a:ea typeface=)""')


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
    """

    title: str
    bullets: list[str] = field(default_factory=list)
    table: Table | None = None
    chart: Sheet | None = None
    notes: str = ""


def deck(slides: list[Slide], brand: Brand, title: str, meta: str) -> bytes:
    """Return slides as a PowerPoint file, after one that says what it is about.

    Parameters
    ----------
    slides : list of Slide
    brand : Brand
    title, meta : str
        Of the first slide.
    """
    made = Presentation()
    made.slide_width, made.slide_height = Inches(_WIDTH), Inches(_HEIGHT)
    properties = made.core_properties
    properties.title, properties.author = title, brand.author
    properties.created = properties.modified = _CREATED
    properties.last_modified_by = ""
    if style().wide:
        theme = made.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
        theme._blob = _NO_FONT.sub(rb'\1"' + OFFICE.encode() + b'"', theme.blob)
    _cover(made, brand, title, meta)
    for number, slide in enumerate(slides, start=2):
        _add(made, slide, brand, number)
    buffer = io.BytesIO()
    made.save(buffer)
    return _timeless(buffer.getvalue())


def _cover(made: Any, brand: Brand, title: str, meta: str) -> None:
    page = made.slides.add_slide(made.slide_layouts[5])
    shape = page.shapes.title
    _place(shape, _MARGIN, 2.2, _WIDTH - 2 * _MARGIN, 1.5)
    _write(shape.text_frame, [title], 40, brand.colour)
    _box(page, brand.as_data()["line"], (_MARGIN, 3.8, _WIDTH - 2 * _MARGIN, 0.5), 18, INK)
    _box(page, meta, (_MARGIN, 4.5, _WIDTH - 2 * _MARGIN, 1.2), 14, MUTED)
    if brand.logo_image is not None:
        logo = page.shapes.add_picture(
            io.BytesIO(brand.logo_image), Inches(_MARGIN), Inches(0.6), height=Inches(0.8)
        )
        _describe(logo, brand.client or say("documents.deck.logo"))


def _add(made: Any, slide: Slide, brand: Brand, number: int) -> None:
    page = made.slides.add_slide(made.slide_layouts[5])
    shape = page.shapes.title
    _place(shape, _MARGIN, 0.35, _WIDTH - 2 * _MARGIN, 1.3)
    _write(shape.text_frame, [slide.title], 24 if width_of(slide.title) < 120 else 19, brand.colour)
    top, height = _TOP, _HEIGHT - _TOP - 0.7
    if slide.bullets:
        alone = slide.chart is None and slide.table is None
        part = height if alone else min(0.42 * len(slide.bullets) + 0.2, 2.0)
        _bullets(page, slide.bullets, top, part, 18 if alone and len(slide.bullets) < 6 else 14)
        top, height = top + part, height - part
    if slide.chart is not None:
        _chart(page, slide.chart, slide.title, top, height)
    elif slide.table is not None:
        _table(page, slide.table, top)
    foot = brand.as_data()["line"]
    _box(page, foot, (_MARGIN, _HEIGHT - 0.5, _WIDTH - 3, 0.3), 10, MUTED)
    _box(page, str(number), (_WIDTH - 1.2, _HEIGHT - 0.5, 0.6, 0.3), 10, MUTED)
    page.notes_slide.notes_text_frame.text = slide.notes


def _bullets(page: Any, lines: list[str], top: float, height: float, size: int) -> None:
    box = page.shapes.add_textbox(
        Inches(_MARGIN), Inches(top), Inches(_WIDTH - 2 * _MARGIN), Inches(height)
    )
    box.text_frame.word_wrap = True
    _write(box.text_frame, [f"\N{BULLET} {line}" for line in lines], size, INK)


def _chart(page: Any, sheet: Sheet, words: str, top: float, height: float) -> None:
    """Draw a sheet as PowerPoint's own chart; what is no number leaves a gap."""
    data = CategoryChartData()
    data.categories = [str(cell) for cell in sheet.frame.iloc[:, 0]]
    for name in sheet.frame.columns[1:]:
        values = [float(cell) if cell == cell else None for cell in sheet.frame[name]]
        data.add_series(name, values, number_format="#,##0")
    kind = XL_CHART_TYPE.LINE if sheet.chart == "line" else XL_CHART_TYPE.COLUMN_CLUSTERED
    frame = page.shapes.add_chart(
        kind,
        Inches(_MARGIN),
        Inches(top),
        Inches(_WIDTH - 2 * _MARGIN),
        Inches(height),
        data,
    )
    _describe(frame, paragraph([ended(words), sheet.note]))
    chart = frame.chart
    chart.has_legend, chart.font.size = True, Pt(12)
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.value_axis.tick_labels.number_format = "#,##0"
    chart.value_axis.tick_labels.number_format_is_linked = False
    for colour, series in zip(_colours(), chart.plots[0].series, strict=False):
        line = series.format.line if sheet.chart == "line" else series.format.fill
        if sheet.chart == "line":
            series.smooth = False
            line.color.rgb, line.width = colour, Pt(2.25)
        else:
            line.solid()
            line.fore_color.rgb = colour


def _colours() -> Iterator[RGBColor]:
    while True:
        for colour in COLOURS:
            yield RGBColor.from_string(colour[1:])


def _table(page: Any, table: Table, top: float) -> None:
    """Draw the first rows and columns of a table: what is longer stands in the workbook."""
    frame = table.frame.astype(str).iloc[:_ROWS, :_COLUMNS]
    rows, across = frame.shape
    shape = page.shapes.add_table(
        rows + 1,
        across,
        Inches(_MARGIN),
        Inches(top),
        Inches(_WIDTH - 2 * _MARGIN),
        Inches(0.36 * (rows + 1)),
    )
    _describe(shape, table.caption)
    first = 1.7
    unit = (_WIDTH - 2 * _MARGIN) / (across - 1 + first)
    for place in range(across):
        shape.table.columns[place].width = Inches(unit * (first if place == 0 else 1.0))
    size = 12 if across <= 5 else 10
    for place, name in enumerate(frame.columns):
        _cell(shape.table.cell(0, place), name, size)
        for row, words in enumerate(frame[name], start=1):
            _cell(shape.table.cell(row, place), _short(words), size)


def _short(words: str) -> str:
    if width_of(words) <= _CELL:
        return words
    kept = len(words) - 1
    while width_of(words[:kept]) >= _CELL:
        kept -= 1
    return words[:kept].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def _cell(cell: Any, words: str, size: int) -> None:
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.margin_top = cell.margin_bottom = Emu(20000)
    cell.text_frame.word_wrap = True
    cell.text_frame.paragraphs[0].text = words
    for run in cell.text_frame.paragraphs[0].runs:
        run.font.size = Pt(size)


def _box(
    page: Any, words: str, place: tuple[float, float, float, float], size: int, colour: str
) -> None:
    if not words:
        return
    box = page.shapes.add_textbox(*(Inches(part) for part in place))
    box.text_frame.word_wrap = True
    _write(box.text_frame, [words], size, colour)


def _place(shape: Any, left: float, top: float, width: float, height: float) -> None:
    shape.left, shape.top = Inches(left), Inches(top)
    shape.width, shape.height = Inches(width), Inches(height)


def _write(frame: Any, lines: list[str], size: int, colour: str) -> None:
    """Write lines as paragraphs, in one size and colour, from the left."""
    frame.word_wrap = True
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.text = line
        paragraph.alignment = 1
        paragraph.space_after = Pt(6)
        for run in paragraph.runs:
            run.font.size = Pt(size)
            run.font.color.rgb = RGBColor.from_string(colour[1:])


def _describe(shape: Any, words: str) -> None:
    """Write the words of a shape for those who cannot see it."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", words)


def _timeless(content: bytes) -> bytes:
    """Return a file of packed parts with the same time for each; the workbooks within are packed too."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for item in old.infolist():
            part = old.read(item)
            if item.filename.endswith(".xlsx"):
                part = _timeless(part)
            if item.filename == "docProps/core.xml":
                part = _TIME.sub(_CREATED.isoformat().encode() + b"Z", part)
            new.writestr(zipfile.ZipInfo(item.filename, _ZIP_TIME), part)
    return buffer.getvalue()
