"""Show a section in a notebook: text and tables as HTML, figures as PNG with their words."""

from typing import Any

from IPython.display import display

from sim.report.rendering import base64_png, opening_html, table_html
from sim.report.section import Picture, Section, Table


def show(section: Section) -> None:
    """Display a section as the output of the cell that calls this.

    Parameters
    ----------
    section : Section
        What to show. Text from outside (names, titles, sources) is escaped.
    """
    _display(opening_html(section), _opening_text(section))
    for picture in section.pictures:
        _display_picture(picture)
    for table in section.tables:
        _display(table_html(table), table_text(table))


def _display(html: str, text: str) -> None:
    """Publish HTML beside its plain text."""
    display({"text/html": html, "text/plain": text}, raw=True)


def _display_picture(picture: Picture) -> None:
    """Publish a figure; the words for those who cannot see it travel as its metadata."""
    data: dict[str, Any] = {"image/png": base64_png(picture), "text/plain": picture.alt}
    display(data, metadata={"image/png": {"alt": picture.alt}}, raw=True)


def _opening_text(section: Section) -> str:
    """Return heading, paragraphs and list as plain text."""
    bullets = [f"- {text}" for text in section.bullets]
    return "\n".join([section.heading, *section.sentences, *bullets])


def table_text(table: Table) -> str:
    """Return a table as plain text."""
    return f"{table.caption}\n{table.frame.to_string(index=False)}"
