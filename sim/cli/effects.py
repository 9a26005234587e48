"""The command that simulates what each preset of each lever does by itself."""

from typing import Annotated

import typer

from sim.cli import given
from sim.cli.app import Language, app
from sim.cli.spoken import speaking
from sim.cli.terminal import progress
from sim.common.translated import told


@app.command(
    epilog="""\b
Examples:
  loyalty effects
      every preset in every market of data/markets, as far as it is not up to date
  loyalty effects --lever incentives --market grocery
      the presets of this lever in this market

\b
Each preset runs alone, for everyone, at its own cost, beside doing nothing on the same luck. What is
finished is kept: after a stop the same command goes on.
"""
)
def effects(
    lever: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A lever; repeatable.  [default: all]")
    ] = None,
    market: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", callback=given.markets, help="A market; repeatable.  [default: all]"
        ),
    ] = None,
    jobs: Annotated[
        int, typer.Option(metavar="N", min=0, max=1024, help="Runs at a time; 0 takes all cores.")
    ] = 0,
    lang: Language = "en",
) -> None:
    """Simulate what each lever does by itself, and show it on the pages of the playbook.

    Writes data/effects.csv, then the tables of the playbook that show it.
    """
    from sim.analysis.preset_effects import run_effects
    from sim.checks import check

    with progress("runs") as on_progress:
        rows = run_effects(market, lever, jobs, on_progress)
    renewed = check.fix()
    with speaking():
        says = "data/effects.csv has {count} effects; {pages} pages renewed."
        typer.echo(told(says, count=len(rows), pages=len(renewed)))
