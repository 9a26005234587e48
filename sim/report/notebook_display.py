"""Show a section in a notebook: text and tables as HTML, figures as PNG with their words."""

import base64
import re
from html import escape
from typing import Any

import pandas as pd
from IPython.display import display

from sim.common.formatting import MINUS, capital
from sim.report.figure_style import png
from sim.report.section import Picture, Section, Table

#: Tables with more rows than this are set smaller.
LONG = 25
#: Keeps notebook editors from reading the text between two dollar signs as a formula.
_NO_FORMULAS = "mathjax_ignore tex2jax_ignore"
#: A cell that begins as a number or an amount does, or stands where one would.
NUMBER = re.compile(
    r"$|\u2013$|none$|no( clear)? change$|[+\u2212]?([^\w\s]|[A-Z]{3} )?\d[\w.,%]*( |$)(?!rows)"
)


def show(section: Section) -> None:
    """Display a section as the output of the cell that calls this.

    Parameters
    ----------
    section : Section
        What to show. Text from outside (names, titles, sources) is escaped.
    """
    _display(_opening(section), _opening_text(section))
    for picture in section.pictures:
        _display_picture(picture)
    for table in section.tables:
        _display(table_html(table), table_text(table))


def _display(html: str, text: str) -> None:
    """Publish HTML beside its plain text."""
    display({"text/html": html, "text/plain": text}, raw=True)


def _display_picture(picture: Picture) -> None:
    """Publish a figure; the words for those who cannot see it travel as its metadata."""
    data: dict[str, Any] = {
        "image/png": base64.b64encode(png(picture.figure)).decode(),
        "text/plain": picture.alt,
    }
    display(data, metadata={"image/png": {"alt": picture.alt}}, raw=True)


def _text(text: str) -> str:
    """Escape text from outside; keep a minus with its number, let lists without blanks take lines."""
    kept = escape(text).replace(MINUS, MINUS + "\N{WORD JOINER}")
    return re.sub(r",(?=[a-z])", ",<wbr>", kept)


def _opening(section: Section) -> str:
    """Return heading, paragraphs and list."""
    strong, rest = section.heading, ""
    if section.key == "answer":  # the verdict stands out, what supports it follows
        strong, _, rest = section.heading.partition(": ")
    parts = [f'<p class="finding"><strong>{_text(strong)}</strong> {_text(capital(rest))}</p>']
    parts += [f"<p>{_text(text)}</p>" for text in section.sentences]
    if section.bullets:
        items = "".join(f"<li>{_labelled(text)}</li>" for text in section.bullets)
        parts.append(f"<ul>{items}</ul>")
    return f'<div class="says {_NO_FORMULAS}">' + "\n".join(parts) + "</div>"


def _labelled(text: str) -> str:
    """Return a line of a list; what stands before a colon is its label."""
    label, colon, rest = text.partition(": ")
    return f"<b>{_text(label)}.</b> {_text(capital(rest))}" if colon else _text(text)


def _opening_text(section: Section) -> str:
    """Return heading, paragraphs and list as plain text."""
    bullets = [f"- {text}" for text in section.bullets]
    return "\n".join([section.heading, *section.sentences, *bullets])


def table_html(table: Table) -> str:
    """Return a table as HTML: caption, headers with their scope, first column as row headers."""
    frame = table.frame
    kinds = [' class="number"' if _is_numeric(frame[name]) else "" for name in frame.columns]
    head = "".join(
        f'<th scope="col"{kind}>{_text(str(name))}</th>'
        for name, kind in zip(frame.columns, kinds, strict=True)
    )
    rows = []
    for values in frame.itertuples(index=False):
        first, *rest = (_text(str(value)) for value in values)
        cells = "".join(
            f"<td{kind}>{value}</td>" for value, kind in zip(rest, kinds[1:], strict=True)
        )
        rows.append(f'<tr><th scope="row">{first}</th>{cells}</tr>')
    note = f'<p class="note">{_text(table.note)}</p>' if table.note else ""
    size = " long" if len(frame) > LONG else ""
    return (
        f'<div class="table{size} {_NO_FORMULAS}"><table><caption>{_text(table.caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{note}</div>"
    )


def _is_numeric(column: pd.Series) -> bool:
    """Return whether all cells of a column begin as a number or an amount of money does."""
    return bool(column.astype(str).str.match(NUMBER).all())


def table_text(table: Table) -> str:
    """Return a table as plain text."""
    return f"{table.caption}\n{table.frame.to_string(index=False)}"
