"""What a machine gets of the doubts about a finished comparison, as plain values.

::

    explain      {"folder", "market", "currency", "plan", "gain", "low", "high", "futures", "runs",
                  "plays": [{"play", "worth", "low", "high"}], "pairs": [{"plays", "more_together",
                  "low", "high", "stands_out"}], "parts": [{"kind", "what", "brings", "low", "high",
                  "parameters": [address], "findings": [id]}]}
    stress       {"market", "currency", "strategy", "of_advice", "cases", "futures", "box": {"limits":
                  [{"address", "above", "value", "chance"}], "futures", "cases", "density", "coverage"}
                  or null, "thresholds": [{"address", "value", "side", "best"}]}
    sensitivity  {"market", "currency", "ceiling", "matters", "looked_at", "needed", "found":
                  [{"addresses", "study", "amount", "low", "high"}]}; with --screen also "screened":
                  {"comparison", "plan", "customers", "weeks", "runs", "deviation", "moved":
                  [{"address", "size", "error", "mean", "spread"}], "shares": [{"address", "alone",
                  "alone_error", "total", "total_error"}]}
    trial        {"market", "currency", "trial": {"strategy", "by_place", "weeks", "horizon", "effect",
                  "spread", "needed", "there", "cost", "worth" (null where the horizon ends with the
                  trial), "is_too_small", "is_worth_it"} or null, "design": file or null}
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.analysis.answers import Answers
    from sim.analysis.influence import Influence
    from sim.analysis.trial import Trial


def of_explained(folder: Path, comparison: Answers) -> dict[str, Any]:
    """Return what the gain of a plan is made of, which has been looked at."""
    parts, worths = comparison.parts, comparison.worths
    assert parts is not None and worths is not None
    key = worths.key_of
    return {
        "folder": str(folder),
        **_of(comparison),
        "plan": worths.strategy.name,
        "gain": worths.gain,
        "low": worths.low,
        "high": worths.high,
        "futures": worths.futures,
        "runs": worths.runs,
        "plays": [
            {"play": key(one.player), "worth": one.mean, "low": one.low, "high": one.high}
            for one in worths.values
        ],
        "pairs": [
            {
                "plays": [key(player) for player in one.players],
                "more_together": one.mean,
                "low": one.low,
                "high": one.high,
                "stands_out": one.is_told,
            }
            for one in worths.pairs
        ],
        "parts": [
            {
                "kind": row["kind"],
                "what": row["what"],
                "brings": float(row["brings"]),
                "low": float(row["brings_low"]),
                "high": float(row["brings_high"]),
                "parameters": list(parts.comes_from.get(row["what"], [])),
                "findings": [one.id for one in parts.rests_on(row["what"])],
            }
            for row in parts.brings.to_dict("records")
        ],
    }


def of_losing(comparison: Answers) -> dict[str, Any]:
    """Return in which futures the advice is wrong, and where the answer turns."""
    from sim.analysis.doubts import losing_in
    from sim.common.size import ENOUGH_FUTURES

    found = losing_in(comparison)
    told = asdict(found)
    if found.box is not None:
        del told["box"]["all_cases"]
        told["box"] |= {"density": found.box.density, "coverage": found.box.coverage}
        told["box"]["limits"] = list(told["box"]["limits"])
    enough = comparison.futures >= ENOUGH_FUTURES  # fewer do not tell
    thresholds = [
        {"address": one.address, "value": turn.at, "side": turn.side, "best": turn.best}
        for one in comparison.leanings
        for turn in one.turns
        if enough
    ]
    return _of(comparison) | told | {"thresholds": thresholds}


def of_information(comparison: Answers, screened: Influence | None) -> dict[str, Any]:
    """Return what is worth finding out, nulls of too few futures; and on what a gain hangs, if asked."""
    from sim.analysis.doubts import information_in

    known = information_in(comparison)
    names = ("ceiling", "matters", "looked_at", "needed")
    found = [] if known is None else [asdict(one) for one in known.found]
    for one in found:
        one["addresses"] = list(one["addresses"])
    told = _of(comparison) | {name: getattr(known, name, None) for name in names} | {"found": found}
    return told if screened is None else told | {"screened": screened.model_dump()}


def of_trial(comparison: Answers, trial: Trial | None, kept: Path | None) -> dict[str, Any]:
    """Return the trial to run first, null if there is none, and where its design is kept."""
    if trial is None:
        return _of(comparison) | {"trial": None, "design": None}
    told = asdict(trial) | {"by_place": list(trial.by_place)}
    told |= {name: getattr(trial, name) for name in ("is_too_small", "is_worth_it")}
    design = None if kept is None else str(kept)
    return _of(comparison) | {"trial": told, "design": design}


def _of(comparison: Answers) -> dict[str, Any]:
    market = comparison.market
    return {"market": market.name, "currency": market.currency}
