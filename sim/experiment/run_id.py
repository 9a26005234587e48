"""The name of a run: a digest of all that determines its weekly table."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields

from sim.experiment.fingerprint import always_in
from sim.model.scenario import Scenario

#: What is left of a scenario.
_OTHERS = [
    one.name for one in fields(Scenario) if one.name not in ("market", "strategy", "parameters")
]


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
    market, strategy = scenario.market, scenario.strategy
    levers = always_in({play.lever for play in strategy.plays}, market)
    content = {
        "market": {name: number.value for name, number in market.values.items()},
        "shares": [
            [[part.name, part.share.value] for part in parts]
            for parts in (market.rivals, market.channels)
        ],
        "based_on": market.based_on,
        "history": history,
        "parameters": {
            row.key: row.value for row in scenario.parameters.rows if row.lever in levers
        },
        "plays": [play.model_dump(mode="json") for play in strategy.plays],
        "goals": [goal.model_dump(mode="json") for goal in strategy.goals],
        "reviews": strategy.reviews.model_dump(mode="json") if strategy.reviews else None,
        "allowances": strategy.allowances() if strategy.plays else None,
        **{name: getattr(scenario, name) for name in _OTHERS},
        "code": code,
        "libraries": dict(libraries),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
