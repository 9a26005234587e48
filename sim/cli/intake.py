"""From a client's raw export to a log that can be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import machine
from sim.cli.app import Language, app
from sim.cli.machine import Json
from sim.cli.spoken import speaking
from sim.cli.terminal import show_table
from sim.common.translated import told, translated

if TYPE_CHECKING:
    from sim.common.grain import Grain
    from sim.intake.beside import Beside
    from sim.intake.intake import Intake


Contacts = Annotated[
    list[Path] | None,
    typer.Option(metavar="FILE", help="Beside: messages to customers, a line for each."),
]
Tickets = Annotated[
    list[Path] | None,
    typer.Option(metavar="FILE", help="Beside: questions and complaints, a line for each."),
]
Survey = Annotated[
    list[Path] | None,
    typer.Option(metavar="FILE", help="Beside: answers on satisfaction, with a score."),
]
Customers = Annotated[
    list[Path] | None,
    typer.Option(metavar="FILE", help="Beside: a line per customer: when and how each came."),
]


@app.command(
    epilog="""\b
Examples:
  loyalty intake export.csv --name shop
      separator, encoding, numbers, dates and columns are concluded from the file, and printed with why
  loyalty intake 2023.xlsx 2024.xlsx --name shop
      two files, one log
  loyalty intake export.csv --name shop --set customer=Kartennr --set decimal=comma
      what no file tells, the client does
  loyalty intake january.csv february.csv --name shop
      next month: a log of that name is replaced where the files hold all of it
  loyalty intake export.csv --name shop --set currency=EUR --set rates.GBP=1.17
      amounts in pounds become euros
  loyalty intake visits.csv --name shop --set spend=24.50 --set currency=EUR
      a log without amounts: how often customers buy is measured, money rests on what you say
  loyalty intake export.csv --name shop --contacts mails.csv --tickets desk.csv --survey answers.csv
      tables beside it, by the same pseudonyms: what they show is measured in the market, not assumed
  loyalty intake export.csv --name shop --customers members.csv --set customers.sources.KWK=recommendation
      how each customer came, and what a word of the client's says: by word of mouth, or else

\b
KEY is one of
  customer, date, amount, quantity, price, invoice, currency_code, status, channel
                 the column for it; - if there is none
  encoding       as utf-8, cp1252, gb18030, cp932
  separator      comma, semicolon, tab or bar
  decimal        point or comma
  date_order     dmy, mdy or ymd
  sheet          of a workbook
  currency       what the amounts are in, as EUR
  spend          what a purchase brings on average, where a log has no amounts
  rates.CODE     what one unit of another currency is worth in it
  statuses.WORD  what a word of the status column means: purchase, return or cancelled
  channels.WORD  which channel a word of the channel column is: store, online, app, phone, or a name
  returns        net (against the purchases before, the default) or apart (left out)
  repeated       once or kept: lines that two files have
  nil            bought or nothing: lines of nil in a table of months
  TABLE.KEY      of a table beside: contacts.customer, tickets.minutes, tickets.kind,
                 tickets.kinds.WORD (complaint or question), survey.score, survey.date_order,
                 customers.joined, customers.source, customers.sources.WORD (recommendation or other)

\b
Writes to clients/NAME/intake, which only you can open:
  ids.sealed        the client's own ids, sealed: `--reveal` opens them for the holder of the key
  log.parquet       customer, date, amount: for `loyalty calibrate`; customers are pseudonyms; where the
                    export says where, channel
  returns.parquet   customer, date, bought, returned: what is sent back is measured in the market
  rejected.parquet  each line that was left out, and why
  contacts.parquet  what --contacts holds: customer, date; tickets.parquet also minutes and kind,
                    survey.parquet score, customers.parquet source, its date being that of joining;
                    lines left out of each in its _rejected.parquet
  mapping.yaml      how the file was read: the next export of the client is read so too; yours to edit
  quality.html      how good the data are: rules, what to look at, gaps, drift since the month before
  quality.json      the same as numbers, with a record of each intake
  intake.json       what was concluded and why, what was left out, totals
  before-DATE/      the log that --force replaced on that day
The key of the pseudonyms lies beside the clients' folder, in clients-keys, or where LOYALTY_KEYS says;
without it nobody can tell whose they are.
"""
)
def intake(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="Exports: CSV, Excel, Parquet, JSON lines; .gz too."
        ),
    ],
    name: Annotated[
        str, typer.Option(metavar="NAME", help="Name of the client: small letters, digits, _.")
    ],
    said: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="What the file leaves open; repeatable."),
    ] = None,
    contacts: Contacts = None,
    tickets: Tickets = None,
    survey: Survey = None,
    customers: Customers = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Replace a log of that name that has lines these files lack."),
    ] = False,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Make a log that can be trusted from a client's raw exports, or list all that is wrong.

    Where a file can be read in two ways it is refused, with the --set that decides; nothing is guessed.
    """
    from sim.calibration.market_file import check_name
    from sim.cli.quality import write_page
    from sim.intake.folder import RECORD
    from sim.intake.intake import record_of, take_in
    from sim.intake.quality.quality import as_written

    check_name(name)
    others = {"contacts": contacts, "tickets": tickets, "survey": survey, "customers": customers}
    given = {key: paths for key, paths in others.items() if paths}
    made = take_in(files, name, said or [], force, given)
    headings = write_page(name, made.quality)
    if as_json:
        found = {"quality": as_written(made.quality), "folder": str(made.log.parent)}
        machine.tell({**record_of(made)[RECORD], **found})
        return
    with speaking():
        _show(made, headings)
        typer.echo(told("Next, if the totals are right: {command}", command=_next(made, name)))


def _show(made: Intake, headings: list[str]) -> None:
    """Print what was concluded and left out, totals, and how good the data are."""
    for line in _concluded(made):
        typer.echo(line)
    _show_years(made)
    for line in headings:
        typer.echo(line)
    typer.echo(told("Written to {folder}", folder=made.log.parent))


def _next(made: Intake, name: str) -> str:
    """Return the command that comes next; it asks for a currency that no file told, and for a wage.

    A wage is asked for in every currency but the usual wage's own.
    """
    from sim.market.declared import declared

    command = f"loyalty calibrate {made.log} --name {name} --currency {made.currency or 'CODE'}"
    if made.currency != declared(None).currency:
        command += " --wage WAGE_PER_HOUR"
    return command


#: What purchases are called, by what the day of one stands for.
COUNTED: dict[Grain, str] = {
    "day": "Purchases",
    "week": "Active weeks",
    "month": "Active months",
    "period": "Active periods",
}


def _show_years(made: Intake) -> None:
    """Print totals by year; of one with fewer than five customers only that it is so."""
    from sim.common.few import FEWEST

    fewer = told("fewer than {least}", least=FEWEST)
    rows = [
        (str(one.year), f"{one.sales:,.2f}", f"{one.customers:,}", f"{one.purchases:,}")
        if one.customers >= FEWEST
        else (str(one.year), "", fewer, "")
        for one in made.years
    ]
    head = (
        translated("Year"),
        translated("Sales"),
        translated("Customers"),
        translated(COUNTED[made.quality.grain]),
    )
    show_table([head, *rows], translated("To be confirmed by whoever knows the books"))


def _concluded(made: Intake) -> Iterator[str]:
    """Return the lines on what was concluded and what was left out."""
    from sim.common.formatting import fixed_percent
    from sim.intake.findings import REASONS

    for name, conclusions in made.conclusions.items():
        if conclusions:
            yield told("{file}:", file=name or translated("All files"))
        for one in conclusions:
            yield told("  {what}: {value} ({why})", what=one.what, value=one.value, why=one.why)
    yield told("{lines} lines", lines=f"{made.lines:,}")
    if made.forgotten:
        says = "  {count} lines of customers who asked to be forgotten, left out"
        yield told(says, count=f"{made.forgotten:,}")
    if made.returned:
        yield told("  {count} lines of returns", count=f"{made.returned:,}")
    else:
        yield told("  no returns are seen: what is sent back stays assumed")
    for out in made.left_out:
        yield told(
            "  {count} {what}; {share} of sales",
            count=f"{out.lines:,}",
            what=REASONS[out.reason],
            share=fixed_percent(out.share, 1),
        )
        if out.examples:
            yield told("      as {examples}", examples=", ".join(out.examples))
    for table in made.beside:
        yield from _concluded_beside(table)


def _concluded_beside(made: Beside) -> Iterator[str]:
    """Return the lines on a table beside the purchases."""
    from sim.intake.findings import REASONS

    for name, conclusions in made.conclusions.items():
        yield told("{file}:", file=name)
        for one in conclusions:
            yield told("  {what}: {value} ({why})", what=one.what, value=one.value, why=one.why)
    says = "{lines} lines of {customers} customers"
    yield told(says, lines=f"{made.lines:,}", customers=f"{made.customers:,}")
    if made.mean is not None:
        mean, low, high = (f"{one:.3g}" for one in made.mean)
        says = "  mean {what} {mean} ({low} to {high}, 95 times in 100)"
        yield told(says, what=translated(made.kind.number), mean=mean, low=low, high=high)
    if made.forgotten:
        says = "  {count} lines of customers who asked to be forgotten, left out"
        yield told(says, count=f"{made.forgotten:,}")
    for out in made.left_out:
        yield f"  {out.lines:,} {REASONS[out.reason]}"
