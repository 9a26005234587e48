"""What a client's customers may ask for, and what keeps their data from others."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.app import Language, app
from sim.cli.spoken import speaking
from sim.common.translated import told, translated

if TYPE_CHECKING:
    from sim.intake.forgotten import Forgotten


@app.command(
    epilog="""\b
Examples:
  loyalty forget 4711 --name shop
      customer 4711 of the client's exports
  loyalty forget 9f86d081884c7d659a2feaa0c55ad015 --name shop
      the same by the pseudonym, as it stands in the log and in forecasts

\b
Taken out of clients/NAME: the log and its earlier states, lines left out, the sealed id, totals, what
stood out among purchases, the row in the histories of the client's market, rows of forecasts. All of it
at once: stopped in the middle, nothing is changed, or the next command carries on.

\b
forgotten.json keeps the pseudonym and the day. By it a later intake of the same export leaves the
customer out again, and results that were made with the customer say so when they are made again.
Estimates and results, which many customers made together, stay until they are made again: the command
lists them, reports in portfolios of several clients too.
"""
)
def forget(
    customer: Annotated[
        str, typer.Argument(metavar="CUSTOMER", help="The client's own id, or the pseudonym.")
    ],
    name: Annotated[str, typer.Option(metavar="NAME", help="Name of the client.")],
    lang: Language = "en",
) -> None:
    """Take a customer out of all that is kept of a client, for the holder of the client's key."""
    from sim.calibration.forgetting.forget import forget as take_out
    from sim.calibration.market_file import check_name
    from sim.cli.quality import write_page
    from sim.common.paths import shown
    from sim.intake.quality.quality import QUALITY, needed_quality

    check_name(name)
    done = take_out(customer, name)
    if any(path.name == QUALITY for path in done.files):
        write_page(name, needed_quality(name))
    with speaking():
        who = {"who": done.pseudonym[:12], "day": f"{done.day:%Y-%m-%d}"}
        if not done.files:
            typer.echo(
                told("{who} was forgotten on {day}; nothing of this customer is kept.", **who)
            )
            _tell_made_with(name, done.pseudonym)
            return
        typer.echo(told("{who} is forgotten. Changed:", **who))
        for path in done.files:
            typer.echo(f"  {shown(path)}")
        if done.market:
            says = "Estimates of the market {name} were made with this customer until it is made again."
            typer.echo(told(says, name=name))
        _tell_made_with(name, done.pseudonym)
        typer.echo(
            translated("Raw exports, backups and copies elsewhere are yours to look through.")
        )


@app.command(
    epilog="""\b
Examples:
  loyalty seal shop
      clients/shop becomes clients/shop.sealed: log, market, results, reports, all of it

\b
Sealed with the client's key (AES-256-GCM), which is drawn where there is none. Whoever has the file and
the key opens it, nobody else; without the key the files are lost. So keep the key apart from the file, on
a stick say, and name its folder by LOYALTY_KEYS. While they are sealed no command reads the files.

\b
Refused while a portfolio of several clients, or a comparison or report that --out put elsewhere in the
checkout, holds numbers of the client: it stays readable, so move or delete it first.
"""
)
def seal(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the client.")],
    lang: Language = "en",
) -> None:
    """Seal all files of a client in one, while nobody works with them."""
    from sim.calibration.market_file import check_name
    from sim.common.paths import shown
    from sim.experiment.of_client import refuse_outside
    from sim.intake.keys import key_path
    from sim.intake.sealed_client import seal_client

    check_name(name)
    refuse_outside(name)
    path = seal_client(name)
    with speaking():
        typer.echo(told("Sealed: {path}", path=shown(path)))
        says = "The key: {key}. Keep it apart from the file, and a copy: without it all is lost."
        typer.echo(told(says, key=shown(key_path(name))))
        typer.echo(told("To open it: {command}", command=f"loyalty unseal {name}"))


@app.command(
    epilog="""\b
Examples:
  loyalty unseal shop
      clients/shop as it was
  LOYALTY_KEYS=/media/stick loyalty unseal shop
      with the key from another place
"""
)
def unseal(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the client.")],
    lang: Language = "en",
) -> None:
    """Open the files of a client that were sealed, for the holder of the key."""
    from sim.calibration.market_file import check_name
    from sim.common.paths import shown
    from sim.intake.sealed_client import unseal_client

    check_name(name)
    path = unseal_client(name)
    with speaking():
        typer.echo(told("Open: {path}", path=shown(path)))


def _tell_made_with(name: str, pseudonym: str) -> None:
    """Print which results and reports were made with a customer among others, and stay so."""
    from sim.common.paths import shown
    from sim.experiment.of_client import made_with_forgotten

    made = made_with_forgotten(name).items()
    folders = [path for path, gone in made if any(one.pseudonym == pseudonym for one in gone)]
    if folders:
        typer.echo(translated("Made with this customer among others, and left until made again:"))
    for path in folders:
        typer.echo(f"  {shown(path)}")


def tell_forgotten(folder: Path) -> None:
    """Print which customers the comparison before one was made with who were forgotten since."""
    from sim.experiment.results_folder import forgotten_between

    before, gone = forgotten_between(folder)
    if gone:
        _tell_gone(before, gone)


def tell_forgotten_of_portfolios(folder: Path, markets: Collection[str]) -> None:
    """Print which reports in a portfolio or beside it were made with customers forgotten since."""
    from sim.common.paths import shown
    from sim.experiment.of_client import made_with_forgotten

    for market in markets:
        for path, gone in made_with_forgotten(market).items():
            if path.parent.parent == folder.resolve().parent:
                _tell_gone(shown(path), gone)


def _tell_gone(what: str, gone: tuple[Forgotten, ...]) -> None:
    from sim.intake.forgotten import in_words

    says = "{before} was made with customers who were forgotten since: {who}."
    typer.echo(told(says, before=what, who=in_words(gone)))
