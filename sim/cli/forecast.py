"""Who buys again: the forecast of a firm's own customers."""

from pathlib import Path
from typing import Annotated

import typer

from sim.cli import machine
from sim.cli.app import AmountColumn, CustomerColumn, DateColumn, app
from sim.cli.machine import Json
from sim.cli.terminal import progress, show_table


@app.command(
    epilog="""\b
Examples:
  loyalty forecast --transactions sales.csv --horizon-weeks 26 --out clients/shop/forecast
      the half year after the log's last day
  loyalty forecast --transactions sales.csv --calibration-end 2024-06-30 --horizon-weeks 26 \\
      --out clients/shop/test
      from the middle of 2024, with a score: the log says what really came
  loyalty forecast --transactions sales.csv --customer card --date day --amount total \\
      --horizon-weeks 13 --out clients/shop/quarter
      columns with other names
  loyalty forecast --transactions cdnow --calibration-end 1997-09-30 --horizon-weeks 39 \\
      --out data/results/cdnow
      a public log that comes with the workbench (the other: complete-journey)

\b
forecast.csv   customer, expected purchases, median, 90 % interval, probability of being active, spend;
               where few come back the expected number may lie above the interval: most will not buy
weekly.csv     purchases of these customers (not of new ones) by week, with a 90 % interval, and what came
score.json     where the log covers the horizon: scores beside NBD, BG/NBD and Pareto/NBD
laws.json      what was fitted and chosen, and why

\b
forecast.csv holds your own customer ids, so that the folder is yours alone to open. An id that a
spreadsheet would take for a formula (it begins with = + - or @) has an apostrophe before it. A folder
that holds something is never written to.
"""
)
def forecast(
    transactions: Annotated[
        str,
        typer.Option(metavar="FILE", help="A log with one line per purchase (CSV, Parquet)."),
    ],
    horizon_weeks: Annotated[
        int, typer.Option(metavar="N", min=1, max=520, help="Weeks to look ahead.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="A new folder for the forecast.")],
    calibration_end: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="Last day to learn from, as 2024-12-31.  [default: the log's last day]",
        ),
    ] = None,
    customer: CustomerColumn = None,
    date: DateColumn = None,
    amount: AmountColumn = None,
    as_json: Json = False,
) -> None:
    """Forecast who buys again: each customer's purchases and spend, with intervals, and by week.

    Everything is chosen on days up to the end of calibration. Where the log goes on, the forecast is
    scored against what came, beside the classics.
    """
    from sim.calibration.forecast.folder import check_folder, write_forecast
    from sim.calibration.forecast.forecast import make_forecast
    from sim.calibration.forecast.in_words import READING, glance, score_rows

    check_folder(out)
    with progress("steps", 4) as on_progress:
        made = make_forecast(
            transactions, horizon_weeks, calibration_end, customer, date, amount, on_progress
        )
    write_forecast(made, out)
    if as_json:
        machine.tell(machine.of_forecast(out, made))
        return
    if made.score is not None:
        show_table(score_rows(made.score), f"Forecast and what came, {horizon_weeks} weeks")
        typer.echo(READING)
    for line in glance(made):
        typer.echo(line)
    typer.echo(f"Written to {out}")
