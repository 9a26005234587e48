"""What a client's customers may ask for, and what keeps their data from others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import Language, app
from sim.cli.spoken import speaking
from sim.common.translated import told, translated


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
Estimates and results, which many customers made together, stay until they are made again.
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
    from sim.cli.intake import write_page
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
            return
        typer.echo(told("{who} is forgotten. Changed:", **who))
        for path in done.files:
            typer.echo(f"  {shown(path)}")
        if done.market:
            says = "Estimates of the market {name} were made with this customer until it is made again."
            typer.echo(told(says, name=name))
        typer.echo(
            translated("Raw exports, backups and copies elsewhere are yours to look through.")
        )


def tell_forgotten(folder: Path) -> None:
    """Print which customers the comparison before one was made with who were forgotten since."""
    from sim.experiment.results_folder import forgotten_between
    from sim.intake.forgotten import in_words

    before, gone = forgotten_between(folder)
    if gone:
        says = "{before} was made with customers who were forgotten since: {who}."
        typer.echo(told(says, before=before, who=in_words(gone)))
