"""Every document says the numbers of the report, is the same when made again, and shows text as text.

Serves: C3.4
"""

import functools
import io
import re
import zipfile

import openpyxl
import pytest
from pptx import Presentation
from pypdf import PdfReader
from synthetic import synthetic_comparison as made_up_comparison

from sim.common.errors import InputError
from sim.common.formatting import MINUS
from sim.playbook.strategy_files import load_strategy
from sim.report.comparison.content import build_content
from sim.report.documents.brand import Brand, load_brand
from sim.report.documents.brief import build_brief
from sim.report.documents.formats import FILES, chosen_formats, make_document
from sim.report.fonts import CHINESE

KINDS = ["winner", "no_clear_winner", "do_nothing", "undecided"]
#: Text that a spreadsheet, typst, Jinja, a page or a formula of a notebook would read as its own.
HOSTILE = '=1+1 #eval("2") {{ 7*7 }} <b>x</b> $y$ @z *s* \\u{41}'
NUMBER = re.compile(rf"[+{MINUS}]?[$€£]?\d[\d,.]*[%kmbn]*")


@functools.cache
def _made(kind: str, title: str = "Shop") -> tuple:
    comparison = made_up_comparison(kind, title=title)
    first = comparison.manifest.strategies[comparison.ranking[0]]
    written = load_strategy("balanced")  # so that somebody has something to do
    comparison.manifest.strategies[comparison.ranking[0]] = first.model_copy(
        update={"sized": written}
    )
    return comparison, build_content(comparison)


@functools.cache
def _document(name: str, kind: str = "winner", title: str = "Shop", brand: Brand | None = None):
    return make_document(name, *_made(kind, title), brand or Brand())


@functools.cache
def _pdf_text(content: bytes) -> str:
    """Return the words of a PDF, with single blanks and without what joins a minus to its number."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    return re.sub(r"\s+", " ", " ".join(pages)).replace("\N{WORD JOINER}", "")


def _numbers(text: str) -> set[str]:
    return {found.rstrip(".,") for found in NUMBER.findall(text.replace("\N{WORD JOINER}", ""))}


def _texts(content):
    """Yield all that a content says but the alternatives of its pictures."""
    yield from (content.title, content.meta, content.footer)
    for section in content.sections.values():
        yield from (section.heading, *section.sentences, *section.bullets)
        for table in section.tables:
            yield from (table.caption, table.note, *table.frame.columns)
            yield from table.frame.astype(str).to_numpy().ravel()


def _shapes(deck):
    for slide in deck.slides:
        yield from ((slide, shape) for shape in slide.shapes)


def _deck_text(content: bytes) -> str:
    found = []
    for _slide, shape in _shapes(Presentation(io.BytesIO(content))):
        if shape.has_text_frame:
            found.append(shape.text_frame.text)
        if shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found)


@pytest.mark.parametrize("kind", ["winner", pytest.param("undecided", marks=pytest.mark.slow)])
def test_the_pdf_holds_every_number_of_the_report(kind):
    _comparison, content = _made(kind)
    said = _numbers(_pdf_text(_document("pdf", kind)))
    wanted = set().union(*map(_numbers, _texts(content)))
    assert len(wanted) > 200
    assert wanted <= said


@pytest.mark.parametrize("kind", KINDS)
def test_the_brief_takes_two_pages_at_most_and_says_numbers_of_the_report_alone(kind):
    comparison, content = _made(kind)
    made = _document("brief", kind)
    assert len(PdfReader(io.BytesIO(made)).pages) <= 2
    brief = build_brief(comparison, content)
    own = set().union(*map(_numbers, _texts(brief)))
    assert own <= _numbers(_pdf_text(made))
    sheet = openpyxl.load_workbook(io.BytesIO(_document("xlsx", kind)))["Cash flow by year"]
    amounts = [cell.value for row in sheet.iter_rows(min_row=4, max_row=4) for cell in row[1:]]
    money = brief["money"].tables[0].frame.iloc[:, 1]
    assert [cell.startswith(MINUS) for cell in money] == [amount < 0 for amount in amounts]


@pytest.mark.parametrize("kind", KINDS)
def test_who_does_what_is_told_of_a_chosen_strategy_alone(kind):
    assert ("work" in build_brief(*_made(kind)).sections) == (kind == "winner")
    titles = _deck_text(_document("pptx", kind))
    assert ("Who does what" in titles) == (kind == "winner")


def test_the_workbook_holds_the_numbers_themselves():
    comparison, _content = _made("winner")
    book = openpyxl.load_workbook(io.BytesIO(_document("xlsx")))
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
    comparison, _content = _made("winner")
    page = openpyxl.load_workbook(io.BytesIO(_document("xlsx")))["What if"]
    for row, name in enumerate(comparison.ranking, start=7):
        margin, cost, gain = (page.cell(row, column).value for column in (2, 3, 4))
        assert margin - cost == pytest.approx(gain)
        assert gain == pytest.approx(comparison.gains.loc[name, "gain"])
        rate = comparison.return_on_cost(name)
        assert gain / cost == pytest.approx(rate)
        assert page.cell(row, 5).value == f"=B{row}*(1+$B$3)-C{row}*(1+$B$4)"


def test_the_deck_is_titled_by_sentences_with_native_charts_and_words_for_each():
    _comparison, content = _made("winner")
    deck = Presentation(io.BytesIO(_document("pptx")))
    assert 10 <= len(deck.slides) <= 14
    assert content.answer in [slide.shapes.title.text_frame.text for slide in deck.slides]
    kinds = {"chart": 0, "table": 0}
    for _slide, shape in _shapes(deck):
        for kind in kinds:
            if getattr(shape, f"has_{kind}"):
                kinds[kind] += 1
                assert shape._element.xpath(".//p:cNvPr")[0].get("descr")
    assert kinds["chart"] >= 4 and kinds["table"] >= 4
    assert all(slide.notes_slide.notes_text_frame.text for slide in list(deck.slides)[1:])


def test_the_deck_says_numbers_of_the_report_alone():
    _comparison, content = _made("winner")
    said = _numbers(_deck_text(_document("pptx")))
    wanted = set().union(*map(_numbers, _texts(content)), map(str, range(1, 15)))
    assert said <= wanted | _numbers(" ".join(_texts(build_brief(*_made("winner")))))


@pytest.mark.parametrize("name", ["brief", "pdf", "xlsx", "pptx"])
def test_a_document_made_again_is_the_same_to_the_byte(name):
    assert make_document(name, *_made("winner"), Brand()) == _document(name)


def test_what_people_write_is_shown_as_it_is_and_never_read():
    comparison, content = _made("winner", HOSTILE)
    brand = Brand(client=HOSTILE, author=HOSTILE, confidentiality=HOSTILE)
    shown = re.sub(r"\s+", "", HOSTILE)
    for name in ("brief", "pdf"):
        text = re.sub(r"\s+", "", _pdf_text(make_document(name, comparison, content, brand)))
        assert shown in text, name
    deck = re.sub(r"\s+", "", _deck_text(make_document("pptx", comparison, content, brand)))
    assert shown in deck
    made = make_document("xlsx", comparison, content, brand)
    formulas = [
        cell.value
        for page in openpyxl.load_workbook(io.BytesIO(made))
        for row in page.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert len(formulas) == len(comparison.ranking)  # those of the sheet to calculate in
    assert all(formula.startswith("=B") for formula in formulas)


def test_a_hand_over_lists_the_licences_of_its_data_and_fonts():
    comparison, content = _made("winner")
    page = openpyxl.load_workbook(io.BytesIO(_document("xlsx")))["Licences"]
    told = "\n".join(str(cell.value) for row in page.iter_rows() for cell in row)
    for text in (told, _pdf_text(_document("pdf")), "\n".join(_texts(content))):
        for wanted in (comparison.market.data.licence, "SIL Open Font License 1.1", CHINESE):
            assert wanted in text


def test_a_deck_is_a_sound_package():
    with zipfile.ZipFile(io.BytesIO(_document("pptx"))) as package:
        assert package.testzip() is None


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("colour: '#ffff00'", "colour", "read on white"),
        ("colour: red", "colour", "#006644"),
        ("date: soon", "date", "a day such as"),
        ("logo: missing.png", "file", "exists"),
        ("logo: brand.yaml", "logo", "PNG or JPEG"),
        ("clint: Shop", "clint", "client"),
    ],
)
def test_a_fault_in_a_brand_file_is_named_with_what_would_be_right(tmp_path, text, field, expected):
    path = tmp_path / "brand.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        load_brand(path)
    assert field in str(caught.value) and expected in str(caught.value)


def test_formats_are_named_as_the_help_says():
    assert chosen_formats("xlsx, html") == ("html", "xlsx")
    with pytest.raises(InputError, match="pptx"):
        chosen_formats("ppt")
    assert set(FILES) == {"html", "brief", "pdf", "pptx", "xlsx"}
