"""What changed from one comparison of a market to the next, and what that did to the answer."""

import io
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from sim.analysis.choice import verdict_of
from sim.analysis.kept_judgement import as_judged
from sim.analysis.verdict import Verdict, has_leader
from sim.common.errors import InputError
from sim.common.reading import LARGEST_RESULT, digest, read_bytes
from sim.experiment.fingerprint import code_digest
from sim.experiment.manifest import Manifest, read_manifest
from sim.experiment.result_store import SUMMARY
from sim.experiment.results_folder import is_among_results
from sim.intake.forgotten import Forgotten, forgotten_since

#: Settings of a comparison, by their names in the manifest.
SETTINGS = ("n_customers", "weeks", "futures", "seed")


@dataclass(frozen=True)
class Changes:
    """What differs between two comparisons of one market.

    Attributes
    ----------
    added, removed, changed : list of str
        Titles of strategies.
    market : list of str
        Names of the market's values that differ.
    history : bool
        Whether the customers' histories differ.
    parameters : list of str
        Strengths of response that differ, as ``lever.parameter``, of those that both use.
    settings : dict
        Setting -> (before, now).
    code : bool
        Whether other code of the model made the results.
    workbench : tuple of str
        Versions, before and now.
    verdict : Verdict or None
        The former answer as it was told; None if its summary cannot be read, or if a strategy led of
        which nobody looked whether its gain is to be believed.
    titles : dict
        Name of a strategy -> its title in the former comparison.
    forgotten : tuple of Forgotten
        Customers of the former comparison who were forgotten before this one.
    """

    added: list[str]
    removed: list[str]
    changed: list[str]
    market: list[str]
    history: bool
    parameters: list[str]
    settings: dict[str, tuple[int, int]]
    code: bool
    workbench: tuple[str, str]
    verdict: Verdict | None = None
    titles: dict[str, str] = field(default_factory=dict)
    forgotten: tuple[Forgotten, ...] = ()


def changes_since(previous: Manifest, current: Manifest, verdict: Verdict | None = None) -> Changes:
    """Compare what two comparisons of a market were made from.

    Parameters
    ----------
    previous, current : Manifest
    verdict : Verdict, optional
        The answer of the previous one.
    """
    before, now = previous.strategies, current.strategies
    old, new = previous.market.values, current.market.values
    parameters = [
        {f"{row.lever}.{row.parameter}": (row.value, row.low, row.high) for row in one.parameters}
        for one in (previous, current)
    ]
    return Changes(
        added=[now[name].title for name in now if name not in before],
        removed=[before[name].title for name in before if name not in now],
        changed=[
            now[name].title
            for name in now
            if name in before and previous.chosen.get(name) != current.chosen.get(name)
        ],
        market=[name for name in {**old, **new} if old.get(name) != new.get(name)],
        history=previous.history != current.history,
        parameters=[
            key for key, row in parameters[1].items() if parameters[0].get(key, row) != row
        ],
        settings={
            name: (getattr(previous, name), getattr(current, name))
            for name in SETTINGS
            if getattr(previous, name) != getattr(current, name)
        },
        code=_other_code(previous, current),
        workbench=(previous.workbench, current.workbench),
        verdict=verdict,
        titles={name: content.title for name, content in before.items()},
        forgotten=forgotten_since(current.market.name, previous.history, current.history)
        if previous.history != current.history
        else (),
    )


def _other_code(previous: Manifest, current: Manifest) -> bool:
    """Return whether other code made two comparisons; the digest is that of the levers in use.

    Where these differ, it shows only as long as the code is still that of the current comparison.
    """
    if _levers(previous) == _levers(current):
        return previous.code != current.code
    if current.code != code_digest(_levers(current), market=current.market):
        return False
    return previous.code != code_digest(_levers(previous), market=previous.market)


def _levers(manifest: Manifest) -> set[str]:
    return {play.lever for chosen in manifest.chosen.values() for play in chosen.plays}


def changes_of(folder: Path, current: Manifest) -> Changes | None:
    """Return what changed since the comparison before, if both are still among the market's results.

    Parameters
    ----------
    folder : Path
        Of the current comparison.
    current : Manifest
        Its manifest, which names the one before.
    """
    if not current.previous or not is_among_results(folder, current.market.name):
        return None
    before = folder.resolve().parent / current.previous
    try:
        previous = read_manifest(before)
    except InputError:
        return None
    return changes_since(previous, current, _answer_in(before, previous))


def _answer_in(folder: Path, manifest: Manifest) -> Verdict | None:
    """Return the verdict by the summary of a comparison, None unless it is what was written and told."""
    try:
        path = folder / SUMMARY
        content = read_bytes(path, str(path), LARGEST_RESULT)
        if digest(content) != manifest.summary:
            return None
        wide = pd.read_csv(io.BytesIO(content))
        runs = ["scenario", "future", "luck", "segment"]
        verdict = verdict_of(manifest, wide.melt(runs, ["customer_equity"], "measure"))
    except (InputError, ValueError, KeyError):
        return None
    leads = has_leader(verdict, manifest.futures)
    return as_judged(folder, manifest, verdict) if leads else verdict
