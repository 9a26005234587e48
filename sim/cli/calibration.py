"""From a firm's own log to its market."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sim.cli.app import AmountColumn, CustomerColumn, DateColumn, Language, app
from sim.cli.spoken import speaking
from sim.cli.terminal import progress
from sim.common.translated import told
from sim.market.trade_names import TradeName

if TYPE_CHECKING:
    from sim.calibration.calibration import Calibration

Until = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Last day to use, as 2024-12-31; later ones are left out."),
]
CurrencyCode = Annotated[
    str | None,
    typer.Option(
        metavar="CODE",
        help="What the amounts are in, as EUR. Left out, they are called units, and wages are "
        "taken as if amounts were in dollars.",
    ),
]
Trade = Annotated[
    TradeName | None,
    typer.Option(
        help="What the firm sells: what no log shows is then assumed as is usual in this trade. "
        "Left out, as for any firm."
    ),
]
Wage = Annotated[
    float | None,
    typer.Option(
        metavar="AMOUNT",
        help="What an hour of a service employee costs, taxes and overheads included. Needed in "
        "every currency but dollars.",
    ),
]
HowLost = Annotated[
    Literal["auto", "measured", "assumed"],
    typer.Option(
        help="Whether the loss of customers comes from the log or is assumed. auto: estimated "
        "from customers' rates and silences where these show who left, else assumed."
    ),
]


@app.command(
    epilog="""\b
Examples:
  loyalty calibrate sales.csv --name shop
      the columns for customer, date and amount have names that are easily recognised
  loyalty calibrate sales.csv --name shop --customer card --date day --amount total
      they have other names
  loyalty calibrate sales.csv --name shop --until 2024-12-31
      keep the days after 2024 to test the forecast on
  loyalty calibrate sales.csv --name shop --currency TWD --trade grocery --wage 300
      a grocer in Taiwan: what a log does not show is taken from the trade, the wage is the firm's own
  loyalty calibrate sales.csv --name shop --force
      replace the market `shop`
  loyalty calibrate cdnow --name music_again
      a public log that comes with the workbench (the other: complete-journey)
"""
)
def calibrate(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE", help="A log with one line per purchase (CSV, Excel, Parquet, JSON)."
        ),
    ],
    name: Annotated[
        str, typer.Option(metavar="NAME", help="Name of the new market: small letters, digits, _.")
    ],
    until: Until = None,
    customer: CustomerColumn = None,
    date: DateColumn = None,
    amount: AmountColumn = None,
    currency: CurrencyCode = None,
    trade: Trade = None,
    wage: Wage = None,
    drop_out: HowLost = "auto",
    force: Annotated[bool, typer.Option("--force", help="Replace a market of that name.")] = False,
    lang: Language = "en",
) -> None:
    """Make a market from a firm's own transaction log.

    The log needs 12 weeks, 50 customers, and 30 who bought on two days or more. Whether customers' rates
    of buying move shows from 26 weeks on, with 200 customers who came back.

    Then tries it: calibrated on all but the last quarter of the log and simulated from there, does it
    look like what followed? The answer stands in the market's file and in every report on it.

    Writes clients/NAME/NAME.yaml and NAME.history.csv, with a standard error for each estimate and
    a source for each assumption. The history holds no customer ids.
    """
    from sim.calibration.source_file import COHORT, check_source

    check_source(source, COHORT)  # first, as libraries of a calibration take seconds to load
    from sim.calibration.calibrate import calibrate as run_calibration
    from sim.checks.validation.own_log import hold_out_of

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
            trade=trade,
            wage=wage,
        )
    with speaking():
        for line in _told(result):
            typer.echo(line)


def _told(made: Calibration) -> Iterator[str]:
    """Return what a calibration found, line by line, and what comes next."""
    from sim.calibration.in_words import in_words, known_in_words
    from sim.common.style import ended
    from sim.report.likeness import caution, headline

    yield str(made)
    yield in_words(made.market)
    if (known := known_in_words(made)) is not None:
        yield known
    if (held := made.market.hold_out) is not None:
        yield ended(headline(held))
        yield from caution(made.market)
    if not made.market.is_contractual:
        command = f"loyalty insight --market {made.market.name}"
        yield told("What the log says before anything is simulated: {command}", command=command)
