"""A report in Chinese is Chinese: no English sentence but what it quotes, in every document.

Serves: C3.4
"""

import datetime
import io
import re
import warnings
from html import unescape

import openpyxl
import pandas as pd
import pytest
from handed_over import document, of_kind
from matplotlib.text import Text
from pptx import Presentation
from pypdf import PdfReader

from sim.common.formatting import brief_money, futures, listing, money, points, range_of, some
from sim.common.style import day
from sim.common.text_tables import texts_of
from sim.evidence.findings import load_evidence
from sim.levers import BY_NAME
from sim.levers.outcomes import OUTCOMES
from sim.market.values import VALUES
from sim.measures.definitions import measures_in
from sim.measures.weekly import SEGMENT_LABELS
from sim.report.comparison.assumptions import amount
from sim.report.documents.brand import Brand
from sim.report.documents.formats import FILES, make_document
from sim.report.fonts import CHINESE, LATIN, OFFICE
from sim.report.phrases import in_language, say
from sim.report.rendering import numeric_columns
from sim.report.wrapping import JOINER, joined, least_width, width_of, wrapped
from tests.sections import parts_of

KINDS = ["winner", "no_clear_winner", "do_nothing", "undecided"]
#: Names of files, columns, programs, laws and authors, which stand in each language as they are; the only
#: words of the catalogue in Latin letters.
TECHNICAL = [
    "loyalty report", "loyalty calibrate", "loyalty compare", "made_of", "--force",
    "summary.csv", "manifest.json", "report.ipynb", "data/evidence.csv", "data/parameters.csv",
    "data/README.md", "data/assumptions.yaml", "runs/baseline/", "clients/", "playbook/cases/",
    "customer_equity", "inflow_per_year", "luck", "segment", "total", "runs/", ".yaml",
    "evidence.csv", "forecast.csv", "weekly.csv", "laws.json", "Pareto/NBD", "BG/NBD", "NBD",
    "SIL Open Font License", "Bitstream Vera", LATIN, CHINESE,
    "Gamma-Gamma", "alpha", "beta", "E..", "Strong、Oakley",
]  # fmt: skip
#: Letters in a row, blanks left out, from which on they are taken for a phrase: two words at least.
_PHRASE = 10
_LATIN = re.compile(r"[^A-Za-z\u4e00-\u9fff]")
BRAND = Brand(client="测试公司", author="顾问", date=datetime.date(2026, 11, 28))


def _made(kind: str) -> tuple:
    return of_kind(kind, language="zh")


def _document(name: str) -> bytes:
    return document(name, brand=BRAND, language="zh")


def _words(name: str) -> str:
    """Return all text of a document."""
    made = _document(name)
    if name == "html":
        return unescape(re.sub(r"<style>.*?</style>|<[^>]*>", "\n", made.decode(), flags=re.DOTALL))
    if name == "xlsx":
        pages = openpyxl.load_workbook(io.BytesIO(made))
        cells = [str(c.value) for page in pages for row in page.iter_rows() for c in row if c.value]
        return "\n".join([*pages.sheetnames, *cells])
    if name == "pptx":
        found = []
        for slide in Presentation(io.BytesIO(made)).slides:
            found.append(slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else "")
            for shape in slide.shapes:
                found.append(shape.text_frame.text if shape.has_text_frame else "")
                cells = (
                    [cell for row in shape.table.rows for cell in row.cells]
                    if shape.has_table
                    else []
                )
                found += [cell.text for cell in cells]
        return "\n".join(found)
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


def _texts_of(record: object):
    """Yield all text within a record of data: what is quoted as it is."""
    if isinstance(record, str):
        yield record
        yield record.replace("_", " ")
    elif isinstance(record, dict):
        for key, value in record.items():
            yield from _texts_of(str(key))
            yield from _texts_of(value)
    elif isinstance(record, list | tuple | set):
        for value in record:
            yield from _texts_of(value)


def _english(text: str, comparison) -> set[str]:
    """Return phrases of Latin letters that neither data nor technical names explain."""
    evidence = [finding.model_dump() for finding in load_evidence()]
    quoted = [*_texts_of(comparison.manifest.model_dump(mode="json")), *_texts_of(evidence)]
    columns = {name for contract in (False, True) for name in measures_in(contract)}
    quoted += columns  # as they stand in summary.csv
    quoted += texts_of("zh").values()  # authors within notes
    bare = {_LATIN.sub("", known) for known in [*quoted, *TECHNICAL]}
    left = _LATIN.sub("", text)
    for known in sorted(bare, key=len, reverse=True):
        if len(known) > 2:
            left = left.replace(known, "引")
    return set(re.findall(rf"[A-Za-z]{{{_PHRASE},}}", left))


@pytest.mark.parametrize("name", FILES)
def test_a_document_in_chinese_holds_no_english_but_what_it_quotes(name):
    text = _words(name)
    assert len(re.findall(r"[\u4e00-\u9fff]", text)) > 500
    assert _english(text, _made("winner")[0]) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_the_answer_is_it_is_chinese_in_text_and_figures(kind):
    comparison, content = _made(kind)
    said = [content.title, content.meta, content.footer]
    for part in content.sections.values():
        said += [part.label, part.heading, *part.sentences, *part.bullets]
        for table in part.tables:
            said += [table.caption, table.note, *table.frame.columns]
        for picture in part.pictures:
            said += [picture.alt, *(text.get_text() for text in picture.figure.findobj(Text))]
    assert _english("\n".join(said), comparison) == set()


def test_an_english_sentence_is_noticed():
    comparison, _content = _made("winner")
    assert _english("策略。It adds the most value on average.", comparison) != set()


def test_every_record_that_has_an_english_label_has_a_chinese_name():
    measures = {name for contract in (False, True) for name in measures_in(contract)}
    wanted = {
        "measure": measures,
        "value": set(VALUES),
        "value_in_contracts": {name for name, value in VALUES.items() if value.contract_label},
        "outcome": {name for name, outcome in OUTCOMES.items() if outcome.label},
        "segment": set(SEGMENT_LABELS),
        "lever": set(BY_NAME),
    }
    with in_language("zh") as language:
        for kind, names in wanted.items():
            assert [name for name in names if f"names.{kind}.{name}" not in language.phrases] == []


def test_amounts_dates_and_lists_are_written_as_in_china():
    with in_language("zh"):
        assert money(1_240_000, "USD") == "124万美元"
        assert money(-12_400, "CNY", signed=True) == "\N{MINUS SIGN}1.24万元"
        assert money(350_000_000, "CNY") == "3.50亿元"
        assert (money(812, "EUR"), brief_money(54_321, "USD")) == ("812欧元", "5.4万美元")
        assert money(812, "units") == "812单位"  # of a firm that has named no currency
        assert range_of(1e4, 2e4, lambda value: money(value, "CNY")) == "1.00万元至2.00万元"
        assert (points(0.012), futures(0.9, 20)) == ("+1.20个百分点", "18/20")
        assert (listing(["甲", "乙", "丙"]), some([*"甲乙丙丁戊己"])) == (
            "甲、乙和丙",
            "甲、乙、丙、丁和另外2项",
        )
        assert day("2026-11-28") == day(datetime.date(2026, 11, 28)) == "2026年11月28日"
    assert (money(1_240_000, "USD"), day("2026-11-28")) == ("$1.24m", "2026-11-28")


def test_the_brief_dates_a_brand_as_in_china():
    assert "2026年11月28日" in re.sub(r"\s", "", _words("brief"))


def test_figures_have_every_character_and_their_bytes_depend_on_nothing_else():
    with in_language("zh"), warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of each missing character
        _comparison, content = _made("winner")
        first = content["answer"].pictures[0]
        again = parts_of(_made("winner")[0], "answer")["answer"].pictures[0]
        assert first.png == again.png
    fonts = {text.get_fontfamily()[0] for text in first.figure.findobj(Text) if text.get_text()}
    assert fonts == {CHINESE}


def test_slides_and_workbook_name_a_chinese_font():
    deck = Presentation(io.BytesIO(_document("pptx")))
    themes = [part.blob for part in deck.part.package.iter_parts() if "theme" in str(part.partname)]
    assert any(f'<a:ea typeface="{OFFICE}"'.encode() in blob for blob in themes)
    book = openpyxl.load_workbook(io.BytesIO(_document("xlsx")))
    assert {cell.font.name for page in book for row in page.iter_rows() for cell in row} == {OFFICE}
    assert not any(cell.font.i for page in book for row in page.iter_rows() for cell in row)


@pytest.mark.parametrize("name", ["brief", "pptx", "xlsx"])
def test_a_chinese_document_made_again_is_the_same_to_the_byte(name):
    with in_language("zh"):
        assert make_document(name, *_made("winner"), BRAND) == _document(name)


def test_lines_break_between_characters_and_none_begins_with_a_closing_mark():
    text = "维持现状：三个策略增加的价值都微不足道。其中最好的Balanced care增加124万美元，不到预算的5%。"
    lines = wrapped(text, 24)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert not any(line[0] in "，。；：、）%" for line in lines)
    assert all(width_of(line) <= 24 + 2 for line in lines)  # a closing mark may hang
    assert wrapped("as it is in English", 12) == ["as it is in", "English"]


def test_what_a_number_is_counted_per_stands_before_it_and_no_blank_after_it():
    comparison, _content = _made("winner")
    known = [f"market.{name}" for name in comparison.market.values]
    known += [f"{row.lever}.{row.parameter}" for row in comparison.manifest.parameters]
    with in_language("zh"):
        told = [amount(comparison, address, 2.0) for address in known]
        assert amount(comparison, "market.failures_per_trip", 0.03) == "每次购买0.03次失误"
    assert not [text for text in told if "，每" in text or re.search(r"\d [^a-zA-Z]", text)]
    assert amount(comparison, "market.failures_per_trip", 0.03) == "0.03 failures per trip"


def test_no_line_of_a_page_can_end_within_an_amount():
    """Between a figure, its size and the characters of a currency a Chinese line may end."""
    with in_language("zh"):
        for written in ("+22.5万美元", "1.24亿元", "812欧元", "839新台币"):
            number = re.match(r"[+\d.]*", written)[0]
            rest = written.removeprefix(number)
            assert (
                joined(f"折合每年{written}。") == f"折合每年{number}{JOINER}{JOINER.join(rest)}。"
            )
        assert joined("2026年，300万名用户") == f"2026年，300{JOINER}万名用户"
    shown = re.sub(r'<style>.*?</style>|<title>.*?</title>|alt="[^"]*"', "", _document("html").decode(),
                   flags=re.DOTALL)  # fmt: skip
    assert len(re.findall(rf"\d{JOINER}[亿万美]", shown)) > 50
    assert re.findall(r"\d[亿万美]|[亿万]美", shown) == []


def test_columns_of_a_slide_are_as_wide_as_what_no_line_is_to_break():
    deck, cells = Presentation(io.BytesIO(document("pptx", "many", brand=BRAND, language="zh"))), 0
    with in_language("zh"):
        for table in (s.table for slide in deck.slides for s in slide.shapes if s.has_table):
            for row in table.rows:
                for cell, column in zip(row.cells, table.columns, strict=True):
                    words = cell.text.replace(JOINER, "")
                    if re.search(r"\d[亿万美]", words):
                        size = cell.text_frame.paragraphs[0].runs[0].font.size.inches
                        inner = column.width.inches - 0.2
                        assert least_width(words) * size * 0.5 <= inner, words
                        cells += 1
    assert cells >= 3 * 11  # gain, its interval and cost of each strategy, at least


def test_the_catalogue_uses_chinese_marks():
    with in_language("zh") as language:
        phrases = [
            form
            for phrase in language.phrases.values()
            for form in (phrase.values() if isinstance(phrase, dict) else [phrase])
        ]
        assert say("page.contents") == "目录"
    for phrase in phrases:
        assert not re.search(r"[\u4e00-\u9fff}][,;:?!]|[\u4e00-\u9fff]\.", phrase), phrase


def test_a_column_of_ranges_stands_to_the_right_as_numbers_do():
    minus = "\N{MINUS SIGN}"
    cells = [f"{minus}336万美元至+286万美元", f"{minus}75.3万美元至{minus}2.94万美元"]
    assert numeric_columns(pd.DataFrame({"范围": cells})) == [True]


def test_a_column_of_amounts_stands_to_the_right_whatever_the_currency():
    """Amounts in TWD, whose code stands before them, stood to the left as words do."""
    for currency in ("USD", "TWD", "SEK"):
        cells = [
            money(-159_000, currency),
            money(0, currency),
            money(84_700, currency, signed=True),
        ]
        span = f"{cells[0]} to {cells[2]}"
        assert numeric_columns(pd.DataFrame({"gain": cells, "from": [span] * 3})) == [True, True]


def test_an_amount_names_its_currency_also_where_the_language_has_no_name_for_it():
    with in_language("zh"):
        assert money(839, "TWD") == "839新台币"
        assert money(-839, "SEK") == "−839\xa0SEK" and money(83_900, "SEK") == "8.39万\xa0SEK"
    assert money(839, "SEK") == "SEK\xa0839" and money(-839, "SEK") == "−SEK\xa0839"
