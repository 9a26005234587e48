"""The command that compares the plan which was tried last, once its trial has been learned from."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sim.common.errors import InputError
from sim.common.paths import shown
from sim.experiment.of_search import BESIDE, PLAN
from sim.experiment.results_folder import results_of
from sim.experiment.trial_design import trial_designs
from sim.playbook.strategies import Strategy
from sim.playbook.strategy_files import load_strategy
from sim.playbook.strategy_places import known_strategies

if TYPE_CHECKING:
    from sim.market.learned import Learned


def next_command(market: str, learned: Learned, options: str = "") -> str:
    """Return the command that compares the plan which was tried last, and writes the report.

    Parameters
    ----------
    market : str
        Of the client.
    learned : Learned
    options : str
        What stands at its end, such as `` --lang zh``.

    Returns
    -------
    str
        The plan is named by its name, or by its file where a search keeps it; where neither is there any
        more, the command compares all that is compared unless asked otherwise.
    """
    plan = _named(market, learned)
    words = [f"loyalty compare --market {market}"]
    words += [f"--strategies {shlex.quote(plan)}"] if plan else []
    return f"{' '.join(words)} --report{options}"


def _named(market: str, learned: Learned) -> str | None:
    """Return by what a command knows the plan; one that does as was tried comes before its namesakes."""
    trial, designs = learned.trials[-1], trial_designs(market)
    known = trial.strategy in known_strategies(market)
    if trial.name in designs:
        tried = designs[trial.name].plan
        names = [trial.strategy] if known else []
        for name in [*names, *_of_searches(market, tried.name)]:
            if _is_same(name, market, tried):
                return name
    return trial.strategy if known else None


def _of_searches(market: str, plan: str) -> Iterator[str]:
    """Yield the files in which searches of a market keep a plan of this name, the last search first."""
    if PLAN.format(market=market) != f"{plan}.yaml":
        return
    found = [
        path
        for place in ("*", f"*/{BESIDE}")
        for path in results_of(market).glob(f"{place}/{plan}.yaml")
    ]
    for path in sorted(found, key=_made, reverse=True):
        yield shown(path)


def _made(path: Path) -> tuple[float, str]:
    """Return when a file was written, and where."""
    return path.stat().st_mtime, str(path)


def _is_same(name: str, market: str, tried: Strategy) -> bool:
    """Return whether a strategy has the very plays that were tried; no file that cannot be read has."""
    try:
        plays = load_strategy(name, market).plays
    except InputError:
        return False
    return {one.key: one.settings for one in plays} == {
        one.key: one.settings for one in tried.plays
    }
