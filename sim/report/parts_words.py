"""What a report calls the parts of a gain, and the studies on which they rest."""

from collections.abc import Iterable

from sim.common.formatting import some
from sim.evidence.findings import Finding
from sim.report.names import mechanism_label
from sim.report.phrases import say

#: So many studies are named; the others are counted.
_NAMED = 3


def part_label(what: str) -> str:
    """Return what a report calls a lever, or a term of one (``LEVER.TERM``)."""
    lever, _, term = what.partition(".")
    if not term:
        return say("parts_words.whole_lever", lever=mechanism_label(lever))
    return say(
        "parts_words.of_lever",
        lever=mechanism_label(lever),
        term=say(f"parts_words.term.{term.replace('.', '_')}"),
    )


def studies_in_words(findings: Iterable[Finding]) -> str:
    """Return the works behind a number, the strongest first, or that it is assumed."""
    best: dict[tuple[str, int], Finding] = {}
    for one in sorted(findings, key=lambda one: (one.grade, one.verified != "yes")):
        best.setdefault((one.authors, one.year), one)
    told = [
        say(
            f"parts_words.study.{one.verified}",
            authors=authors,
            year=str(year),
            grade=one.grade,
        )
        for (authors, year), one in best.items()
    ]
    return some(told, _NAMED) if told else say("parts_words.assumed")
