"""What the gain of a strategy of a finished comparison is made of, in its own first futures.

The runs of the strategy as it is, and of doing nothing, are those of the comparison; what is switched off
or left out is run beside them, with as many customers and weeks, and kept in its folder.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from sim.analysis.answers import Answers
from sim.analysis.leaning import Leaning
from sim.analysis.made_of import Parts, findings_behind, parts_table
from sim.analysis.worth_of_plays import WorthOfPlays, coalitions_in, worth_of_plays
from sim.common.errors import InputError, nearest
from sim.common.writing import check_target
from sim.evidence.own import parameters_for
from sim.experiment.fingerprint import code_digest, history_digest, libraries
from sim.experiment.futures import Future
from sim.experiment.made_of import WHOLE, Case, Setup, parts_cases, work_out
from sim.experiment.manifest import Manifest
from sim.experiment.terms_at_work import terms_at_work
from sim.experiment.workers import Progress
from sim.model.scenario import Scenario

#: Folder of what is switched off or left out, inside that of the comparison.
FOLDER = "made_of"
#: Most futures in which terms are switched off, the least, and how many runs are meant to do.
MOST_FUTURES, LEAST_FUTURES, RUNS = 4, 3, 64
#: Futures in which a value is set to its ends.
_FUTURES_OF_ENDS = 2


def parts_of_plan(
    comparison: Answers, name: str, folder: Path, jobs: int = 0, say: Progress | None = None
) -> Parts | None:
    """Return what each lever and term of a strategy brings.

    Parameters
    ----------
    comparison : Answers
    name : str
        One of its strategies.
    folder : Path
        Of the comparison.
    jobs : int
        Processes; 0 takes one per processor where that saves time.
    say : callable, optional
        Called with (runs done, runs in all, what was last done).

    Returns
    -------
    Parts or None
        None if other code, libraries or histories made the comparison, so that its runs would not be
        comparable, or if its folder cannot be written to.
    """
    if not can_run_beside(comparison, name, folder):
        return None
    setup = setup_of(comparison, name)
    plan, size = setup.strategy, (setup.customers, setup.weeks)
    terms = terms_at_work(
        Scenario(setup.market, plan, *size, comparison.manifest.seed, setup.table)
    )
    cases = parts_cases(plan, terms)
    setup = replace(setup, futures=_first(setup.futures, cases))
    gains = work_out(setup, cases, {}, folder / FOLDER, jobs, say, others=folder.parent)
    levers = {play.lever for play in plan.plays}
    found = findings_behind(setup.market, [row for row in setup.table.rows if row.lever in levers])
    return Parts(setup.market, plan, len(setup.futures), *size, parts_table(gains), terms, found)


def worths_in_plan(
    comparison: Answers, name: str, folder: Path, jobs: int = 0, say: Progress | None = None
) -> WorthOfPlays | None:
    """Return what each play of a strategy is worth in it; parameters and None as `parts_of_plan`."""
    if not can_run_beside(comparison, name, folder):
        return None
    setup = setup_of(comparison, name)
    games = coalitions_in(setup.strategy, len(setup.futures), comparison.manifest.seed)
    setup = replace(setup, futures=setup.futures[: len(games)])
    return worth_of_plays(setup, games, folder / FOLDER, jobs, say, folder.parent)


def leanings_that_act(
    comparison: Answers, folder: Path, jobs: int = 0, say: Progress | None = None
) -> list[Leaning]:
    """Return leanings without those on a lever's value that does nothing in the leading strategy.

    A lever has values for all that it can do, and of many values that do nothing one may go with the
    gain by chance. Where both ends of it give the same gains to the last digit, it cannot move them.

    Parameters
    ----------
    comparison : Answers
    folder, jobs, say
        As `parts_of_plan` takes them.

    Returns
    -------
    list of Leaning
        All of them where `parts_of_plan` would give None.
    """
    name = comparison.ranking[0]
    levers = {play.lever for play in comparison.manifest.strategies[name].sized.plays}
    asked = [
        one for one in comparison.leanings if one.clear and one.address.partition(".")[0] in levers
    ]
    if not asked or not can_run_beside(comparison, name, folder):
        return comparison.leanings
    setup = setup_of(comparison, name)
    setup = replace(setup, futures=setup.futures[:_FUTURES_OF_ENDS])
    ends = {
        one.address: [Case("parameter", one.address, end.value) for end in (one.low, one.high)]
        for one in asked
    }
    cases = [case for both in ends.values() for case in both]
    gains = work_out(setup, cases, {}, folder / FOLDER, jobs, say, others=folder.parent)
    idle = {
        address
        for address, (low, high) in ends.items()
        if np.array_equal(gains[low].equity, gains[high].equity)
    }
    return [one for one in comparison.leanings if one.address not in idle]


def check_plan(comparison: Answers, name: str, folder: Path) -> None:
    """Refuse a strategy that the comparison has not ranked, and one whose runs would not be comparable.

    Raises
    ------
    InputError
    """
    known = comparison.ranking
    if name not in known:
        expected = "one of " + ", ".join(known)
        raise InputError(str(folder), "plan", name, expected, nearest(name, known))
    if not can_run_beside(comparison, name, folder):
        raise InputError(
            str(folder),
            "comparison",
            "one that other code, libraries or histories made, or a folder that is closed",
            "one that the workbench makes as it is now, in a folder that can be written to",
            hint=f"Make it again elsewhere: `{comparison.manifest.command}`.",
        )


def can_run_beside(comparison: Answers, name: str, folder: Path) -> bool:
    """Return whether runs beside those of a comparison would be comparable, and could be kept."""
    compared = comparison.manifest.strategies[name]
    levers = {play.lever for play in compared.sized.plays}
    return _is_of_now(comparison.manifest, compared.code, levers) and _has_room(folder / FOLDER)


def setup_of(comparison: Answers, name: str) -> Setup:
    """Return what all runs of a strategy have in common, in all futures of a comparison."""
    manifest = comparison.manifest
    table = parameters_for(manifest.market).with_rows(manifest.parameters)
    futures = [one for one in manifest.drawn if not one.luck]
    return Setup(
        manifest.market,
        manifest.strategies[name].sized,
        table,
        manifest.n_customers,
        manifest.weeks,
        futures,
        manifest.people,
        manifest.breaches,
    )


def _is_of_now(manifest: Manifest, code: str, levers: set[str]) -> bool:
    """Return whether what made a comparison is what would make runs beside it."""
    if (code, manifest.libraries) != (code_digest(levers, market=manifest.market), libraries()):
        return False
    try:
        return manifest.history == history_digest(manifest.market)
    except InputError:  # a comparison may be handed on without its market
        return False


def _has_room(folder: Path) -> bool:
    """Return whether a folder can be written to."""
    try:
        check_target(folder)
    except InputError:
        return False
    return True


def _first(futures: Sequence[Future], cases: list[Case]) -> Sequence[Future]:
    """Return the first futures, fewer where there is much to switch off."""
    others = len(cases) - cases.count(WHOLE)
    return futures[: min(MOST_FUTURES, max(LEAST_FUTURES, RUNS // max(others, 1)))]
