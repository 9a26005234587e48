"""One run of one strategy: what happens and why, not which is best."""

from pathlib import Path
from typing import Annotated

import typer

import sim
from sim.cli import given
from sim.cli.app import Customers, Language, Market, Seed, Weeks, app
from sim.cli.spoken import speaking
from sim.cli.terminal import progress, show_table
from sim.common.size import REPORT_SIZE, RUN_CUSTOMERS
from sim.common.translated import told, translated


@app.command(
    epilog="""\b
Examples:
  loyalty run --market grocery --strategy balanced --out data/results/balanced
  loyalty run --market grocery --strategy balanced --customers 2000 --weeks 52 --out data/results/quick
      smaller and faster, and less certain
"""
)
def run(
    market: Market,
    strategy: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="A strategy: a name in playbook/strategies, or the path of a .yaml file.",
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="A new folder for the results.")],
    customers: Customers = RUN_CUSTOMERS,
    weeks: Weeks = REPORT_SIZE["weeks"],
    seed: Seed = 1,
    lang: Language = "en",
) -> None:
    """Run one strategy once, beside doing nothing on the same luck.

    One run shows what happens and why, not which strategy is best: that takes `loyalty compare`.
    Writes weekly.parquet and manifest.json into the new folder.
    """
    given.strategies([strategy], market, "--strategy")
    from sim.report.one_scenario.measures_table import measure_rows

    with progress("weeks", 2 * weeks) as on_progress:
        made = sim.run(
            market,
            strategy,
            customers=customers,
            weeks=weeks,
            seed=seed,
            out=out,
            on_progress=on_progress,
        )
    with speaking():
        called = translated(made.strategy.title)
        says = "{strategy} in {market}: one run of {weeks} weeks"
        title = told(says, strategy=called, market=market, weeks=weeks)
        show_table(measure_rows(made.pair), title)
        typer.echo(told("Written to {folder}", folder=out))
