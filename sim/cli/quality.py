"""How good a client's data are, on a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import machine
from sim.cli.app import Language, Reveal, app
from sim.cli.machine import Json
from sim.cli.spoken import speaking
from sim.cli.terminal import show_table
from sim.common.translated import told

if TYPE_CHECKING:
    from sim.intake.quality.quality import Quality


@app.command(
    epilog="""\b
Examples:
  loyalty quality shop
      what the last intake of shop found, and what to look at
  loyalty quality shop --lang zh
      the same page in Chinese
  loyalty quality shop --reveal
      whose the purchases are that stand out, for the holder of the client's key: printed, in no file
"""
)
def quality(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a client.")],
    reveal: Reveal = False,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Write the page on how good a client's data are, as the last intake found them.

    Writes clients/NAME/intake/quality.html, in another language quality.zh.html.
    """
    from sim.calibration.market_file import check_name
    from sim.intake.own_ids import LOG, revealed
    from sim.intake.quality.quality import as_written, needed_quality, quality_path

    check_name(name)
    found, folder = needed_quality(name), quality_path(name).parent
    named = found.named(revealed(folder / LOG)) if reveal else found
    headings = write_page(name, found)
    if as_json:
        machine.tell({"folder": str(folder), "quality": as_written(named)})
        return
    for line in headings:
        typer.echo(line)
    with speaking():
        if reveal:
            _show_named(named)
        typer.echo(told("Written to {folder}", folder=folder))


def _show_named(found: Quality) -> None:
    """Print whose the purchases and sales are that stand out, which no file says."""
    from sim.report.phrases import say
    from sim.report.quality.tables import outlier_tables

    for table in outlier_tables(found, letters=None):
        if say("column.customer") in table.frame:
            rows = [tuple(map(str, row)) for row in table.frame.itertuples(index=False)]
            show_table([tuple(table.frame.columns), *rows], table.caption)


def write_page(name: str, found: Quality) -> list[str]:
    """Write the page on the quality of a client's data, and return its answer line by line."""
    from sim.common.style import ended
    from sim.common.version import __version__
    from sim.common.writing import write_text
    from sim.intake.quality.quality import quality_path
    from sim.report.documents.formats import file_in
    from sim.report.phrases import spoken
    from sim.report.quality.sections import PAGE, quality_content
    from sim.report.rendering import render

    with speaking():
        content = quality_content(found, name, __version__)
        path = quality_path(name).with_name(file_in(PAGE, spoken().name))
        write_text(path, render(content), private=True)
        return [ended(text) for text in (content.answer, *content["answer"].bullets)]
