"""The documents of a comparison, as a command writes and names them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sim.cli.spoken import speaking
from sim.cli.terminal import FAILED, stop
from sim.common.translated import told

if TYPE_CHECKING:
    from sim.analysis.answers import Answers
    from sim.report.documents.brand import Brand


def write_report(
    folder: Path,
    out: Path | None,
    language: str,
    formats: Sequence[str] | None = None,
    brand: Brand | None = None,
    aside: bool = False,
    judged: Answers | None = None,
) -> Path:
    """Write a report, print the paths of its documents and return the first.

    They are printed on standard error where the answer of a command is for a machine (`aside`).
    What has been read already need not be read again (`judged`).
    """
    from sim.report import html_page, run_notebook
    from sim.report.documents.formats import DEFAULT, FILES, file_in

    wanted, say = formats or DEFAULT, partial(typer.echo, err=aside)
    try:
        page = html_page.make_report(folder, out, say, wanted, brand, language, judged)
    except run_notebook.NotebookError as error:
        stop(str(error), FAILED)
    with speaking():
        say(told("Report: {page}", page=page))
    for name in wanted[1:]:
        say(f"        {page.with_name(file_in(FILES[name], language))}")
    return page
