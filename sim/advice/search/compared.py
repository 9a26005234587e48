"""The plan that a search found, compared by itself beside the comparison.

What is told and asked of a strategy that is written down, such as when its gain comes and which trial
would tell, rests on what people do in each future, of which a search keeps but the money. So the plan is
compared with doing nothing, with as many customers, weeks and futures as the comparison, in a folder
inside the search's. The futures are others than those by which it was chosen among many: there it leads
by luck as well (`sim.advice.search.trials.Lot`).
"""

from pathlib import Path
from typing import Any

from sim.advice.search.answer import plan_of
from sim.advice.search.read import BESIDE, FOUND, PLAN, command_in, read_answer
from sim.advice.search.trials import seed_of
from sim.common.errors import InputError
from sim.common.reading import read_yaml
from sim.common.results import MANIFEST
from sim.experiment.compare import compare
from sim.experiment.manifest import Manifest, read_manifest
from sim.experiment.workers import Progress
from sim.playbook.strategies import Strategy

#: Folder inside that of the search.
FOLDER = "compared"


def found_name(folder: Path, market: str) -> str:
    """Return the name of the plan that the search beside a comparison found; empty if it has none."""
    path = folder / BESIDE / PLAN.format(market=market)
    return path.stem if path.exists() else ""


def compared_beside(folder: Path) -> Path | None:
    """Return the folder where the found plan was compared by itself; None if that is not finished.

    Raises
    ------
    InputError
        If another plan than the one of the answer was compared there.
    """
    place = folder / BESIDE / FOLDER
    if not (place / MANIFEST).exists() or not (manifest := read_manifest(place)).finished:
        return None
    found = plan_of(manifest.market.name, read_answer(folder / BESIDE))
    if [_outline(one) for one in manifest.chosen.values()] != [_outline(found)]:
        hint = "Move that folder away: `loyalty trial` makes it again."
        expected = "the plan that the search found"
        raise InputError(str(place), "strategy", "another plan", expected, hint=hint)
    return place


def compare_beside(
    folder: Path, manifest: Manifest, jobs: int = 0, say: Progress | None = None
) -> Path:
    """Compare the plan that the search beside a comparison found with doing nothing, as large as that.

    Parameters
    ----------
    folder : Path
        Of the comparison.
    manifest : Manifest
        Its own.
    jobs : int
        Processes; 0 takes one per processor where that saves time.
    say : callable, optional
        Called with (runs done, runs in all, what was last done).

    Returns
    -------
    Path
        The folder of that comparison.

    Raises
    ------
    InputError
        If the search found no plan, or its file holds another one, or the folder cannot be written to.
    """
    path = folder / BESIDE / PLAN.format(market=manifest.market.name)
    if not path.exists():
        raise InputError(
            str(folder), "strategy", path.stem, "a comparison with a search that found one"
        )
    answer = read_answer(path.parent)
    plan = _found_plan(path, plan_of(manifest.market.name, answer))
    return compare(
        manifest.market,
        [plan.model_copy(update={"title": _title(answer)})],
        customers=manifest.n_customers,
        weeks=manifest.weeks,
        futures=manifest.futures,
        seed=seed_of(manifest.seed, "told"),
        out=path.parent / FOLDER,
        jobs=jobs,
        people=manifest.people,
        on_progress=say,
        command="the same call of loyalty trial",
    )


def _found_plan(path: Path, found: Strategy) -> Strategy:
    """Return the plan in a search's strategy file, which must do what the found one does."""
    hint = (
        "A plan of your own belongs in a strategy file of its own name, which `loyalty compare "
        "--strategies` takes: move this one to `playbook/strategies`, or to `strategies` of a client. "
        f"Then this writes the found plan again: `{command_in(path.parent)}`."
    )
    try:
        plan = Strategy.of_file(read_yaml(path), str(path))
    except InputError as fault:
        raise fault.with_hint(hint) from None
    said = {"title", "summary"}  # which no run reads
    if plan.model_dump(exclude=said) != found.model_dump(exclude=said):
        expected = "the plan that the search found"
        raise InputError(str(path), "plan", "edited or damaged", expected, hint=hint)
    return plan


def _outline(plan: Strategy) -> list[tuple[str, str, float, int, int]]:
    """Return what a comparison's manifest keeps of plays as written, whatever a preset says since."""
    return [(x.lever, x.audience, x.reach, x.start_week, x.ramp_weeks) for x in plan.plays]


def _title(answer: dict[str, Any]) -> str:
    """Return what the report calls the recommended plan: by its number, or as it is written down."""
    name = str(answer["recommended"])
    if name.startswith(FOUND):
        return f"Plan {name.removeprefix(FOUND)}"
    return str(next(one["title"] for one in answer["options"] if one["name"] == name))
