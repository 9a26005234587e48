"""Whether the model behaves as markets are known to."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

import sim
from sim.cli import machine
from sim.cli.app import Customers, Language, Market, Seed, app
from sim.cli.machine import Json
from sim.cli.spoken import speaking
from sim.cli.terminal import progress, show_table
from sim.common.translated import told, translated


@app.command(
    epilog="""\b
Examples:
  loyalty validate
      all facts, in the grocery market: one or two minutes
  loyalty validate --facts S01,S04
      these two; the same command with others adds them to the table
  loyalty validate --market music_shop --customers 8000 --replications 20

\b
A validation that was stopped continues with the same command; one made by another model is never
overwritten: give it another folder with --out.
"""
)
def validate(
    market: Market = "grocery",
    facts: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAMES", help="Facts, separated by commas or repeated.  [default: all]"
        ),
    ] = None,
    customers: Customers = 4_000,
    replications: Annotated[
        int, typer.Option(metavar="N", min=2, max=1000, help="Lives of each simulated market.")
    ] = 10,
    more: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            max=100,
            help="Where a verdict is undecided, look again at so many times as many lives; 1 does not.",
        ),
    ] = 4,
    seed: Seed = 1,
    jobs: Annotated[
        int, typer.Option(metavar="N", min=0, max=1024, help="Facts at a time; 0 takes all cores.")
    ] = 0,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for it.  [default: data/results/validation]"),
    ] = None,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Hold the model against what is known of every market: facts, each with its band.

    Writes facts.csv: what is known, what is simulated with its interval, and the verdict; and bias.csv:
    what members of a programme, say, seem to be worth, and what an experiment says. A fact that is not
    met says why; one whose interval holds an end of its band is undecided. Predictions are counted apart
    from read-outs, which give back what was put in. The model is run at central parameters, which
    nothing here moves.
    """
    from sim.common.paths import root
    from sim.report.validation import tables

    names = [name.strip() for item in facts or () for name in item.split(",")]
    folder = out or root() / "data" / "results" / "validation"
    command = (
        f"loyalty validate --market {market} --customers {customers} --replications {replications}"
        f" --more {more} --seed {seed}" + (f" --out {shlex.quote(str(out))}" if out else "")
    )
    with progress("facts") as on_progress:
        made = sim.validate(
            market,
            facts=names,
            customers=customers,
            replications=replications,
            more=more,
            seed=seed,
            out=folder,
            jobs=jobs,
            on_progress=on_progress,
            command=command,
        )
    if as_json:
        machine.tell(machine.of_facts(folder, market, made.facts))
        return
    with speaking():
        title = told("What is known, and what {market} shows in the model", market=market)
        show_table(tables.fact_rows(made.facts), title)
        if len(made.bias):
            title = translated("Looking better, and being made better")
            show_table(tables.bias_rows(made.bias), title)
        for line in tables.reasons(made.facts):
            typer.echo(line)
        typer.echo(told("Written to {folder}", folder=folder))
