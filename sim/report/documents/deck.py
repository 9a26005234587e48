"""The deck: what the report says as PowerPoint slides, each titled by its sentence, to be edited.

Charts and tables are PowerPoint's own; the notes of a slide say where its numbers come from. All of
python-pptx stays in this module and `slide_text.py`. No time is written, so that the same content
gives the same bytes.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Inches, Pt

from sim.common.calendar import WEEKS_A_QUARTER
from sim.common.style import ended, paragraph, style
from sim.report.documents.brand import Brand
from sim.report.documents.sheets import Sheet
from sim.report.documents.slide import Slide
from sim.report.documents.slide_text import INDENT, box, describe, make_list, place, write
from sim.report.figure_style import COLOURS, INK, MUTED
from sim.report.fonts import OFFICE
from sim.report.phrases import say
from sim.report.rendering import numeric_columns
from sim.report.section import Table
from sim.report.wrapping import column_shares, height_of, letters_in, width_of

#: Inches: of a slide, its margins, and where what stands under its title begins.
_WIDTH, _HEIGHT, _MARGIN, _TOP = 13.333, 7.5, 0.6, 1.75
#: Columns of a table that can still be read on a slide, and characters of one of its cells.
_COLUMNS, _CELL = 7, 110
#: Points: of titles, of lists, of tables; the first with which all fits, else the last.
_TITLES, _LISTS, _TABLES = (24, 19, 16), (18, 16, 14, 12, 11), (12, 10)
#: Inches: of a title, below a paragraph, between the parts of a slide, around the text of a box and
#: of a cell, of a chart at least.
_HEAD, _AFTER, _GAP, _INSET, _PAD, _CHART = 1.3, 6 / 72, 0.1, 0.1, 0.05, 2.6
#: Amounts of a chart; no colour tells its losses.
_AMOUNTS = "#,##0;\N{MINUS SIGN}#,##0"
_CHARTS = {
    "line": XL_CHART_TYPE.LINE,
    "bar": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "stacked": XL_CHART_TYPE.COLUMN_STACKED,
}
#: What the file says of when it was made: nothing that differs from run to run.
_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_ZIP_TIME = (2000, 1, 1, 0, 0, 0)
#: Where a theme names the font of East Asian characters: none, so that each machine takes another.
_NO_FONT = re.compile(rb'(<a:ea typeface=)""')

#: Where it names the colour of tables.
_ACCENT = re.compile(rb'(<a:accent1><a:srgbClr val=")[0-9A-F]{6}')


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
    theme = made.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme._blob = _ACCENT.sub(rb"\g<1>" + brand.colour[1:].encode(), theme.blob)
    if style().wide:
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
    place(shape, _MARGIN, 2.2, _WIDTH - 2 * _MARGIN, 1.5)
    write(shape.text_frame, [title], 40, brand.colour)
    box(page, brand.as_data()["line"], (_MARGIN, 3.8, _WIDTH - 2 * _MARGIN, 0.5), 18, INK)
    box(page, meta, (_MARGIN, 4.5, _WIDTH - 2 * _MARGIN, 1.2), 14, MUTED)
    if brand.logo_image is not None:
        logo = page.shapes.add_picture(
            io.BytesIO(brand.logo_image), Inches(_MARGIN), Inches(0.6), height=Inches(0.8)
        )
        describe(logo, brand.client or say("page.logo"))


def _add(made: Any, slide: Slide, brand: Brand, number: int) -> None:
    page = made.slides.add_slide(made.slide_layouts[5])
    shape, wide = page.shapes.title, _WIDTH - 2 * _MARGIN
    place(shape, _MARGIN, 0.35, wide, _HEAD)
    size, _ = _fitting([slide.title], _TITLES, _HEAD)
    write(shape.text_frame, [slide.title], size, brand.colour)
    top, height, left_out = _TOP, _HEIGHT - _TOP - 0.7, False
    if slide.bullets:
        rest = _GAP if slide.table is None and slide.chart is None else _CHART
        sizes = _LISTS if rest == _GAP else _LISTS[2:]
        size, part = _fitting(slide.bullets, sizes, height - rest)
        there = (Inches(at) for at in (_MARGIN, top, wide, part))
        listed = page.shapes.add_textbox(*there).text_frame
        write(listed, slide.bullets, size, INK)
        make_list(listed)
        top, height = top + part + _GAP, height - part - _GAP
    if slide.chart is not None:
        _chart(page, slide.chart, slide.title, top, height)
    elif slide.table is not None:
        left_out = _table(page, slide.table, top, height)
    foot = brand.as_data()["line"]
    box(page, foot, (_MARGIN, _HEIGHT - 0.5, _WIDTH - 3, 0.3), 10, MUTED)
    box(page, str(number), (_WIDTH - 1.2, _HEIGHT - 0.5, 0.6, 0.3), 10, MUTED)
    more = [say("documents.deck.more")] if left_out else []
    page.notes_slide.notes_text_frame.text = "\n".join([*more, slide.notes])


def _fitting(lines: list[str], sizes: tuple[int, ...], most: float) -> tuple[int, float]:
    """Return the first size in which paragraphs fit a height, and the height that they take."""
    wide, tall = _WIDTH - 2 * _MARGIN - 2 * _INSET - INDENT, 0.0
    for size in sizes:
        tall = _INSET + sum(height_of(line, wide, size) + _AFTER for line in lines)
        if tall <= most:
            return size, tall
    return sizes[-1], tall


def _chart(page: Any, sheet: Sheet, words: str, top: float, height: float) -> None:
    """Draw a sheet as PowerPoint's own chart; what is no number leaves a gap."""
    data = CategoryChartData()
    data.categories = [str(cell) for cell in sheet.frame.iloc[:, 0]]
    for name in sheet.frame.columns[1:]:
        values = [float(cell) if cell == cell else None for cell in sheet.frame[name]]
        data.add_series(name, values, number_format=_AMOUNTS)
    frame = page.shapes.add_chart(
        _CHARTS[sheet.chart],
        Inches(_MARGIN),
        Inches(top),
        Inches(_WIDTH - 2 * _MARGIN),
        Inches(height),
        data,
    )
    describe(frame, paragraph([ended(words), sheet.note]))
    chart = frame.chart
    chart.has_legend, chart.font.size = True, Pt(12)
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.value_axis.tick_labels.number_format = _AMOUNTS
    chart.value_axis.tick_labels.number_format_is_linked = False
    chart.value_axis.has_title, chart.category_axis.has_title = True, sheet.chart == "line"
    chart.value_axis.axis_title.text_frame.text = sheet.unit
    if sheet.chart == "line":
        chart.category_axis.axis_title.text_frame.text = str(sheet.frame.columns[0])
        _name_quarters(chart.category_axis)
    # names stand below the bars of losses, not on them
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    for colour, series in zip(_colours(), chart.plots[0].series, strict=False):
        line = series.format.line if sheet.chart == "line" else series.format.fill
        if sheet.chart == "line":
            series.smooth = False
            line.color.rgb, line.width = colour, Pt(2.25)
        else:
            line.solid()
            line.fore_color.rgb = colour


def _name_quarters(axis: Any) -> None:
    """Write a week's number once a quarter, which python-pptx has no words for."""
    last = axis._element.xpath("c:noMultiLvlLbl")[0]
    for name in ("c:tickLblSkip", "c:tickMarkSkip"):
        skip = OxmlElement(name)
        skip.set("val", str(WEEKS_A_QUARTER))
        last.addprevious(skip)


def _colours() -> Iterator[RGBColor]:
    while True:
        for colour in COLOURS:
            yield RGBColor.from_string(colour[1:])


def _table(page: Any, table: Table, top: float, height: float) -> bool:
    """Draw a table as far as it fits, and return whether some of it is left out."""
    frame = table.frame.astype(str).iloc[:, :_COLUMNS].map(_short)
    wide = _WIDTH - 2 * _MARGIN
    size, widths, heights = _TABLES[0], [0.0], [0.0]
    for size in _TABLES:
        shares = column_shares(frame, letters_in(wide, size))
        widths = [wide * share for share in shares]
        heights = [_row_height(row, widths, size) for row in [frame.columns, *frame.to_numpy()]]
        if sum(heights) <= height:
            break
    while sum(heights) > height:
        # what has one name, as the two ends of an assumption, is not torn apart
        name = frame.iloc[-1, 0]
        while len(frame) > 1 and frame.iloc[-1, 0] == name:
            frame, heights = frame.iloc[:-1], heights[:-1]
    where = (Inches(part) for part in (_MARGIN, top, wide, sum(heights)))
    shape = page.shapes.add_table(len(heights), len(widths), *where)
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


def _row_height(cells: Any, widths: list[float], size: int) -> float:
    """Return how high a row of a table is, in inches: as its highest cell."""
    pairs = zip(cells, widths, strict=True)
    inner = [height_of(str(words), width - 2 * _INSET, size) for words, width in pairs]
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
    cell.text_frame.paragraphs[0].text = words
    cell.text_frame.paragraphs[0].alignment = side
    for run in cell.text_frame.paragraphs[0].runs:
        run.font.size = Pt(size)


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
