"""What a hand-over of a made-up comparison holds, read back from its documents."""

import functools
import io
import re

from pptx import Presentation
from pypdf import PdfReader

from sim.analysis.answers import Answers
from sim.common.formatting import MINUS
from sim.playbook.strategy_files import load_strategy
from sim.report.comparison.content import build_content
from sim.report.documents.brand import Brand
from sim.report.documents.formats import make_document
from sim.report.phrases import in_language
from sim.report.section import Content
from tests.synthetic import synthetic_comparison as made_up_comparison

KINDS = ["winner", "no_clear_winner", "do_nothing", "undecided"]
#: Text that a spreadsheet, typst, Jinja, a page or a formula of a notebook would read as its own.
HOSTILE = '=1+1 #eval("2") {{ 7*7 }} <b>x</b> $y$ @z *s* \\u{41}'
NUMBER = re.compile(rf"[+{MINUS}]?[$€£]?\d[\d,.]*[%kmbn]*")


@functools.cache
def _comparison(kind: str, title: str) -> Answers:
    comparison = made_up_comparison(kind, title=title)
    first = comparison.manifest.strategies[comparison.ranking[0]]
    written = load_strategy("balanced")  # so that somebody has something to do
    comparison.manifest.strategies[comparison.ranking[0]] = first.model_copy(
        update={"sized": written}
    )
    return comparison


@functools.cache
def of_kind(kind: str, title: str = "Shop", language: str = "en") -> tuple[Answers, Content]:
    """Give a made-up comparison whose verdict is of a kind, and its content in a language, made once."""
    comparison = _comparison(kind, title)
    with in_language(language):
        return comparison, build_content(comparison)


@functools.cache
def document(
    name: str,
    kind: str = "winner",
    title: str = "Shop",
    brand: Brand | None = None,
    language: str = "en",
) -> bytes:
    with in_language(language):
        return make_document(name, *of_kind(kind, title, language), brand or Brand())


@functools.cache
def pdf_text(content: bytes) -> str:
    """Return the words of a PDF, with single blanks and without what joins a minus to its number."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    return re.sub(r"\s+", " ", " ".join(pages)).replace("\N{WORD JOINER}", "")


def numbers(text: str) -> set[str]:
    return {found.rstrip(".,") for found in NUMBER.findall(text.replace("\N{WORD JOINER}", ""))}


def texts(content):
    """Yield all that a content says but the alternatives of its pictures."""
    yield from (content.title, content.meta, content.footer)
    for section in content.sections.values():
        yield from (section.heading, *section.sentences, *section.bullets)
        for table in section.tables:
            yield from (table.caption, table.note, *table.frame.columns)
            yield from table.frame.astype(str).to_numpy().ravel()


def shapes(deck):
    for slide in deck.slides:
        yield from ((slide, shape) for shape in slide.shapes)


def deck_text(content: bytes) -> str:
    """Return the words of a deck without what joins a sign to its number."""
    found = []
    for _slide, shape in shapes(Presentation(io.BytesIO(content))):
        if shape.has_text_frame:
            found.append(shape.text_frame.text)
        if shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found).replace("\N{WORD JOINER}", "")
