"""The command line: ``loyalty check``, ``compare``, ``report`` and what belongs to them.

Libraries are imported inside the commands, never at the top: pandas, mesa and statsmodels take
seconds, and `loyalty compare --help` should take none.
"""

import shlex
from pathlib import Path
from typing import Annotated, Literal

import typer

from sim.terminal import FAILED, WRONG_INPUT, Commands, progress, show_table, stop

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help starts twice as fast and reads the same in a log
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
From a transaction log to a report:
  loyalty calibrate sales.csv --name shop --customer card --date day --amount total
  loyalty compare --market shop
  loyalty report data/results/shop

\b
`loyalty COMMAND --help` shows examples of each command.
""",
)

Market = Annotated[
    str, typer.Option(metavar="NAME", help="A market: a file in data/markets, without its ending.")
]
Customers = Annotated[
    int,
    typer.Option(
        metavar="N", min=100, max=10_000_000, help="Customers in the simulation; money is scaled."
    ),
]
Weeks = Annotated[
    int, typer.Option(metavar="N", min=4, max=520, help="Weeks to simulate; 52 make a year.")
]
Seed = Annotated[
    int,
    typer.Option(metavar="N", min=0, max=2**32 - 1, help="The same seed gives the same numbers."),
]


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
) -> None:
    """Find the loyalty strategy a firm should choose, for whom, and how sure one can be."""
    if version:
        from sim import __version__

        typer.echo(f"loyalty-workbench {__version__}")
        raise typer.Exit


@app.command(
    epilog="""\b
Examples:
  loyalty check          after any edit in playbook/ or data/
  loyalty check --fix    write what is generated anew first: parameters, tables of the read-me files
"""
)
def check(
    fix: Annotated[bool, typer.Option("--fix", help="Renew what is generated first.")] = False,
) -> None:
    """Check every page, strategy, market, parameter and piece of evidence.

    Prints what is wrong, where, and how to mend it. Exit code 0 when all is well, else 2.
    """
    from sim import consistency

    for name in consistency.fix() if fix else []:
        typer.echo(f"Renewed: {name}")
    faults = consistency.check()
    for fault in faults:
        typer.echo(str(fault), err=True)
    if faults:
        stop(f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'} to mend.", WRONG_INPUT)
    typer.echo("All pages, strategies, markets, parameters and evidence are in order.")
    for note in consistency.notes():
        typer.echo(f"Note: {note}")


@app.command(
    epilog="""\b
Examples:
  loyalty parameters
      after any edit of data/evidence.csv or data/parameter_definitions.csv
"""
)
def parameters() -> None:
    """Pool the evidence into data/parameters.csv: how strongly people respond, and how sure that is.

    Converts each finding into the unit of the parameters it informs, discounts it, and pools those that
    inform the same one. A parameter that no finding informs is assumed, and says so.
    """
    from sim import pooling

    changed = pooling.write_parameters()
    rows = pooling.parameters()
    published = sum(row.status == "published" for row in rows)
    typer.echo(
        f"{pooling.FILE}: {len(rows)} parameters, {published} from findings and "
        f"{len(rows) - published} assumed; {'written anew' if changed else 'unchanged'}."
    )


@app.command(
    epilog="""\b
Examples:
  loyalty calibrate sales.csv --name shop
      the columns for customer, date and amount have names that are easily recognised
  loyalty calibrate sales.csv --name shop --customer card --date day --amount total
      they have other names
  loyalty calibrate sales.csv --name shop --until 2024-12-31
      keep the days after 2024 to test the forecast on
  loyalty calibrate sales.csv --name shop --force
      replace the market `shop`
  loyalty calibrate cdnow --name music_again
      a public log that comes with the workbench (the other: complete-journey)
"""
)
def calibrate(
    source: Annotated[
        str,
        typer.Argument(metavar="SOURCE", help="A log with one line per purchase (CSV, Parquet)."),
    ],
    name: Annotated[
        str, typer.Option(metavar="NAME", help="Name of the new market: small letters, digits, _.")
    ],
    until: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="Last day to use, as 2024-12-31; later ones are left out."
        ),
    ] = None,
    customer: Annotated[
        str | None, typer.Option(metavar="COL", help="Column that says who bought.")
    ] = None,
    date: Annotated[str | None, typer.Option(metavar="COL", help="Column that says when.")] = None,
    amount: Annotated[
        str | None, typer.Option(metavar="COL", help="Column that says for how much.")
    ] = None,
    currency: Annotated[
        str | None, typer.Option(metavar="CODE", help="What the amounts are in, as EUR.")
    ] = None,
    drop_out: Annotated[
        Literal["auto", "measured", "assumed"],
        typer.Option(help="Whether the loss of customers comes from the log or is assumed."),
    ] = "auto",
    force: Annotated[bool, typer.Option("--force", help="Replace a market of that name.")] = False,
) -> None:
    """Make a market from a firm's own transaction log.

    Writes data/markets/NAME.yaml and NAME.history.csv, with a standard error for each estimate and
    a source for each assumption. The history holds no customer ids.
    """
    from sim.history.calibrate import calibrate as run_calibration

    result = run_calibration(source, name, until, customer, date, amount, drop_out, currency, force)
    typer.echo(str(result))


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
        str, typer.Option(metavar="NAME", help="A strategy: a file in playbook/strategies.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="A new folder for the results.")],
    customers: Customers = 10_000,
    weeks: Weeks = 104,
    seed: Seed = 1,
) -> None:
    """Run one strategy once, beside doing nothing on the same luck.

    One run shows what happens and why, not which strategy is best: that takes `loyalty compare`.
    Writes weekly.parquet and manifest.json into the new folder.
    """
    from sim.experiment import single

    with progress("weeks", 2 * weeks) as on_progress:
        table = single.run_once(market, strategy, customers, weeks, seed, out, on_progress)
    show_table(table, f"{strategy} in {market}: one run of {weeks} weeks")
    typer.echo(f"Written to {out}")


@app.command(
    epilog="""\b
Examples:
  loyalty compare --market grocery
      all strategies
  loyalty compare --market grocery --strategies balanced,service_first
      these two
  loyalty compare --market grocery --customers 2000 --replications 4 --out data/results/quick
      a first look in seconds

\b
Doing nothing (the baseline) is always compared. A comparison that was stopped continues with the
same command; a finished one is never overwritten.
"""
)
def compare(
    market: Market,
    strategies: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAMES", help="Strategies, separated by commas or repeated.  [default: all]"
        ),
    ] = None,
    customers: Customers = 10_000,
    weeks: Weeks = 104,
    replications: Annotated[
        int,
        typer.Option(
            metavar="N", min=2, max=1000, help="Runs of each strategy, each with other luck."
        ),
    ] = 20,
    seed: Seed = 1,
    jobs: Annotated[
        int, typer.Option(metavar="N", min=0, max=1024, help="Runs at a time; 0 takes all cores.")
    ] = 0,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for the results.  [default: data/results/MARKET]"),
    ] = None,
) -> None:
    """Compare strategies in one market, many times on the same luck.

    Every replication draws new luck and new strengths of response, the same for all strategies.
    """
    from sim.experiment.compare import compare as run_comparison
    from sim.project import root

    names = _strategies(strategies)
    folder = out or root() / "data" / "results" / market
    command = (
        f"loyalty compare --market {market} --strategies {','.join(names)} --customers {customers}"
        f" --weeks {weeks} --replications {replications} --seed {seed}"
        + (f" --out {shlex.quote(str(out))}" if out else "")
    )
    with progress("runs") as on_progress:
        run_comparison(
            market,
            names,
            customers=customers,
            weeks=weeks,
            replications=replications,
            seed=seed,
            out=folder,
            jobs=jobs,
            on_progress=on_progress,
            command=command,
        )
    typer.echo(f"Results: {folder}")
    typer.echo(f"Next:    loyalty report {shlex.quote(str(folder))}")


@app.command(
    epilog="""\b
Examples:
  loyalty report data/results/grocery
      writes to reports/grocery
  loyalty report data/results/grocery --out reports/for_the_board
"""
)
def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a comparison.")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for the report.  [default: reports/MARKET]"),
    ] = None,
) -> None:
    """Write the report of a comparison: one page that opens in any browser, offline."""
    from sim.report import make, notebook

    try:
        page = make.make_report(folder, out)
    except notebook.NotebookError as error:
        stop(str(error), FAILED)
    typer.echo(f"Report: {page}")


@app.command(
    epilog="""\b
Examples:
  loyalty plan segmented_care
      in the grocery market, over two years
  loyalty plan balanced --market music_shop --weeks 52
      in another market, for one year
"""
)
def plan(
    strategy: Annotated[
        str,
        typer.Argument(metavar="STRATEGY", help="A strategy: a file in playbook/strategies."),
    ],
    market: Market = "grocery",
    weeks: Weeks = 104,
) -> None:
    """Show a strategy as a plan: who does what, for whom, from when, and what it costs.

    Settings are sized to the market's budget; costs are the firm's, per quarter of 13 weeks, from one
    run with everything uncertain at its central value.
    """
    from sim.experiment import plan as plans

    made = plans.make_plan(strategy, market, weeks)
    show_table(plans.who_does_what(made), f"{made.strategy.title}: {made.strategy.summary}", True)
    show_table(plans.what_it_costs(made), "Cost per quarter")
    typer.echo(plans.budget_in_words(made))


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
        list[str] | None, typer.Option(metavar="NAME", help="A market; repeatable.  [default: all]")
    ] = None,
    jobs: Annotated[
        int, typer.Option(metavar="N", min=0, max=1024, help="Runs at a time; 0 takes all cores.")
    ] = 0,
) -> None:
    """Simulate what each lever does by itself, and show it on the pages of the playbook.

    Writes data/effects.csv, then the tables of the playbook that show it.
    """
    from sim import consistency
    from sim.analysis.effects import run_effects

    with progress("runs") as on_progress:
        rows = run_effects(market, lever, jobs, on_progress)
    renewed = consistency.fix()
    typer.echo(f"data/effects.csv has {len(rows)} effects; {len(renewed)} pages renewed.")


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
    seed: Seed = 1,
    jobs: Annotated[
        int, typer.Option(metavar="N", min=0, max=1024, help="Facts at a time; 0 takes all cores.")
    ] = 0,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for it.  [default: data/results/validation]"),
    ] = None,
) -> None:
    """Hold the model against what is known of every market: fifteen facts, each with its band.

    Writes facts.csv: what is known, what is simulated with its interval, and the verdict; and bias.csv:
    what members of a programme, say, seem to be worth, and what an experiment says. A fact that is not
    met says why. The model is run at central parameters, which nothing here moves.
    """
    from sim.facts import runner
    from sim.project import root

    names = [name.strip() for item in facts or () for name in item.split(",")]
    folder = out or root() / "data" / "results" / "validation"
    command = (
        f"loyalty validate --market {market} --customers {customers} --replications {replications}"
        f" --seed {seed}" + (f" --out {shlex.quote(str(out))}" if out else "")
    )
    with progress("facts") as on_progress:
        table = runner.validate(
            market, folder, names, customers, replications, seed, jobs, on_progress, command
        )
    show_table(runner.in_words(table), f"What is known, and what {market} shows in the model")
    bias = runner.bias_table(runner.read_facts(folder))
    if len(bias):
        show_table(runner.bias_in_words(bias), "Looking better, and being made better")
    for line in runner.reasons(table):
        typer.echo(line)
    typer.echo(f"Written to {folder}")


def _strategies(given: list[str] | None) -> list[str]:
    """Give the strategies to compare: those named, with commas or one by one, else all."""
    from sim.strategy import strategy_names

    return [name.strip() for item in given or strategy_names() for name in item.split(",")]


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
