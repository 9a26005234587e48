"""A comparison, its report, and a strategy as a plan."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import Annotated

import typer

from sim.cli import given, machine
from sim.cli.app import Comparison, Futures, Language, Market, Seed, Weeks, app
from sim.cli.compared import show_answer
from sim.cli.machine import Json
from sim.cli.optimise import at_budget, seek_beside
from sim.cli.privacy import tell_forgotten
from sim.cli.reported import write_report
from sim.cli.search_options import Avoid, Budget, Capacity, Include, MaxPlays, kept_beside
from sim.cli.spoken import again, speaking
from sim.cli.terminal import progress, show_table
from sim.common.size import REPORT_SIZE
from sim.common.style import style
from sim.common.translated import told, translated


@app.command(
    epilog="""\b
Examples:
  loyalty compare --market grocery
      all strategies
  loyalty compare --market grocery --strategies balanced,service_first
      these two
  loyalty compare --market grocery --strategies balanced,service_first --customers 2000 --futures 4
      a first look in seconds
  loyalty compare --market grocery --minutes 30
      as sure as half an hour allows

\b
Doing nothing (the baseline) is always compared. A comparison that was stopped continues with the
same command; a finished one is never overwritten: another one gets a folder of its own.

\b
With --search, --budget caps the strategies that are compared as well as the plans that are sought, so
that the report is of one budget; --max-plays, --avoid, --include and --capacity bind the plans alone.

\b
--minutes covers all that this command does but --search and --report, on a machine as busy as it is
while some futures are tried out at first; eight futures are run, however short.
"""
)
def compare(
    market: Market,
    strategies: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAMES",
            help="Strategies, separated by commas or repeated: names, or paths of .yaml files.  "
            "[default: all]",
        ),
    ] = None,
    customers: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=100,
            max=10_000_000,
            help="Customers in the simulation; money is scaled.  "
            f"[default: {REPORT_SIZE['customers']}, or with --minutes what a pilot finds best]",
        ),
    ] = None,
    weeks: Weeks = REPORT_SIZE["weeks"],
    futures: Futures = None,
    minutes: Annotated[
        float | None,
        typer.Option(
            metavar="M",
            min=0.1,
            max=10_000,
            help="Time for planning, runs and judging them, instead of --futures.",
        ),
    ] = None,
    seed: Seed = 1,
    jobs: Annotated[
        int, typer.Option(metavar="N", min=0, max=1024, help="Runs at a time; 0 takes all cores.")
    ] = 0,
    cluster: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="Run on dask: `local`, or the address of a scheduler, as tcp://HOST:8786.",
        ),
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder for the results.  [default: data/results/MARKET, of a client "
            "clients/NAME/results/NAME; then MARKET-2 and so on]",
        ),
    ] = None,
    search: Annotated[
        bool,
        typer.Option(
            "--search",
            help="Seek the best plan as well, as `loyalty optimise` does; "
            "--json gives its answer as `search`.",
        ),
    ] = False,
    budget: Budget = None,
    max_plays: MaxPlays = None,
    avoid: Avoid = None,
    include: Include = None,
    capacity: Capacity = None,
    report: Annotated[
        bool,
        typer.Option("--report", help="Write the report as well; --json names it as `report`."),
    ] = False,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Compare strategies in one market, in the same futures.

    A future draws all that is uncertain: how people respond, what is assumed of the market, people and
    luck. Seed, market and strategies being the same, more futures begin with the same ones, and what
    was run before is not run again, if it lies among the market's results: what --out keeps elsewhere is
    not looked through.
    """
    asked = time.perf_counter()
    futures = given.futures(futures, minutes)
    kept = kept_beside(search, budget, max_plays, avoid, include, capacity)
    names = given.compared(strategies, market)
    from sim.analysis.judged import judged_comparison
    from sim.cli.unaffordable import print_unaffordable
    from sim.common.paths import shown
    from sim.experiment.compare import compare as run_comparison
    from sim.workbench.command_line import command_of

    if report:
        from sim.report.html_page import check_place

        check_place(market)
    with progress("runs") as on_progress:
        folder = run_comparison(
            at_budget(market, kept, weeks, seed, jobs),
            names,
            customers=customers,
            weeks=weeks,
            futures=futures,
            seed=seed,
            out=out,
            jobs=jobs,
            minutes=given.left_of(minutes, asked),
            cluster=cluster,
            on_progress=on_progress,
            command=command_of(
                market,
                names,
                customers,
                weeks,
                futures,
                seed,
                out,
                minutes,
                kept.words if kept else (),
            ),
            on_planned=print_unaffordable,
        )
    if search:
        seek_beside(market, folder, weeks, seed, jobs, kept)
    with progress("runs") as on_progress:
        found = judged_comparison(folder, jobs, on_progress)
    if as_json:
        page = write_report(folder, None, lang, aside=True, judged=found) if report else None
        machine.tell(machine.of_comparison(folder, found, page))
        return
    with speaking():
        show_answer(found, folder, market)
        if out is None and folder.name != market:
            beside = "         ({market} beside it holds another comparison, which is kept)"
            typer.echo(told(beside, market=market))
        tell_forgotten(folder)
        if not report:
            command = f"loyalty report {shlex.quote(shown(folder))}{again(lang)}"
            typer.echo(told("Next:    {command}", command=command))
    if report:
        write_report(folder, None, lang, judged=found)


@app.command(
    epilog="""\b
Examples:
  loyalty report data/results/grocery
      the page and a brief of two pages, in reports/grocery
  loyalty report data/results/grocery --format brief,pptx,xlsx,pdf --brand brand.yaml
      what a client is handed, with the client's name, the author's, a logo and a colour
  loyalty report data/results/grocery --out reports/for_the_board
  loyalty report data/results/grocery --lang zh
      in Chinese, beside the English: report.zh.html, brief.zh.pdf
"""
)
def report(
    folder: Comparison,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for the report.  [default: reports/MARKET]"),
    ] = None,
    formats: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="NAMES",
            help="Separated by commas: html (a page), brief (two pages), pdf (all of it), "
            "pptx (slides), xlsx (a workbook).",
        ),
    ] = "html,brief",
    brand: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="YAML with any of client, author, date, confidentiality, logo, colour.",
        ),
    ] = None,
    lang: Language = "en",
) -> None:
    """Write the documents of a comparison, which open offline: by default a page and a brief."""
    from sim.report.documents.brand import load_brand
    from sim.report.documents.formats import chosen_formats

    write_report(folder, out, lang, chosen_formats(formats), load_brand(brand))


@app.command(
    epilog="""\b
Examples:
  loyalty plan segmented_care
      in the grocery market, over two years
  loyalty plan ask_after_the_flight
      a strategy that a case tells, in the market of that case
  loyalty plan balanced --market music_shop --weeks 52
      in another market, for one year
"""
)
def plan(
    strategy: Annotated[
        str,
        typer.Argument(
            metavar="STRATEGY",
            help="A strategy: a name in playbook/strategies, or the path of a .yaml file.",
        ),
    ],
    market: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            callback=given.market,
            help="A market.  [default: grocery, or of a case's strategy the market of the case]",
        ),
    ] = None,
    weeks: Weeks = REPORT_SIZE["weeks"],
    lang: Language = "en",
) -> None:
    """Show a strategy as a plan: who does what, for whom and when, the costs, and the risks.

    Plays run as they are written, for fewer customers where the budget is spent; costs are by quarters of
    the first year and then by years, from one run with everything uncertain at its central value.
    """
    given.strategies([strategy], market or "", "STRATEGY")
    from sim.cli import plan_budget, plan_tables
    from sim.cli.review_words import show_reviews
    from sim.experiment.plan import make_plan
    from sim.playbook.cases import market_of

    market = market or market_of(strategy) or "grocery"
    made = make_plan(strategy, market, weeks)
    with speaking():
        called, meant = translated(made.strategy.title), translated(made.strategy.summary)
        show_table(plan_tables.who_does_what(made), f"{called}{style().label}{meant}", True)
        costs = plan_tables.what_it_costs(made)
        show_table(costs, translated("What it costs, by quarters and years"))
        says = (
            "In the market {market}, from one run with everything uncertain at its central value; a "
            "report takes means over futures, and its costs may differ."
        )
        typer.echo(told(says, market=market))
        notes = [*plan_tables.below_nothing(made), *plan_tables.without_effect(made)]
        typer.echo("\n".join([*notes, plan_budget.budget_in_words(made)]))
        show_reviews(made.strategy)
        if len(risks := plan_tables.what_may_go_wrong(made)) > 1:
            show_table(risks, translated("What may go wrong"), True)
