"""Slides hold the answer, fit their frames and say what their amounts are in.

Serves: C3.4
"""

import functools
import io
import itertools
import re
import zipfile
from dataclasses import replace

import pandas as pd
import pytest
from handed_over import KINDS, deck_text, document, numbers, of_kind, shapes, texts
from PIL import ImageFont
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION

from sim.report.comparison.paths_figure import money_over_time
from sim.report.documents.brand import Brand
from sim.report.documents.brief import build_brief
from sim.report.documents.deck import deck
from sim.report.documents.sheets import Sheet, build_sheets
from sim.report.documents.slide import Slide
from sim.report.documents.slides import _largest, build_slides
from sim.report.fonts import font_folder
from sim.report.phrases import say
from sim.report.section import Table


def test_the_deck_is_titled_by_sentences_with_native_charts_and_words_for_each():
    _comparison, content = of_kind("winner")
    deck = Presentation(io.BytesIO(document("pptx")))
    assert 10 <= len(deck.slides) <= 14
    assert content.answer in [slide.shapes.title.text_frame.text for slide in deck.slides]
    kinds = {"chart": 0, "table": 0}
    for _slide, shape in shapes(deck):
        for kind in kinds:
            if getattr(shape, f"has_{kind}"):
                kinds[kind] += 1
                assert shape._element.xpath(".//p:cNvPr")[0].get("descr")
    assert kinds["chart"] >= 4 and kinds["table"] >= 4
    assert all(slide.notes_slide.notes_text_frame.text for slide in list(deck.slides)[1:])


@pytest.mark.parametrize("kind", [*KINDS, "many"])
def test_a_deck_has_fourteen_slides_at_most_and_no_line_of_it_names_a_table_that_is_not_there(kind):
    for language in ("en", "zh"):
        made = Presentation(io.BytesIO(document("pptx", kind, brand=Brand(client="Shop"),
                                                language=language)))  # fmt: skip
        assert 10 <= len(made.slides) <= 14
        for slide in made.slides:
            words = " ".join(s.text_frame.text for s in slide.shapes if s.has_text_frame)
            if not any(shape.has_table for shape in slide.shapes):
                assert "The table sets" not in words and "表中与" not in words


def test_short_lists_share_a_slide_and_what_the_report_has_gives_way_where_slides_are_too_many():
    comparison, content = of_kind("winner")
    long = [replace(section, short=None, tables=[]) for section in content.sections.values()][1:2]
    more = {f"later{n}": replace(part, key=f"later{n}") for n in range(2) for part in long}
    full = replace(content, sections=content.sections | more)
    sheets = build_sheets(comparison, content)
    before, after = (
        [slide.title for slide in build_slides(comparison, one, sheets)] for one in (content, full)
    )
    assert len(after) <= 13
    assert say("documents.slides.years") in before
    assert say("documents.slides.years") not in after
    for key in ("finding_out", "trial"):
        section = content.sections.get(key)
        if section is not None and section.story:
            told = deck_text(document("pptx"))
            assert section.heading in told


def test_the_deck_says_numbers_of_the_report_alone():
    _comparison, content = of_kind("winner")
    said = numbers(deck_text(document("pptx")))
    wanted = set().union(*map(numbers, texts(content)), map(str, range(1, 18)))
    assert said <= wanted | numbers(" ".join(texts(build_brief(*of_kind("winner")))))


def test_a_deck_is_a_sound_package():
    with zipfile.ZipFile(io.BytesIO(document("pptx"))) as package:
        assert package.testzip() is None


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", [*KINDS, "many"])
def test_text_fits_its_place_on_a_slide_and_nothing_lies_on_anything_else(kind, language):
    """By the font of packages, whose letters are wider than those of an office's fonts."""
    _check_fit(document("pptx", kind, brand=Brand(client="Shop"), language=language))


@pytest.mark.parametrize("words", ["a rather long name of a value ", "一个相当长的数值名称"])
def test_a_table_that_is_too_long_for_a_slide_is_cut_between_names_and_the_notes_say_so(words):
    cells = [(f"{words * 2}{row // 2}", *[words] * 8) for row in range(30)]
    table = Table("t", pd.DataFrame(cells, columns=[f"{words}{i}" for i in range(9)]))
    made = deck([Slide("t", [words * 12, words * 9], table)], Brand(), "t", "t")
    _check_fit(made)
    slide = Presentation(io.BytesIO(made)).slides[1]
    shown = next(shape for shape in slide.shapes if shape.has_table).table
    rows = len(shown.rows) - 1
    assert 2 <= rows < 30 and rows % 2 == 0
    assert "report holds the whole table" in slide.notes_slide.notes_text_frame.text


def _check_fit(made: bytes) -> None:
    deck = Presentation(io.BytesIO(made))
    for slide in deck.slides:
        shapes = sorted(slide.shapes, key=lambda shape: shape.top)
        for shape in shapes:
            assert shape.top + shape.height <= deck.slide_height
            if shape.has_text_frame and shape.text_frame.text:
                words = [part.text for part in shape.text_frame.paragraphs]
                size = shape.text_frame.paragraphs[0].runs[0].font.size
                needed = sum(_lines(part, shape.width - 2 * _BESIDE, size) for part in words)
                assert needed * size * 1.2 <= shape.height, words
            if shape.has_table:
                _check_cells(shape.table)
        for upper, lower in itertools.combinations(shapes, 2):
            beside = (
                lower.left >= upper.left + upper.width or upper.left >= lower.left + lower.width
            )
            assert beside or upper.top + upper.height <= lower.top


#: What lies between the edge of a box and its text, in the units of a slide.
_BESIDE = 91440


def _check_cells(table):
    for row in table.rows:
        for cell, column in zip(row.cells, table.columns, strict=True):
            runs = cell.text_frame.paragraphs[0].runs
            size = runs[0].font.size if runs else 0
            lines = _lines(cell.text_frame.text, column.width - 2 * _BESIDE, size) if size else 0
            assert lines * size * 1.2 <= row.height, cell.text_frame.text


def _lines(words: str, width: int, size: int) -> int:
    """Return how many lines a text takes, word by word; Chinese ones break anywhere."""
    lines, line = 1, ""
    for piece in re.findall(r"[\x21-\u1fff]+\s*|.", words):
        if line and _font().getlength((line + piece).rstrip()) * size / 100 > width:
            lines, line = lines + 1, ""
        line += piece
    return lines


@functools.cache
def _font():
    return ImageFont.truetype(str(font_folder() / "NotoSansCJKsc-Regular.otf"), 100)


def test_names_of_a_chart_on_a_slide_stand_below_its_bars_and_its_amounts_say_what_they_are_in():
    comparison, _content = of_kind("winner")
    deck = Presentation(io.BytesIO(document("pptx")))
    charts = [shape.chart for _slide, shape in shapes(deck) if shape.has_chart]
    for chart in charts:
        assert chart.category_axis.tick_label_position == XL_TICK_LABEL_POSITION.LOW
        assert chart.value_axis.axis_title.text_frame.text == comparison.market.currency
    weekly = next(chart for chart in charts if chart.category_axis.has_title)
    slide = next(s for s, shape in shapes(deck) if shape.has_chart and shape.chart == weekly)
    assert money_over_time(comparison) == slide.shapes.title.text_frame.text


def test_a_slide_draws_no_more_lines_than_can_be_told_apart_and_says_how_many():
    comparison, _content = of_kind("many")
    charts = [(s, c.chart) for s, c in shapes(Presentation(io.BytesIO(document("pptx", "many"))))
              if c.has_chart]  # fmt: skip
    slide, weekly = next((s, c) for s, c in charts if c.chart_type == XL_CHART_TYPE.LINE)
    drawn = [series.name for series in weekly.plots[0].series]
    assert drawn == [comparison.title(name) for name in comparison.ranking[:6]]
    words = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    assert any("6 best of 11" in text for text in words)
    few = Presentation(io.BytesIO(document("pptx")))
    assert "best of" not in " ".join(t.text_frame.text for _, t in shapes(few) if t.has_text_frame)


def test_costs_on_a_slide_stand_on_one_another_and_keep_their_sum():
    charts = [c.chart for _, c in shapes(Presentation(io.BytesIO(document("pptx")))) if c.has_chart]
    assert [c.chart_type for c in charts].count(XL_CHART_TYPE.COLUMN_STACKED) == 1
    parts = pd.DataFrame({"plan": ["a", "b"]} | {f"lever {i}": [i, 2.0 * i] for i in range(11)})
    frame = _largest(Sheet("costs", "Costs", parts)).frame
    assert list(frame.columns[1:4]) == ["lever 10", "lever 9", "lever 8"] and frame.shape[1] == 8
    assert list(frame.iloc[:, 1:].sum(axis=1)) == [55.0, 110.0]


def test_a_deck_holds_the_whole_answer_and_the_main_blind_spots():
    _comparison, content = of_kind("winner")
    told = deck_text(document("pptx"))
    for line in (*content["answer"].bullets, *content["answer"].sentences):
        assert line in told
    for line in content["unknown"].story.bullets:
        assert line in told
