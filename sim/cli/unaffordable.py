"""What a comparison says before its first run: which strategies the firm's budget cannot pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from sim.cli.spoken import speaking
from sim.report.comparison.unaffordable import before_it_is_run

if TYPE_CHECKING:
    from sim.experiment.manifest import Manifest


def print_unaffordable(manifest: Manifest) -> None:
    """Print which strategies are too dear for the firm, if some are."""
    with speaking():
        for line in before_it_is_run(manifest):
            typer.echo(line, err=True)
