"""What goes into a comparison: a firm's own log, parameters, and a check of what people wrote."""

from functools import partial
from typing import Annotated, Literal

import typer

from sim.cli import machine
from sim.cli.app import AmountColumn, CustomerColumn, DateColumn, app
from sim.cli.machine import Json
from sim.cli.terminal import WRONG_INPUT, progress, stop
from sim.common.paths import shown


@app.command(
    epilog="""\b
Examples:
  loyalty check          after any edit in playbook/ or data/
  loyalty check --fix    write what is generated anew first: parameters, tables of the read-me files
"""
)
def check(
    fix: Annotated[bool, typer.Option("--fix", help="Renew what is generated first.")] = False,
    as_json: Json = False,
) -> None:
    """Check every page, strategy, market, parameter and piece of evidence.

    Prints what is wrong, where, and how to mend it. Exit code 0 when all is well, else 2.
    """
    from sim.checks import check

    renewed = check.fix() if fix else []
    faults = check.check()
    if as_json:
        told = {"renewed": renewed, "faults": machine.faults(faults)}
        machine.tell(told | {"notes": [] if faults else check.notes()})
        raise typer.Exit(WRONG_INPUT if faults else 0)
    for name in renewed:
        typer.echo(f"Renewed: {name}")
    for fault in faults:
        typer.echo(str(fault), err=True)
    if faults:
        stop(f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'} to mend.", WRONG_INPUT)
    typer.echo("All pages, strategies, markets, parameters and evidence are in order.")
    for note in check.notes():
        typer.echo(f"Note: {note}")


@app.command(
    epilog="""\b
Examples:
  loyalty parameters
      after any edit of data/evidence.csv or data/parameter_definitions.csv
  loyalty parameters --market shop
      after any edit of clients/shop/evidence.csv: what this firm found itself, in a trial say
"""
)
def parameters(
    market: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="A client with evidence of its own: for its runs alone."),
    ] = None,
) -> None:
    """Pool the evidence into data/parameters.csv: how strongly people respond, and how sure that is.

    Converts each finding into the unit of the parameters it informs, discounts it, and pools those that
    inform the same one. A parameter that no finding informs is assumed, and says so.
    """
    from sim.evidence import meta_analysis, own
    from sim.evidence.parameters import FILE

    if market is not None:
        path, changed = own.write_own_parameters(market)
        rows = list(own.parameters_for(market).rows)
        informed = sum(row.status == "estimated" for row in rows)
        typer.echo(
            f"{shown(path)}: {len(rows)} parameters, {informed} of them with evidence of the firm's "
            f"own; {'written anew' if changed else 'unchanged'}."
        )
        return
    changed = meta_analysis.write_parameters()
    rows = meta_analysis.parameters()
    published = sum(row.status == "published" for row in rows)
    typer.echo(
        f"{FILE}: {len(rows)} parameters, {published} from findings and "
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
    customer: CustomerColumn = None,
    date: DateColumn = None,
    amount: AmountColumn = None,
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

    Then tries it: calibrated on all but the last quarter of the log and simulated from there, does it
    look like what followed? The answer stands in the market's file and in every report on it.

    Writes clients/NAME/NAME.yaml and NAME.history.csv, with a standard error for each estimate and
    a source for each assumption. The history holds no customer ids.
    """
    from sim.calibration.calibrate import calibrate as run_calibration
    from sim.report.likeness import caution, headline
    from sim.validation.own_log import hold_out_of

    with progress("futures") as on_progress:
        result = run_calibration(
            source,
            name,
            until,
            customer,
            date,
            amount,
            drop_out,
            currency,
            force,
            foresee=partial(hold_out_of, on_progress=on_progress),
            moving=partial(on_progress, 0, 0),
        )
    typer.echo(str(result))
    held = result.market.hold_out
    if held is not None and held.figures:
        typer.echo(f"{headline(held)}.")
        for text in caution(result.market):
            typer.echo(text)
