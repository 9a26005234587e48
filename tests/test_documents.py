"""Every document says the numbers of the report, is the same when made again, and shows text as text.

Serves: C3.4
"""

import base64
import io
import re
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from handed_over import HOSTILE, KINDS, deck_text, document, numbers, of_kind, pdf_text, texts
from pypdf import PdfReader

from sim.common.errors import InputError
from sim.common.formatting import MINUS, money
from sim.report.comparison.content import build_content
from sim.report.documents.brand import Brand, load_brand
from sim.report.documents.brief import build_brief
from sim.report.documents.formats import FILES, chosen_formats, make_document
from sim.report.documents.typesetting import _unbroken, typeset
from sim.report.fonts import CHINESE
from sim.report.phrases import in_language, say
from sim.report.section import Content, Section, Short, Table
from sim.report.wrapping import BREAK, column_shares


@pytest.mark.parametrize("kind", ["winner", pytest.param("undecided", marks=pytest.mark.slow)])
def test_the_pdf_holds_every_number_of_the_report(kind):
    _comparison, content = of_kind(kind)
    said = numbers(pdf_text(document("pdf", kind)))
    wanted = set().union(*map(numbers, texts(content)))
    assert len(wanted) > 200
    assert wanted <= said


@pytest.mark.parametrize("kind", KINDS)
def test_the_brief_takes_two_pages_at_most_and_says_numbers_of_the_report_alone(kind):
    comparison, content = of_kind(kind)
    made = document("brief", kind)
    assert len(PdfReader(io.BytesIO(made)).pages) <= 2
    brief = build_brief(comparison, content)
    own = set().union(*map(numbers, texts(brief)))
    assert own <= numbers(pdf_text(made))
    sheet = openpyxl.load_workbook(io.BytesIO(document("xlsx", kind)))["Cash flow by year"]
    amounts = [cell.value for row in sheet.iter_rows(min_row=4, max_row=4) for cell in row[1:]]
    told = brief["money"].tables[0].frame.iloc[:, 1]
    years, after = list(told[:-3]), told.iloc[-2]  # the sheet has no line of the horizon and of all
    assert [cell.startswith(MINUS) for cell in (*years, after)] == [
        amount < 0 for amount in amounts
    ]


@pytest.mark.parametrize("bullets", [8, 29, 38])
def test_a_brief_of_more_parts_is_set_tighter_and_holds_all_of_them_on_two_pages(bullets):
    """Parts that are not torn apart leave room at the foot of a page, which the last ones would lack."""
    brief = build_brief(*of_kind("winner"))
    longer = [
        f"Line {k} of a part that has much to tell, in so many words." for k in range(bullets)
    ]
    parts = dict(brief.sections)
    parts = {
        "answer": parts.pop("answer"),
        "added": Section("added", "Added", [], longer, label="Added"),
        **parts,
    }
    made = typeset(replace(brief, sections=parts), "brief", Brand(), 2)
    assert len(PdfReader(io.BytesIO(made)).pages) == 2
    assert f"Line {bullets - 1} of a part" in pdf_text(made)
    loose = len(
        PdfReader(io.BytesIO(typeset(replace(brief, sections=parts), "brief", Brand()))).pages
    )
    assert loose == (2 if bullets == 8 else 3)


@pytest.mark.parametrize("kind", KINDS)
def test_who_does_what_is_told_of_a_chosen_strategy_alone(kind):
    assert ("work" in build_brief(*of_kind(kind)).sections) == (kind == "winner")
    titles = deck_text(document("pptx", kind))
    assert ("Who does what" in titles) == (kind == "winner")


@pytest.mark.parametrize("name", ["brief", "pdf", "xlsx", "pptx"])
def test_a_document_made_again_is_the_same_to_the_byte(name):
    assert make_document(name, *of_kind("winner"), Brand()) == document(name)


def test_a_long_list_in_a_command_ends_its_lines_after_commas_and_leaves_room_for_its_name():
    run = ",".join(f"a_strategy_{number}" for number in range(20))
    rows = pd.DataFrame([["Made again with", f"loyalty compare --strategies {run}"]])
    table = Table("t", rows.set_axis(["What", "Value"], axis=1))
    letters = 112
    assert column_shares(table.frame, letters)[0] * letters >= len("Made again")
    content = Content("t", "t", {"one": Section("one", "t", tables=[table], label="t")})
    told = pdf_text(typeset(content, "report", Brand()))
    # lines of a text that was read back are joined by a blank
    assert BREAK not in told and run in told.replace(", ", ",")
    assert told.count(", a_strategy") >= len(run) // letters


def test_what_people_write_is_shown_as_it_is_and_never_read():
    comparison, content = of_kind("winner", HOSTILE)
    brand = Brand(client=HOSTILE, author=HOSTILE, confidentiality=HOSTILE)
    shown = re.sub(r"\s+", "", HOSTILE)
    for name in ("brief", "pdf"):
        text = re.sub(r"\s+", "", pdf_text(make_document(name, comparison, content, brand)))
        assert shown in text, name
    deck = re.sub(r"\s+", "", deck_text(make_document("pptx", comparison, content, brand)))
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
    comparison, content = of_kind("winner")
    page = openpyxl.load_workbook(io.BytesIO(document("xlsx")))["Licences"]
    told = "\n".join(str(cell.value) for row in page.iter_rows() for cell in row)
    read = [pdf_text(document(name)) for name in ("pdf", "brief")]
    for text in (told, *read, deck_text(document("pptx")), "\n".join(texts(content))):
        for wanted in (comparison.market.data.licence, "SIL Open Font License 1.1", CHINESE):
            assert wanted in text


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


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_page_of_a_brief_holds_a_line_or_two_alone(kind, language):
    """What is not known and the licences share a page, the first one or the second."""
    with in_language(language):
        brief, made = (
            build_brief(*of_kind(kind, language=language)),
            document("brief", kind, language=language),
        )
    pages = [re.sub(r"\s", "", page.extract_text()) for page in PdfReader(io.BytesIO(made)).pages]
    for key in ("unknown", "licences"):
        assert re.sub(r"\s", "", brief[key].label) in pages[-1]


@pytest.mark.parametrize("kind", KINDS)
def test_the_money_of_a_brief_adds_up_to_its_gain(kind):
    comparison, content = of_kind(kind)
    within, after, gain = (
        comparison.effects_on(measure).loc[comparison.ranking[0], "difference"]
        for measure in ("equity_within", "equity_after", "customer_equity")
    )
    assert within + after == pytest.approx(gain)
    told = list(build_brief(comparison, content)["money"].tables[0].frame.iloc[-3:, 1])
    currency = comparison.market.currency
    assert told == [money(part, currency, signed=True) for part in (within, after, gain)]


def test_the_answer_and_its_figure_share_the_first_page_of_a_pdf():
    for kind in KINDS:
        first, second = PdfReader(io.BytesIO(document("pdf", kind))).pages[:2]
        assert "Figure 1" in first.extract_text() and "Figure 1" not in second.extract_text()


def test_a_page_says_whose_it_is_as_the_other_documents_do(tmp_path):
    logo = b"\x89PNG\r\n\x1a\n"
    (tmp_path / "logo.png").write_bytes(logo)
    told = {"client": "A & Co", "confidentiality": "For the board.", "colour": "#7a1f3d"}
    lines = [f"{name}: '{text}'" for name, text in (told | {"logo": "logo.png"}).items()]
    (tmp_path / "brand.yaml").write_text("\n".join(lines))
    page = document("html", brand=load_brand(tmp_path / "brand.yaml")).decode()
    assert page.count("A &amp; Co \N{MIDDLE DOT} For the board.") == 2  # at its head and its foot
    assert "--accent: #7a1f3d" in page
    assert f"data:image/png;base64,{base64.b64encode(logo).decode()}" in page
    plain = document("html").decode()
    assert "7a1f3d" not in plain and 'class="logo"' not in plain and "whose" not in plain[20000:]


def test_what_leaves_the_house_names_no_files():
    told = [pdf_text(document("brief")), deck_text(document("pptx"))]
    summary = openpyxl.load_workbook(io.BytesIO(document("xlsx")))["Summary"]
    told.append("\n".join(str(cell.value) for row in summary.iter_rows() for cell in row))
    for text in told:
        assert not re.search(r"\.(csv|json|ipynb|yaml)|--force|loyalty calibrate", text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_case_is_not_told_as_if_it_had_data_and_its_story_names_no_file(language):
    comparison, as_it_is = of_kind("winner", language=language)
    with in_language(language):
        log = say("comparison.provenance.a_sales_log_shows_who")
        assert log in as_it_is["unknown"].bullets
        source = "none (a case, in playbook/cases/shop.yaml)"
        data = comparison.market.data.model_copy(update={"source": source})
        case = comparison.market.model_copy(update={"based_on": "grocery", "data": data})
        made = replace(comparison, market=case)
        content = build_content(made)
        brief = build_brief(made, content)
    assert log not in content["unknown"].bullets
    assert data.last_date not in " ".join(content["unknown"].bullets)
    for text in (content.meta, *texts(brief)):
        assert "playbook/" not in str(text)


def test_a_section_that_is_added_stands_in_every_document():
    comparison, content = of_kind("winner")
    table = Table("Made up", pd.DataFrame({"what": ["a fourth thing"], "size": ["7"]}), "A note.")
    said = ["It is said here."]
    part = Section("new", "Something else was found", said, tables=[table], label="New: or/not?")
    whole = replace(part, brief=Short(said, tables=[table]))
    more = replace(content, sections={**content.sections, "new": whole})
    made = {name: make_document(name, comparison, more, Brand()) for name in FILES}
    read = {
        "html": made["html"].decode(),
        "pptx": deck_text(made["pptx"]),
        "xlsx": str(list(openpyxl.load_workbook(io.BytesIO(made["xlsx"]))["New  or not"].values)),
        **{name: pdf_text(made[name]) for name in ("brief", "pdf")},
    }
    for name, text in read.items():
        assert "a fourth thing" in text, name
        assert name == "xlsx" or (part.heading in text and said[0] in text), name
    assert part.heading not in pdf_text(make_document("brief", comparison, content, Brand()))


def test_a_number_in_chinese_is_never_torn_from_its_unit():
    joiner = "\N{WORD JOINER}"
    with in_language("zh"):
        whole = _unbroken("1.31万美元至1.14万美元")
        assert [end.replace(joiner, "") for end in whole.split(f"{joiner}至")] == [
            "1.31万美元",
            "1.14万美元",
        ]
        assert all(not end.startswith(joiner) for end in whole.split("至"))
        assert whole.count(joiner) == 2 * len("1.31万美元") - 1
    assert _unbroken("−$1.31k to $2") == "−$1.31k to $2"
