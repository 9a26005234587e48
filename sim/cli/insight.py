"""What a firm's log says before anything is simulated."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import given, machine
from sim.cli.app import Language, app
from sim.cli.machine import Json
from sim.cli.spoken import speaking
from sim.common.translated import told

if TYPE_CHECKING:
    from sim.insight.records import Insight
    from sim.market.market import Market

#: The market that is looked at.
Analysed = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        callback=given.market,
        help="Market that was made from a purchase log.",
    ),
]


@app.command(
    epilog="""\b
Examples:
  loyalty insight --market shop
      who stays among the best customers, who falls silent, who brings the sales, when is bought
  loyalty insight --market shop --lang zh
      the same in Chinese
  loyalty insight --market shop --campaigns contacts.csv
      what the campaigns brought: a line per contact with customer (as in the log), date and campaign
  loyalty insight --market grocery --out build/grocery
      a public log that comes with the workbench, with its coupon campaigns; what is kept of it stays

\b
Nothing is simulated: all is counted in the log that the market was made from, and set beside what would
come of customers who stay as they are. A group that was formed by what it did in the first half of the
log is looked at in the second, since whoever was best by luck is not best again (regression to the mean).
Falling silent is no leaving: nobody says that they leave. What campaigns brought is told twice, naively
and beside customers who were expected to buy as much, with a placebo in the weeks before the contact: a
firm writes to its best customers, who buy more whatever it writes. Only a trial by lot settles it.

\b
Writes to clients/NAME, of a market that comes with the workbench to data/results/insight_NAME, or --out:
  insight.html       the page to read
  NAME.insight.json  the same as numbers; of a client's market beside its file, unless there is an --out,
                     and a report on the market that is written from then on has a section of it
Groups of fewer than five customers are not shown, and no customer is named.
"""
)
def insight(
    market: Analysed,
    campaigns: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Who was contacted when: customer, date, campaign (CSV or Parquet).  [default: what "
            "`loyalty intake` left beside the log]",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder for page and numbers; what is kept beside the market's file then stays as it "
            "is.  [default: see below]",
        ),
    ] = None,
    renew: Annotated[
        bool,
        typer.Option(
            "--renew",
            help="Of a market that comes with the workbench: renew the numbers kept beside its file.",
        ),
    ] = False,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Look at a market's log before anything is simulated: findings, each with its warning.

    No comparison is needed.
    """
    from sim.common.paths import shown
    from sim.common.writing import check_target
    from sim.insight.kept import as_kept, numbers_path, page_folder, write_insight
    from sim.insight.look import look_at_market
    from sim.market.market import load_market

    firm = load_market(market)
    folder, kept = out or page_folder(firm), numbers_path(firm, out, renew)
    for target in (folder, kept):
        check_target(target)
    found = look_at_market(firm, campaigns)
    write_insight(firm, found, kept)
    page, lines = _page(firm, found, folder)
    if as_json:
        machine.tell({"page": str(page), "kept": str(kept), **as_kept(found)})
        return
    with speaking():
        for line in lines:
            typer.echo(line)
        typer.echo(told("Written: {page}, the page to read", page=shown(page)))


def _page(market: Market, found: Insight, folder: Path) -> tuple[Path, list[str]]:
    """Write the page, and return where and its answer line by line."""
    from sim.common.paths import client_folder
    from sim.common.style import ended
    from sim.common.version import __version__
    from sim.common.writing import write_text
    from sim.report.documents.formats import file_in
    from sim.report.insight.sections import PAGE, insight_content
    from sim.report.phrases import spoken
    from sim.report.rendering import render

    own = client_folder(market.name) is not None
    with speaking():
        content = insight_content(found, market.name, __version__)
        page = folder / file_in(PAGE, spoken().name)
        write_text(page, render(content), private=own)
        answer = content["answer"]
        return page, [ended(text) for text in (answer.heading, *answer.bullets)]
