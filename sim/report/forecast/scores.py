"""How good a forecast was, beside the classics, in words that need no textbook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.common.formatting import digits, fixed_percent, percent
from sim.report.phrases import say

#: Models that are shown; the two laws that the forecast mixes stand in ``score.json`` alone.
_MODELS = ("own", "nbd", "bg_nbd", "pareto_nbd")


def _signed(share: float) -> str:
    return percent(share, signed=True)


def _yes(inside: bool) -> str:
    return say("common.yes") if inside else say("common.no")


#: Metrics that are shown, and how each is written.
_METRICS: dict[str, Callable[[Any], str]] = {
    "log_score": digits,
    "crps": digits,
    "mae_median": digits,
    "rmse": digits,
    "weekly_mape": percent,
    "coverage_90": fixed_percent,
    "weeks_inside_90": fixed_percent,
    "total_error": _signed,
    "total_inside_90": _yes,
}


def score_rows(score: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the table of metrics by model, the header first.

    Parameters
    ----------
    score : dict
        Of a forecast: ``models`` -> model -> metric -> value.
    """
    models = score["models"]
    shown = [name for name in _MODELS if name in models]
    rows = [("", *(say(f"forecast.scores.model.{name}") for name in shown))]
    for key, write in _METRICS.items():
        label = say(f"forecast.scores.metric.{key}")
        rows.append((label, *(write(models[name][key]) for name in shown)))
    return rows


def reading() -> str:
    """Return how to read that table."""
    return say("forecast.scores.reading")


def verdict(score: dict[str, Any]) -> str:
    """Return in how many of the measures of a miss the forecast is the closest."""
    models, closer = score["models"], 0
    misses = ("log_score", "crps", "mae_median", "rmse", "weekly_mape")
    for key in misses:
        others = [models[name][key] for name in _MODELS[1:] if name in models]
        closer += models["own"][key] <= min(others)
    return say("forecast.scores.verdict", closer=closer, all=len(misses))
