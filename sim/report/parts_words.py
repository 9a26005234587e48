"""What a report calls the parts of a gain, and the studies on which they rest."""

from collections.abc import Iterable

from sim.common.formatting import some, spaced
from sim.common.style import bracketed
from sim.common.translated import translated
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


def play_label(key: str) -> str:
    """Return a play's lever and audience, and its phase where it has one, by its key."""
    lever, audience, *phase = key.split(":")
    whom = translated(audience.replace("_", " "))
    said = say("parts_words.play", lever=mechanism_label(lever), audience=whom)
    return bracketed(said, spaced(phase[0])) if phase else said


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
