"""The best plan for a budget."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import machine
from sim.cli.app import Language, Market, Seed, Weeks, app
from sim.cli.machine import Json
from sim.cli.search_options import Avoid, Budget, Capacity, Include, MaxPlays, kept_to
from sim.cli.spoken import again, speaking
from sim.cli.terminal import progress, show_table
from sim.common.size import SEARCH_SIZE
from sim.common.translated import told

if TYPE_CHECKING:
    from sim.market.market import Market as Firm
    from sim.workbench.search import Kept


@app.command(
    epilog="""\b
Examples:
  loyalty optimise --market grocery
      the best plan for the market's own budget, a share of its margin
  loyalty optimise --market grocery --budget 500000 --max-plays 2
      for at most half a million a year, discounts included, in at most two plays
  loyalty optimise --market grocery --avoid pricing --include incentives:points_programme
      without a play of pricing, and with a points programme in any case
  loyalty optimise --market grocery --capacity service=8 --capacity brand=4
      where two departments have so many hours a week to lead plays

\b
Every preset is screened, plans are built up play by play and refined (intensity, audience, first week),
and the best are judged beside the named strategies and doing nothing, on futures that took no part in
the search. A search that was stopped continues with the same command; a finished one is never
overwritten: another one gets a folder of its own.
"""
)
def optimise(
    market: Market,
    budget: Budget = None,
    max_plays: MaxPlays = None,
    avoid: Avoid = None,
    include: Include = None,
    capacity: Capacity = None,
    customers: Annotated[
        int,
        typer.Option(
            metavar="N", min=100, max=10_000_000, help="Customers in each run; money is scaled."
        ),
    ] = SEARCH_SIZE["customers"],
    weeks: Weeks = SEARCH_SIZE["weeks"],
    futures: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=10,
            max=1_000,
            help="Fresh futures to judge the closest plans in, at most.",
        ),
    ] = SEARCH_SIZE["futures"],
    seed: Seed = 1,
    jobs: Annotated[
        int, typer.Option(metavar="N", min=0, max=1024, help="Runs at a time; 0 takes all cores.")
    ] = 0,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder for the search.  [default: data/results/optimum_MARKET, of a client in "
            "clients/NAME/results; then optimum_MARKET-2 and so on]",
        ),
    ] = None,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Find the best plan for a budget: from every preset, for whom, how intensively and from when.

    Says which plan to choose, what would change that, that doing nothing is best, or that more futures
    are needed; and writes a recommended plan as a strategy file.
    """
    import sim
    from sim.workbench.search import command_of

    kept = kept_to(budget, max_plays, avoid, include, capacity)
    with progress("runs") as on_progress:
        found = sim.optimise(
            market,
            kept.budget,
            max_plays=kept.max_plays,
            avoid=kept.avoid,
            include=kept.include,
            capacity=kept.capacity,
            customers=customers,
            weeks=weeks,
            futures=futures,
            seed=seed,
            out=out,
            jobs=jobs,
            on_progress=on_progress,
            command=command_of(market, kept, customers, weeks, futures, seed, out),
            keep=True,
        )
    if as_json:
        machine.tell(machine.of_search(found.folder, found.answer))
        return
    with speaking():
        _show(found, again(lang))


def _show(found: Any, spoken: str) -> None:
    """Print what a search found, where it lies, and the command that leads on, in the same language."""
    from sim.advice.search.read import read_manifest
    from sim.common.paths import shown
    from sim.experiment import of_search
    from sim.report.comparison import plans_found
    from sim.report.comparison.searched import plays_note

    answer = found.answer
    show_table(plans_found.plans_table(answer), plans_found.title(answer))
    if plays := plans_found.plays_table(answer):
        show_table(plays, plans_found.plan_name(answer, answer["recommended"]))
        typer.echo(plays_note(answer))
    typer.echo("\n".join(plans_found.sentences(answer)))
    if found.folder is not None:
        typer.echo(told("Results: {folder}", folder=shown(found.folder)))
    if found.plan_file is not None:
        typer.echo(told("Plan:    {file}", file=shown(found.plan_file)))
    if found.folder is None or not (made := read_manifest(found.folder)):
        return
    command = of_search.next_command(found.folder, made, spoken)
    if made["asked"]["budget"] is not None:
        at_it = of_search.at_its_budget(made, spoken)
        typer.echo(told("Next:    {command}", command=at_it))
        says = "         (all at the budget that was stated, sought anew; at the market's own: {command})"
        typer.echo(told(says, command=command))
        return
    typer.echo(told("Next:    {command}", command=command))


def at_budget(market: str, kept: "Kept | None", weeks: int, seed: int, jobs: int) -> "Firm | str":
    """Return the market to compare in: at the budget of the search beside it, if there is one."""
    if kept is None:
        return market
    from sim.workbench.search import market_beside

    return market_beside(market, kept, weeks, seed, jobs)


def seek_beside(
    market: str, folder: Path, weeks: int, seed: int, jobs: int, kept: "Kept | None" = None
) -> None:
    """Seek the best plan within what it is to keep to, and keep it beside a comparison."""
    from sim.common.paths import shown
    from sim.workbench.search import search_beside

    with progress("runs") as on_progress:
        aside = search_beside(market, folder, weeks, seed, jobs, on_progress, kept)
    if aside is not None:
        with speaking():
            says = "Another search was there, or one made by an earlier state; it is kept: {folder}"
            typer.echo(told(says, folder=shown(aside)), err=True)
