"""Slides hold the answer, fit their frames and say what their amounts are in.

Serves: C3.4
"""

import io
import re
import zipfile
from dataclasses import replace

import pandas as pd
import pytest
from handed_over import KINDS, deck_text, document, numbers, of_kind, shapes, texts
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION
from slide_fit import check_fit

from sim.common.formatting import MINUS
from sim.report.comparison.paths_figure import money_over_time
from sim.report.documents.brand import Brand
from sim.report.documents.brief import build_brief
from sim.report.documents.deck import deck
from sim.report.documents.sheets import Sheet, build_sheets
from sim.report.documents.slide import Slide
from sim.report.documents.slides import _largest, build_slides
from sim.report.section import Section, Short, Table
from sim.report.wrapping import JOINER


def test_the_deck_is_titled_by_sentences_with_native_charts_and_words_for_each():
    comparison, content = of_kind("winner")
    deck = Presentation(io.BytesIO(document("pptx")))
    assert 10 <= len(deck.slides) <= 14
    titles = [slide.shapes.title.text_frame.text.replace(JOINER, "") for slide in deck.slides]
    assert content.answer in titles
    # a caption, a label and a tab are no sentences
    captions = {table.caption for part in content.sections.values() for table in part.tables}
    labels = {part.label for part in content.sections.values()}
    tabs = {sheet.title for sheet in build_sheets(comparison, content)}
    assert not (captions | labels | tabs) & set(titles)
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
    more = {f"later{n}": replace(part, key=f"later{n}") for n in range(3) for part in long}
    full = replace(content, sections=content.sections | more)
    sheets = build_sheets(comparison, content)
    before, after = (
        [slide.chart.key if slide.chart else "" for slide in build_slides(comparison, one, sheets)]
        for one in (content, full)
    )
    assert len(after) <= 13
    assert "years" in before
    assert "years" not in after
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
    """By the fonts that stand in for an office's where it is not installed; they are wider."""
    check_fit(document("pptx", kind, brand=Brand(client="Shop"), language=language))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", [*KINDS, "many"])
def test_no_line_of_a_slide_can_end_between_a_sign_and_its_number(kind, language):
    made = document("pptx", kind, brand=Brand(client="Shop"), language=language)
    told = [words for slide in Presentation(io.BytesIO(made)).slides for words in _words_of(slide)]
    signed = [words for words in told if re.search(rf"[+{MINUS}]{JOINER}?[$\d]", words)]
    assert len(signed) >= 10
    for words in signed:
        assert not re.search(rf"{MINUS}(?!{JOINER})|\+(?=[^\d\s{JOINER}])", words), words


def _words_of(slide):
    for shape in slide.shapes:
        if shape.has_text_frame:
            yield shape.text_frame.text
        if shape.has_table:
            yield from (cell.text for row in shape.table.rows for cell in row.cells)


def test_a_list_that_has_hardly_anything_is_no_slide_of_its_own():
    comparison, content = of_kind("winner")
    short = Section("losing", "It takes more futures", ["Nothing is decided yet."])
    others = {key: x for key, x in content.sections.items() if key not in ("finding_out", "trial")}
    short = replace(short, short=Short(short.sentences))
    full = replace(content, sections=others | {"losing": short})
    slides = build_slides(comparison, full, build_sheets(comparison, full))
    assert "It takes more futures" not in [slide.title for slide in slides]
    assert "It takes more futures. Nothing is decided yet." in sum((s.bullets for s in slides), [])
    for slide in slides:
        assert slide.table or slide.chart or len(slide.bullets) > 1


def test_amounts_of_a_chinese_chart_are_in_the_units_that_chinese_counts_in():
    comparison, _content = of_kind("winner")
    made = []
    for language in ("en", "zh"):
        deck = Presentation(io.BytesIO(document("pptx", language=language)))
        made.append([shape.chart for _, shape in shapes(deck) if shape.has_chart])
    sizes = {"亿": 1e8, "万": 1e4}
    for english, chinese in zip(*made, strict=True):
        unit = chinese.value_axis.axis_title.text_frame.text
        size = sizes.get(unit[0], 1.0)
        plain, told = ([x for s in one.plots[0].series for x in s.values if x is not None]
                       for one in (english, chinese))  # fmt: skip
        assert told == pytest.approx([x / size for x in plain])
        assert unit.removeprefix("亿").removeprefix("万") == "美元"
        assert max(map(abs, told)) < 1e4 and (size > 1 or max(map(abs, plain)) < 1e4)
    assert comparison.market.currency == "USD"


def test_a_table_of_assumptions_ends_above_the_foot_where_a_wider_font_stands_in():
    names = ["Assumption", "Set to", "Average gain there", "Its 90% interval", "Best there",
             "Same answer", "Of the spread"]  # fmt: skip
    interval = f"{MINUS}$4.38m to +$4.53m"
    row = ("90%", f"{MINUS}$147k", interval, "Segmented care", "not sure", "13%")
    rows = [(f"How often newcomers of kind {n // 2} buy, beside known customers", *row)
            for n in range(14)]  # fmt: skip
    lines = ["A line that stands above the table and takes the width of the slide. " * 3]
    table = Table("t", pd.DataFrame(rows, columns=names))
    check_fit(deck([Slide("t", lines, table)], Brand(), "t", "t"))


@pytest.mark.parametrize(
    "words",
    ["a rather long name of a value ", "一个相当长的数值名称", f"{MINUS}$4.33m to +$4.53m "],
)
def test_a_table_that_is_too_long_for_a_slide_is_cut_between_names_and_the_notes_say_so(words):
    cells = [(f"{words * 2}{row // 2}", *[words] * 8) for row in range(30)]
    table = Table("t", pd.DataFrame(cells, columns=[f"{words}{i}" for i in range(9)]))
    made = deck([Slide("t", [words * 12, words * 9], table)], Brand(), "t", "t")
    check_fit(made)
    slide = Presentation(io.BytesIO(made)).slides[1]
    shown = next(shape for shape in slide.shapes if shape.has_table).table
    rows = len(shown.rows) - 1
    assert 2 <= rows < 30 and rows % 2 == 0
    assert "report holds the whole table" in slide.notes_slide.notes_text_frame.text


def test_names_of_a_chart_on_a_slide_stand_below_its_bars_and_its_amounts_say_what_they_are_in():
    comparison, _content = of_kind("winner")
    deck = Presentation(io.BytesIO(document("pptx")))
    charts = [shape.chart for _slide, shape in shapes(deck) if shape.has_chart]
    for chart in charts:
        assert chart.category_axis.tick_label_position == XL_TICK_LABEL_POSITION.LOW
        assert chart.value_axis.axis_title.text_frame.text == comparison.market.currency
    weekly = next(chart for chart in charts if chart.category_axis.has_title)
    slide = next(s for s, shape in shapes(deck) if shape.has_chart and shape.chart == weekly)
    assert money_over_time(comparison) == slide.shapes.title.text_frame.text.replace(JOINER, "")


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
