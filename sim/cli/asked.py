"""The comparison that is asked about, and how long what is run for an answer takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sim.cli.spoken import speaking
from sim.cli.terminal import progress
from sim.common.translated import told

if TYPE_CHECKING:
    from sim.analysis.answers import Answers


def asked(folder: Path, strategy: str | None, default: str, any_of_it: bool = False) -> Answers:
    """Return the comparison that is asked: of a plan that a search beside it found, the plan's own.

    Any other is judged as everywhere (`sim.analysis.judged`).

    Parameters
    ----------
    folder : Path
    strategy : str, optional
        The found plan, or the strategy that comes first.
    default : {"chosen", "explained", "tried"}
        When the found plan is asked where no name is given: if the report chooses it, explains it, or
        chooses it or asks to try it.
    any_of_it : bool
        Whether any strategy of the comparison may be asked.
    """
    from sim.advice.search.compared import compare_beside, found_name
    from sim.analysis.judged import alone_comparison, judge
    from sim.analysis.load_comparison import load_comparison
    from sim.common.errors import InputError, nearest
    from sim.report.comparison.chosen import (
        in_doubt,
        is_plan_chosen,
        is_plan_explained,
        is_plan_tried,
    )

    found = load_comparison(folder)
    plan, first = found_name(folder, found.market.name), found.ranking[0]
    asks = {"chosen": is_plan_chosen, "explained": is_plan_explained, "tried": is_plan_tried}
    name = strategy or (plan if plan and asks[default](found) else first)
    if plan and name == plan:
        with progress("runs") as on_progress:
            place = compare_beside(folder, found.manifest, 0, on_progress)
            alone = alone_comparison(place, 0, on_progress)
            return in_doubt(alone, folder) if default == "explained" else alone
    if name != first and not any_of_it:
        known = [one for one in (plan, first) if one]
        expected = "one of " + ", ".join(known)
        raise InputError(str(folder), "strategy", name, expected, nearest(name, known))
    with progress("runs") as on_progress:
        return judge(found, folder, 0, with_time(on_progress, folder))


def with_time(
    on_progress: Callable[[int, int, str], None], folder: Path
) -> Callable[[int, int, str], None]:
    """Return a progress that first says how many runs there are, and how long they will take."""
    from sim.experiment.workers import seconds_of_run

    is_told = False

    def show(done: int, of: int, what: str) -> None:
        nonlocal is_told
        each = seconds_of_run(folder)
        if not is_told and done < of and each is not None:
            with speaking():
                says = "{runs} runs, about {seconds} seconds of a processor"
                typer.echo(told(says, runs=of - done, seconds=round((of - done) * each)), err=True)
        is_told = True
        on_progress(done, of, what)

    return show
