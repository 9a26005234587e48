"""Which numbers of a market matter most, why, and what they are now."""

from dataclasses import dataclass
from pathlib import Path

from sim.analysis.load_comparison import load_comparison
from sim.common.errors import InputError
from sim.common.paths import shown
from sim.common.results import MANIFEST
from sim.common.translated import told, translated
from sim.experiment.manifest import read_manifest
from sim.experiment.results_folder import results_of
from sim.market.market import Market
from sim.market.matters import FIRST, OF_LEVER, asked_of, contradicted, first_to_check
from sim.market.numbers import Number
from sim.market.values import value_label
from sim.playbook.strategy_files import load_strategy
from sim.playbook.strategy_places import client_strategy_names


@dataclass(frozen=True)
class Matter:
    """A value that matters: its name, what a report calls it, why it matters, and the number now."""

    name: str
    label: str
    why: str
    number: Number


def what_matters(market: Market) -> tuple[list[Matter], str]:
    """Return the values to ask for first.

    Parameters
    ----------
    market : Market

    Returns
    -------
    list of Matter
        Five at most, without what the firm has stated: those on which the answer of the newest finished
        comparison of this market leans, then those of `sim.market.matters`. What the market's own log
        contradicts comes before all, and after it whether the firm does already what a strategy of that
        comparison, or before there is one of the firm's own, is about.
    str
        The folder of that comparison; empty if there is none.
    """
    folder = _newest(market.name)
    leans = _leanings(folder) if folder else {}
    open_ = {
        n: leans[n] for n in leans if n in market.values and market.values[n].status != "stated"
    }
    known = first_to_check(market)
    done = {n: known[n] for n in _done_already(market, folder) if n in known}
    reasons = known | open_ | contradicted(market)
    names = list(contradicted(market) | done | open_ | known)[:FIRST]
    found = [
        Matter(name, value_label(name, market.is_contractual), reasons[name], market.values[name])
        for name in names
    ]
    return found, shown(folder) if folder else ""


def _done_already(market: Market, folder: Path | None) -> list[str]:
    """Return the values by which a firm says that it does already what its strategies are about."""
    try:
        if folder:
            plans = [one.sized for one in read_manifest(folder).strategies.values()]
        else:
            own = client_strategy_names(market.name)
            plans = [load_strategy(name, market.name) for name in own]
    except InputError:  # told by whatever uses the strategy
        return []
    levers = {play.lever for plan in plans for play in plan.plays}
    return [name for lever in OF_LEVER if lever in levers for name in asked_of(lever)]


def _newest(market: str) -> Path | None:
    """Return the folder of the newest finished comparison of a market."""
    manifests = sorted(results_of(market).glob(f"*/{MANIFEST}"), key=lambda p: p.stat().st_mtime)
    for path in reversed(manifests):
        try:
            manifest = read_manifest(path.parent)
        except InputError:  # of another version, or damaged: no answer to read
            continue
        if manifest.finished and manifest.market.name == market:
            return path.parent
    return None


def _leanings(folder: Path) -> dict[str, str]:
    """Return the market's values that a comparison leans on, the most important first, and how much."""
    try:
        leanings = load_comparison(folder).leanings
    except InputError:
        return {}
    return {
        one.address.removeprefix("market."): told(
            "{share:.0%} of how unsure the best strategy's gain is goes with it{changes}",
            share=one.share,
            changes=translated(", and another answer is right at an end of its range")
            if one.changes
            else "",
        )
        for one in leanings
        if one.address.startswith("market.") and (one.clear or one.changes)
    }
