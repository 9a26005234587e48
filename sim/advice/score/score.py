"""Score the advice: worlds of known truth, each from its raw log to what the advice really brings.

Each world is worked out by itself and writes its own file, so that what was stopped goes on where it was,
and files are the same whatever the number of processes.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from joblib import cpu_count

from sim.advice.score.advised import advise, knowable
from sim.advice.score.definitions import (
    MAKERS,
    OWN_STRUCTURE,
    SHARES,
    Definitions,
    Kind,
    definitions,
)
from sim.advice.score.lived import live_until_advice, true_gains, yearly_budget
from sim.advice.score.read import MANIFEST, TABLE, WORLDS, kept, read_manifest
from sim.advice.score.scored import Scored
from sim.advice.score.tried import after_trial
from sim.advice.score.world import draw_world
from sim.common.errors import InputError, nearest
from sim.common.paths import root
from sim.common.version import __version__
from sim.common.writing import clear_partial, lock, occupants, write_json, write_text
from sim.experiment.fingerprint import code_digest, identify, libraries, parameters_of
from sim.experiment.workers import in_any_order
from sim.levers import BY_NAME
from sim.playbook.strategies import BASELINE
from sim.playbook.strategy_files import load_strategy
from sim.playbook.strategy_places import strategy_names

_MOST_WORLDS = 10_000

Progress = Callable[[int, int, str], None]


def score(
    worlds: int | None = None,
    seed: int | None = None,
    out: Path | str | None = None,
    jobs: int = 0,
    on_progress: Progress | None = None,
    command: str = "",
    kind: str | None = None,
) -> Path:
    """Score the advice in worlds of known truth, and keep every world in one folder.

    The same call on an unfinished folder goes on where it was; with more worlds it adds them.

    Parameters
    ----------
    worlds : int, optional
        How many, of all kinds in the proportions of ``data/score.yaml``; as many as it says by default.
    seed : int, optional
        Of the worlds; that of ``data/score.yaml`` by default.
    out : Path
        Folder for them.
    jobs : int
        Processes; 0 takes one per processor.
    on_progress : callable, optional
        Called with (worlds done, of, what was last done).
    command : str
        What makes or continues it.
    kind : str, optional
        The only kind of worlds; all kinds by default.

    Returns
    -------
    Path
        The folder: ``worlds/`` with a file for each, ``score.csv`` with a row per world and plan, and
        what made them, ``manifest.json``.

    Raises
    ------
    InputError
        If an argument is wrong, or the folder holds something else.
    """
    stated = definitions()
    if seed is not None:
        stated = stated.model_copy(update={"seed": seed})
    only = _kind(kind, stated)
    wanted = sum(only.values()) if worlds is None else worlds
    if not 1 <= wanted <= _MOST_WORLDS:
        expected = f"a whole number from 1 to {_MOST_WORLDS:,}"
        raise InputError("--worlds", "worlds", wanted, expected)
    say, folder = on_progress or _silent, Path(out or default_folder(stated.seed, kind))
    with lock(folder):
        _open(folder, describe(stated), command)
        clear_partial(folder)
        order = order_of(only, wanted)
        missing = [one for one in order if kept(folder, *one) is None]
        done = len(order) - len(missing)
        say(done, len(order), "worlds")
        tasks = [(stated, kind, number) for kind, number in missing]
        processes = min(jobs or cpu_count(), max(len(tasks), 1))
        for name, found in in_any_order(score_world, tasks, processes):
            write_json(folder / WORLDS / f"{name}.json", found)
            done += 1
            say(done, len(order), name)
        table = table_of(folder, order)
        write_text(folder / TABLE, table.to_csv(index=False, lineterminator="\n"))
    return folder


def default_folder(seed: int, kind: str | None = None) -> Path:
    """Return where worlds of a seed, of all kinds or of one, are kept unless a folder is named."""
    name = f"score_{seed}_{kind}" if kind else f"score_{seed}"
    return root() / "data" / "results" / name


def _kind(kind: str | None, stated: Definitions) -> dict[Kind, int]:
    """Return how many worlds of each kind are stated, of all kinds or of the only one that is asked."""
    found = {name: count for name, count in stated.worlds.items() if kind in (None, name)}
    if not found:
        expected = "one of " + ", ".join(stated.worlds)
        raise InputError("--kind", "kind", kind, expected, nearest(str(kind), stated.worlds))
    return found


def order_of(stated: Mapping[Kind, int], worlds: int) -> list[tuple[Kind, int]]:
    """Return the first worlds, kinds in their proportions: the first k are the same however many."""
    places = [
        ((number + 0.5) / count, kind, number)
        for kind, count in stated.items()
        if count > 0
        for number in range(worlds)
    ]
    return [(kind, number) for _, kind, number in sorted(places)[:worlds]]


def score_world(stated: Definitions, kind: Kind, number: int) -> tuple[str, dict[str, Any]]:
    """Return a world's name, and what was advised, foretold and true of each plan in it."""
    world = draw_world(stated, kind, number)
    lived = live_until_advice(world, stated.size)
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        advice = advise(lived, menu(), stated.advice, stated.size, folder)
        true = true_gains(lived, advice.plans, stated.size)
        told = advice.foretold
        if kind in OWN_STRUCTURE:
            told["knowable"] = knowable(advice, lived, stated.knowable, stated.size, folder)
        after = after_trial(advice, lived, stated.advice, stated.size, folder)
    half, best = len(true) // 2, true.max(axis=1)
    told["lives_lost"] = (true < 0).mean()
    told["lives_best"] = true.eq(best, axis=0).mul(best > 0, axis=0).mean()
    told["true"], told["true_error"] = true.mean(), true.std(ddof=1) / len(true) ** 0.5
    told["first_lives"], told["later_lives"] = true.iloc[:half].mean(), true.iloc[half:].mean()
    return world.name, {
        "kind": kind,
        "number": number,
        "trade": world.trade,
        "log": world.shape,
        "firm_customers": lived.firm_customers,
        "budget": yearly_budget(advice.plans, lived),
        "verdict": advice.comparison.verdict.kind,
        "advised": advice.chosen,
        "tried": after.plan if after else None,
        "trial_share": round(after.share, 4) if after else None,
        "again": after.again if after else None,
        "after": after.advised if after else advice.chosen,
        "plans": {name: dict(row) for name, row in told.round(2).iterrows()},
    }


def menu() -> list[str]:
    """Return the strategies among which advice chooses: those that are compared unless told otherwise."""
    return [name for name in strategy_names() if name != BASELINE]


def describe(stated: Definitions) -> dict[str, Any]:
    """Return all that determines the worlds and what is advised in them, ready for JSON."""
    return {
        "workbench": __version__,
        "code": code_digest(None, MAKERS),
        "definitions": stated.model_dump(mode="json"),
        "intervals": list(SHARES),
        "strategies": {name: load_strategy(name).model_dump(mode="json") for name in menu()},
        "parameters": [row.model_dump(mode="json") for row in parameters_of(BY_NAME)],
    }


def table_of(folder: Path, order: list[tuple[Kind, int]]) -> pd.DataFrame:
    """Return a row per world and plan, of worlds in an order, with the seed and code that made it."""
    made, rows = read_manifest(folder), []
    by = {"seed": made["definitions"]["seed"], "code": made["code"]}
    for kind, number in order:
        found = kept(folder, kind, number)
        assert found is not None
        common = by | {name: value for name, value in found.items() if name != "plans"}
        rows += [{**common, "plan": plan, **row} for plan, row in found["plans"].items()]
    # all columns, whatever kinds of worlds there are: what is knowable is not asked in each
    return pd.DataFrame(rows, columns=list(Scored.model_fields))


def _open(folder: Path, description: dict[str, Any], command: str) -> None:
    """Begin a folder, or make sure that it holds worlds made by the same."""
    made = identify(description)
    if MANIFEST not in occupants(folder):
        if occupants(folder):
            raise _refused(folder, "It holds other files")
        content = {"id": made, "command": command, **description, "libraries": libraries()}
        write_json(folder / MANIFEST, content)
        return
    before = read_manifest(folder)
    if before.get("id") != made:
        differing = [key for key, value in description.items() if before.get(key) != value]
        raise _refused(folder, f"It holds other worlds (other {', '.join(differing)})")


def _refused(folder: Path, why: str) -> InputError:
    return InputError(
        "--out",
        "folder",
        str(folder),
        "a folder that is new, empty or of this score",
        hint=f"{why}, and results are never overwritten: choose another folder.",
    )


def _silent(_done: int, _total: int, _label: str) -> None:
    """Ignore progress."""
