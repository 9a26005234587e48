"""The deck: what the report says as PowerPoint slides, each titled by its sentence, to be edited.

Charts and tables are PowerPoint's own; the notes of a slide say where its numbers come from. All of
python-pptx stays in this module, `slide_text.py` and `slide_table.py`. No time is written, so that the
same content gives the same bytes.
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
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Inches, Pt

from sim.common.calendar import WEEKS_A_QUARTER
from sim.common.style import ended, paragraph, style
from sim.report.documents.brand import Brand
from sim.report.documents.room import height_of
from sim.report.documents.sheets import Sheet
from sim.report.documents.slide import Slide
from sim.report.documents.slide_table import add_table
from sim.report.documents.slide_text import INDENT, INSET, box, describe, make_list, place, write
from sim.report.figure_style import COLOURS, INK, MUTED
from sim.report.fonts import OFFICE
from sim.report.phrases import say

#: Inches: of a slide, its margins, and where what stands under its title begins.
_WIDTH, _HEIGHT, _MARGIN, _TOP = 13.333, 7.5, 0.6, 1.75
#: Points: of titles and of lists; the first with which all fits, else the last.
_TITLES, _LISTS = (24, 19, 16), (18, 16, 14, 12, 11)
#: Inches: of a title, below a paragraph, between the parts of a slide, of a chart at least.
_HEAD, _AFTER, _GAP, _CHART = 1.3, 6 / 72, 0.1, 2.6
#: Amounts of a chart, and such as are few in their unit; no colour tells its losses.
_AMOUNTS, _FEW = "#,##0;\N{MINUS SIGN}#,##0", "#,##0.0;\N{MINUS SIGN}#,##0.0"
#: So many of a unit are told apart without decimals.
_MANY = 10
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
        left_out = add_table(page, slide.table, (_MARGIN, top, wide, height))
    foot = brand.as_data()["line"]
    box(page, foot, (_MARGIN, _HEIGHT - 0.5, _WIDTH - 3, 0.3), 10, MUTED)
    box(page, str(number), (_WIDTH - 1.2, _HEIGHT - 0.5, 0.6, 0.3), 10, MUTED)
    more = [say("documents.deck.more")] if left_out else []
    page.notes_slide.notes_text_frame.text = "\n".join([*more, slide.notes])


def _fitting(lines: list[str], sizes: tuple[int, ...], most: float) -> tuple[int, float]:
    """Return the first size in which paragraphs fit a height, and the height that they take."""
    wide, tall = _WIDTH - 2 * _MARGIN - 2 * INSET - INDENT, 0.0
    for size in sizes:
        tall = INSET + sum(height_of(line, wide, size) + _AFTER for line in lines)
        if tall <= most:
            return size, tall
    return sizes[-1], tall


def _chart(page: Any, sheet: Sheet, words: str, top: float, height: float) -> None:
    """Draw a sheet as PowerPoint's own chart; what is no number leaves a gap."""
    data, (size, unit, code) = CategoryChartData(), _unit_of(sheet)
    data.categories = [str(cell) for cell in sheet.frame.iloc[:, 0]]
    for name in sheet.frame.columns[1:]:
        values = [float(cell) / size if cell == cell else None for cell in sheet.frame[name]]
        data.add_series(name, values, number_format=code)
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
    chart.value_axis.tick_labels.number_format = code
    chart.value_axis.tick_labels.number_format_is_linked = False
    chart.value_axis.has_title, chart.category_axis.has_title = True, sheet.chart == "line"
    chart.value_axis.axis_title.text_frame.text = unit
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


def _unit_of(sheet: Sheet) -> tuple[float, str, str]:
    """Return by what the amounts of a chart are divided, what they are in then, and how they are written.

    Chinese counts in ten thousands, which no number format says that every program reads.
    """
    if not style().wide:
        return 1.0, sheet.unit, _AMOUNTS
    most = float(sheet.frame.iloc[:, 1:].abs().max(axis=None))
    named = sorted(((float(size), name) for name, size in style().sizes.items()), reverse=True)
    size, name = next(((size, name) for size, name in named if most >= size), (1.0, ""))
    unit = name + style().symbols.get(sheet.unit, sheet.unit)
    return size, unit, _FEW if size > 1 and most < _MANY * size else _AMOUNTS


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
