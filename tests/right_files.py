"""Files of a strategy and of a market that are right, and what spoils them."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.common.errors import InputError
from sim.market.market import load_market

Content = dict[str, Any]
Spoil = Callable[[Content], object]

GOOD: Content = {
    "name": "mine",
    "title": "Mine",
    "summary": "A plan.",
    "plays": [
        {"lever": "service_quality", "preset": "trained_and_staffed"},
        {"lever": "incentives", "preset": "points_programme", "settings": {"rebate": 0.01}},
        {"lever": "pricing", "preset": "open_prices", "phase": "early", "end_week": 10},
        {"lever": "pricing", "preset": "open_prices", "phase": "late", "start_week": 10},
        {"lever": "personalisation", "preset": "matched_messages", "start_week": 5, "end_week": 20},
        {"lever": "feedback", "preset": "hear_and_mend"},
        {"lever": "community", "preset": "hosted_group"},
    ],
    "goals": [{"measure": "csat", "target": 0.8, "by_week": 52}],
    "reviews": {
        "every_weeks": 26,
        "rules": [
            {"when": "loses", "do": "stop", "play": "each"},
            {"when": "pays", "do": "stretch", "by": 1.5},
            {"when": "goal_missed", "do": "stop", "goal": "csat"},
        ],
    },
}


def put(*path: Any, value: Any) -> Spoil:
    """Return what writes a value at a place."""

    def spoil(content: Content) -> None:
        *above, last = path
        at: Any = content
        for step in above:
            at = at[step]
        at[last] = value

    return spoil


def rename(*path: Any, to: str) -> Spoil:
    """Return what calls something otherwise."""

    def spoil(content: Content) -> None:
        *above, last = path
        at: Any = content
        for step in above:
            at = at[step]
        at[to] = at.pop(last)

    return spoil


def client_of(folder: Path) -> Callable[[str, Content], None]:
    """Make a client with a market of its own; return what writes its strategies and that market."""
    (folder / "shop" / "strategies").mkdir(parents=True)

    def write(name: str, content: Content) -> None:
        place = "shop.yaml" if name == "shop" else f"strategies/{name}.yaml"
        path = folder / "shop" / place
        path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")

    write("shop", own_market())
    return write


def own_market() -> Content:
    return {**load_market("grocery").model_dump(mode="json", exclude_none=True), "name": "shop"}


def spoiled(content: Content, *spoils: Spoil) -> Content:
    spoiled = copy.deepcopy(content)
    for spoil in spoils:
        spoil(spoiled)
    return spoiled


def fields(refused: "pytest.ExceptionInfo[InputError]") -> set[str]:
    told = [fault.field for fault in refused.value.faults]
    assert len(set(told)) == len(told)
    return set(told)
