"""Which documents there are, and how each is made from the same content."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.common.errors import InputError, nearest
from sim.report.documents.brand import Brand
from sim.report.phrases import languages
from sim.report.section import Content

if TYPE_CHECKING:
    from sim.analysis.answers import Answers

#: Name of a format -> its file.
FILES = {
    "html": "report.html",
    "brief": "brief.pdf",
    "pdf": "report.pdf",
    "pptx": "slides.pptx",
    "xlsx": "report.xlsx",
}
#: Pages that a brief takes at most.
_PAGES = 2
#: The language of the plain names; others stand before the ending, as in ``report.zh.html``.
ENGLISH = "en"
#: What is made unless something else is asked for.
DEFAULT = ("html", "brief")


def file_in(file: str, language: str) -> str:
    """Return the name of a file in a language, so that none takes the place of another's."""
    stem, _, ending = file.rpartition(".")
    return file if language == ENGLISH else f"{stem}.{language}.{ending}"


def chosen_formats(names: str) -> tuple[str, ...]:
    """Return the formats of a list with commas, in the order of `FILES`.

    Raises
    ------
    InputError
        If one is not known, naming the nearest.
    """
    asked = [name.strip() for name in names.split(",") if name.strip()]
    for name in asked:
        if name not in FILES:
            raise InputError(
                "--format", "format", name, "one of " + ", ".join(FILES), nearest(name, FILES)
            )
    if not asked:
        raise InputError("--format", "format", names, "one of " + ", ".join(FILES))
    return tuple(name for name in FILES if name in asked)


def check_language(name: str) -> None:
    """Refuse a language that no catalogue of phrases is kept for, before any work.

    Raises
    ------
    InputError
        Naming those that there are.
    """
    known = languages()
    if name not in known:
        raise InputError(
            "--lang", "language", name, "one of " + ", ".join(known), nearest(name, known)
        )


def make_document(name: str, comparison: Answers, content: Content, brand: Brand) -> bytes:
    """Return one document.

    Parameters
    ----------
    name : str
        A key of `FILES`.
    comparison : Answers
    content : Content
        The whole report of it.
    brand : Brand
    """
    return _MAKERS[name](comparison, content, brand)


def _html(comparison: Answers, content: Content, brand: Brand) -> bytes:
    from sim.report.rendering import render

    return render(content, brand.on_a_page()).encode()


def _brief(comparison: Answers, content: Content, brand: Brand) -> bytes:
    from sim.report.documents.brief import build_brief
    from sim.report.documents.typesetting import typeset

    return typeset(build_brief(comparison, content), "brief", brand, _PAGES)


def _pdf(comparison: Answers, content: Content, brand: Brand) -> bytes:
    from sim.report.documents.typesetting import typeset

    return typeset(content, "report", brand)


def _slides(comparison: Answers, content: Content, brand: Brand) -> bytes:
    from sim.report.documents.deck import deck
    from sim.report.documents.sheets import build_sheets
    from sim.report.documents.slides import build_slides

    slides = build_slides(comparison, content, build_sheets(comparison, content))
    return deck(slides, brand, content.title, content.meta)


def _workbook(comparison: Answers, content: Content, brand: Brand) -> bytes:
    from sim.report.documents.sheets import build_sheets, discounted_parts
    from sim.report.documents.workbook import workbook

    sheets = build_sheets(comparison, content)
    return workbook(sheets, discounted_parts(comparison), brand, content.title)


_MAKERS: dict[str, Callable[[Answers, Content, Brand], bytes]] = {
    "html": _html,
    "brief": _brief,
    "pdf": _pdf,
    "pptx": _slides,
    "xlsx": _workbook,
}
