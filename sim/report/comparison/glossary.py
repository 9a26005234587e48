"""What the words of a report mean: the technical name of each stands here, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.phrases import say
from sim.report.section import Section

if TYPE_CHECKING:
    from sim.analysis.answers import Answers

#: In the order in which a reader meets them.
_WORDS = (
    "future",
    "customer_equity",
    "expected_gain",
    "one_firm",
    "horizon",
    "return",
    "regret",
    "lever",
    "segment",
    "interval",
)


def glossary(comparison: Answers) -> Section:
    """Return the words of a report with what they mean; those of behaviour by the kind of market."""
    kind = "contract" if comparison.market.is_contractual else "shop"
    words = [say(f"comparison.glossary.{word}") for word in _WORDS]
    words.append(say(f"comparison.glossary.odds.{kind}"))
    return Section("glossary", say("comparison.glossary.heading"), [], words, appendix=True)
