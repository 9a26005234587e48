"""Texts that stand in a market's file with their gaps filled, said in the language that is spoken.

A calibration writes what to beware of, and a case what it takes over from where, as whole sentences. In
another language they are read by their patterns, sentence by sentence; what has none stays as written.
"""

import re
from functools import cache

from sim.common.translated import translated

#: As `sim.calibration.fit_told`, `sim.calibration.said`, `sim.calibration.panel_window` and
#: `sim.market.case_market` write them; the first that fits counts.
PATTERNS = (
    "as in the market {base}: {reason}",
    "Left out of the fits, since next to nothing was bought in between: {days}.",
    "Each customer's first purchase in the log is taken for the first one ever; about {old} seem to have "
    "been customers before the log begins.",
    "The log follows one cohort, acquired within about {weeks} weeks: how many new customers a year "
    "brings is assumed.",
    "Purchase rates come from the log's {window} and from those who bought in it; how many leave in a "
    "year {how}.",
    "About {new} of the customers seem to have come during the log, or to have left.",
    "Who first appears in its {window} counts from then.",
    "{count} weeks",
)
#: What fills gaps, and sentences without any.
PLAIN = (
    "is assumed, not measured",
    "is read from those who fell silent in it, as if rates of leaving were exponential",
    "last year",
    "Each customer's first purchase in the log is taken for the first one ever.",
    "If most were customers before, use --drop-out assumed.",
    "The log does not tell the rate of drop-out; it is assumed.",
    "Customers still count from their first purchase, each by their own weeks.",
    "The currency was not given (--currency): amounts are called units.",
    "The currency was not given (--currency): amounts are called units, and wage_per_hour is assumed in "
    "dollars.",
    "the firm's own data; not for distribution",
)
_GAP = re.compile(r"\\{(\w+)\\}")
_SENTENCES = re.compile(r"(?<=\.) (?=[A-Z])")


def retold(text: str) -> str:
    """Return a text of a market's file in the language that is spoken, else as it is written."""
    known = translated(text)
    if known != text:
        return known
    for written in PATTERNS:
        found, other = _pattern(written).fullmatch(text), translated(written)
        if found and other != written:
            return other.format(
                **{gap: retold(filled) for gap, filled in found.groupdict().items()}
            )
    sentences = _SENTENCES.split(text)
    if len(sentences) == 1:
        return text
    said = [retold(sentence) for sentence in sentences]
    # a language of its own has its own full stop, and no blank after it
    whole = all(new != old for new, old in zip(said, sentences, strict=True))
    return ("" if whole else " ").join(said)


@cache
def _pattern(written: str) -> re.Pattern[str]:
    """Return what a text with its gaps filled looks like; of a sentence, no gap reaches into the next."""
    filled = r"(?P<\1>(?:(?!\. ).)+?)" if written.endswith(".") else r"(?P<\1>.+?)"
    return re.compile(_GAP.sub(filled, re.escape(written)), re.DOTALL)
