"""Many markets at once: a comparison and a report of each, and one page on all."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import given, machine
from sim.cli.app import Language, app
from sim.cli.machine import Json
from sim.cli.privacy import tell_forgotten_of_portfolios
from sim.cli.spoken import again, speaking
from sim.cli.terminal import FAILED, progress, show_table
from sim.common.translated import told, translated

if TYPE_CHECKING:
    from sim.workbench.portfolio.run import Done


@app.command(
    epilog="""\b
Examples:
  loyalty portfolio playbook/portfolios/three_markets.yaml
      the markets of the example: a page on all, and a report of each
  loyalty portfolio brands.yaml --out reports/for_the_board --lang zh
      the markets of a file of your own, in Chinese, in a folder of your choice

\b
A file names markets and strategies:
  title: Our three brands
  strategies: [balanced, service_first]   # left out: all
  futures: 50                             # so too customers, weeks, seed; left out: those of a report
  search: true                            # seek the best plan too, which takes hours; left out: no
  markets:
    - grocery                             # built-in, of a client, or of a case
    - market: shop                        # with what differs here
      strategies: [my_plan]
      futures: 100

\b
Stopped or killed, the same command goes on where it was. What is finished is never overwritten: when a
market or a strategy was changed since, the portfolio gets a folder of its own beside the former one.
The comparisons lie in comparisons/NAME there, never where `loyalty compare` keeps those of the market.
One market that fails stops no other; the page says why, and the same command tries it again.

\b
Exit code 1 if a market failed, 0 if all are done; others as of every command.
"""
)
def portfolio(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", callback=given.yaml_file, help="YAML with markets and strategies."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder for page and reports.  [default: reports/portfolios/FILE, with a client's "
            "market portfolios/FILE in that client's folder, with several in the clients' folder; then "
            "FILE-2 and so on]",
        ),
    ] = None,
    jobs: Annotated[
        int,
        typer.Option(
            metavar="N", min=0, max=1024, help="Processes in all markets; 0 takes all cores."
        ),
    ] = 0,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Compare strategies in many markets, and set the answers side by side on one page.

    Each market is a comparison as `loyalty compare` makes it, kept in the portfolio's folder, with a
    report of its own. Markets are compared by shares: money of different currencies is never added up.
    """
    from sim.workbench.portfolio.run import run_portfolio

    with progress("markets") as on_progress:
        done = run_portfolio(file, out, lang, jobs, on_progress)
    if as_json:
        machine.tell(_for_a_machine(done))
    else:
        with speaking():
            _tell(done, file, lang)
            markets = {one.market: None for one in done.portfolio.entries}
            tell_forgotten_of_portfolios(done.folder, markets)
    raise typer.Exit(0 if all(one.word == "done" for one in done.states) else FAILED)


def _tell(done: Done, file: Path, lang: str) -> None:
    """Print the answer across markets, how far each is, and where the page lies."""
    from sim.common.paths import shown
    from sim.report.portfolio.page import answer_of_all
    from sim.report.portfolio.state import reason_of
    from sim.report.portfolio.tables import short_table

    typer.echo(answer_of_all(done.states))
    show_table(short_table(done.states), translated("How far each market is"))
    failed = [one for one in done.states if one.word == "failed"]
    for one in failed:
        typer.echo(told("{name}: {reason}", name=one.name, reason=reason_of(one)), err=True)
    typer.echo(told("Page:    {page}", page=shown(done.page)))
    if failed:
        where = f" --out {shlex.quote(str(done.folder))}"
        command = f"loyalty portfolio {shlex.quote(str(file))}{where}{again(lang)}"
        typer.echo(told("Next:    {command}", command=command))


def _for_a_machine(done: Done) -> dict[str, Any]:
    """Return what a machine gets."""
    return {
        "folder": str(done.folder),
        "id": done.portfolio.id,
        "page": str(done.page),
        "entries": [
            {
                "name": asked.name,
                "market": asked.market,
                "state": state.word,
                "failure": state.failure,
                "report": str(done.folder / state.report) if state.report else None,
                "answer": state.answer,
            }
            for asked, state in zip(done.portfolio.entries, done.states, strict=True)
        ],
    }
