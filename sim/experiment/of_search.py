"""The folder of a search (`loyalty optimise`): how it is known, and the command that leads on from it.

What a search finds is a plan. Reports, explanations and trials are of a comparison, so that the plan is
compared first, in other futures than those by which it was chosen: it leads there by luck as well.
"""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.common.errors import InputError
from sim.common.paths import shown
from sim.common.results import MANIFEST
from sim.common.size import REPORT_SIZE
from sim.experiment.made_again import without_folder

#: Its answer, and the strategy file of the plan that it recommends.
ANSWER, PLAN = "answer.json", "best_for_{market}.yaml"
#: Folder inside a comparison's, of a search that was made beside it.
BESIDE = "search"
_SEEDS = 2**32


def is_search(content: Mapping[str, Any]) -> bool:
    """Return whether a manifest is that of a search."""
    asked = content.get("asked")
    return isinstance(asked, dict) and "max_plays" in asked


def refused(folder: Path, content: Mapping[str, Any], made_with: str) -> InputError:
    """Return what is told where the folder of a search stands for that of other results.

    Parameters
    ----------
    folder : Path
    content : mapping
        Its manifest.
    made_with : str
        The command that makes what is expected.
    """
    if folder.name == BESIDE and (folder.parent / MANIFEST).exists():
        hint = (
            f"Give the folder of the comparison beside which it was made: `{shown(folder.parent)}`."
        )
    elif not (folder / ANSWER).exists():
        hint = f"Continue it with `{again_in(folder, content)}`."
    else:
        hint = f"This leads on: `{next_command(folder, content)}`."
    found, expected = "a search of `loyalty optimise`", f"a folder that `{made_with}` made"
    return InputError(str(folder), "folder", found, expected, hint=hint)


def again_in(folder: Path, content: Mapping[str, Any]) -> str:
    """Return the command that makes a search again, or goes on with it, where it is by now."""
    command = content.get("command")
    if not isinstance(command, str) or not command.startswith("loyalty "):
        return "the same call of sim.optimise"
    return f"{without_folder(command)} --out {shlex.quote(str(folder))}"


def next_command(folder: Path, content: Mapping[str, Any], options: str = "") -> str:
    """Return the command that compares what a finished search recommends, and writes the report.

    Parameters
    ----------
    folder : Path
    content : mapping
        Its manifest.
    options : str
        What stands at its end, such as `` --lang zh``.
    """
    market = content["market"]["name"]
    plan = folder / PLAN.format(market=market)
    words = [f"loyalty compare --market {market}"]
    words += [f"--strategies {shlex.quote(shown(plan))}"] if plan.exists() else []
    words += _of_size(content, 1)
    return f"{' '.join(words)} --report{options}"


def at_its_budget(content: Mapping[str, Any], options: str = "") -> str:
    """Return the command that seeks again beside a comparison, all of it at the budget that was stated.

    Parameters
    ----------
    content : mapping
        Manifest of a search.
    options : str
        As `next_command` takes them.
    """
    asked = content["asked"]
    words = [f"loyalty compare --market {content['market']['name']} --search"]
    given = (asked[name] for name in ("budget", "max_plays", "avoid", "include", "capacity"))
    words += [*limits_in_words(*given), *_of_size(content, 0)]
    return f"{' '.join(words)} --report{options}"


def limits_in_words(
    budget: float | None,
    max_plays: int,
    avoid: Any,
    include: Any,
    capacity: Mapping[str, float],
) -> list[str]:
    """Return the options that say what a search keeps to."""
    parts = [] if budget is None else [f"--budget {budget:.15g}"]
    parts += [f"--max-plays {max_plays}"]
    parts += [f"--avoid {name}" for name in avoid] + [f"--include {name}" for name in include]
    return parts + [f"--capacity {name}={hours:.15g}" for name, hours in capacity.items()]


def _of_size(content: Mapping[str, Any], seeds_on: int) -> list[str]:
    """Return horizon and seed as options, the horizon where it is not the usual one."""
    size = content["asked"]["size"]
    weeks = [f"--weeks {size['weeks']}"] if size["weeks"] != REPORT_SIZE["weeks"] else []
    return [*weeks, f"--seed {(size['seed'] + seeds_on) % _SEEDS}"]
