"""The workbook: the sheets of `sheets.py` as Excel, with native charts and a sheet to calculate in.

What people wrote is written as text and stays text, whatever it begins with. No time is written, so
that the same sheets give the same bytes.
"""

import io
import math
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from sim.common.style import style
from sim.report.documents.brand import Brand
from sim.report.documents.sheets import Kind, Sheet
from sim.report.figure_style import COLOURS
from sim.report.fonts import OFFICE
from sim.report.phrases import say
from sim.report.wrapping import width_of, wrapped

#: How numbers are written in a cell.
_FORMATS: dict[Kind, str] = {
    "text": "@",
    "money": "#,##0;[Red]\N{MINUS SIGN}#,##0",
    "share": "0.0%;[Red]\N{MINUS SIGN}0.0%",
    "count": "#,##0",
    "ratio": "0.00",
}
#: How a header is written.
_HEAD = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
#: How amounts stand at the axis of a chart, where no colour tells a loss.
_AXIS = "#,##0;\N{MINUS SIGN}#,##0"
#: Rows above a table: its note and a blank one.
_ABOVE = 2
#: Characters: of a column of numbers, where there are few of them, of names, of text in a sheet of its
#: own, and where text wraps.
_NUMBER, _NUMBER_ALONE, _NAME, _ALONE, _WRAP = 14, 24, 34, 110, 46
#: Points: of a line of text in a cell. A row is as high as its highest cell, since not every program
#: makes it so when it opens a file.
_LINE = 15
#: Excel takes no more letters at the foot of a page, and no row higher than this.
_FOOT, _HIGHEST = 200, 400
#: What the file says of when it was made: nothing that differs from run to run.
_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def workbook(sheets: list[Sheet], parts: pd.DataFrame, brand: Brand, title: str) -> bytes:
    """Return sheets as an Excel workbook.

    Parameters
    ----------
    sheets : list of Sheet
    parts : DataFrame
        Index: strategy's title; ``gain``, ``margin``, ``cost`` for the sheet to calculate in.
    brand : Brand
    title : str
        Of the document.
    """
    buffer = io.BytesIO()
    options: dict[str, Any] = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    if style().wide:
        options["default_format_properties"] = {"font_name": OFFICE, "font_size": 10}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties(
            {
                "title": title,
                "author": brand.author,
                "company": brand.client,
                "comments": brand.confidentiality,
                "created": _CREATED,
            }
        )
        styles = _styles(book, brand)
        for sheet in sheets:
            _write(book, sheet, styles, brand)
            if sheet.key == "comparison":
                _what_if(book, parts, styles, brand)
    return buffer.getvalue()


def _styles(book: xlsxwriter.Workbook, brand: Brand) -> dict[str, Format]:
    """Return the formats of cells by name."""
    made: dict[str, Format] = {
        kind: book.add_format({"num_format": code, "valign": "top"})
        for kind, code in _FORMATS.items()
    }
    made["text"] = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    made["head"] = book.add_format({**_HEAD, "font_color": brand.colour})
    made["number head"] = book.add_format({**_HEAD, "font_color": brand.colour, "align": "right"})
    made["note"] = book.add_format(
        {"italic": not style().wide, "font_color": "#5b6671", "text_wrap": True, "valign": "top"}
    )
    made["input"] = book.add_format({"num_format": "0.0%", "bg_color": "#fff3cd", "border": 1})
    return made


def _write(
    book: xlsxwriter.Workbook, sheet: Sheet, styles: dict[str, Format], brand: Brand
) -> None:
    """Write a sheet: note, header that stays in sight, cells, and its chart."""
    page = book.add_worksheet(sheet.title)
    top = _ABOVE if sheet.note else 0
    alone = sheet.frame.shape[1] == 1
    frame = sheet.frame
    widths = [
        _width(kind, frame[name], column, alone)
        for column, (name, kind) in enumerate(zip(frame.columns, sheet.kinds, strict=True))
    ]
    if sheet.note:
        _note(page, sheet.note, widths, styles["note"])
    page.set_row(top, _height(frame.columns, _bold(widths)))
    for row, cells in enumerate(frame.itertuples(index=False), start=top + 1):
        texts = [
            str(cell) if kind == "text" else ""
            for cell, kind in zip(cells, sheet.kinds, strict=True)
        ]
        page.set_row(row, _height(texts, widths))
    for column, (name, kind) in enumerate(zip(frame.columns, sheet.kinds, strict=True)):
        page.set_column(column, column, widths[column])
        page.write_string(top, column, name, styles["head" if kind == "text" else "number head"])
        for row, cell in enumerate(frame[name], start=top + 1):
            _write_cell(page, row, column, cell, kind, styles)
    page.freeze_panes(top + 1, 0 if alone else 1)
    # a chart below its table is on the same page
    _set_for_print(page, brand, pages=1 if sheet.chart in ("bar", "stacked") else 0)
    page.repeat_rows(top)
    if sheet.chart:
        _chart(book, page, sheet, top)


def _note(page: Worksheet, words: str, widths: list[int], written: Format) -> None:
    """Write a note over the columns of the table below, as far as a line can be read."""
    wide, last = widths[0], 0
    while last + 1 < len(widths) and wide + widths[last + 1] <= _ALONE:
        last += 1
        wide += widths[last]
    if last:
        page.merge_range(0, 0, 0, last, words, written)
    else:
        page.write_string(0, 0, words, written)
    page.set_row(0, _height([words], [wide]))


def _set_for_print(page: Worksheet, brand: Brand, pages: int = 0) -> None:
    """Let a sheet be as wide as a page, whose foot says whose it is, and take `pages` unless 0."""
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, pages)
    line = brand.as_data()["line"][:_FOOT].replace("&", "&&")
    page.set_footer(f"&L{line}&R&P / &N", {"scale_with_doc": False})


def _height(texts: Iterable[str], widths: list[int]) -> int:
    """Return how high a row is, in points: as its highest cell."""
    lines = (len(wrapped(text, width)) for text, width in zip(texts, widths, strict=True))
    return min(max(1, *lines) * _LINE, _HIGHEST)


def _bold(widths: list[int]) -> list[int]:
    """Return how many letters of a header stand in a line: bold ones are wider."""
    return [max(width - 2, 1) for width in widths]


def _width(kind: Kind, cells: pd.Series, column: int, alone: bool) -> int:
    if alone:
        return _ALONE
    if kind != "text":
        return _NUMBER
    longest = int(cells.astype(str).map(width_of).max()) if len(cells) else 0
    return min(max(longest + 2, 10), _WRAP) if column else min(max(longest + 2, _NUMBER), _NAME)


def _write_cell(
    page: Worksheet, row: int, column: int, cell: object, kind: Kind, styles: dict[str, Format]
) -> None:
    """Write text as text and numbers as numbers; what is no finite number leaves its cell empty."""
    if kind == "text":
        page.write_string(row, column, str(cell), styles["text"])
    elif isinstance(cell, (int, float)) and math.isfinite(cell):
        page.write_number(row, column, float(cell), styles[kind])
    else:
        page.write_blank(row, column, None, styles[kind])


def _chart(book: xlsxwriter.Workbook, page: Worksheet, sheet: Sheet, top: int) -> None:
    """Put a chart of the number columns beside or below a sheet's table."""
    rows, across = sheet.frame.shape
    kind = {"type": "line"} if sheet.chart == "line" else {"type": "column"}
    chart = book.add_chart(kind | ({"subtype": "stacked"} if sheet.chart == "stacked" else {}))
    for column in range(1, across):
        colour = COLOURS[(column - 1) % len(COLOURS)]
        chart.add_series(
            {
                "line" if sheet.chart == "line" else "fill": {"color": colour},
                "name": [sheet.title, top, column],
                "categories": [sheet.title, top + 1, 0, top + rows, 0],
                "values": [sheet.title, top + 1, column, top + rows, column],
            }
        )
    chart.set_title({"name": sheet.title})
    chart.set_legend({"position": "bottom"})
    # names stand below the bars of losses, not on them
    below = {"label_position": "low"}
    weeks = {"name": str(sheet.frame.columns[0]), "interval_unit": 13}
    chart.set_x_axis(below | (weeks if sheet.chart == "line" else {}))
    chart.set_y_axis(
        {"name": sheet.unit, "num_format": _AXIS, "major_gridlines": {"visible": True}}
    )
    chart.set_size({"width": 860, "height": 420})
    # below the header, which each page repeats with what stands beside it
    place = (top + 1, across + 1) if sheet.chart == "line" else (top + rows + 2, 0)
    page.insert_chart(*place, chart, {"description": sheet.note or sheet.title})


def _what_if(
    book: xlsxwriter.Workbook, parts: pd.DataFrame, styles: dict[str, Format], brand: Brand
) -> None:
    """Write the sheet to calculate in: the gain where all margins or all costs are other ones."""
    page = book.add_worksheet(say("documents.workbook.what_if"))
    widths = [_NAME, *[_NUMBER_ALONE] * 4]
    page.set_column(0, 0, _NAME)
    page.set_column(1, 4, _NUMBER_ALONE)
    _note(page, say("documents.workbook.note"), widths, styles["note"])
    for row, name in enumerate(("margin_changes", "cost_changes"), start=2):
        page.write_string(row, 0, say(f"documents.workbook.{name}"), styles["text"])
        page.write_number(row, 1, 0.0, styles["input"])
    names = ("strategy", "margin", "cost", "gain", "then")
    heads = [say(f"documents.workbook.{name}") for name in names]
    page.set_row(5, _height(heads, _bold(widths)))
    for column, head in enumerate(heads):
        page.write_string(5, column, head, styles["number head" if column else "head"])
    for row, (title, line) in enumerate(parts.iterrows(), start=6):
        page.write_string(row, 0, str(title), styles["text"])
        for column, name in enumerate(("margin", "cost", "gain"), start=1):
            page.write_number(row, column, float(line[name]), styles["money"])
        formula = f"=B{row + 1}*(1+$B$3)-C{row + 1}*(1+$B$4)"
        page.write_formula(row, 4, formula, styles["money"], float(line["gain"]))
    page.freeze_panes(6, 1)
    _set_for_print(page, brand)
