"""The workbook holds the numbers themselves, can be read as it opens, and calculates on.

Serves: C3.4
"""

import io
import re
import zipfile

import openpyxl
import pytest
from handed_over import document, of_kind

from sim.report.documents.brand import Brand
from sim.report.figure_style import COLOURS
from sim.report.wrapping import width_of


def test_the_workbook_holds_the_numbers_themselves():
    comparison, _content = of_kind("winner")
    book = openpyxl.load_workbook(io.BytesIO(document("xlsx")))
    sheet = book["Comparison"]
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    for row, (name, line) in zip(rows, comparison.gains.iterrows(), strict=True):
        assert row[0] == comparison.title(str(name))
        ends = ["gain", "expected_low", "expected_high", "low", "high", "probability", "loses"]
        assert row[1:8] == pytest.approx([line[end] for end in ends])
    weekly = list(book["Weekly"].iter_rows(min_row=4, values_only=True))
    assert len(weekly) == comparison.manifest.weeks
    for place, name in enumerate(comparison.ranking, start=1):
        path = comparison.path(name, "cumulative_profit")["difference"]
        assert [row[place] for row in weekly] == pytest.approx(list(path))
    assert all(page.freeze_panes for page in book)
    charts = {page.title for page in book if page._charts}
    assert charts == {"Cash flow by year", "Weekly", "Segments", "Costs"}


def test_the_sheet_to_calculate_in_gives_the_gain_where_margins_or_costs_differ():
    """Customer equity is margin less cost: what the cells calculate is what equity would be."""
    comparison, _content = of_kind("winner")
    page = openpyxl.load_workbook(io.BytesIO(document("xlsx")))["What if"]
    for row, name in enumerate(comparison.ranking, start=7):
        margin, cost, gain = (page.cell(row, column).value for column in (2, 3, 4))
        assert margin - cost == pytest.approx(gain)
        assert gain == pytest.approx(comparison.gains.loc[name, "gain"])
        rate = comparison.return_on_cost(name)
        assert gain / cost == pytest.approx(rate)
        assert page.cell(row, 5).value == f"=B{row}*(1+$B$3)-C{row}*(1+$B$4)"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_row_of_the_workbook_is_as_high_as_its_text_and_a_sheet_as_wide_as_a_page(language):
    brand = Brand(confidentiality="For & the board")
    made = document("xlsx", brand=brand, language=language)
    book, low = openpyxl.load_workbook(io.BytesIO(made)), 0
    for page in book:
        assert (
            page.page_setup.orientation == "landscape"
            and page.sheet_properties.pageSetUpPr.fitToPage
        )
        assert page.oddFooter.left.text == "For && the board"
        widths = [_width(page, cell.column) for cell in page[1]]
        frozen = int(re.sub(r"\D", "", page.freeze_panes)) - 1
        for row in page.iter_rows(min_row=frozen):
            texts = [
                (str(c.value), w) for c, w in zip(row, widths, strict=True) if c.data_type == "s"
            ]
            lines = [-(-width_of(text) // int(width)) for text, width in texts]
            if texts and max(lines) > 1:
                low += 1
                height = page.row_dimensions[row[0].row].height
                assert height >= min(max(lines) * 12, 400), row[0].value
    assert low > 5


def test_charts_of_the_workbook_have_the_colours_of_the_figures_and_names_below_their_bars():
    comparison, _content = of_kind("winner")
    with zipfile.ZipFile(io.BytesIO(document("xlsx"))) as package:
        charts = [package.read(n).decode() for n in package.namelist() if "charts/chart" in n]
    assert len(charts) == 4
    for chart in charts:
        assert f'<a:srgbClr val="{COLOURS[0][1:].upper()}"' in chart
        assert '<c:tickLblPos val="low"/>' in chart and comparison.market.currency in chart


def _width(page, column: int) -> float:
    """Return the width of a column; columns of one width are written together."""
    found = [each for each in page.column_dimensions.values() if each.min <= column <= each.max]
    return found[0].width


def test_names_of_columns_of_numbers_stand_above_their_numbers():
    page = openpyxl.load_workbook(io.BytesIO(document("xlsx")))["Comparison"]
    assert [cell.alignment.horizontal for cell in page[3]][1:] == ["right"] * (page.max_column - 1)


def test_a_note_of_the_workbook_is_folded_over_its_table_and_shown_whole():
    made, folded = openpyxl.load_workbook(io.BytesIO(document("xlsx"))), 0
    for page in made:
        if page.max_column == 1:
            continue
        note = page["A1"]
        over = [r for r in page.merged_cells.ranges if note.coordinate in r]
        last = over[0].max_col if over else 1
        wide = sum(_width(page, column) for column in range(1, last + 1))
        lines = -(-width_of(note.value) // wide)
        assert note.alignment.wrap_text and (page.row_dimensions[1].height or 15) >= 12 * lines, (
            page.title
        )
        folded += lines > 1
    assert folded >= 1


def test_a_chart_below_its_table_is_printed_on_one_page_with_it():
    made = openpyxl.load_workbook(io.BytesIO(document("xlsx")))
    for name in ("Cash flow by year", "Segments", "Costs"):
        assert made[name].page_setup.fitToHeight in (None, 1)  # one, unless it is said
    assert made["Weekly"].page_setup.fitToHeight == 0
