"""From content to HTML, for the page and for a notebook: the templates, and how text is written there."""

import base64
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import quote

import pandas as pd
from jinja2 import Environment
from markupsafe import Markup

from sim.common.formatting import NONE, capital
from sim.common.style import split_label
from sim.common.templates import templates_in
from sim.report.phrases import say, spoken
from sim.report.section import Content, Picture, Section, Table
from sim.report.wrapping import joined

TEMPLATE = Path(__file__).parent / "template"
#: Tables with more rows than this are set smaller.
LONG = 25
#: Keeps notebook editors from reading the text between two dollar signs as a formula.
NO_FORMULAS = "mathjax_ignore tex2jax_ignore"
#: A cell that begins as a number, an amount or a range does; a star sends to the note.
NUMBER = re.compile(r"[+\u2212]?([^\w\s]|[A-Z]{3}[ \u00a0])?\d[\w.,%/]*\*?([ （+\u2212]|$)")


def render(content: Content, whose: Mapping[str, str] | None = None) -> str:
    """Return the content as one page that needs nothing else.

    Parameters
    ----------
    content : Content
        Of any report; all of its sections are shown, in their order.
    whose : mapping, optional
        Whose page it is: ``line``, ``colour`` and ``logo`` (an image as a data address, or nothing),
        with ``client``, its words.

    Returns
    -------
    str
        HTML without scripts or references to other files. Text from outside is escaped.
    """
    page = _environment().get_template("page.html.j2")
    return page.render(content=content, language=spoken().name, whose=whose or {})


def opening_html(section: Section) -> str:
    """Return heading, paragraphs and list of a section as HTML."""
    return str(_parts().opening(section))


def table_html(table: Table) -> str:
    """Return a table as HTML: caption, headers with their scope, first column as row headers."""
    return str(_parts().table(table))


@cache
def _environment() -> Environment:
    """Return the templates with what they use; text is escaped unless it is markup already."""
    made = templates_in(TEMPLATE)
    made.filters |= {
        "readable": readable,
        "capital": capital,
        "split_label": split_label,
        "numeric_columns": numeric_columns,
        "base64_png": base64_png,
    }
    made.globals |= {
        "say": say,
        "long": LONG,
        "no_formulas": NO_FORMULAS,
        "number": Markup(' class="number"'),
    }
    return made


def _parts():
    return _environment().get_template("parts.html.j2").module


def readable(text: object) -> Markup:
    """Escape what is no markup; keep an amount in one line, let lists without blanks take several."""
    if isinstance(text, Markup):
        return text
    return Markup(re.sub(r",(?=[a-z])", ",<wbr>", joined(escape(str(text)))))


def link(place: str, text: str) -> Markup:
    """Return a link to a file beside the page, as a cell of a table."""
    return Markup('<a href="{}">{}</a>').format(quote(place), text)


def numeric_columns(frame: pd.DataFrame) -> list[bool]:
    """Return of each column whether all its cells begin as a number, or stand where one would."""
    none = {"", NONE, say("common.none"), say("common.no_change"), say("common.no_clear_change")}
    none |= {say("common.yes"), say("common.no"), say("common.too_dear")}
    return [
        all(cell in none or NUMBER.match(cell) for cell in frame[name].astype(str))
        for name in frame.columns
    ]


def base64_png(picture: Picture) -> str:
    """Return a figure as it stands in a page."""
    return base64.b64encode(picture.png).decode()
