"""What a comparison found, on the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sim.cli.terminal import show_table
from sim.common.translated import told

if TYPE_CHECKING:
    from sim.analysis.answers import Answers


def show_answer(found: Answers, folder: Path, market: str) -> None:
    """Print what a comparison found, how large it was, and where it lies."""
    from sim.common.paths import shown
    from sim.report.comparison.glance import at_a_glance
    from sim.report.comparison.searched import on_terminal
    from sim.report.comparison.size import is_a_look, size_sentence

    answer, table = at_a_glance(found)
    show_table(table, told("Customer equity over doing nothing, {market}", market=market))
    typer.echo("\n".join(on_terminal(found, answer)))
    if is_a_look(found):
        typer.echo(size_sentence(found))
    typer.echo(told("Results: {folder}", folder=shown(folder)))
