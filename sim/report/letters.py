"""How long text is, letter by letter, in the widest of the fonts that show it."""

from functools import cache

from sim.report.fonts import latin_file
from sim.report.wrapping import unbroken, width_of

#: Points in which a letter is measured; hints for small sizes would round it.
_MEASURED = 100


def lines_within(text: str, width: float, bold: bool = False) -> list[str]:
    """Return the lines of a text, in a width in heights of its font; what is too long stays whole."""
    lines, line = [], ""
    for piece in unbroken(text):
        if line and length_of(line + piece.rstrip(), bold) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def length_of(text: str, bold: bool = False) -> float:
    """Return how long a text is, in heights of its font."""
    return sum(_letter(letter, bold) for letter in text)


@cache
def _letter(letter: str, bold: bool) -> float:
    """Return how wide a letter is in DejaVu Sans; a Chinese character is as wide as it is high."""
    if width_of(letter) > 1:
        return 1.0
    return float(_font(bold).getlength(letter)) / _MEASURED


@cache
def _font(bold: bool):
    from PIL import ImageFont  # with which matplotlib itself writes PNG

    return ImageFont.truetype(str(latin_file(bold)), _MEASURED)
