"""The name of a run: a digest of all that determines its weekly table."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sim.experiment.fingerprint import always_in
from sim.market.market import Market
from sim.model.scenario import Scenario
from sim.playbook.strategies import Strategy

#: What is left of a scenario.
_OTHERS = [
    one.name for one in fields(Scenario) if one.name not in ("market", "strategy", "parameters")
]
#: Names of parts of a description, each with its content as JSON.
_Parts = dict[str, str]


@dataclass(frozen=True)
class Plan:
    """What a plan adds to the names of its runs, the same in all of them.

    Attributes
    ----------
    levers : frozenset of str
    parts : dict of str to str
    """

    levers: frozenset[str]
    parts: _Parts


def run_id(scenario: Scenario, history: str, code: str, libraries: Mapping[str, str]) -> str:
    """Return 16 hexadecimal digits that two runs share only if they are the same.

    What is only told of a market, a strategy or a parameter (titles, sources, ranges) does not count:
    a run reads numbers alone.

    Parameters
    ----------
    scenario : Scenario
    history : str
        Digest of the customers' histories.
    code : str
        Digest of the code that makes runs of the strategy (`sim.experiment.fingerprint.code_digest`).
    libraries : mapping of str to str
        Versions of what numbers pass through.
    """
    (name,) = run_ids(scenario, {}, [plan_of(scenario.strategy, code)], history, libraries)
    return name


def plan_of(strategy: Strategy, code: str) -> Plan:
    """Return what a strategy, and the code that makes its runs, add to their names."""
    content = {
        "plays": [play.model_dump(mode="json") for play in strategy.plays],
        "goals": [goal.model_dump(mode="json") for goal in strategy.goals],
        "reviews": strategy.reviews.model_dump(mode="json") if strategy.reviews else None,
        "allowances": strategy.allowances() if strategy.plays else None,
        "code": code,
    }
    return Plan(frozenset(play.lever for play in strategy.plays), _written(content))


def run_ids(
    scenario: Scenario,
    drawn: Mapping[str, float],
    plans: Iterable[Plan],
    history: str,
    libraries: Mapping[str, str],
) -> list[str]:
    """Return the names of runs (`run_id`) that differ by their plans alone.

    What they have in common is written once: of a hundred thousand futures that saves most of the time.

    Parameters
    ----------
    scenario : Scenario
        What is run, but for its strategy.
    drawn : mapping of str to float
        Parameters that have other values than the scenario's, by address.
    plans : iterable of Plan
    history, libraries
        As `run_id` takes them.
    """
    market = scenario.market
    content = {
        "market": {name: number.value for name, number in market.values.items()},
        "shares": [
            [[part.name, part.share.value] for part in parts]
            for parts in (market.rivals, market.channels)
        ],
        "based_on": market.based_on,
        "history": history,
        **{name: getattr(scenario, name) for name in _OTHERS},
        "libraries": dict(libraries),
    }
    common = _written(content)
    rows = sorted((row.key, row.lever, row.value) for row in scenario.parameters.rows)
    # one call for all, parted again: a call for each takes most of the time of many futures
    numbers = json.dumps({key: drawn.get(key, value) for key, _, value in rows})[1:-1].split(", ")
    strengths = list(zip((lever for _, lever, _ in rows), numbers, strict=True)) if rows else []
    return [_name(common, strengths, plan, market) for plan in plans]


def _name(common: _Parts, strengths: list[tuple[str, str]], plan: Plan, market: Market) -> str:
    levers: Collection[str] = always_in(plan.levers, market)
    own = ", ".join(text for lever, text in strengths if lever in levers)
    parts = common | plan.parts | {"parameters": f"{{{own}}}"}
    whole = ", ".join(f'"{name}": {parts[name]}' for name in sorted(parts))
    return hashlib.sha256(f"{{{whole}}}".encode()).hexdigest()[:16]


def _written(content: Mapping[str, Any]) -> _Parts:
    return {name: json.dumps(value, sort_keys=True) for name, value in content.items()}
