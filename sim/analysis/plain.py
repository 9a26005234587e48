"""The answer of a comparison as plain values, for a machine and for what is kept beside a report."""

from dataclasses import asdict
from typing import Any

from sim.analysis.answers import Answers


def plain_answer(comparison: Answers) -> dict[str, Any]:
    """Return verdict, gain with its intervals, and how sure the answer is; money is the firm's."""
    verdict, market = comparison.verdict, comparison.market
    ends = ("expected_low", "expected_high", "low", "high", "ci_low", "ci_high", "luck")
    sure = ("probability", "probability_low", "probability_high", "needed")
    return {
        "id": comparison.manifest.id,
        "market": market.name,
        "currency": market.currency,
        "verdict": verdict.kind,
        "strategy": verdict.strategy,
        "runner_up": verdict.runner_up,
        "clearly_better": list(verdict.clearly_better),
        "gain": verdict.gain.mean,
        **{name: getattr(verdict.gain, name) for name in ends},
        **{name: getattr(verdict, name) for name in sure},
        "unaffordable": {name: asdict(by) for name, by in comparison.unaffordable.items()},
        "loses": float(verdict.options.loc[comparison.ranking[0], "loses"]),
        "futures": comparison.futures,
        **({"trial": asdict(verdict.found)} if verdict.found else {}),
    }
