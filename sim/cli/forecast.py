"""Who buys again: the forecast of a firm's own customers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import given, machine
from sim.cli.app import AmountColumn, CustomerColumn, DateColumn, Language, Reveal, app
from sim.cli.machine import Json
from sim.cli.spoken import speaking
from sim.cli.terminal import progress, show_table
from sim.common.translated import told

if TYPE_CHECKING:
    from sim.calibration.forecast.forecast import Forecast
    from sim.calibration.forecast.groups import Worth
    from sim.calibration.own_source import OwnLog

CalibrationEnd = Annotated[
    str | None,
    typer.Option(
        metavar="DATE",
        help="Last day to learn from, as 2024-12-31.  [default: the log's last day]",
    ),
]


LogOfMarket = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        callback=given.market,
        help="Instead: the log of a market, worth counted in its margin.",
    ),
]


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
  loyalty forecast --market shop --horizon-weeks 26 --out clients/shop/forecast
      the log that the market `shop` was made from
  loyalty forecast --market shop --horizon-weeks 26 --out clients/shop/names --reveal
      with the client's own ids in place of pseudonyms, for the holder of the key

\b
forecast.html  the page to read: the weeks ahead, who buys again, what customers are worth
forecast.csv   customer, expected purchases, median, 90 % interval, probability of being active, spend;
               where few come back the expected number may lie above the interval: most will not buy
weekly.csv     purchases of these customers (not of new ones) by week, with a 90 % interval, and what came
score.json     where the log covers the horizon: scores beside NBD, BG/NBD and Pareto/NBD
laws.json      what was fitted and chosen, and why

\b
forecast.csv holds customer ids as they stand in the log (with --market too: its market file has none,
so the log is read again); of a log that `loyalty intake` wrote these are pseudonyms, with --reveal the
client's own. So the folder is yours alone to open. An id that a spreadsheet would take for a formula (it
begins with = + - or @) has an apostrophe before it. A folder that holds something is never written to:
to repeat a forecast, name another one, or empty it yourself.
"""
)
def forecast(
    horizon_weeks: Annotated[
        int, typer.Option(metavar="N", min=1, max=520, help="Weeks to look ahead.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="A new folder for the forecast.")],
    transactions: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="A clean log (CSV, Excel, Parquet, JSON)."),
    ] = None,
    market: LogOfMarket = None,
    calibration_end: CalibrationEnd = None,
    customer: CustomerColumn = None,
    date: DateColumn = None,
    amount: AmountColumn = None,
    reveal: Reveal = False,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Forecast who buys again: each customer's purchases and spend, with intervals, and by week.

    Everything is chosen on days up to the end of calibration. Where the log goes on, the forecast is
    scored against what came, beside the classics.
    """
    from sim.calibration.forecast.folder import check_folder, write_forecast
    from sim.calibration.forecast.forecast import make_forecast
    from sim.intake.own_ids import client_within, revealed

    check_folder(out)
    own, currency, worth = _what(transactions, market, customer, date, amount)
    ids = revealed(own.source) if reveal else {}
    with progress("steps", 4) as on_progress:
        made = make_forecast(
            own.source,
            horizon_weeks,
            calibration_end or own.until,
            own.customer,
            own.date,
            own.amount,
            on_progress,
            worth,
            market or client_within(out),
        )
    made = replace(made, currency=currency or made.currency).named(ids)
    write_forecast(made, out, _page(made, market or own.name, worth))
    if as_json:
        machine.tell(machine.of_forecast(out, made))
        return
    with speaking():
        _show(made)
        typer.echo(told("Written to {folder}: forecast.html is the page to read", folder=out))


def _page(made: Forecast, source: str, worth: Worth) -> str:
    """Return the page to read."""
    from sim.common.version import __version__
    from sim.report.forecast.sections import About, forecast_content
    from sim.report.rendering import render

    about = About(source, made.currency or "units", worth, __version__)
    with speaking():
        return render(forecast_content(made, about))


def _show(made: Forecast) -> None:
    """Print the answer and, where the log goes on, how good it was."""
    from sim.calibration.forecast.in_words import glance
    from sim.report.forecast.scores import reading, score_rows

    if made.score is not None:
        title = told("Forecast and what came, {weeks} weeks", weeks=len(made.weekly))
        show_table(score_rows(made.score), title)
        typer.echo(reading())
    for line in glance(made):
        typer.echo(line)


def _what(
    transactions: str | None,
    name: str | None,
    customer: str | None,
    date: str | None,
    amount: str | None,
) -> tuple[OwnLog, str | None, Worth]:
    """Return which log is read and how, its currency, and how a customer's worth is counted."""
    from sim.calibration.forecast.groups import SALES, Worth
    from sim.calibration.own_source import OwnLog, own_log
    from sim.common.errors import InputError
    from sim.market.market import load_market

    if (transactions is None) == (name is None):
        found = "neither" if name is None else "both"
        expected = "one of --transactions and --market"
        raise InputError("loyalty forecast", "--transactions", found, expected)
    if name is None:
        return OwnLog(str(transactions), None, customer, date, amount), None, SALES
    market = load_market(name)
    own, worth = own_log(market), Worth(market["discount_rate"], market["gross_margin"])
    changed = {"customer": customer, "date": date, "amount": amount}
    asked = {key: value for key, value in changed.items() if value is not None}
    return replace(own, **asked), market.currency, worth
