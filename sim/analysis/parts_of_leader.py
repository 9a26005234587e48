"""What the gain of a comparison's leading strategy is made of, in its own first futures.

The runs of the strategy as it is, and of doing nothing, are those of the comparison; what is switched off
is run beside them, with as many customers and weeks, and kept in its folder.
"""

from pathlib import Path

from sim.analysis.answers import Answers
from sim.analysis.made_of import Parts, findings_behind, parts_table
from sim.common.errors import InputError
from sim.common.writing import check_target
from sim.evidence.own import parameters_for
from sim.experiment.fingerprint import code_digest, history_digest, libraries
from sim.experiment.futures import Future
from sim.experiment.made_of import WHOLE, Case, Setup, parts_cases, work_out
from sim.experiment.manifest import Manifest
from sim.experiment.terms_at_work import terms_at_work
from sim.experiment.workers import Progress
from sim.model.scenario import Scenario

#: Folder of what is switched off, inside that of the comparison.
FOLDER = "made_of"
#: Most futures that are looked at, the least, and how many runs are meant to do: a report is waited for.
MOST_FUTURES, LEAST_FUTURES, RUNS = 4, 3, 64


def parts_of_leader(
    comparison: Answers, folder: Path, jobs: int = 0, say: Progress | None = None
) -> Parts | None:
    """Return what the gain of the strategy with the largest mean gain is made of, chosen or not.

    Parameters
    ----------
    comparison : Answers
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
    manifest, name = comparison.manifest, comparison.ranking[0]
    compared = manifest.strategies[name]
    levers = {play.lever for play in compared.sized.plays}
    if not (_is_of_now(manifest, compared.code, levers) and _has_room(folder / FOLDER)):
        return None
    market, plan = manifest.market, compared.sized
    table = parameters_for(market).with_rows(manifest.parameters)
    size = (manifest.n_customers, manifest.weeks)
    terms = terms_at_work(Scenario(market, plan, *size, manifest.seed, table))
    cases = parts_cases(plan, terms)
    futures = _futures(manifest.drawn, cases)
    setup = Setup(market, plan, table, *size, futures, manifest.people, manifest.breaches)
    gains = work_out(setup, cases, {}, folder / FOLDER, jobs, say, others=folder.parent)
    rows = [row for row in table.rows if row.lever in levers]
    found = findings_behind(market, rows)
    return Parts(market, plan, len(futures), *size, parts_table(gains), terms, found)


def _is_of_now(manifest: Manifest, code: str, levers: set[str]) -> bool:
    """Return whether what made a comparison is what would make runs beside it."""
    if (code, manifest.libraries) != (code_digest(levers), libraries()):
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


def _futures(drawn: list[Future], cases: list[Case]) -> list[Future]:
    """Return the first futures, fewer where there is much to switch off."""
    others = len(cases) - cases.count(WHOLE)
    wanted = min(MOST_FUTURES, max(LEAST_FUTURES, RUNS // max(others, 1)))
    return [one for one in drawn if not one.luck][:wanted]
